"""The candidate's way in by a token: `/api/v1/candidates/interviews/*`.

The token is in the body, never in the address. Looking begins nothing; starting uses an attempt.
Answers that are recorded one by one come in one upload each here, or in pieces with the session's
own token (`/api/candidate/recording/…`, then `/api/candidate/takes`).
"""

from __future__ import annotations

import hashlib
import uuid
from typing import Annotated, ClassVar

from aiohttp import web
from pydantic import AwareDatetime, Field, StrictFloat, StrictInt, StrictStr

from interview.commands import EndSession, GiveConsent, StartSession
from interview.errors import Forbidden, Gone, InvalidInput, NotFound
from interview.nouns import CandidateDetails, Question, QuestionKind, Status
from interview.state import State
from interview.taking import counting, takes_left
from server.api.appearance import ThemeReply, theme_reply
from server.edge.auth.candidates import candidate_token, candidate_url
from server.edge.auth.guard import principal_of_token
from server.edge.auth.principals import Allow, Candidate
from server.edge.bodies import UPLOAD_WAIT_S, read_form
from server.edge.gate import gate_of
from server.edge.routes import PUBLIC, Payload, Reply, Route, principal_of, read_body, reply
from server.platform.interviews.appearance import theme_of
from server.platform.interviews.design import Interview, Mode
from server.platform.interviews.takes import (
    MAX_TAKE_BYTES,
    check_media,
    check_open,
    keep,
    keep_whole,
    pieces_of,
    question_of,
)
from server.platform.interviews.tokens import (
    InterviewToken,
    Tokens,
    admitted,
    begin,
    interview_of,
    startable,
    usable,
)
from server.platform.services import Services, services_of
from server.settings import consent_paragraphs
from server.text import Email, Line

BASE = "/api/v1/candidates/interviews"
KEY = "Idempotency-Key"
MAX_KEY_CHARS = 200
TokenValue = Annotated[StrictStr, Field(min_length=1, max_length=100)]


class NoRecordings(InvalidInput):
    """There is nothing to be sent in."""

    code: ClassVar[str] = "no_recordings"


class AccessBody(Payload):
    """The token of the link."""

    token: TokenValue


class StartBody(AccessBody):
    """Who begins, where the token does not say it, and what they have consented to."""

    name: Annotated[Line, Field(max_length=200)] = ""
    email: Email | None = None
    consent_text_version: Annotated[StrictStr, Field(max_length=100)] | None = None


class SendInBody(AccessBody):
    """Which attempt; by default the last one."""

    session_id: Annotated[StrictStr, Field(max_length=64)] | None = None


class ShownQuestion(Reply):
    """A question; `text` is null where it is not shown ahead. `takes_left`: once begun."""

    id: int
    text: str | None
    type: QuestionKind
    preparation_time: float | None
    responding_time: float
    order: int
    takes_left: int | None = None
    recorded: bool = False


class ShownInterview(Reply):
    """The interview as candidates see it."""

    id: int
    title: str
    mode: Mode
    language: str
    retakes: int
    questions: list[ShownQuestion]


class TokenInfo(Reply):
    """How long and how often the link works."""

    expires_at: AwareDatetime
    opens_at: AwareDatetime | None
    time_zone: str
    attempts_remaining: int
    standing: str
    candidate_name: str
    startable: bool
    why_not: str = ""


class ShownConsent(Reply):
    """What is agreed to by starting."""

    version: str
    text: list[str]


class AccessReply(Reply):
    """Everything that is known before it begins."""

    interview: ShownInterview
    theme: ThemeReply
    token_info: TokenInfo
    company: str
    consent: ShownConsent


class BegunReply(Reply):
    """The session. `candidate_token` is its own; `candidate_url` opens the live interview."""

    id: str
    session_id: str
    start_time: AwareDatetime
    mode: Mode
    candidate_token: str
    candidate_url: str
    attempts_remaining: int


class CompletedReply(Reply):
    """The session has ended; what was recorded is heard and evaluated from here on."""

    id: str
    session_id: str
    status: Status
    start_time: AwareDatetime | None
    end_time: AwareDatetime | None
    recordings: int
    message: str


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


async def access(request: web.Request) -> web.Response:
    """What the link is for. Nothing begins and no attempt is used."""
    body, services = await read_body(request, AccessBody), services_of(request)
    stored = await admitted(services, body.token)
    now = services.clock()
    usable(stored.document, now)
    interview = await interview_of(services, stored)
    theme = (await theme_of(services, stored.organisation_id).get()).document
    return reply(
        AccessReply(
            interview=_interview(interview),
            theme=theme_reply(request, theme),
            token_info=_info(stored.document, services),
            company=services.settings.company,
            consent=_consent(services, watched=_watched(interview)),
        )
    )


async def start_session(request: web.Request) -> web.Response:
    """Use an attempt. With `Idempotency-Key`, a repeated request is the same attempt."""
    body, services = await read_body(request, StartBody), services_of(request)
    given = CandidateDetails(name=body.name, email=body.email or "")
    session_id = _session_id(request, body.token)
    state, stored = await begin(services, body.token, session_id, given)
    if body.consent_text_version is not None and state.consent is None:
        consent = GiveConsent(granted=True, text_version=body.consent_text_version)
        state = await services.live.command(session_id, consent)
    elif state.plan.mode == "recorded" and state.status is Status.INITIALIZED:
        state = await services.live.command(session_id, StartSession(by="candidate"))
    token = candidate_token(services, session_id)
    return reply(
        BegunReply(
            id=session_id,
            session_id=session_id,
            start_time=state.started_at or state.created_at,
            mode=Mode(state.plan.mode),
            candidate_token=token,
            candidate_url=candidate_url(services, session_id, token),
            attempts_remaining=stored.document.attempts_remaining,
        ),
        status=201,
    )


async def complete_session(request: web.Request) -> web.Response:
    """Send the answers in. Done before, it answers the same; nothing is processed twice."""
    body, services = await read_body(request, SendInBody), services_of(request)
    stored = await admitted(services, body.token)
    session_id = _attempt(stored.document, body.session_id)
    state = await services.live.state(session_id)
    answers = counting(state) if state.plan.mode == "recorded" else list(state.answers)
    if not state.status.final:
        if not answers:
            raise NoRecordings("recordings", "nothing has been recorded yet")
        state = await services.live.command(
            session_id, EndSession(by="candidate", reason="sent_in")
        )
    if stored.document.completed_at is None:
        ended_at = state.ended_at
        await Tokens(services, stored.organisation_id).change(
            stored.document_id,
            lambda token: token.model_copy(update={"completed_at": ended_at}),
        )
    return reply(
        CompletedReply(
            id=session_id,
            session_id=session_id,
            status=state.status,
            start_time=state.started_at,
            end_time=state.ended_at,
            recordings=len(answers),
            message="Thank you. Your answers have been sent in.",
        )
    )


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
            consent=_consent(services, watched=False),
            theme=theme_reply(request, theme),
            questions=[
                _question(question, takes_left(state, question.number)).model_copy(
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
    if not state.status.final:
        if not counting(state):
            raise NoRecordings("recordings", "nothing has been recorded yet")
        state = await services.live.command(
            session_id, EndSession(by="candidate", reason="sent_in")
        )
    return reply(
        CompletedReply(
            id=session_id,
            session_id=session_id,
            status=state.status,
            start_time=state.started_at,
            end_time=state.ended_at,
            recordings=len(counting(state)),
            message="Thank you. Your answers have been sent in.",
        )
    )


def _session_id(request: web.Request, token: str) -> str:
    """New, or the one that this key of this token began."""
    key = request.headers.get(KEY)
    if key is None:
        return str(uuid.uuid4())
    if not 0 < len(key) <= MAX_KEY_CHARS or not key.isascii() or not key.isprintable():
        raise InvalidInput(KEY, "must have 1 to 200 printable ASCII characters")
    mark = hashlib.sha256(f"start-session\n{token}\n{key}".encode()).digest()
    return str(uuid.UUID(bytes=mark[:16], version=4))


def _attempt(token: InterviewToken, session_id: str | None) -> str:
    if not token.session_ids or session_id not in (None, *token.session_ids):
        raise NotFound("Session", session_id or "of this link")
    return session_id or token.session_ids[-1]


async def _own_session(request: web.Request, form: dict[str, bytes]) -> str:
    """The session of the token, or of the session's own token; `session_id` must be its.

    Raises:
        InvalidInput, NotFound, Gone: As `admitted`; nothing was begun.
        Unauthenticated: The header holds no token of ours.
    """
    services, named, value = (
        services_of(request),
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
    return _attempt(stored.document, named)


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


def _interview(interview: Interview) -> ShownInterview:
    design = interview.design
    limit = design.rules.max_questions or len(design.questions)
    return ShownInterview(
        id=interview.interview_id,
        title=interview.title,
        mode=design.mode,
        language=design.rules.language,
        retakes=design.retakes,
        questions=[
            ShownQuestion(
                id=question.id,
                text=question.text if design.questions_ahead else None,
                type=question.kind,
                preparation_time=question.preparation_time,
                responding_time=question.responding_time,
                order=order,
            )
            for order, question in enumerate(design.questions[: max(1, limit)], start=1)
        ],
    )


def _question(question: Question, left: int) -> ShownQuestion:
    return ShownQuestion(
        id=question.question_id or question.number,
        text=question.text,
        type=question.kind,
        preparation_time=question.preparation_s or None,
        responding_time=question.timer_s,
        order=question.number,
        takes_left=left,
    )


def _info(token: InterviewToken, services: Services) -> TokenInfo:
    why_not = ""
    try:
        startable(token, services.clock())
    except (Gone, Forbidden) as error:
        why_not = error.message
    return TokenInfo(
        expires_at=token.expires_at,
        opens_at=token.opens_at,
        time_zone=token.time_zone,
        attempts_remaining=token.attempts_remaining,
        standing=token.standing(services.clock()),
        candidate_name=token.candidate_name,
        startable=not why_not,
        why_not=why_not,
    )


def _watched(interview: Interview) -> bool:
    live = interview.design.mode is Mode.LIVE
    return live and interview.design.rules.proctoring_profile != "off"


def _consent(services: Services, *, watched: bool) -> ShownConsent:
    settings = services.settings
    return ShownConsent(
        version=settings.consent_text_version, text=consent_paragraphs(settings, watched=watched)
    )


def _session_of(request: web.Request) -> str:
    principal = principal_of(request)
    assert isinstance(principal, Candidate)
    return principal.session_id


CANDIDATE = frozenset({Allow.CANDIDATE})
ROUTES = [
    Route(
        method="POST",
        path=BASE + "/access",
        handler=access,
        allow=PUBLIC,
        summary="What a link is for",
        request=AccessBody,
        response=AccessReply,
        statuses=(400, 404, 410),
    ),
    Route(
        method="POST",
        path=BASE + "/start-session",
        handler=start_session,
        allow=PUBLIC,
        summary="Begin an interview",
        description="With `Idempotency-Key`, a repeated request is the same attempt.",
        request=StartBody,
        response=BegunReply,
        status=201,
        statuses=(400, 403, 404, 409, 410),
    ),
    Route(
        method="PATCH",
        path=BASE + "/complete-session",
        handler=complete_session,
        allow=PUBLIC,
        summary="Send the answers in",
        request=SendInBody,
        response=CompletedReply,
        statuses=(400, 404, 409),
    ),
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
        method="POST",
        path="/api/candidate/send-in",
        handler=send_in,
        allow=CANDIDATE,
        summary="Send the recorded answers in",
        response=CompletedReply,
        statuses=(400, 404, 409),
    ),
]
