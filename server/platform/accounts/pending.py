"""Accounts that wait for a word: of who registered, or of a colleague who was invited.

What is mailed is a secret of 256 bits; only its hash is stored. After 48 hours it opens nothing and
the names are free again.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import timedelta

from interview.accounts import (
    ACCOUNTS,
    ORGANISATIONS,
    PENDING,
    Account,
    Organisation,
    PendingAccount,
    Role,
)
from interview.errors import Forbidden, Gone, InvalidInput, NotFound, Taken
from interview.ports.documents import Stored, Where
from server.edge.auth import accounts
from server.edge.auth.passwords import MIN_PASSWORD_CHARS, hash_password
from server.platform.accounts.company import company_name
from server.platform.mail.letters import Letter
from server.platform.services import CoreServices

PENDING_HOURS = 48
CLOSED = "Nobody can register here by himself. Ask for an invitation."


def long_enough(password: str, field: str = "password") -> str:
    """The password. Raises InvalidInput."""
    if len(password) < MIN_PASSWORD_CHARS:
        raise InvalidInput(field, f"must have at least {MIN_PASSWORD_CHARS} characters")
    return password


async def register(
    services: CoreServices, *, username: str, email: str, password: str, company: str
) -> Stored[PendingAccount]:
    """Store a pending account and mail its link; a new organisation's first owner.

    Raises:
        Forbidden: Registration is closed.
        InvalidInput: The password is too short, or a name is taken (the field is named).
    """
    if services.settings.registration == "closed":
        raise Forbidden(CLOSED)
    pending = PendingAccount(
        username=username,
        email=email,
        password_hash=await hash_password(long_enough(password)),
        organisation_name=company,
        roles=(Role.OWNER,),
        token_hash="",
        created_at=services.clock(),
        expires_at=services.clock() + timedelta(hours=PENDING_HOURS),
    )
    organisation_id = uuid.uuid4().hex
    stored, token = await _keep(services, organisation_id, pending)
    await _mail_verification(services, stored, token)
    return stored


def verified_by_mail(services: CoreServices) -> bool:
    """Whether a mailed link is enough; else an administrator activates."""
    return services.settings.registration == "open" and not services.outbox.disabled


async def resend(services: CoreServices, email: str) -> None:
    """A new link for whoever registered with this address; says nothing when nobody did."""
    page = await services.storage.documents.everywhere(PENDING).page(
        Where(equals={"email": email}), limit=1
    )
    if not page.items or page.items[0].document.invited_by:
        return
    found = page.items[0]
    token = secrets.token_urlsafe(32)
    renewed = found.document.model_copy(
        update={
            "token_hash": _hash(token),
            "expires_at": services.clock() + timedelta(hours=PENDING_HOURS),
        }
    )
    mine = services.storage.documents.of(PENDING, found.organisation_id)
    stored = await mine.replace(found.document_id, found.revision, renewed)
    await _mail_verification(services, stored, token)


async def verify(services: CoreServices, token: str) -> Stored[Account]:
    """The account of who registered, made with its organisation; the link is used up.

    Raises:
        NotFound, Gone: Unknown or used; too old.
        Forbidden: An administrator activates accounts here.
    """
    found = await _opened(services, token)
    if found.document.invited_by:
        raise NotFound("Registration", "behind this link")
    if not verified_by_mail(services):
        raise Forbidden("An administrator activates accounts here. Please wait for that.")
    return await activate(services, found)


async def activate(services: CoreServices, found: Stored[PendingAccount]) -> Stored[Account]:
    """Make the account that waits. Raises Taken (its names are another's by now)."""
    pending, own = found.document, found.organisation_id
    if pending.password_hash is None:
        raise InvalidInput("pending", "the colleague has not chosen a password yet")
    documents, now = services.storage.documents, services.clock()
    if not pending.invited_by:
        organisation = Organisation(name=pending.organisation_name, created_at=now)
        try:
            await documents.of(ORGANISATIONS, own).insert(own, organisation)
        except Taken:  # made by a try that died before the account was
            pass
    account = Account(
        username=pending.username,
        email=pending.email,
        name=pending.name,
        password_hash=pending.password_hash,
        roles=pending.roles,
        created_at=now,
        **await accounts.subscription_of(documents, own),
    )
    made = await documents.of(ACCOUNTS, own).insert(found.document_id, account)
    await documents.of(PENDING, own).delete(found.document_id)
    return made


async def invite(
    services: CoreServices,
    organisation_id: str,
    inviter: str,
    *,
    email: str,
    roles: tuple[Role, ...],
) -> tuple[Stored[PendingAccount], str]:
    """A colleague's invitation and its link. Invited again, the earlier link is void.

    Raises:
        InvalidInput: The address belongs to an account already.
    """
    now, documents = services.clock(), services.storage.documents
    mine = documents.of(PENDING, organisation_id)
    earlier = await mine.page(Where(equals={"email": email}), limit=1)
    for found in earlier.items:
        await mine.delete(found.document_id)
    company = await company_name(documents, organisation_id, services.settings.company)
    pending = PendingAccount(
        username=email,
        email=email,
        organisation_name=company,
        roles=roles,
        invited_by=inviter,
        token_hash="",
        created_at=now,
        expires_at=now + timedelta(hours=PENDING_HOURS),
    )
    try:
        stored, token = await _keep(services, organisation_id, pending)
    except InvalidInput as error:  # the user name is the address for now
        raise InvalidInput("email", error.why) from None
    link = f"{services.settings.resolved_public_url}/staff/join#t={token}"
    if not services.outbox.disabled:
        await services.outbox.post(
            organisation_id,
            Letter.COLLEAGUE,
            email,
            {
                "inviter": inviter,
                "organisation": pending.organisation_name,
                "link": link,
                "hours": str(PENDING_HOURS),
            },
            key=f"colleague:{stored.document_id}",
            about=stored.document_id,
        )
    return stored, link


async def accept(
    services: CoreServices, token: str, *, username: str | None, name: str, password: str
) -> Stored[Account]:
    """The invited colleague's account. Raises NotFound, Gone, InvalidInput."""
    found = await _opened(services, token)
    if not found.document.invited_by:
        raise NotFound("Invitation", "behind this link")
    chosen = username or found.document.username
    await free(services, chosen, found.document.email, but=found.document_id)
    changes = {
        "username": chosen,
        "name": name,
        "password_hash": await hash_password(long_enough(password)),
    }
    document = found.document.model_copy(update=changes)
    return await activate(
        services, Stored(found.document_id, found.organisation_id, found.revision, document)
    )


async def look(services: CoreServices, token: str) -> PendingAccount:
    """What a link stands for, without using it up. Raises NotFound, Gone."""
    return (await _opened(services, token)).document


async def _keep(
    services: CoreServices, organisation_id: str, pending: PendingAccount
) -> tuple[Stored[PendingAccount], str]:
    await free(services, pending.username, pending.email)
    token = secrets.token_urlsafe(32)
    document = pending.model_copy(update={"token_hash": _hash(token)})
    mine = services.storage.documents.of(PENDING, organisation_id)
    try:
        return await mine.insert(uuid.uuid4().hex, document), token
    except Taken as error:
        raise InvalidInput(error.field, "is taken") from None


async def free(services: CoreServices, username: str, email: str, *, but: str = "") -> None:
    """Nobody has these names; pending ones whose time is over give theirs back.

    Raises:
        InvalidInput: `username` or `email` is taken.
    """
    documents = services.storage.documents
    for field, value in (("username", username), ("email", email)):
        if await accounts.by_name(documents, value) is not None:
            raise InvalidInput(field, "is taken")
        page = await documents.everywhere(PENDING).page(Where(equals={field: value}), limit=1)
        for found in page.items:
            if found.document_id == but:
                continue
            if found.document.expires_at > services.clock():
                raise InvalidInput(field, "is taken")
            await documents.of(PENDING, found.organisation_id).delete(found.document_id)


async def _opened(services: CoreServices, token: str) -> Stored[PendingAccount]:
    page = await services.storage.documents.everywhere(PENDING).page(
        Where(equals={"token_hash": _hash(token)}), limit=1
    )
    if not page.items:
        raise NotFound("Invitation or registration", "behind this link")
    if page.items[0].document.expires_at <= services.clock():
        raise Gone("The link has expired. Ask for a new one.")
    return page.items[0]


async def _mail_verification(
    services: CoreServices, stored: Stored[PendingAccount], token: str
) -> None:
    """Without e-mail an administrator activates the account instead."""
    if not verified_by_mail(services):
        return
    pending = stored.document
    await services.outbox.post(
        stored.organisation_id,
        Letter.VERIFICATION,
        pending.email,
        {
            "name": pending.username,
            "organisation": pending.organisation_name,
            "link": f"{services.settings.resolved_public_url}/staff/verify#t={token}",
            "hours": str(PENDING_HOURS),
        },
        key=f"verification:{pending.token_hash}",
        about=stored.document_id,
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
