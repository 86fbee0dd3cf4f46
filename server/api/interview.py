"""The door for other programs' agents: `/api/interview/*`. Here: what an agent says.

The same sessions, log and reports as everywhere; an agent says what it asked and what it heard. A
`candidate_id` in these addresses is a session's id: a candidate is known by the sitting. What may
be read is in `interview_data`, `interview_status` and `interview_analysis`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field, StrictBool, StrictStr

from interview.commands import (
    AnswerElsewhere,
    AskElsewhere,
    EndSession,
    ReportedConsent,
)
from interview.errors import IllegalTransition
from interview.nouns import (
    MAX_ANSWER_CHARS,
    MAX_QUESTION_CHARS,
    Environment,
    ReportedAnswer,
    Status,
)
from interview.records import AnswerState, State
from server.api.interview_door import door_route, seconds_of
from server.edge.audit import audit
from server.edge.auth.candidates import candidate_token
from server.edge.idempotency import new_id
from server.edge.routes import (
    Payload,
    Reply,
    organisation_of,
    principal_of,
    read_body,
    reply,
)
from server.platform import door
from server.platform.services import CoreServices, services_of
from server.text import Line, Paragraphs

PIECE_BYTES = 8 * 1024 * 1024
PER_MINUTE = 50
SHORT = Annotated[Line, Field(max_length=80)]


class RecordingConfig(Payload):
    """What is to be recorded."""

    format: Annotated[StrictStr, Field(pattern=r"^[a-z0-9]{1,8}$")] = "webm"
    quality: Annotated[StrictStr, Field(pattern=r"^[A-Za-z0-9 _-]{1,16}$")] = "HD"
    audio: StrictBool = True
    video: StrictBool = True


class ConsentSaid(Payload):
    """That the candidate has consented, to which text, and how."""

    source: Literal["button", "spoken", "typed"] = "spoken"
    text_version: Annotated[Line, Field(min_length=1, max_length=32)]


class StartBody(Payload):
    """`interview_token`: an interview's token, a candidate's, or a session's id of yours.

    `browser_info`, `network_quality` and `avatar_settings` are kept as the agent says them.
    """

    interview_token: Annotated[StrictStr, Field(min_length=1, max_length=4_096)]
    recording_config: RecordingConfig = RecordingConfig()
    avatar: SHORT = ""
    avatar_settings: dict[SHORT, Annotated[Line, Field(max_length=200)]] = Field(
        default_factory=dict, max_length=20
    )
    browser_info: Annotated[Line, Field(max_length=500)] = ""
    network_quality: Annotated[Line, Field(max_length=100)] = ""
    consent: ConsentSaid | None = None


class QuestionData(Payload):
    """A question as it was asked."""

    text: Annotated[Paragraphs, Field(min_length=1, max_length=MAX_QUESTION_CHARS)]
    type: Annotated[Line, Field(min_length=1, max_length=40)] = "general"
    avatar: SHORT = "default"
    keywords: tuple[SHORT, ...] = Field(default=(), max_length=40)
    difficulty: Literal["easy", "medium", "hard"] = "medium"
    category: SHORT = ""
    duration: Annotated[float, Field(ge=0, le=86_400)] | None = None


class QuestionBody(Payload):
    """Which session, and what was asked."""

    session_id: Annotated[StrictStr, Field(min_length=1, max_length=100)]
    question_data: QuestionData


class AnswerData(Payload):
    """An answer as it was heard. A `sentiment` is not kept: emotions are not judged."""

    text: Annotated[Paragraphs, Field(max_length=MAX_ANSWER_CHARS)]
    duration: Annotated[float, Field(ge=0, le=86_400)] | None = None
    audio_quality: Literal["poor", "fair", "good", "excellent"] | None = None
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    keywords: tuple[SHORT, ...] = Field(default=(), max_length=40)


class AnswerBody(Payload):
    """Which question of which session, and what was answered."""

    session_id: Annotated[StrictStr, Field(min_length=1, max_length=100)]
    question_id: Annotated[StrictStr, Field(min_length=1, max_length=100)]
    answer_data: AnswerData


class EndBody(Payload):
    """Which session is over."""

    session_id: Annotated[StrictStr, Field(min_length=1, max_length=100)]


class Upload(Reply):
    """Where pieces of the recording go (`PUT`, the token as bearer), and their largest size."""

    url: str
    token: str
    max_piece_bytes: int = PIECE_BYTES


class BegunReply(Reply):
    """`recording_started`: the store has opened the recording and takes its pieces.

    It is not without `consent` in the request: nobody is recorded who has not agreed.
    """

    success: Literal[True] = True
    session_id: str
    recording_started: bool
    recording_upload: Upload | None
    planned_questions: list[str]
    message: str


class QuestionReply(Reply):
    """The question is kept."""

    success: Literal[True] = True
    question_id: str
    question_number: int
    message: str = "Question added successfully"


class AnswerReply(Reply):
    """The answer is kept."""

    success: Literal[True] = True
    answer_id: str
    message: str = "Answer added successfully"


class OverReply(Reply):
    """It is over; the analysis is made in the background."""

    success: Literal[True] = True
    session_id: str
    questions: int
    answered: int
    duration_seconds: int
    message: str = "Interview session ended successfully. Analysis started."


async def start(request: web.Request) -> web.Response:
    """Begin a session, held by the program that asks."""
    services, body = services_of(request), await read_body(request, StartBody)
    by = principal_of(request).actor
    summary, expired = await door.session_for(
        services,
        organisation_of(request),
        body.interview_token,
        session_id=new_id(request),
        by=by,
    )
    consent = ReportedConsent(**body.consent.model_dump()) if body.consent else None
    state = await door.begin(
        services,
        summary,
        by,
        expired=expired,
        avatar=body.avatar,
        environment=Environment(
            browser_info=body.browser_info,
            network_quality=body.network_quality,
            avatar_settings=body.avatar_settings,
        ),
        consent=consent,
    )
    wishes = body.recording_config.model_dump()
    consented = state.consent == "given"
    recording = consented and await door.open_recording(services, state.session_id, wishes)
    await audit(request, "session_taken_over", state.session_id)
    planned = state.elsewhere.planned if state.elsewhere else ()
    return reply(
        BegunReply(
            session_id=state.session_id,
            recording_started=recording,
            recording_upload=_upload(services, state.session_id) if recording else None,
            planned_questions=[question.text for question in planned],
            message="Interview session started successfully",
        )
    )


def _upload(services: CoreServices, session_id: str) -> Upload:
    base = services.settings.resolved_public_url
    return Upload(
        url=f"{base}/api/candidate/recording/{{part_id}}/{{number}}",
        token=candidate_token(services, session_id),
    )


async def add_question(request: web.Request) -> web.Response:
    """Keep a question that the agent asked."""
    services, body = services_of(request), await read_body(request, QuestionBody)
    await door.session_of(services, organisation_of(request), body.session_id)
    data, question_id = body.question_data, new_id(request)
    labels = {"avatar": data.avatar, "difficulty": data.difficulty, "category": data.category}
    command = AskElsewhere(
        question_id=question_id,
        text=data.text,
        kind=data.type,
        keywords=data.keywords,
        labels={name: word for name, word in labels.items() if word},
    )
    state = await services.live.command(body.session_id, command)
    asked = state.elsewhere.asked if state.elsewhere else ()
    number = next(one.number for one in asked if one.question_id == question_id)
    return reply(QuestionReply(question_id=question_id, question_number=number))


async def add_answer(request: web.Request) -> web.Response:
    """Keep an answer that the agent heard."""
    services, body = services_of(request), await read_body(request, AnswerBody)
    await door.session_of(services, organisation_of(request), body.session_id)
    data = body.answer_data
    reported = ReportedAnswer(
        duration_s=data.duration,
        audio_quality=data.audio_quality,
        confidence=data.confidence,
        keywords=data.keywords,
    )
    command = AnswerElsewhere(
        answer_id=new_id(request),
        question_id=body.question_id,
        content=data.text,
        reported=reported,
    )
    state = await services.live.command(body.session_id, command)
    return reply(AnswerReply(answer_id=_answer_to(state, body.question_id).answer_id))


def _answer_to(state: State, question_id: str) -> AnswerState:
    asked = state.elsewhere.asked if state.elsewhere else ()
    number = next(one.number for one in asked if one.question_id == question_id)
    return next(answer for answer in state.answers if answer.question_number == number)


async def end(request: web.Request) -> web.Response:
    """End a session; a second end answers the same."""
    services, body = services_of(request), await read_body(request, EndBody)
    before = await door.session_of(services, organisation_of(request), body.session_id)
    if before.status is Status.INITIALIZED:
        raise IllegalTransition("end", before.status)
    command = EndSession(by=principal_of(request).actor, reason="ended_by_agent")
    state = await services.live.command(body.session_id, command)
    if not before.status.final:
        await audit(request, "session_ended", body.session_id)
    return reply(
        OverReply(
            session_id=state.session_id,
            questions=len(state.plan.questions),
            answered=sum(answer.has_words for answer in state.answers),
            duration_seconds=seconds_of(state) or 0,
        )
    )


ROUTES = [
    door_route(
        "POST",
        "/session/start",
        start,
        "Begin a session that another agent holds",
        request=StartBody,
        response=BegunReply,
        statuses=(400, 404, 409, 410),
    ),
    door_route(
        "POST",
        "/question/add",
        add_question,
        "Keep a question that was asked",
        request=QuestionBody,
        response=QuestionReply,
        statuses=(400, 404, 409),
        per_minute=PER_MINUTE,
    ),
    door_route(
        "POST",
        "/answer/add",
        add_answer,
        "Keep an answer that was heard",
        request=AnswerBody,
        response=AnswerReply,
        statuses=(400, 404, 409),
        per_minute=PER_MINUTE,
    ),
    door_route(
        "POST",
        "/session/end",
        end,
        "End a session",
        request=EndBody,
        response=OverReply,
        statuses=(400, 404, 409),
    ),
]
