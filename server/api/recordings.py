"""Recordings: pieces from the candidate's browser, the whole for staff."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from aiohttp import web
from pydantic import Field

from interview.effects import report_job
from interview.errors import (
    Forbidden,
    Gone,
    IntegrityError,
    InvalidInput,
    NotFound,
    TooLarge,
)
from interview.ports.storage import RecordingChunk, RecordingPart, SessionSummary
from server.edge.auth.principals import Allow, Candidate
from server.edge.bodies import UPLOAD_WAIT_S, read_bytes
from server.edge.ranges import ranged_blob
from server.edge.routes import Payload, Reply, Route, principal_of, read_body, read_query, reply
from server.platform.services import CoreServices, Services, core_of, services_of

MAX_CHUNK_BYTES = 8 * 1024 * 1024
MAX_SESSION_BYTES = 2 * 1024**3
MAX_SESSION_CHUNKS = 50_000
MAX_CLOCK_S = 7 * 86_400.0
MAX_PARTS = 200
REPORT_AFTER = timedelta(seconds=2)  # parts that are completed one after the other make one
LATE_UPLOADS = timedelta(hours=24)
TYPES = ("video/webm", "audio/webm", "video/mp4", "audio/mp4")
PART_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
SHA256 = re.compile(r"[0-9a-f]{64}")

log = structlog.get_logger(__name__)


class ChunkReply(Reply):
    """The piece is on disk: the browser may forget it."""

    part_id: str
    number: int
    sha256: str
    acked: bool = True


class PartReply(Reply):
    """What has arrived of a part; `next_number` is the first that is missing."""

    part_id: str
    numbers: list[int]
    next_number: int


class CompleteBody(Payload):
    """How many pieces the part has, and how long it is."""

    chunks: int = Field(ge=0, le=MAX_SESSION_CHUNKS)
    duration_s: float = Field(ge=0, le=MAX_CLOCK_S, allow_inf_nan=False)


class CompleteReply(Reply):
    """`missing` are the numbers that have not arrived; they may still be sent."""

    part_id: str
    complete: bool
    missing: list[int]


class MediaQuery(Payload):
    """Which file, when the parts' codecs differ: 0 is the longest."""

    file: int = Field(default=0, ge=0, le=99)


async def put_chunk(request: web.Request) -> web.Response:
    """Take one piece of a recording; it is on disk when this answers. Repeating is harmless."""
    services, part_id = services_of(request), _part_id(request)
    number = _number(request)
    summary = await _open_session(request, services)
    mime, sha256 = _mime(request), _sha256(request)
    start_s, duration_s = (
        _seconds(request, "X-Part-Start-S"),
        _seconds(request, "X-Chunk-Duration-S"),
    )
    content = await read_bytes(request, MAX_CHUNK_BYTES, wait_s=UPLOAD_WAIT_S)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise IntegrityError("The bytes do not match X-Chunk-Sha256.", part_id=part_id)
    await _within_quota(services, summary.session_id, len(content))
    name = f"parts/{part_id}/{number:06d}-{sha256[:16]}.{mime.partition('/')[2]}"
    chunk = RecordingChunk(
        session_id=summary.session_id,
        part_id=part_id,
        number=number,
        sha256=sha256,
        size_bytes=len(content),
        blob_key=f"recordings/{summary.session_id}/{name}",
        start_s=start_s,
        duration_s=duration_s,
        mime=mime,
        received_at=services.clock(),
    )
    await _keep(services, chunk, content)
    return reply(ChunkReply(part_id=part_id, number=number, sha256=sha256))


async def get_part(request: web.Request) -> web.Response:
    """What has arrived of a part, so that a browser sends only the rest."""
    services, part_id = core_of(request), _part_id(request)
    numbers = await _numbers(services, _own(request), part_id)
    return reply(PartReply(part_id=part_id, numbers=numbers, next_number=_first_free(numbers)))


async def complete_part(request: web.Request) -> web.Response:
    """The browser has sent all of a part; the report of an ended interview is made anew."""
    services, part_id = services_of(request), _part_id(request)
    body = await read_body(request, CompleteBody)
    summary = await _open_session(request, services)
    session_id = summary.session_id
    part = RecordingPart(
        session_id=session_id,
        part_id=part_id,
        chunks=body.chunks,
        duration_s=body.duration_s,
        completed_at=services.clock(),
    )
    known = {item.part_id: item for item in await services.storage.recordings.parts(session_id)}
    if part_id not in known and len(known) >= MAX_PARTS:
        raise TooLarge(f"A recording has at most {MAX_PARTS} parts.")
    chunks = await services.storage.recordings.chunks(session_id)
    received = [chunk for chunk in chunks if chunk.part_id == part_id]
    there = {chunk.number for chunk in received}
    missing = [number for number in range(body.chunks) if number not in there]
    if _changes(known.get(part_id), part, received):
        await services.storage.recordings.complete(part)
        if summary.status.final:
            at = services.clock() + REPORT_AFTER
            await services.storage.jobs.enqueue(report_job(session_id, at))
    return reply(CompleteReply(part_id=part_id, complete=not missing, missing=missing[:1_000]))


def _changes(
    known: RecordingPart | None, part: RecordingPart, received: Sequence[RecordingChunk]
) -> bool:
    """Whether a report could say anything else than before this part was called complete."""
    if known is None:
        return True
    said = (known.chunks, known.duration_s) != (part.chunks, part.duration_s)
    return said or any(chunk.received_at >= known.completed_at for chunk in received)


async def recording_media(request: web.Request) -> web.StreamResponse:
    """The recording as one seekable file; ranges are served, late pieces are joined in."""
    services, session_id = core_of(request), request.match_info["session_id"]
    wanted = read_query(request, MediaQuery).file
    summary = await services.storage.sessions.get(session_id)
    if summary is None or not summary.status.final:
        raise NotFound("Recording", session_id)
    joined = await services.recordings.joined(session_id)
    if joined is None or wanted >= len(joined.files):
        raise NotFound("Recording", session_id)
    file = joined.files[wanted]
    return await ranged_blob(
        request,
        services.blobs,
        file.key,
        size=file.size_bytes,
        content_type=file.mime,
        etag=f"{joined.fingerprint}-{wanted}",
    )


async def _keep(services: CoreServices, chunk: RecordingChunk, content: bytes) -> None:
    """Bytes first, then the index: what is acknowledged is there. Nothing is left on refusal."""
    await services.blobs.put(chunk.blob_key, content)
    try:
        await services.storage.recordings.add(chunk)
    except (IntegrityError, NotFound):
        await services.blobs.delete(chunk.blob_key)
        raise


async def _within_quota(services: CoreServices, session_id: str, more: int) -> None:
    usage = await services.storage.recordings.usage(session_id)
    if usage.size_bytes + more > MAX_SESSION_BYTES or usage.chunks >= MAX_SESSION_CHUNKS:
        raise TooLarge("The recording of one interview may have 2 GiB.")


async def _open_session(request: web.Request, services: Services) -> SessionSummary:
    """The candidate's session, if it may still be recorded.

    Raises:
        Forbidden: Nobody has consented to a recording.
        Gone: It ended more than a day ago.
    """
    session_id = _own(request)
    summary = await services.storage.sessions.get(session_id)
    if summary is None:
        raise NotFound("Session", session_id)
    if not services.recording:
        raise Forbidden("Recording is switched off on this server.")
    if not summary.consent_received:
        raise Forbidden("There is no consent to a recording.")
    if _too_late(summary, services.clock()):
        raise Gone("The interview ended more than a day ago.")
    return summary


def _too_late(summary: SessionSummary, now: datetime) -> bool:
    return summary.completed_at is not None and now - summary.completed_at > LATE_UPLOADS


async def _numbers(services: CoreServices, session_id: str, part_id: str) -> list[int]:
    chunks = await services.storage.recordings.chunks(session_id)
    return [chunk.number for chunk in chunks if chunk.part_id == part_id]


def _first_free(numbers: list[int]) -> int:
    there = set(numbers)
    return next(number for number in range(len(there) + 1) if number not in there)


def _own(request: web.Request) -> str:
    principal = principal_of(request)
    if not isinstance(principal, Candidate):
        raise Forbidden("Only the candidate may send a recording.")
    return principal.session_id


def _part_id(request: web.Request) -> str:
    part_id = request.match_info["part_id"]
    if not PART_ID.fullmatch(part_id):
        raise InvalidInput("part_id", "it must be 1 to 64 letters, digits, '-' or '_'")
    return part_id


def _number(request: web.Request) -> int:
    text = request.match_info["number"]
    if not re.fullmatch(r"[0-9]{1,5}", text) or int(text) >= MAX_SESSION_CHUNKS:
        raise InvalidInput("number", f"it must be between 0 and {MAX_SESSION_CHUNKS - 1}")
    return int(text)


def _mime(request: web.Request) -> str:
    if request.content_type not in TYPES:
        raise InvalidInput("Content-Type", f"it must be {' or '.join(TYPES)}")
    return request.content_type


def _sha256(request: web.Request) -> str:
    value = request.headers.get("X-Chunk-Sha256", "").lower()
    if not SHA256.fullmatch(value):
        raise InvalidInput("X-Chunk-Sha256", "it must be 64 hexadecimal digits")
    return value


def _seconds(request: web.Request, header: str) -> float:
    try:
        value = float(request.headers[header])
    except (KeyError, ValueError):
        raise InvalidInput(header, "it must be a number of seconds") from None
    if not 0 <= value <= MAX_CLOCK_S:  # false for NaN as well
        raise InvalidInput(header, "it is out of range")
    return value


CANDIDATE = frozenset({Allow.CANDIDATE})
VIEWERS = frozenset({Allow.STAFF, Allow.SERVICE, Allow.SIGNED})
UPLOAD = (
    "The body is the piece's bytes. Headers: `X-Chunk-Sha256` (hex), `X-Part-Start-S` (session"
    " clock at which the part began), `X-Chunk-Duration-S`. Accepted up to a day after the end."
)

ROUTES = [
    Route(
        method="PUT",
        path="/api/candidate/recording/{part_id}/{number}",
        rate="none",  # as many as the sitting makes; the session has a limit in bytes
        handler=put_chunk,
        allow=CANDIDATE,
        summary="Send a piece of the recording",
        description=UPLOAD,
        response=ChunkReply,
        consumes=TYPES,
        max_body_bytes=MAX_CHUNK_BYTES,
        statuses=(400, 404, 410, 413, 422, 503),
    ),
    Route(
        method="GET",
        path="/api/candidate/recording/{part_id}",
        rate="none",  # as many as the sitting makes; the session has a limit in bytes
        handler=get_part,
        allow=CANDIDATE,
        summary="What has arrived of a part",
        response=PartReply,
        statuses=(400,),
    ),
    Route(
        method="POST",
        path="/api/candidate/recording/{part_id}/complete",
        rate="none",  # as many as the sitting makes; the session has a limit in bytes
        handler=complete_part,
        allow=CANDIDATE,
        summary="All pieces of a part are sent",
        request=CompleteBody,
        response=CompleteReply,
        statuses=(400, 404, 410, 503),
    ),
    *(
        Route(
            method="GET",
            path=path,
            handler=recording_media,
            allow=VIEWERS,
            summary=summary,
            description="One seekable file. The signed address in the report works in a player.",
            kind="file",
            query=MediaQuery,
            statuses=(404, 416, 503),
            produces="video/webm",
        )
        for path, summary in (
            ("/api/reports/{session_id}/recording", "The recording of an interview"),
            ("/api/recordings/{session_id}/media", "The recording (the report's signed address)"),
        )
    ),
]
