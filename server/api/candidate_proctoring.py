"""What a candidate does about proctoring: consent, reference face, page events, explanations."""

from __future__ import annotations

from typing import Literal

from aiohttp import web
from pydantic import AwareDatetime, Field, StrictBool, StrictStr

from interview.commands import DecideBiometricConsent, ExplainViolation
from interview.errors import InvalidInput
from interview.records import ViolationState
from interview.signals import MAX_EXPLANATION_CHARS, ReviewOutcome
from proctoring.base import PageEvent, PageEventName
from server.edge.auth.principals import Allow, Candidate
from server.edge.errors import Unprocessable
from server.edge.routes import Payload, Reply, Route, principal_of, read_body, reply
from server.live.registry import LiveRegistry
from server.platform.evidence import evidence_url, violation_in
from server.platform.reference_faces import take_reference
from server.platform.services import CoreServices, services_of
from server.text import Paragraphs

MAX_IMAGE_CHARS = 1_000_000
CANDIDATE = frozenset({Allow.CANDIDATE})


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
    return reply(_own_view(services, session_id, violation_in(state, violation_id)))


def _own_view(services: CoreServices, session_id: str, item: ViolationState) -> OwnViolation:
    found = item.violation
    still = found.still and evidence_url(services, session_id, "stills", found.violation_id)
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
]
