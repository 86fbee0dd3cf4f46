"""Reference faces: the embedding and the picture, encrypted, for one session only."""

from __future__ import annotations

import base64
import hashlib
import uuid
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken

from interview.errors import NotFound
from interview.ports.storage import BlobStore
from interview.signals import Reference
from proctoring.vision import Embedding

FOLDER = "proctoring/{session_id}/reference/"


class ReferenceVault:
    """Keeps reference faces; the key is derived from the installation's signing secret."""

    def __init__(self, blobs: BlobStore, secret: str) -> None:
        digest = hashlib.sha256(b"reference-faces:" + secret.encode()).digest()
        self._box = Fernet(base64.urlsafe_b64encode(digest))
        self._blobs = blobs

    async def keep(
        self, session_id: str, embedding: Embedding, picture: bytes, at: datetime
    ) -> Reference:
        """Store both parts; an earlier reference of the session is removed.

        Raises:
            Unavailable: The store refuses.
        """
        await self.forget(session_id)
        reference_id = uuid.uuid4().hex[:12]
        base = FOLDER.format(session_id=session_id) + reference_id
        await self._blobs.put(
            f"{base}.face", self._box.encrypt(embedding.model_dump_json().encode())
        )
        await self._blobs.put(f"{base}.picture", self._box.encrypt(picture))
        return Reference(
            reference_id=reference_id,
            engine=embedding.engine.name,
            model_sha256=embedding.engine.model_sha256,
            embedding=f"{base}.face",
            picture=f"{base}.picture",
            at=at,
        )

    async def embedding(self, reference: Reference) -> Embedding | None:
        """The stored embedding; None when it was removed or the key has changed."""
        content = await self._open(reference.embedding)
        return None if content is None else Embedding.model_validate_json(content)

    async def picture(self, reference: Reference) -> bytes | None:
        """The stored picture; None as above."""
        return await self._open(reference.picture)

    async def forget(self, session_id: str) -> int:
        """Remove all of the session's reference; returns how many blobs went."""
        return await self._blobs.delete_prefix(FOLDER.format(session_id=session_id))

    async def _open(self, key: str) -> bytes | None:
        try:
            return self._box.decrypt(await self._blobs.get(key))
        except (NotFound, InvalidToken):
            return None
