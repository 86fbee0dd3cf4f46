"""What an administrator has agreed with an organisation, as its accounts carry it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from interview.accounts import ACCOUNTS, FOREVER, Account, AccountState, SubscriptionStatus
from interview.ports.documents import Between, Order, Value
from server.edge.auth import accounts
from server.platform.services import CoreServices


def subscription_view(account: Account, now: datetime) -> dict[str, Any]:
    """An account's subscription as it is shown: without an end where it has none."""
    ends_at = account.subscription_ends_at
    return {
        "subscription_status": account.subscription(now),
        "subscription_plan": account.subscription_plan or None,
        "subscription_end_date": None if ends_at == FOREVER else ends_at,
    }


def stored_as(status: SubscriptionStatus, now: datetime) -> tuple[dict[str, Value], Between]:
    """What is stored of accounts whose subscription stands so (`Account.subscription`)."""
    if status is SubscriptionStatus.SUSPENDED:
        return {"state": AccountState.SUSPENDED}, Between()
    active: dict[str, Value] = {"state": AccountState.ACTIVE}
    if status is SubscriptionStatus.EXPIRED:
        return active, Between(below=now)
    return active | {"subscription_status": status}, Between(at_least=now)


async def subscribe(services: CoreServices, organisation_id: str, **update: Any) -> None:
    """Give all accounts of the organisation the same subscription. Raises Stale."""
    documents, offset = services.storage.documents, 0
    while True:
        page = await documents.of(ACCOUNTS, organisation_id).page(
            order=Order("created_at"), offset=offset
        )
        for found in page.items:
            await accounts.changed(documents, found.document_id, **update)
        offset += len(page.items)
        if offset >= page.total:
            return
