"""Service keys of an organisation: made once, shown once, stored as a hash.

A key is 256 random bits, so that one round of SHA-256 keeps it as well as a slow hash would.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Protocol

from pydantic import Field

from interview.errors import InvalidInput, NotFound, Stale, Unauthenticated
from interview.nouns import Noun, UtcTime
from interview.ports.documents import Documents, Kind, Stored, Where

PREFIX = "viva_"
SHOWN_CHARS = 12
MAX_KEYS = 100
NOTED_EVERY = timedelta(minutes=1)
INVALID = "The service key is not valid."


class ApiKey(Noun):
    """What is kept of a key. `digest` is the SHA-256 of it; `begins` is shown to people.

    `last_used_at` is exact to a minute.
    """

    name: str = Field(min_length=1, max_length=80)
    digest: str
    begins: str
    scopes: tuple[str, ...]
    created_at: UtcTime
    created_by: str
    last_used_at: UtcTime | None = None
    expires_at: UtcTime | None = None
    revoked_at: UtcTime | None = None
    revoked_by: str | None = None

    def valid(self, now: datetime) -> bool:
        """Whether it opens anything."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


API_KEYS = Kind(
    "api_keys",
    ApiKey,
    unique_everywhere=(("digest",),),
    fields=("created_at", "digest"),
)


class KeyStores(Protocol):
    """Where keys are kept."""

    documents: Documents


async def make_key(  # noqa: PLR0913 - what a key is made of
    stores: KeyStores,
    organisation_id: str,
    *,
    name: str,
    scopes: tuple[str, ...],
    created_by: str,
    now: datetime,
    expires_at: datetime | None = None,
    key_id: str,
) -> tuple[Stored[ApiKey], str]:
    """A new key: what is stored, and the key itself, which nobody can read again.

    One that was made under that id before is replaced: its maker died before it could be shown.

    Raises:
        InvalidInput: It would expire in the past, or there are 100 keys already.
    """
    if expires_at is not None and expires_at <= now:
        raise InvalidInput("expires_at", "lies in the past")
    keys = stores.documents.of(API_KEYS, organisation_id)
    if (await keys.page(limit=1)).total >= MAX_KEYS:
        raise InvalidInput("name", f"an organisation has at most {MAX_KEYS} keys")
    secret = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey(
        name=name,
        digest=_digest(secret),
        begins=secret[:SHOWN_CHARS],
        scopes=scopes,
        created_at=now,
        created_by=created_by,
        expires_at=expires_at,
    )
    await keys.delete(key_id)
    return await keys.insert(key_id, key), secret


async def revoke_key(
    stores: KeyStores, organisation_id: str, key_id: str, by: str, now: datetime
) -> Stored[ApiKey]:
    """The key, which opens nothing from now on. Twice is once. Raises NotFound."""
    keys = stores.documents.of(API_KEYS, organisation_id)
    while True:
        found = await keys.get(key_id)
        if found is None:
            raise NotFound("Service key", key_id)
        if found.document.revoked_at is not None:
            return found
        changed = found.document.model_copy(update={"revoked_at": now, "revoked_by": by})
        try:
            return await keys.replace(key_id, found.revision, changed)
        except Stale:  # it was used in between
            continue


async def key_of(stores: KeyStores, secret: str, now: datetime) -> Stored[ApiKey]:
    """The key that was shown, noted as used.

    Raises:
        Unauthenticated: Unknown, expired or revoked.
    """
    where = Where(equals={"digest": _digest(secret)})
    found = (await stores.documents.everywhere(API_KEYS).page(where, limit=1)).items
    if not found or not found[0].document.valid(now):
        raise Unauthenticated(INVALID)
    await _note_use(stores, found[0], now)
    return found[0]


async def _note_use(stores: KeyStores, stored: Stored[ApiKey], now: datetime) -> None:
    used = stored.document.last_used_at
    if used is not None and now - used < NOTED_EVERY:
        return
    keys = stores.documents.of(API_KEYS, stored.organisation_id)
    noted = stored.document.model_copy(update={"last_used_at": now})
    try:
        await keys.replace(stored.document_id, stored.revision, noted)
    except (Stale, NotFound):  # another request noted it, or it is being revoked
        return


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
