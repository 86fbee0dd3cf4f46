"""Keys of an installation: of its own, or the same on several machines."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from interview.errors import Forbidden
from proctoring.base import EngineTag
from proctoring.vision import Embedding
from server.edge.auth.signing import check_signature, sign_path
from server.platform.references import ReferenceVault
from server.secrets import Keys, load_keys
from server.settings import Settings
from storage.blobs import open_blobs

FACE = Embedding(values=(0.5, 0.25), engine=EngineTag(name="faces"))


def keys_of(folder: Path, signing: str | None = None) -> Keys:
    given = SecretStr(signing) if signing is not None else None
    return load_keys(Settings(data_dir=folder, signing_key=given))


async def test_two_machines_with_one_signing_key_read_each_others_addresses_and_faces(
    tmp_path: Path,
) -> None:
    one, other = (keys_of(tmp_path / name, "shared" * 8) for name in ("one", "other"))
    blobs = open_blobs(str(tmp_path / "blobs"))
    path = "/audio/s1/p1.wav"
    query = dict(part.split("=") for part in sign_path(one, path, 60).partition("?")[2].split("&"))
    check_signature(other, path, query["exp"], query["sig"])
    kept = await ReferenceVault(blobs, one.signing).keep("s1", FACE, b"jpeg", datetime.now(UTC))
    assert await ReferenceVault(blobs, other.signing).embedding(kept) == FACE
    stranger = keys_of(tmp_path / "stranger")
    with pytest.raises(Forbidden):
        check_signature(stranger, path, query["exp"], query["sig"])
    assert await ReferenceVault(blobs, stranger.signing).embedding(kept) is None


def test_keys_that_are_not_given_are_made_once(tmp_path: Path) -> None:
    assert keys_of(tmp_path) == keys_of(tmp_path)
    assert (tmp_path / "secrets" / "signing.key").stat().st_mode & 0o777 == 0o600
