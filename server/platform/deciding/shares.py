"""Links that show one report to somebody without an account: expiring, revocable, hashed.

Such a reader sees the candidate's name and what was asked, answered and scored; e-mail and phone
only if whoever shared it ticked so, and never what colleagues noted or decided.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from interview.errors import Gone, InvalidInput, NotFound, Stale
from interview.nouns import Noun, UtcTime
from interview.ports.documents import Documents, Kind, Order, Stored, Where

MAX_SHARES = 50
PAGE = 100


class Share(Noun):
    """What is kept of a link; `digest` is the SHA-256 of its token."""

    session_id: str
    digest: str
    with_contact: bool = False
    note: str = ""
    created_at: UtcTime
    created_by: str
    expires_at: UtcTime
    revoked_at: UtcTime | None = None
    opened: int = 0
    last_opened_at: UtcTime | None = None


SHARES = Kind(
    "report_shares",
    Share,
    unique_everywhere=(("digest",),),
    fields=("created_at", "session_id", "digest"),
)


async def shares_of(documents: Documents, own: str, session_id: str) -> list[Stored[Share]]:
    """A session's links, newest first."""
    where = Where(equals={"session_id": session_id})
    newest = Order("created_at", descending=True)
    return (await documents.of(SHARES, own).page(where, newest, limit=PAGE)).items


async def share(
    documents: Documents, own: str, share_id: str, wanted: Share
) -> tuple[Stored[Share], str]:
    """Store a link; the token is in this answer only. Raises InvalidInput (there are 50)."""
    if len(await shares_of(documents, own, wanted.session_id)) >= MAX_SHARES:
        raise InvalidInput("session_id", f"a report has at most {MAX_SHARES} links")
    token = secrets.token_urlsafe(32)
    kept = documents.of(SHARES, own)
    await kept.delete(share_id)
    digest = hashlib.sha256(token.encode()).hexdigest()
    return await kept.insert(share_id, wanted.model_copy(update={"digest": digest})), token


async def revoke_share(
    documents: Documents, own: str, session_id: str, share_id: str, now: datetime
) -> Stored[Share]:
    """The link, which shows nothing from now on. Twice is once. Raises NotFound."""
    return await _changed(
        documents,
        own,
        share_id,
        session_id,
        lambda known: {} if known.revoked_at else {"revoked_at": now},
    )


async def shared(documents: Documents, token: str, now: datetime) -> Stored[Share]:
    """The link with that token, counted as opened.

    Raises:
        NotFound: There is none.
        Gone: It has expired or was revoked.
    """
    where = Where(equals={"digest": hashlib.sha256(token.encode()).hexdigest()})
    found = (await documents.everywhere(SHARES).page(where, limit=1)).items
    if not found:
        raise NotFound("Shared report", "of this link")
    known = found[0].document
    if known.revoked_at is not None:
        raise Gone("This link was withdrawn. Please ask whoever sent it.")
    if known.expires_at <= now:
        raise Gone("This link has expired. Please ask whoever sent it for a new one.")
    return await _changed(
        documents,
        found[0].organisation_id,
        found[0].document_id,
        known.session_id,
        lambda one: {"opened": one.opened + 1, "last_opened_at": now},
    )


async def forget_shares(documents: Documents, own: str, session_id: str) -> None:
    """Remove the links of a session that is being erased."""
    for one in await shares_of(documents, own, session_id):
        await documents.of(SHARES, own).delete(one.document_id)


def expiry(now: datetime, days: int) -> datetime:
    """When a link of so many days ends."""
    return now + timedelta(days=days)


def without_contact(body: dict[str, Any], *, with_contact: bool) -> dict[str, Any]:
    """A report's body as a reader from outside sees it."""
    shown = {key: value for key, value in body.items() if key != "judged"}
    return shown if with_contact else shown | {"candidate_email": "", "candidate_phone": None}


async def _changed(
    documents: Documents,
    own: str,
    share_id: str,
    session_id: str,
    change: Callable[[Share], dict[str, Any]],
) -> Stored[Share]:
    kept = documents.of(SHARES, own)
    while True:
        found = await kept.get(share_id)
        if found is None or found.document.session_id != session_id:
            raise NotFound("Link", share_id)
        update = change(found.document)
        if not update:
            return found
        try:
            return await kept.replace(
                share_id, found.revision, found.document.model_copy(update=update)
            )
        except Stale:
            continue
