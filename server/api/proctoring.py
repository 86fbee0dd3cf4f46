"""Proctoring over HTTP: consent and reference face, page events, timeline, review, overruling."""

from __future__ import annotations

from typing import Annotated, Literal

from aiohttp import web
from pydantic import AwareDatetime, Field, StrictBool, StrictStr

from interview.commands import (
    DecideBiometricConsent,
    ExplainViolation,
    ReopenSession,
    ReviewViolation,
    SettlePause,
)
from interview.errors import InvalidInput, NotFound
from interview.nouns import Status
from interview.records import State, ViolationState
from interview.signals import MAX_EXPLANATION_CHARS, ReviewOutcome
from proctoring.base import PageEvent, PageEventName
from realtime.apart import cut_apart
from realtime.cuts import LEAD_S, TAIL_S
from server.edge.audit import audit
from server.edge.auth.principals import Allow, Candidate
from server.edge.auth.signing import sign_path
from server.edge.errors import Unprocessable
from server.edge.paging import Counted
from server.edge.ranges import ranged
from server.edge.routes import (
    STAFF_OR_SERVICE,
    Payload,
    Reply,
    Route,
    principal_of,
    read_body,
    read_query,
    reply,
)
from server.live.registry import LiveRegistry
from server.platform.recordings import JoinedFile
from server.platform.reference_faces import take_reference
from server.platform.reports.integrity import integrity_of, violations_of
from server.platform.reports.model import IntegrityReport, ProctoringViolation
from server.platform.services import Services, services_of
from server.platform.session_views import SessionItem, Several, item_of
from server.text import Line, Name, Paragraphs

BASE = "/api/parallel_interview/session/{session_id}"
MEDIA_TTL_S = 6 * 3_600
MAX_IMAGE_CHARS = 1_000_000
CANDIDATE = frozenset({Allow.CANDIDATE})
VIEWERS = frozenset({Allow.STAFF, Allow.SERVICE, Allow.SIGNED})


class BiometricBody(Payload):
    """The candidate's decision on the comparison of faces."""

    granted: StrictBool
    text_version: StrictStr = Field(max_length=32)


class BiometricReply(Reply):
    """What holds now."""

    granted: bool


class FaceBody(Payload):
    """A JPEG or PNG as a data URL or as bare base64."""

    image_data: StrictStr = Field(min_length=1, max_length=MAX_IMAGE_CHARS)


class FaceReply(Reply):
    """The picture was taken as the reference of this session."""

    status: Literal["success"] = "success"
    message: str
    session_id: str


class PageEventBody(Payload):
    """An older client's report; the session is the caller's, whatever the body says."""

    event: StrictStr = Field(default="exit_fullscreen", max_length=40)


class OkReply(Reply):
    """It was taken."""

    status: Literal["ok"] = "ok"


class OwnViolation(Reply):
    """What the candidate sees of a signal in the own session; the still is the one staff see."""

    violation_id: str
    code: str
    message: str
    at_s: float
    end_s: float
    recorded_at: AwareDatetime
    still_url: str | None
    explanation: str | None
    outcome: ReviewOutcome | None


class OwnViolations(Reply):
    """The candidate's own signals, oldest first."""

    violations: list[OwnViolation]


class ExplanationBody(Payload):
    """The candidate's own words."""

    text: Paragraphs = Field(max_length=MAX_EXPLANATION_CHARS)


class ReviewBody(Payload):
    """What a person makes of a signal."""

    outcome: ReviewOutcome
    note: Paragraphs = Field(default="", max_length=2_000)


class PauseBody(Payload):
    """What a person decides about a paused session."""

    go_on: StrictBool
    note: StrictStr = Field(default="", max_length=500)


class PauseReply(Reply):
    """The session goes on, or has ended."""

    status: Literal["success"] = "success"
    session_id: str
    session_status: Status


class ReopenBody(Payload):
    """Why staff overrules the end."""

    reason: Name = Field(max_length=500)


class ReopenReply(Reply):
    """The session goes on."""

    status: Literal["success"] = "success"
    session_id: str
    session_status: Status


class ProctoringReply(Reply):
    """All signals of a session, in order, with what people made of them."""

    session_id: str
    integrity: IntegrityReport
    violations: list[ProctoringViolation]
    clips: dict[str, str]


class QueueQuery(Payload):
    """A page of the review queue. `standing`: one or several, separated by commas."""

    status: Status | None = None
    standing: Several = ()
    search: Annotated[Line, Field(max_length=200)] | None = None
    limit: int = Field(default=50, ge=1, le=200)
    offset: int = Field(default=0, ge=0, le=10_000_000)


class QueueReply(Counted):
    """Sessions with signals that wait for a decision, newest first.

    `total` sessions match; `signals` wait in all sessions together.
    """

    sessions: list[SessionItem]
    signals: int


async def biometric_consent(request: web.Request) -> web.Response:
    """Allow or refuse the comparison of faces. Refusing removes a reference that was taken."""
    services, session_id = services_of(request), _own(request)
    body = await read_body(request, BiometricBody)
    command = DecideBiometricConsent(granted=body.granted, text_version=body.text_version)
    await services.live.command(session_id, command)
    if not body.granted and services.references is not None:
        await services.references.forget(session_id)
    return reply(BiometricReply(granted=body.granted))


async def reference_face(request: web.Request) -> web.Response:
    """Take a picture as the reference face, if it shows exactly one clear face."""
    session_id = _own(request)
    body = await read_body(request, FaceBody)
    outcome = await take_reference(services_of(request), session_id, body.image_data)
    if not outcome.accepted:
        raise Unprocessable("image_data", outcome.message)
    return reply(FaceReply(message=outcome.message, session_id=session_id))


async def fullscreen_event(request: web.Request) -> web.Response:
    """A page event of the caller's own session (older clients; ours send it on the socket)."""
    services, session_id = services_of(request), _own(request)
    body = await read_body(request, PageEventBody)
    name = _event_name(body.event)
    live = services.live
    if isinstance(live, LiveRegistry):
        room = live.room(session_id)
        if room is not None:  # an event without its interview says nothing
            room.watch.page_event(PageEvent(name=name, at_s=room.clock_s()))
    return reply(OkReply())


async def own_violations(request: web.Request) -> web.Response:
    """The signals of the caller's own session."""
    services = services_of(request)
    state = await services.live.state(_own(request))
    seen = [item for item in state.watch.violations if not item.violation.hint]
    shown = [_own_view(services, state.session_id, item) for item in seen]
    return reply(OwnViolations(violations=shown))


async def explain(request: web.Request) -> web.Response:
    """The candidate's own words about a signal."""
    services, session_id = services_of(request), _own(request)
    body = await read_body(request, ExplanationBody)
    violation_id = request.match_info["violation_id"]
    state = await services.live.command(
        session_id, ExplainViolation(violation_id=violation_id, text=body.text)
    )
    return reply(_own_view(services, session_id, _found(state, violation_id)))


async def timeline(request: web.Request) -> web.Response:
    """The session's signals with their evidence."""
    services, session_id = services_of(request), request.match_info["session_id"]
    state = await services.live.state(session_id)
    return reply(await proctoring_of(services, state))


async def review(request: web.Request) -> web.Response:
    """Confirm, dismiss or pass on a signal; who and when is kept."""
    services, session_id = services_of(request), request.match_info["session_id"]
    body = await read_body(request, ReviewBody)
    violation_id = request.match_info["violation_id"]
    by = principal_of(request).actor
    state = await services.live.command(
        session_id,
        ReviewViolation(violation_id=violation_id, outcome=body.outcome, by=by, note=body.note),
    )
    await audit(
        request, "violation_reviewed", session_id, violation=violation_id, outcome=body.outcome
    )
    return reply(await proctoring_of(services, state))


async def settle_pause(request: web.Request) -> web.Response:
    """Let a session go on that was paused for its signals, or end it."""
    services, session_id = services_of(request), request.match_info["session_id"]
    body = await read_body(request, PauseBody)
    by = principal_of(request).actor
    command = SettlePause(by=by, go_on=body.go_on, note=body.note)
    state = await services.live.command(session_id, command)
    await audit(request, "pause_settled", session_id, go_on=body.go_on)
    return reply(PauseReply(session_id=session_id, session_status=state.status))


async def reopen(request: web.Request) -> web.Response:
    """Overrule an end by proctoring; the candidate may come back by the same link."""
    services, session_id = services_of(request), request.match_info["session_id"]
    body = await read_body(request, ReopenBody)
    by = principal_of(request).actor
    state = await services.live.command(session_id, ReopenSession(by=by, reason=body.reason))
    await audit(request, "session_reopened", session_id, reason=body.reason)
    return reply(ReopenReply(session_id=session_id, session_status=state.status))


async def queue(request: web.Request) -> web.Response:
    """Sessions that wait for a person's look."""
    query = read_query(request, QueueQuery)
    directory = services_of(request).storage.sessions
    found, total = await directory.page(
        unreviewed=True,
        status=query.status,
        standings=query.standing,
        search=query.search,
        limit=query.limit,
        offset=query.offset,
    )
    return reply(
        QueueReply(
            sessions=[item_of(summary) for summary in found],
            signals=await directory.violations_unreviewed(),
            total=total,
            limit=query.limit,
            offset=query.offset,
        )
    )


async def still(request: web.Request) -> web.Response:
    """The picture that belongs to a signal."""
    services, session_id = services_of(request), request.match_info["session_id"]
    state = await services.live.state(session_id)
    key = _found(state, request.match_info["violation_id"]).violation.still
    if key is None:
        raise NotFound("Still", request.match_info["violation_id"])
    content = await services.blobs.get(key)
    kind = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
    return ranged(request, content, kind, cache="private, max-age=3600")


async def clip(request: web.Request) -> web.Response:
    """A few seconds of the recording around a signal, copied out without transcoding."""
    services, session_id = services_of(request), request.match_info["session_id"]
    state = await services.live.state(session_id)
    found = _found(state, request.match_info["violation_id"]).violation
    content = await _clip(services, state, found.start_s, found.end_s)
    return ranged(request, content, "video/webm", cache="private, max-age=3600")


async def proctoring_of(services: Services, state: State) -> ProctoringReply:
    """The timeline with signed addresses of stills and clips."""
    violations = with_stills(services, state.session_id, violations_of(state))
    recorded = state.status.final and await services.storage.recordings.chunks(state.session_id)
    return ProctoringReply(
        session_id=state.session_id,
        integrity=integrity_of(state),
        violations=violations,
        clips={
            item.violation_id: _signed(services, state.session_id, "clips", item.violation_id)
            for item in (violations if recorded else ())
        },
    )


def with_stills(
    services: Services, session_id: str, violations: tuple[ProctoringViolation, ...]
) -> list[ProctoringViolation]:
    """Each with a fresh signed address of its picture, where there is one."""
    return [
        item.model_copy(
            update={"still_url": _signed(services, session_id, "stills", item.violation_id)}
        )
        if item.has_still
        else item
        for item in violations
    ]


def _signed(services: Services, session_id: str, kind: str, violation_id: str) -> str:
    path = f"/api/recordings/{session_id}/{kind}/{violation_id}"
    return sign_path(services.keys, path, MEDIA_TTL_S, services.clock())


async def _clip(services: Services, state: State, start_s: float, end_s: float) -> bytes:
    """Raises NotFound where nothing was recorded, Unavailable where it cannot be cut."""
    if not state.status.final:
        raise NotFound("Recording", state.session_id)
    joined = await services.recordings.joined(state.session_id)
    for file in joined.files if joined is not None else ():
        place = _place(file, start_s)
        if place is not None:
            lasting = min(end_s - start_s, 30.0)
            return await _cut(services, file, place - LEAD_S, place + lasting + TAIL_S)
    raise NotFound("Recording", state.session_id)


def _place(file: JoinedFile, at_s: float) -> float | None:
    """A session time as a time in the file; None where nothing was recorded."""
    for span in file.spans:
        into_s = at_s - span.session_start_s
        if -LEAD_S <= into_s < span.duration_s:
            return span.recording_start_s + max(0.0, into_s)
    return None


async def _cut(services: Services, file: JoinedFile, start_s: float, end_s: float) -> bytes:
    async def read_range(start: int, end: int) -> bytes:
        return await services.blobs.get_range(file.key, start, end)

    return await cut_apart(file.size_bytes, read_range, start_s, end_s)


def _own_view(services: Services, session_id: str, item: ViolationState) -> OwnViolation:
    found = item.violation
    still = found.still and _signed(services, session_id, "stills", found.violation_id)
    return OwnViolation(
        violation_id=found.violation_id,
        code=found.kind,
        message=found.advice or found.message,
        at_s=found.start_s,
        end_s=found.end_s,
        recorded_at=item.recorded_at,
        still_url=still,
        explanation=item.explanation,
        outcome=item.outcome,
    )


def _found(state: State, violation_id: str) -> ViolationState:
    found = state.watch.violation(violation_id)
    if found is None:
        raise NotFound("Violation", violation_id)
    return found


def _own(request: web.Request) -> str:
    principal = principal_of(request)
    assert isinstance(principal, Candidate)
    return principal.session_id


def _event_name(event: str) -> PageEventName:
    old = {"exit_fullscreen": "fullscreen_exit", "enter_fullscreen": "fullscreen_enter"}
    try:
        return PageEventName(old.get(event, event))
    except ValueError:
        raise InvalidInput("event", "it is not a known page event") from None


ROUTES = [
    Route(
        method="POST",
        path="/api/candidate/biometric_consent",
        handler=biometric_consent,
        allow=CANDIDATE,
        summary="Allow or refuse the comparison of faces",
        request=BiometricBody,
        response=BiometricReply,
        statuses=(400, 404, 409),
    ),
    Route(
        method="POST",
        path="/capture_reference_face",
        handler=reference_face,
        allow=CANDIDATE,
        summary="Take the reference face",
        description="422 with a sentence for the candidate when there is not one clear face.",
        request=FaceBody,
        response=FaceReply,
        statuses=(400, 404, 409, 413, 422, 503),
    ),
    Route(
        method="POST",
        path="/proctoring/fullscreen_event",
        handler=fullscreen_event,
        allow=CANDIDATE,
        summary="Report a page event (old address)",
        request=PageEventBody,
        response=OkReply,
        statuses=(400, 404),
    ),
    Route(
        method="GET",
        path="/api/candidate/violations",
        handler=own_violations,
        allow=CANDIDATE,
        summary="The signals of the own session",
        response=OwnViolations,
        statuses=(404,),
    ),
    Route(
        method="POST",
        path="/api/candidate/violations/{violation_id}/explanation",
        handler=explain,
        allow=CANDIDATE,
        summary="Explain a signal",
        request=ExplanationBody,
        response=OwnViolation,
        statuses=(400, 404),
    ),
    Route(
        method="GET",
        path=BASE + "/proctoring",
        handler=timeline,
        allow=STAFF_OR_SERVICE,
        summary="The signals of a session",
        response=ProctoringReply,
        statuses=(404,),
    ),
    Route(
        method="POST",
        path=BASE + "/violations/{violation_id}/review",
        handler=review,
        allow=STAFF_OR_SERVICE,
        summary="Review a signal",
        request=ReviewBody,
        response=ProctoringReply,
        statuses=(400, 404),
    ),
    Route(
        method="POST",
        path=BASE + "/pause",
        handler=settle_pause,
        allow=STAFF_OR_SERVICE,
        summary="Continue or end a paused session",
        description="A strict session waits here at its third counted signal; 409 when none does.",
        request=PauseBody,
        response=PauseReply,
        statuses=(400, 404, 409),
    ),
    Route(
        method="POST",
        path=BASE + "/reopen",
        handler=reopen,
        allow=STAFF_OR_SERVICE,
        summary="Overrule an end by proctoring",
        request=ReopenBody,
        response=ReopenReply,
        statuses=(400, 404, 409),
    ),
    Route(
        method="GET",
        path="/api/reviews",
        handler=queue,
        allow=STAFF_OR_SERVICE,
        summary="Sessions with signals to review",
        query=QueueQuery,
        response=QueueReply,
        statuses=(422,),
    ),
    Route(
        method="GET",
        path="/api/recordings/{session_id}/stills/{violation_id}",
        handler=still,
        allow=VIEWERS,
        summary="The picture of a signal",
        kind="file",
        statuses=(404, 416),
        produces="image/jpeg",
    ),
    Route(
        method="GET",
        path="/api/recordings/{session_id}/clips/{violation_id}",
        handler=clip,
        allow=VIEWERS,
        summary="The recording around a signal",
        kind="file",
        statuses=(404, 416, 503),
        produces="video/webm",
    ),
]
