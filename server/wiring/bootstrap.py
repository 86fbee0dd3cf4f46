"""The first pieces of a start: folders, keys, stores, the first account."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from interview.accounts import ACCOUNTS, ORGANISATIONS, Account, Organisation, Role
from interview.errors import Taken
from interview.nouns import DEFAULT_ORGANISATION
from interview.ports.documents import Documents
from interview.ports.storage import BlobStore, Storage
from server.edge.auth.passwords import hash_password
from server.secrets import Keys, load_keys, one_time_password
from server.settings import Settings
from storage.blobs import open_blobs
from storage.opening import open_storage


@dataclass(frozen=True, slots=True)
class Foundation:
    """What everything else stands on.

    `first_password` is set when this start made the first account with a password of its own:
    print it, it is stored nowhere.
    """

    keys: Keys
    storage: Storage
    blobs: BlobStore
    first_password: str | None


async def lay_foundation(settings: Settings, clock: Callable[[], datetime]) -> Foundation:
    """Keys, opened stores and an account to sign in with. The caller closes the storage.

    Raises:
        SettingsError: The data folder or an address is unusable.
        Unavailable: The storage cannot be opened.
    """
    keys = load_keys(settings)
    storage = await open_storage(settings.resolved_storage_url)
    blobs = open_blobs(settings.resolved_blobs_url)
    password = await ensure_first_account(storage.documents, settings, clock())
    return Foundation(keys, storage, blobs, password)


async def ensure_first_account(
    documents: Documents, settings: Settings, now: datetime
) -> str | None:
    """Make the first organisation and account when there is none: its owner, who administers.

    Returns the password, if it had to be made up. Of several processes that start at once one
    makes the account, and only that one knows a password.
    """
    organisation = Organisation(name=settings.company, created_at=now)
    with suppress(Taken):
        await documents.of(ORGANISATIONS, DEFAULT_ORGANISATION).insert(
            DEFAULT_ORGANISATION, organisation
        )
    if (await documents.everywhere(ACCOUNTS).page(limit=1)).total > 0:
        return None
    given = settings.admin_password
    password = given.get_secret_value() if given is not None else one_time_password()
    account = Account(
        username=settings.admin_email,
        email=settings.admin_email,
        roles=(Role.OWNER, Role.ADMINISTRATOR),
        password_hash=await hash_password(password),
        created_at=now,
        must_change_password=given is None,
    )
    try:
        await documents.of(ACCOUNTS, DEFAULT_ORGANISATION).insert(uuid.uuid4().hex, account)
    except Taken:
        return None
    return None if given is not None else password
