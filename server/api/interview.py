"""The door for other programs' agents: `/api/interview/*`.

The same sessions, log and reports as everywhere; an agent says what it asked and what it heard. A
`candidate_id` in these addresses is a session's id: a candidate is known by the sitting.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import AwareDatetime, Field, StrictBool, StrictStr

from interview.accounts import MAKERS, OWNERS, TEAM
from interview.commands import (
    AnswerElsewhere,
    AskElsewhere,
    EndSession,
    ReportedConsent,
)
from interview.effects import report_job
from interview.errors import IllegalTransition
from interview.nouns import (
    MAX_ANSWER_CHARS,
    MAX_QUESTION_CHARS,
    ReportedAnswer,
    Status,
)
from interview.records import AnswerState, State
from server.edge.audit import audit
from server.edge.auth.candidates import candidate_token
from server.edge.auth.signing import sign_path
from server.edge.etags import must_be_seen, tagged
from server.edge.idempotency import new_id
from server.edge.routes import (
    STAFF_OR_SERVICE,
    Payload,
    Reply,
    Route,
    organisation_of,
    principal_of,
    read_body,
    read_query,
    reply,
)
from server.platform import door
from server.platform.deciding.analysis import FinalStatus, QuestionAnalysis, analysis_of
from server.platform.deciding.rules import JudgingRules, rules_of, set_rules, stored_rules
from server.platform.interviews.tokens import InterviewToken
from server.platform.services import Services, services_of
from server.text import Line, Paragraphs

BASE = "/api/interview"
LINK_S = 15 * 60.0
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
    """`interview_token`: an interview's token, a candidate's, or a session's id of yours."""

    interview_token: Annotated[StrictStr, Field(min_length=1, max_length=4_096)]
    recording_config: RecordingConfig = RecordingConfig()
    avatar: SHORT = ""
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


class AnalysisView(Reply):
    """Scores of 100, null where there is none; `reasons` says why."""

    technical_score: float | None
    communication_score: float | None
    problem_solving_score: float | None
    cultural_fit_score: float | None
    overall_score: float | None
    overall_feedback: str
    question_analysis: list[QuestionAnalysis]
    analysis_status: str
    final_status: FinalStatus | None
    final_status_by: str | None
    invalid_reasons: list[str]
    reasons: dict[str, str]
    weights: dict[str, float]
    weights_used: dict[str, float]
    pass_at: float
    review_at: float
    confidence: float | None
    method: str
    made_at: datetime | None


class AnalysisReply(Reply):
    """The analysis of a candidate's session."""

    success: Literal[True] = True
    candidate_id: str
    analysis: AnalysisView


class RecordingInfo(Reply):
    """What the files themselves say; `recording_file` is a signed address, valid for 15 minutes."""

    recording_file: str | None
    recording_duration: float | None
    recording_size: int | None
    recording_format: str | None
    recording_quality: str | None
    recording_status: Literal["not_started", "recording", "completed", "failed"]
    statement: str
    session_id: str
    started_at: datetime | None
    completed_at: datetime | None


class RecordingReply(Reply):
    """The recording of a candidate's session."""

    success: Literal[True] = True
    candidate_id: str
    recording_info: RecordingInfo


class AskedView(Reply):
    """A question with when it was asked."""

    question_id: str
    question_number: int
    text: str
    type: str
    labels: dict[str, str]
    asked_at: datetime | None


class AnsweredView(Reply):
    """An answer with when it was given; `reported` is what the agent said of it."""

    answer_id: str
    question_id: str
    question_number: int
    text: str
    outcome: str
    answered_at: datetime
    duration: float | None
    audio_quality: str | None
    confidence: float | None
    keywords: list[str]


class LogLine(Reply):
    """One step of the session's log."""

    seq: int
    type: str
    at: datetime


class SessionData(Reply):
    """All of a session: what was asked and answered, in order, and its log."""

    session_id: str
    candidate_id: str
    candidate_name: str
    title: str
    start_time: datetime | None
    end_time: datetime | None
    duration_seconds: int | None
    questions: list[AskedView]
    answers: list[AnsweredView]
    recording_file: str | None
    status: str
    avatar_used: str
    consent_text_version: str | None
    technical_issues: list[str]
    session_logs: list[LogLine]


class SessionReply(Reply):
    """A session's data."""

    success: Literal[True] = True
    session_data: SessionData


class StatusReply(Reply):
    """Where the link stands; `progress` of 100. No session was begun while `session_id` is null."""

    success: Literal[True] = True
    session_id: str | None
    status: str
    progress: int
    started_at: datetime | None
    completed_at: datetime | None
    expires_at: AwareDatetime
    questions_asked: int
    questions_answered: int
    can_continue: bool


class ExportQuery(Payload):
    """As what."""

    format: Literal["json", "text"] = "json"


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
        services, summary, by, expired=expired, avatar=body.avatar, consent=consent
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


def _upload(services: Services, session_id: str) -> Upload:
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
            duration_seconds=_seconds(state) or 0,
        )
    )


def _seconds(state: State) -> int | None:
    if state.started_at is None or state.ended_at is None:
        return None
    return round((state.ended_at - state.started_at).total_seconds())


async def analysis(request: web.Request) -> web.Response:
    """The scores, the proposal by the limits, and what people decided."""
    services, session_id = services_of(request), request.match_info["session_id"]
    await door.session_of(services, organisation_of(request), session_id)
    state = await services.live.state(session_id)
    documents = services.storage.documents
    rules = await rules_of(documents, state.organisation_id)
    made = await analysis_of(documents, state, rules)
    view = AnalysisView(
        **made.model_dump(
            include=set(AnalysisView.model_fields) - {"weights", "question_analysis"},
        ),
        weights=made.weights.model_dump(),
        question_analysis=list(made.question_analysis),
    )
    return reply(AnalysisReply(candidate_id=session_id, analysis=view))


async def reanalyse(request: web.Request) -> web.Response:
    """Make report and analysis anew, by the rules that are in force now."""
    services, session_id = services_of(request), request.match_info["session_id"]
    summary = await door.session_of(services, organisation_of(request), session_id)
    if not summary.status.final:
        raise IllegalTransition("analyse", summary.status)
    await services.storage.jobs.enqueue(report_job(session_id, services.clock()))
    await audit(request, "session_reanalysed", session_id)
    return reply(await _status_of(services, session_id), status=202)


async def recording(request: web.Request) -> web.Response:
    """What there is of the recording."""
    services, session_id = services_of(request), request.match_info["session_id"]
    await door.session_of(services, organisation_of(request), session_id)
    state = await services.live.state(session_id)
    info = await _recording_info(services, state)
    return reply(RecordingReply(candidate_id=session_id, recording_info=info))


async def _recording_info(services: Services, state: State) -> RecordingInfo:
    session_id = state.session_id
    wishes = await door.recording_wishes(services, session_id)
    usage = await services.storage.recordings.usage(session_id)
    found = await services.recordings.report(state) if usage.chunks and state.status.final else None
    file = None
    if found is not None and found.available:
        path = f"/api/recordings/{session_id}/media"
        file = sign_path(services.keys, path, LINK_S, services.clock())
    return RecordingInfo(
        recording_file=file,
        recording_duration=found.duration_s if found else None,
        recording_size=(found.size_bytes if found else None) or usage.size_bytes or None,
        recording_format=_format(found.mime) if found else None,
        recording_quality=str(wishes["quality"]) if wishes and "quality" in wishes else None,
        recording_status=_recording_status(
            state, usage.chunks > 0, found is not None and bool(file)
        ),
        statement=found.statement if found else "No recording was received so far.",
        session_id=session_id,
        started_at=state.started_at,
        completed_at=state.ended_at,
    )


def _format(mime: str | None) -> str | None:
    return mime.partition("/")[2].partition(";")[0] if mime else None


def _recording_status(
    state: State, received: bool, playable: bool
) -> Literal["not_started", "recording", "completed", "failed"]:
    if not received:
        return "not_started"
    if not state.status.final:
        return "recording"
    return "completed" if playable else "failed"


async def session_data(request: web.Request) -> web.Response:
    """All of a session."""
    services, session_id = services_of(request), request.match_info["session_id"]
    await door.session_of(services, organisation_of(request), session_id)
    return reply(SessionReply(session_data=await _data(services, session_id)))


async def _data(services: Services, session_id: str) -> SessionData:
    state = await services.live.state(session_id)
    log = await services.storage.events.read(session_id)
    info = await _recording_info(services, state)
    return SessionData(
        session_id=session_id,
        candidate_id=session_id,
        candidate_name=state.candidate.name,
        title=state.plan.title,
        start_time=state.started_at,
        end_time=state.ended_at,
        duration_seconds=_seconds(state),
        questions=_questions(state),
        answers=[_answer(state, answer) for answer in state.answers],
        recording_file=info.recording_file,
        status=state.status.value,
        avatar_used=state.elsewhere.avatar if state.elsewhere else "",
        consent_text_version=state.consent_version,
        technical_issues=[
            f"{outage.cause}: {(outage.to_at - outage.from_at).total_seconds():.0f} s"
            for outage in state.outages
        ],
        session_logs=[LogLine(seq=one.seq, type=one.event.type, at=one.event.at) for one in log],
    )


def _questions(state: State) -> list[AskedView]:
    by_number = {one.number: one for one in (state.elsewhere.asked if state.elsewhere else ())}
    views = []
    for question in state.plan.questions:
        asked = by_number.get(question.number)
        views.append(
            AskedView(
                question_id=asked.question_id if asked else str(question.number),
                question_number=question.number,
                text=question.text,
                type=asked.kind if asked else question.kind.value,
                labels=dict(asked.labels) if asked else {},
                asked_at=asked.at if asked else None,
            )
        )
    return views


def _answer(state: State, answer: AnswerState) -> AnsweredView:
    asked = state.elsewhere.asked if state.elsewhere else ()
    own = next((o.question_id for o in asked if o.number == answer.question_number), None)
    reported = answer.reported or ReportedAnswer()
    return AnsweredView(
        answer_id=answer.answer_id,
        question_id=own or str(answer.question_number),
        question_number=answer.question_number,
        text="\n".join(part for part in (answer.content, answer.code or "") if part),
        outcome=answer.outcome.value,
        answered_at=answer.recorded_at,
        duration=reported.duration_s if answer.reported else answer.clock_used_s,
        audio_quality=reported.audio_quality,
        confidence=reported.confidence,
        keywords=list(reported.keywords),
    )


async def status(request: web.Request) -> web.Response:
    """Where the session stands, and how far it is."""
    services, session_id = services_of(request), request.match_info["session_id"]
    await door.session_of(services, organisation_of(request), session_id)
    return reply(await _status_of(services, session_id))


async def validate_token(request: web.Request) -> web.Response:
    """Whose link it is and whether it opens anything; looking uses nothing up."""
    services, token = services_of(request), request.match_info["token"]
    stored = await door.token_of(services, organisation_of(request), token)
    if stored is not None:
        return reply(await _status_of_token(services, stored.document))
    summary, expired = await door.session_of_token(services, organisation_of(request), token)
    return reply(await _status_of(services, summary.session_id, expired=expired))


async def _status_of(services: Services, session_id: str, *, expired: bool = False) -> StatusReply:
    state = await services.live.state(session_id)
    word = door.link_status(state, services.clock(), expired=expired)
    asked = len({answer.question_number for answer in state.answers})
    done = 100 if state.status.final else round(100 * asked / state.question_count)
    return StatusReply(
        session_id=session_id,
        status=word,
        progress=min(100, done),
        started_at=state.started_at,
        completed_at=state.ended_at,
        expires_at=door.expires_at(state),
        questions_asked=len(state.elsewhere.asked) if state.elsewhere else asked,
        questions_answered=sum(answer.has_words for answer in state.answers),
        can_continue=word in ("not_started", "link_clicked", "in_progress"),
    )


async def _status_of_token(services: Services, token: InterviewToken) -> StatusReply:
    """Of its last attempt; of the token itself while there is none."""
    now = services.clock()
    if token.session_ids:
        known = await _status_of(services, token.session_ids[-1])
        return known.model_copy(update={"expires_at": token.expires_at})
    standing = token.standing(now)
    words = {"opened": "link_clicked", "waiting": "not_started"}
    return StatusReply(
        session_id=None,
        status=words.get(standing, "expired"),
        progress=0,
        started_at=None,
        completed_at=None,
        expires_at=token.expires_at,
        questions_asked=0,
        questions_answered=0,
        can_continue=standing in words,
    )


async def export(request: web.Request) -> web.Response:
    """The conversation as a file."""
    services, session_id = services_of(request), request.match_info["session_id"]
    await door.session_of(services, organisation_of(request), session_id)
    query = read_query(request, ExportQuery)
    state = await services.live.state(session_id)
    await audit(request, "session_exported", session_id, format=query.format)
    if query.format == "text":
        return _file(_as_text(state), session_id, "txt", "text/plain")
    data = await _data(services, session_id)
    return _file(data.model_dump_json(indent=2), session_id, "json", "application/json")


def _as_text(state: State) -> str:
    who = {"interviewer": "Interviewer", "candidate": state.candidate.name}
    lines = [f"{state.plan.title}: {state.candidate.name}", f"{state.created_at:%Y-%m-%d}", ""]
    for line in state.dialogue:
        lines += [f"[{line.at:%H:%M:%S}] {who[line.role]}:", line.content, ""]
    return "\n".join(lines)


def _file(text: str, session_id: str, ending: str, kind: str) -> web.Response:
    name = re.sub(r"[^A-Za-z0-9-]", "", session_id)[:64] or "session"
    headers = {"Content-Disposition": f'attachment; filename="interview_{name}.{ending}"'}
    return web.Response(text=text, content_type=kind, charset="utf-8", headers=headers)


async def read_rules(request: web.Request) -> web.Response:
    """By what interviews are judged."""
    found = await stored_rules(services_of(request).storage.documents, organisation_of(request))
    return tagged(reply(found.document), found.revision)


async def replace_rules(request: web.Request) -> web.Response:
    """Change them; analyses that were made keep those that they were made by."""
    documents, own = services_of(request).storage.documents, organisation_of(request)
    body = await read_body(request, JudgingRules)
    known = await stored_rules(documents, own)
    must_be_seen(request, known.revision)
    stored = await set_rules(documents, own, known.revision, body)
    await audit(request, "judging_rules_changed", own)
    return tagged(reply(stored.document), stored.revision)


def _route(method: str, path: str, handler: Any, summary: str, **more: Any) -> Route:
    return Route(
        method=method,
        path=f"{BASE}{path}",
        handler=handler,
        allow=STAFF_OR_SERVICE,
        summary=summary,
        **({"roles": TEAM if method == "GET" else MAKERS} | more),
    )


ROUTES = [
    _route(
        "POST",
        "/session/start",
        start,
        "Begin a session that another agent holds",
        request=StartBody,
        response=BegunReply,
        statuses=(400, 404, 409, 410),
    ),
    _route(
        "POST",
        "/question/add",
        add_question,
        "Keep a question that was asked",
        request=QuestionBody,
        response=QuestionReply,
        statuses=(400, 404, 409),
        per_minute=PER_MINUTE,
    ),
    _route(
        "POST",
        "/answer/add",
        add_answer,
        "Keep an answer that was heard",
        request=AnswerBody,
        response=AnswerReply,
        statuses=(400, 404, 409),
        per_minute=PER_MINUTE,
    ),
    _route(
        "POST",
        "/session/end",
        end,
        "End a session",
        request=EndBody,
        response=OverReply,
        statuses=(400, 404, 409),
    ),
    _route(
        "GET",
        "/session/{session_id}",
        session_data,
        "All of a session",
        response=SessionReply,
        statuses=(404, 503),
    ),
    _route(
        "GET",
        "/analysis/{session_id}",
        analysis,
        "Scores and proposal",
        response=AnalysisReply,
        statuses=(404,),
    ),
    _route(
        "POST",
        "/reanalyse/{session_id}",
        reanalyse,
        "Make report and analysis anew",
        response=StatusReply,
        status=202,
        statuses=(404, 409),
    ),
    _route(
        "GET",
        "/recording/{session_id}",
        recording,
        "What was recorded",
        response=RecordingReply,
        statuses=(404, 503),
    ),
    _route(
        "GET",
        "/status/{session_id}",
        status,
        "Where a session stands",
        response=StatusReply,
        statuses=(404,),
    ),
    _route(
        "GET",
        "/validate-token/{token}",
        validate_token,
        "Whether a token opens anything",
        response=StatusReply,
        statuses=(404,),
    ),
    _route(
        "GET",
        "/export/{session_id}",
        export,
        "The conversation as a file",
        kind="file",
        query=ExportQuery,
        statuses=(404, 422, 503),
    ),
    _route("GET", "/rules", read_rules, "By what interviews are judged", response=JudgingRules),
    _route(
        "PUT",
        "/rules",
        replace_rules,
        "Change the rules",
        roles=OWNERS,
        request=JudgingRules,
        response=JudgingRules,
        replaces=True,
        statuses=(400, 409),
    ),
]
