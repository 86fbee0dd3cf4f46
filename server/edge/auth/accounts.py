"""Looking up who signs in, across organisations: the one place where that is right."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from interview.accounts import ACCOUNTS, RUNNING, Account
from interview.errors import NotFound, Stale
from interview.ports.documents import Documents, Stored, Where

TRIES = 5


async def by_id(documents: Documents, user_id: str) -> Stored[Account] | None:
    """The account with that id, of whatever organisation."""
    return await documents.everywhere(ACCOUNTS).get(user_id)


async def by_name(documents: Documents, name: str) -> Stored[Account] | None:
    """The account with that username or else that e-mail address, in any case of letters."""
    given = name.strip()
    for field in ("username", "email"):
        page = await documents.everywhere(ACCOUNTS).page(Where(equals={field: given}), limit=1)
        if page.items:
            return page.items[0]
    return None


async def by_email(documents: Documents, email: str) -> Stored[Account] | None:
    """The account with that e-mail address, whatever user names there are."""
    page = await documents.everywhere(ACCOUNTS).page(
        Where(equals={"email": email.strip()}), limit=1
    )
    return page.items[0] if page.items else None


async def subscription_of(documents: Documents, organisation_id: str) -> dict[str, Any]:
    """What the accounts of an organisation have in common; {} when there is none yet."""
    page = await documents.of(ACCOUNTS, organisation_id).page(limit=1)
    names = {"subscription_plan", "subscription_status", "subscription_ends_at"}
    return page.items[0].document.model_dump(include=names) if page.items else {}


async def subscribed(documents: Documents, organisation_id: str, now: datetime) -> bool:
    """Whether the organisation's subscription runs."""
    found = await subscription_of(documents, organisation_id)
    return not found or (
        found["subscription_status"] in RUNNING and found["subscription_ends_at"] >= now
    )


async def changed(documents: Documents, user_id: str, **update: Any) -> Stored[Account]:
    """The account with these fields replaced; concurrent changes of other fields are kept.

    Raises:
        NotFound: There is no such account.
        Taken: The new username or e-mail address is another's.
    """
    for _ in range(TRIES):
        found = await by_id(documents, user_id)
        if found is None:
            raise NotFound("Account", user_id)
        new = Account.model_validate(found.document.model_dump() | update)
        try:
            mine = documents.of(ACCOUNTS, found.organisation_id)
            return await mine.replace(user_id, found.revision, new)
        except Stale as error:
            late = error
    raise late
