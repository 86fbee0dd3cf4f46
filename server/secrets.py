"""Secrets of this installation: set by the environment, or made once and kept in the data folder.

Files are mode 0600 in a folder of mode 0700; nothing has a default.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from server.settings import Settings, SettingsError

FOLDER = "secrets"


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """What tokens and addresses are signed with, and what services show."""

    jwt: str
    service: str
    signing: str


def load_keys(settings: Settings) -> Keys:
    """The keys, made on first use.

    Raises:
        SettingsError: The data folder cannot be written.
    """
    folder = settings.data_dir / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        return Keys(
            jwt=_given_or_kept(settings.jwt_secret, folder / "jwt.key"),
            service=_given_or_kept(settings.service_key, folder / "service.key"),
            signing=_given_or_kept(settings.signing_key, folder / "signing.key"),
        )
    except OSError as error:
        raise SettingsError(
            f"VIVA_DATA_DIR: {settings.data_dir} cannot be written ({error.strerror})."
        ) from None


def one_time_password() -> str:
    """A password for people to type once: 80 bits in four groups."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    groups = ["".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(4)]
    return "-".join(groups)


def _given_or_kept(given: SecretStr | None, path: Path) -> str:
    if given is not None:
        return given.get_secret_value()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        kept = path.read_text(encoding="ascii").strip()
        if len(kept) < 32:
            raise SettingsError(f"VIVA_DATA_DIR: the secret in {path} is damaged.") from None
        return kept
    made = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(made + "\n")
        file.flush()
        os.fsync(file.fileno())
    return made
