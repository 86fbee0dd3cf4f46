"""Recordings of sessions: uploaded in pieces, joined when wanted, anew when more has come.

The joined file has both voices: the interviewer's prompts are laid into what the browser recorded.

Blobs: `recordings/<session>/parts/<part>/<number>-<hash>` are the acknowledged chunks,
`recordings/<session>/joined/<fingerprint>/` what was made of exactly these chunks.
"""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path

import structlog
from pydantic import ValidationError

from interview.errors import NotFound, Unavailable
from interview.events import PromptDelivered, SessionStarted
from interview.nouns import Noun
from interview.ports.storage import BlobStore, RecordingChunk, Storage
from interview.records import State
from realtime.apart import assemble_apart
from realtime.coverage import RecordingCoverage, coverage
from realtime.pieces import PartFiles
from realtime.recording import Span, StreamFacts
from realtime.voices import AFTER_THE_END, PromptAudio
from server.platform.reports.model import RecordingReport, RecordingSpan

FORMAT = 3  # raised when joining changes, so that older results are made again
AT_ONCE = 1
MANIFEST = "manifest.json"

log = structlog.get_logger(__name__)


class JoinedFile(Noun):
    """One playable blob."""

    key: str
    mime: str
    size_bytes: int
    duration_s: float
    streams: tuple[StreamFacts, ...]
    spans: tuple[Span, ...]


class JoinedRecording(Noun):
    """What was made of the chunks that `fingerprint` names; the longest file first."""

    fingerprint: str
    files: tuple[JoinedFile, ...]
    problems: tuple[str, ...] = ()


class Recordings:
    """Joins and keeps recordings. One is joined at a time; a second asker waits for the first."""

    def __init__(self, storage: Storage, blobs: BlobStore) -> None:
        self._storage = storage
        self._blobs = blobs
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    async def joined(self, session_id: str) -> JoinedRecording | None:
        """The session's recording as of all chunks received; None when there are none.

        What the interviewer said is in it, at the times at which it was heard.

        Raises:
            Unavailable: A store refuses, or the pieces cannot be joined now.
        """
        lock = self._locks.setdefault(session_id, asyncio.Lock())
        async with lock:
            chunks = await self._storage.recordings.chunks(session_id)
            if not chunks:
                return None
            parts = {p.part_id: p.chunks for p in await self._storage.recordings.parts(session_id)}
            said = await self._said(session_id)
            fingerprint = fingerprint_of(chunks, parts, said)
            known = await self._known(session_id, fingerprint)
            if known is not None:
                return known
            async with self._turn:
                return await self._join(session_id, chunks, parts, said, fingerprint)

    async def report(self, state: State) -> RecordingReport | None:
        """What the report says of the recording; None when nothing was received.

        A report does not wait for a recording that cannot be joined now: it says so.
        """
        if (gone := state.recording_removed) is not None:
            days = "1 day" if gone.after_days == 1 else f"{gone.after_days} days"
            kept = f"recordings are kept for {days}"
            return RecordingReport(
                available=False,
                statement=f"The recording was removed on {gone.at:%d %B %Y}: {kept}.",
            )
        try:
            joined = await self.joined(state.session_id)
        except Unavailable as error:
            log.warning("recording_not_joined", session=state.session_id, why=error.why)
            return RecordingReport(
                available=False,
                statement="A recording was received; it could not be prepared yet.",
                reason=error.message,
            )
        if joined is None:
            return None
        spans = [span for file in joined.files for span in file.spans]
        found = coverage_of(state, spans)
        if not joined.files:
            return RecordingReport(
                available=False,
                coverage_percent=0,
                statement="A recording was received, but it cannot be played.",
                reason=" ".join(joined.problems) or None,
            )
        main = joined.files[0]
        return RecordingReport(
            available=True,
            mime=main.mime,
            duration_s=main.duration_s,
            size_bytes=main.size_bytes,
            coverage_percent=found.percent,
            statement=found.statement,
            timeline=tuple(
                RecordingSpan(**span.model_dump(exclude={"part_id"})) for span in main.spans
            ),
            reason=" ".join(joined.problems) or None,
        )

    async def _known(self, session_id: str, fingerprint: str) -> JoinedRecording | None:
        try:
            content = await self._blobs.get(f"{folder_of(session_id, fingerprint)}/{MANIFEST}")
            return JoinedRecording.model_validate_json(content)
        except (NotFound, ValidationError):
            return None

    async def _join(
        self,
        session_id: str,
        chunks: Sequence[RecordingChunk],
        parts: dict[str, int],
        said: Sequence[PromptAudio],
        fingerprint: str,
    ) -> JoinedRecording:
        base = folder_of(session_id, fingerprint)
        try:
            with tempfile.TemporaryDirectory(prefix="viva-recording-") as name:
                files = await self._fetch(chunks, parts, Path(name))
                prompts = await self._fetch_prompts(session_id, said, Path(name))
                made = await assemble_apart(files, Path(name), prompts)
                kept: list[JoinedFile] = []
                for number, file in enumerate(made.files):
                    key = f"{base}/{number}{Path(file.path).suffix}"
                    await self._blobs.put_file(key, file.path)
                    kept.append(JoinedFile(key=key, **file.model_dump(exclude={"path"})))
        except OSError as error:
            raise Unavailable("recording", f"no room to join it ({error.strerror})") from error
        joined = JoinedRecording(fingerprint=fingerprint, files=tuple(kept), problems=made.problems)
        await self._blobs.put(f"{base}/{MANIFEST}", joined.model_dump_json().encode())
        await self._forget_others(session_id, fingerprint)
        log.info("recording_joined", session=session_id, chunks=len(chunks), files=len(kept))
        return joined

    async def _fetch(
        self, chunks: Sequence[RecordingChunk], expected: dict[str, int], folder: Path
    ) -> list[PartFiles]:
        """Bring the chunks into a folder; one whose blob is gone counts as never received."""
        paths: dict[str, dict[int, str]] = {}
        starts: dict[str, float] = {}
        for chunk in chunks:
            starts.setdefault(chunk.part_id, chunk.start_s)
            found = paths.setdefault(chunk.part_id, {})
            try:
                content = await self._blobs.get(chunk.blob_key)
            except NotFound:
                log.error("recording_chunk_missing", session=chunk.session_id, number=chunk.number)
                continue
            path = folder / f"{chunk.part_id}-{chunk.number}"
            await asyncio.to_thread(path.write_bytes, content)
            found[chunk.number] = str(path)
        return [
            PartFiles(part_id=part, start_s=starts[part], chunks=files, expected=expected.get(part))
            for part, files in paths.items()
        ]

    async def _said(self, session_id: str) -> list[PromptAudio]:
        """The prompts that were heard; `path` is the prompt's id until its audio is fetched."""
        heard: list[PromptAudio] = []
        start = None
        for stored in await self._storage.events.read(session_id):
            event = stored.event
            if isinstance(event, SessionStarted):
                start = start or event.at
            if isinstance(event, PromptDelivered) and event.how == "audio" and start is not None:
                ended_s = (event.at - start).total_seconds()
                begun_s = round(max(0.0, ended_s - event.played_s), 3)
                if event.played_s > 0:
                    heard.append(
                        PromptAudio(path=event.prompt_id, start_s=begun_s, played_s=event.played_s)
                    )
        return heard

    async def _fetch_prompts(
        self, session_id: str, said: Sequence[PromptAudio], folder: Path
    ) -> list[PromptAudio]:
        """Bring the prompts' audio into a folder; one that was not kept is left out."""
        found: list[PromptAudio] = []
        for prompt in said:
            try:
                content = await self._blobs.get(f"speech/{session_id}/{prompt.path}.wav")
            except NotFound:
                log.warning("prompt_audio_missing", session=session_id)
                continue
            path = folder / f"prompt-{len(found)}.wav"
            await asyncio.to_thread(path.write_bytes, content)
            found.append(prompt.model_copy(update={"path": str(path)}))
        return found

    async def _forget_others(self, session_id: str, fingerprint: str) -> None:
        """Remove what was made of fewer chunks, and all of it when the session was erased."""
        if await self._storage.sessions.get(session_id) is None:
            await self._blobs.delete_prefix(f"recordings/{session_id}")
            raise NotFound("Recording", session_id)
        kept = folder_of(session_id, fingerprint)
        for key in await self._blobs.keys(f"recordings/{session_id}/joined"):
            if not key.startswith(kept):
                await self._blobs.delete(key)


def folder_of(session_id: str, fingerprint: str) -> str:
    """Where what was made of these chunks lies."""
    return f"recordings/{session_id}/joined/{fingerprint}"


def fingerprint_of(
    chunks: Sequence[RecordingChunk],
    parts: dict[str, int],
    said: Sequence[PromptAudio] = (),
) -> str:
    """The same chunks, and the same said meanwhile, give the same name."""
    digest = hashlib.sha256(f"{FORMAT}".encode())
    for chunk in chunks:
        digest.update(f"\n{chunk.part_id} {chunk.number} {chunk.sha256}".encode())
    for part_id, count in sorted(parts.items()):
        digest.update(f"\n{part_id} {count}".encode())
    for prompt in said:
        digest.update(f"\n{prompt.path} {prompt.start_s} {prompt.played_s}".encode())
    return digest.hexdigest()[:32]


def coverage_of(state: State, spans: Sequence[Span]) -> RecordingCoverage:
    """How much of the time from the consent to the end was recorded."""
    begun = state.started_at or state.created_at
    from_at = state.consent_at or begun
    to_at = state.ended_at or from_at
    return coverage(
        [span for span in spans if span.part_id != AFTER_THE_END],
        from_s=(from_at - begun).total_seconds(),
        to_s=(to_at - begun).total_seconds(),
        reconnects=state.reconnects,
    )
