"""A session whose answers are recorded one by one: its page, its recordings, sending them in.

A recording comes in one upload, or in pieces with the session's own token
(`/api/candidate/recording/…`, then `/api/candidate/takes`).
"""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import AwareDatetime, Field, StrictFloat, StrictInt, StrictStr

from interview.commands import GiveConsent
from interview.errors import Gone, InvalidInput, NotFound
from interview.nouns import Question, Status
from interview.state import State
from interview.taking import counting, takes_left
from server.api.appearance import ThemeReply, theme_reply
from server.api.portal import BASE
from server.api.portal_views import (
    CompletedReply,
    ShownConsent,
    ShownQuestion,
    attempt_of,
    completed,
    shown_consent,
    shown_question,
)
from server.edge.auth.guard import principal_of_token
from server.edge.auth.principals import Allow, Candidate
from server.edge.bodies import UPLOAD_WAIT_S, read_form
from server.edge.gate import gate_of
from server.edge.routes import PUBLIC, Payload, Reply, Route, principal_of, read_body, reply
from server.platform.interviews.appearance import theme_of
from server.platform.interviews.takes import (
    MAX_TAKE_BYTES,
    check_media,
    check_open,
    keep,
    keep_whole,
    pieces_of,
    question_of,
    send_answers_in,
)
from server.platform.interviews.tokens import admitted
from server.platform.services import core_of, services_of

CANDIDATE = frozenset({Allow.CANDIDATE})


class RecordingReply(Reply):
    """A recorded answer. `file_path` names it, not a place on any disk."""

    id: str
    session_id: str
    question_id: int
    file_path: str
    transcript: str | None = None
    analysis: str | None = None
    created_at: AwareDatetime
    takes_left: int


class TakeBody(Payload):
    """A recording that was sent in pieces is an answer to this question."""

    question_id: StrictInt
    part_id: Annotated[StrictStr, Field(min_length=1, max_length=64)]
    duration_s: Annotated[StrictFloat, Field(ge=0, le=7_200)] = 0


class AgreeBody(Payload):
    """Which text was agreed to."""

    consent_text_version: Annotated[StrictStr, Field(max_length=100)]


class AgreedReply(Reply):
    """It has begun."""

    session_id: str
    status: Status


class SittingReply(Reply):
    """A session whose answers are recorded one by one, as its page needs it."""

    session_id: str
    status: Status
    title: str
    company: str
    candidate_name: str
    language: str
    start_time: AwareDatetime | None
    now: AwareDatetime
    consent_received: bool
    consent: ShownConsent
    theme: ThemeReply
    questions: list[ShownQuestion]


async def upload(request: web.Request) -> web.Response:
    """A recorded answer in one piece; another one to the same question takes its place."""
    services = services_of(request)
    form = await read_form(request, MAX_TAKE_BYTES, wait_s=UPLOAD_WAIT_S)
    session_id = await _own_session(request, form)
    if "question_id" not in form:
        raise InvalidInput("question_id", "it is missing")
    if "audio_file" not in form:
        raise InvalidInput("audio_file", "it is missing")
    state = await services.live.state(session_id)
    question = question_of(state, _text(form, "question_id"))
    mime, content = _mime(form), form["audio_file"]
    check_media(content, mime)
    check_open(state, question)
    chunk = await keep_whole(services, state, question, content, mime)
    after = await keep(services, session_id, question, chunk.part_id, 0)
    return _recorded(after, question, chunk.part_id)


async def take(request: web.Request) -> web.Response:
    """A recording whose pieces are all here is an answer to a question."""
    body, services = await read_body(request, TakeBody), services_of(request)
    session_id = _session_of(request)
    state = await services.live.state(session_id)
    question = question_of(state, str(body.question_id))
    await pieces_of(services, session_id, body.part_id)
    if not any(known.part_id == body.part_id for known in state.takes):
        check_open(state, question)
    after = await keep(services, session_id, question, body.part_id, body.duration_s)
    return _recorded(after, question, body.part_id)


async def sitting(request: web.Request) -> web.Response:
    """The session of the page that records: what is asked, what is there."""
    services = services_of(request)
    state = await services.live.state(_session_of(request))
    if state.plan.mode != "recorded":
        raise NotFound("Recorded interview", state.session_id)
    theme = (await theme_of(services, state.organisation_id).get()).document
    there = {each.question_number for each in state.takes}
    return reply(
        SittingReply(
            session_id=state.session_id,
            status=state.status,
            title=state.plan.title,
            company=services.settings.company,
            candidate_name=state.candidate.name,
            language=state.plan.language,
            start_time=state.started_at,
            now=services.clock(),
            consent_received=state.consent == "given",
            consent=shown_consent(services, watched=False),
            theme=theme_reply(request, theme),
            questions=[
                shown_question(question, takes_left(state, question.number)).model_copy(
                    update={"recorded": question.number in there}
                )
                for question in state.plan.questions[: state.question_count]
            ],
        )
    )


async def agree(request: web.Request) -> web.Response:
    """Consent to what the session's page says; it begins with that."""
    body, services = await read_body(request, AgreeBody), services_of(request)
    command = GiveConsent(granted=True, text_version=body.consent_text_version)
    state = await services.live.command(_session_of(request), command)
    return reply(AgreedReply(session_id=state.session_id, status=state.status))


async def send_in(request: web.Request) -> web.Response:
    """Send the answers in, with the session's own token."""
    services, session_id = services_of(request), _session_of(request)
    state = await services.live.state(session_id)
    if state.plan.mode != "recorded":
        raise NotFound("Recorded interview", session_id)
    answers = counting(state)
    state = await send_answers_in(services, state, answers)
    return reply(completed(state, len(answers)))


async def _own_session(request: web.Request, form: dict[str, bytes]) -> str:
    """The session of the token, or of the session's own token; `session_id` must be its.

    Raises:
        InvalidInput, NotFound, Gone: As `admitted`; nothing was begun.
        Unauthenticated: The header holds no token of ours.
    """
    services, named, value = (
        core_of(request),
        _text(form, "session_id") or None,
        _text(form, "token"),
    )
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if not value and scheme.lower() == "bearer":
        principal = await principal_of_token(gate_of(request), bearer.strip())
        if not isinstance(principal, Candidate) or named not in (None, principal.session_id):
            raise NotFound("Session", named or "of this token")
        return principal.session_id
    if not value:
        raise InvalidInput("token", "it is missing")
    stored = await admitted(services, value)
    if stored.document.revoked_at is not None:
        raise Gone("This invitation was withdrawn.")
    return attempt_of(stored.document, named)


def _text(form: dict[str, bytes], name: str) -> str:
    return form.get(name, b"")[:200].decode("utf-8", "replace").strip()


def _mime(form: dict[str, bytes]) -> str:
    """As the form says in `content_type`, else by how the file begins."""
    said = _text(form, "content_type").partition(";")[0].lower()
    return said or "audio/webm"


def _recorded(state: State, question: Question, part_id: str) -> web.Response:
    kept = next(each for each in state.takes if each.part_id == part_id)
    number = question.question_id or question.number
    return reply(
        RecordingReply(
            id=kept.take_id,
            session_id=state.session_id,
            question_id=number,
            file_path=f"recordings/{kept.take_id}",
            created_at=kept.at,
            takes_left=takes_left(state, question.number),
        ),
        status=201,
    )


def _session_of(request: web.Request) -> str:
    principal = principal_of(request)
    assert isinstance(principal, Candidate)
    return principal.session_id


ROUTES = [
    Route(
        method="POST",
        path=BASE + "/recordings",
        handler=upload,
        allow=PUBLIC,
        summary="Upload a recorded answer",
        description=(
            "A form with `token`, `question_id`, `audio_file`, and where there were several "
            "attempts `session_id`. At most 32 MiB; instead of `token`, the header of the "
            "session's own token will do."
        ),
        response=RecordingReply,
        status=201,
        statuses=(400, 401, 403, 404, 409, 410, 413),
        consumes=("multipart/form-data",),
        max_body_bytes=MAX_TAKE_BYTES,
    ),
    Route(
        method="POST",
        path="/api/candidate/takes",
        handler=take,
        allow=CANDIDATE,
        summary="A recording is an answer",
        request=TakeBody,
        response=RecordingReply,
        status=201,
        statuses=(400, 403, 404, 409),
    ),
    Route(
        method="GET",
        path="/api/candidate/sitting",
        handler=sitting,
        allow=CANDIDATE,
        summary="The session whose answers are recorded",
        response=SittingReply,
        statuses=(404,),
    ),
    Route(
        method="POST",
        path="/api/candidate/agree",
        handler=agree,
        allow=CANDIDATE,
        summary="Consent, and begin",
        request=AgreeBody,
        response=AgreedReply,
        statuses=(400, 404, 409),
    ),
    Route(
        method="POST",
        path="/api/candidate/send-in",
        handler=send_in,
        allow=CANDIDATE,
        summary="Send the recorded answers in",
        response=CompletedReply,
        statuses=(400, 404, 409),
    ),
]
