"""What owners change of their colleagues and administrators of everybody."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from interview.accounts import (
    ACCOUNTS,
    ORGANISATIONS,
    Account,
    AccountState,
    Organisation,
    Role,
)
from interview.errors import Forbidden, InvalidInput, NotFound, Taken, Unauthenticated
from interview.ports.documents import Order, Stored, Where
from server.edge.auth import accounts
from server.edge.auth.passwords import hash_password
from server.edge.auth.principals import Staff
from server.edge.auth.tokens import stamp_of
from server.platform.accounts.pending import free, long_enough
from server.platform.mail.letters import Letter
from server.platform.notices.book import NoticeBook
from server.platform.services import CoreServices
from server.secrets import one_time_password

RESET_MINUTES = 60
LAST_OWNER = "The organisation would have no active owner any more."


async def create(
    services: CoreServices,
    *,
    organisation_id: str | None,
    company: str,
    username: str,
    email: str,
    name: str,
    roles: Iterable[Role],
    password: str | None,
) -> tuple[Stored[Account], str | None]:
    """An account at once, by an administrator; the password, if it had to be made up.

    Raises:
        InvalidInput: A name is taken, the organisation is unknown, the password too short.
    """
    documents, now = services.storage.documents, services.clock()
    own = organisation_id or uuid.uuid4().hex
    await free(services, username, email)
    given = one_time_password() if password is None else long_enough(password)
    if organisation_id is None:
        organisation = Organisation(name=company, created_at=now)
        await documents.of(ORGANISATIONS, own).insert(own, organisation)
    elif await documents.of(ORGANISATIONS, own).get(own) is None:
        raise InvalidInput("organisation_id", "is unknown")
    account = Account(
        username=username,
        email=email,
        name=name,
        password_hash=await hash_password(given),
        roles=tuple(roles),
        created_at=now,
        must_change_password=password is None,
        **await accounts.subscription_of(documents, own),
    )
    try:
        made = await documents.of(ACCOUNTS, own).insert(uuid.uuid4().hex, account)
    except Taken as error:  # by another request, just now
        if organisation_id is None:
            await documents.of(ORGANISATIONS, own).delete(own)
        raise InvalidInput(error.field, "is taken") from None
    return made, given if password is None else None


def may_touch(by: Staff, found: Stored[Account]) -> None:
    """Owners change their colleagues; an administrator among them only another administrator.

    Raises:
        Forbidden: It would give an owner more power than his own.
    """
    if Role.ADMINISTRATOR in found.document.roles and Role.ADMINISTRATOR not in by.roles:
        raise Forbidden("Only an administrator changes an administrator.")


async def change(
    services: CoreServices, by: Staff, found: Stored[Account], **update: Any
) -> Stored[Account]:
    """Change roles, state, name or e-mail address.

    Raises:
        Forbidden: Only an administrator makes or unmakes administrators.
        InvalidInput: The organisation would lose its last active owner, or a name is taken.
    """
    may_touch(by, found)
    before = found.document
    roles = set(update.get("roles", before.roles))
    if Role.ADMINISTRATOR in roles.symmetric_difference(before.roles):
        if Role.ADMINISTRATOR not in by.roles:
            raise Forbidden("Only an administrator makes somebody an administrator, or no more.")
    state = update.get("state", before.state)
    if Role.OWNER not in roles or state is not AccountState.ACTIVE:
        field = "roles" if Role.OWNER not in roles else "is_active"
        await _keep_an_owner(services, found, field)
    try:
        return await accounts.changed(services.storage.documents, found.document_id, **update)
    except Taken as error:
        raise InvalidInput(error.field, "is taken") from None


async def remove(services: CoreServices, by: Staff, found: Stored[Account]) -> None:
    """Delete an account; its tokens open nothing any more. What the person did stays in the audit.

    Raises:
        InvalidInput: The organisation would lose its last active owner.
    """
    may_touch(by, found)
    await _keep_an_owner(services, found, "user_id")
    mine = services.storage.documents.of(ACCOUNTS, found.organisation_id)
    await mine.delete(found.document_id)
    book = NoticeBook(services.storage, found.organisation_id, services.clock)
    await book.forget_person(found.document_id)


async def _keep_an_owner(services: CoreServices, found: Stored[Account], field: str) -> None:
    if Role.OWNER not in found.document.roles or not found.document.active:
        return
    mine, offset = services.storage.documents.of(ACCOUNTS, found.organisation_id), 0
    while True:
        page = await mine.page(
            Where(equals={"state": AccountState.ACTIVE}), Order("created_at"), offset=offset
        )
        for other in page.items:
            if other.document_id != found.document_id and Role.OWNER in other.document.roles:
                return
        offset += len(page.items)
        if offset >= page.total:
            raise InvalidInput(field, LAST_OWNER)


async def reset_link(services: CoreServices, found: Stored[Account]) -> str:
    """A link to choose a new password; void after use, an hour, or any change of the password."""
    token = secrets.token_urlsafe(32)
    kept = {"user_id": found.document_id, "stamp": stamp_of(found.document.password_hash)}
    until = services.clock() + timedelta(minutes=RESET_MINUTES)
    await services.storage.once.put(_key(token), kept, until)
    return f"{services.settings.resolved_public_url}/staff/reset#t={token}"


async def forgotten(services: CoreServices, email: str) -> None:
    """Mail a link to the account with this address; says nothing when there is none.

    Raises:
        Disabled: E-mail is not set up here.
    """
    services.outbox.must_be_set_up("Ask an owner of your organisation for a link.")
    found = await accounts.by_name(services.storage.documents, email)
    if found is None or not found.document.active or found.document.password_hash is None:
        return
    link = await reset_link(services, found)
    await services.outbox.post(
        found.organisation_id,
        Letter.RESET,
        found.document.email,
        {
            "name": found.document.name or found.document.username,
            "link": link,
            "minutes": str(RESET_MINUTES),
        },
        key=f"reset:{_key(link)}",
        about=found.document_id,
    )


async def reset(services: CoreServices, token: str, new: str) -> Stored[Account]:
    """Store the new password; every sign-in of before is void.

    Raises:
        InvalidInput: The password is too short; the link is not used up.
        Unauthenticated: The link is unknown, used or too old.
    """
    long_enough(new, "new_password")
    kept = await services.storage.once.take(_key(token), services.clock())
    found = await accounts.by_id(services.storage.documents, kept["user_id"]) if kept else None
    if kept is None or found is None or not found.document.active:
        raise Unauthenticated("The link is not valid any more. Ask for a new one.")
    if stamp_of(found.document.password_hash) != kept["stamp"]:
        raise Unauthenticated("The link is not valid any more. Ask for a new one.")
    return await accounts.changed(
        services.storage.documents,
        found.document_id,
        password_hash=await hash_password(new),
        must_change_password=False,
    )


async def colleague(services: CoreServices, organisation_id: str, user_id: str) -> Stored[Account]:
    """An account of this organisation. Raises NotFound."""
    found = await services.storage.documents.of(ACCOUNTS, organisation_id).get(user_id)
    if found is None:
        raise NotFound("User", user_id)
    return found


def _key(token: str) -> str:
    return "reset:" + hashlib.sha256(token.encode()).hexdigest()


async def rename(services: CoreServices, organisation_id: str, name: str) -> None:
    """Give the organisation another name. Raises NotFound, Stale."""
    mine = services.storage.documents.of(ORGANISATIONS, organisation_id)
    found = await mine.get(organisation_id)
    if found is None:
        raise NotFound("Organisation", organisation_id)
    renamed = found.document.model_copy(update={"name": name})
    await mine.replace(organisation_id, found.revision, renamed)
