"""The first pieces of a start: folders, keys, stores, the first account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from interview.ports.storage import AccountStore, BlobStore, StaffAccount, Storage
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
    password = await ensure_first_account(storage.accounts, settings, clock())
    return Foundation(keys, storage, blobs, password)


async def ensure_first_account(
    accounts: AccountStore, settings: Settings, now: datetime
) -> str | None:
    """Make the first account when there is none; the password, if it had to be made up."""
    if await accounts.count() > 0:
        return None
    given = settings.admin_password
    password = given.get_secret_value() if given is not None else one_time_password()
    account = StaffAccount(
        username=settings.admin_email,
        password_hash=await hash_password(password),
        created_at=now,
        must_change_password=given is None,
    )
    await accounts.put(account)
    return None if given is not None else password
