"""Recorded answers as they arrive: whole in one upload, or in pieces that can be resumed."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from typing import ClassVar

from interview.commands import EndSession, KeepTake
from interview.errors import Forbidden, IllegalTransition, InvalidInput, NotFound, TooLarge
from interview.nouns import Question
from interview.ports.storage import RecordingChunk, RecordingPart
from interview.state import State
from interview.taking import takes_left
from server.platform.services import CoreServices, Services

MAX_TAKE_BYTES = 32 * 1024 * 1024  # in one piece; more comes in pieces
TYPES = {
    "audio/webm", "video/webm", "audio/ogg", "audio/mp4", "video/mp4", "audio/mpeg", "audio/wav",
    "audio/x-wav", "audio/wave", "audio/aac", "audio/flac", "audio/x-m4a",
}  # fmt: skip
SIGNS = (
    (0, b"\x1aE\xdf\xa3"), (0, b"OggS"), (4, b"ftyp"), (0, b"RIFF"), (0, b"fLaC"), (0, b"ID3"),
    (0, b"\xff\xfb"), (0, b"\xff\xf3"), (0, b"\xff\xf2"), (0, b"\xff\xf1"), (0, b"\xff\xf9"),
)  # fmt: skip


class NoRecordings(InvalidInput):
    """There is nothing to be sent in."""

    code: ClassVar[str] = "no_recordings"


def question_of(state: State, question_id: str) -> Question:
    """The question with that number in its interview, else the one asked at that place.

    Raises:
        NotFound: There is none in this session.
    """
    asked = state.plan.questions[: state.question_count]
    if question_id.isascii() and question_id.isdecimal() and len(question_id) < 10:
        number = int(question_id)
        for question in asked:
            if (question.question_id or question.number) == number:
                return question
    raise NotFound("Question", question_id[:20])


def check_media(content: bytes, mime: str) -> None:
    """Raises InvalidInput unless it begins as a recording of the kind that it is said to be."""
    if mime not in TYPES:
        raise InvalidInput("audio_file", f"{mime[:60]} is not a kind of recording")
    if not content:
        raise InvalidInput("audio_file", "it is empty")
    if not any(content[place:].startswith(sign) for place, sign in SIGNS):
        raise InvalidInput("audio_file", "it is not a recording")


def check_open(state: State, question: Question) -> None:
    """Raises IllegalTransition or Forbidden unless another take of the question may come."""
    if state.plan.mode != "recorded" or state.status != "in_progress":
        raise IllegalTransition("record", state.status)
    if state.consent != "given":
        raise Forbidden("There is no consent to a recording: send consent_text_version at start.")
    if not takes_left(state, question.number):
        raise Forbidden("This answer cannot be recorded again.")


async def keep_whole(
    services: CoreServices, state: State, question: Question, content: bytes, mime: str
) -> RecordingChunk:
    """Store a recording that came in one piece as a part of the session; its only piece."""
    if len(content) > MAX_TAKE_BYTES:
        raise TooLarge(f"A recording has at most {MAX_TAKE_BYTES // 1024 // 1024} MiB.")
    sha256 = hashlib.sha256(content).hexdigest()
    part_id = f"take-{question.number}-{sha256[:24]}"
    now = services.clock()
    began = (now - (state.started_at or now)).total_seconds()
    chunk = RecordingChunk(
        session_id=state.session_id,
        part_id=part_id,
        number=0,
        sha256=sha256,
        size_bytes=len(content),
        blob_key=f"recordings/{state.session_id}/parts/{part_id}/000000-{sha256[:16]}.webm",
        start_s=max(0.0, began - question.timer_s),
        duration_s=0,
        mime=mime,
        received_at=now,
    )
    await services.blobs.put(chunk.blob_key, content)
    await services.storage.recordings.add(chunk)
    await services.storage.recordings.complete(
        RecordingPart(
            session_id=state.session_id,
            part_id=part_id,
            chunks=1,
            duration_s=0,
            completed_at=now,
        )
    )
    return chunk


async def pieces_of(services: CoreServices, session_id: str, part_id: str) -> list[RecordingChunk]:
    """The pieces of a part that came in pieces.

    Raises:
        InvalidInput: It is not there, or not whole.
    """
    chunks = await services.storage.recordings.chunks(session_id)
    own = sorted((c for c in chunks if c.part_id == part_id), key=lambda c: c.number)
    parts = {p.part_id: p for p in await services.storage.recordings.parts(session_id)}
    part = parts.get(part_id)
    if part is None or [c.number for c in own] != list(range(part.chunks)) or not own:
        raise InvalidInput("part_id", "its pieces are not all here yet")
    return own


async def keep(
    services: Services, session_id: str, question: Question, part_id: str, duration_s: float
) -> State:
    """Say that this recording is an answer to the question. The same part again is the same."""
    command = KeepTake(
        take_id=uuid.uuid5(uuid.NAMESPACE_OID, f"{session_id}/{part_id}").hex,
        question_number=question.number,
        part_id=part_id,
        duration_s=duration_s,
    )
    return await services.live.command(session_id, command)


async def send_answers_in(services: Services, state: State, answers: Sequence[object]) -> State:
    """End the session with these answers; one that is over stays as it is.

    Raises:
        NoRecordings: There are none.
    """
    if state.status.final:
        return state
    if not answers:
        raise NoRecordings("recordings", "nothing has been recorded yet")
    return await services.live.command(
        state.session_id, EndSession(by="candidate", reason="sent_in")
    )
