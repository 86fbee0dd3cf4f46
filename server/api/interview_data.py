"""Other programs' door: what was asked and answered, and the recording, as data and as files."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Literal

from aiohttp import web

from interview.events import AnswerOpened, StoredEvent
from interview.nouns import Environment, ReportedAnswer
from interview.records import AnswerState, State
from server.api.interview_door import door_route, seconds_of
from server.edge.audit import audit
from server.edge.auth.signing import sign_path
from server.edge.routes import (
    Payload,
    Reply,
    organisation_of,
    read_query,
    reply,
)
from server.platform import door
from server.platform.interviews.results import token_value_of
from server.platform.services import CoreServices, Services, services_of

LINK_S = 15 * 60.0


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
    """All of a session: what was asked and answered, in order, and its log.

    `interview_token`: of the invitation that it was begun with. Null is what nobody has said.
    """

    session_id: str
    candidate_id: str
    candidate_name: str
    interview_token: str | None
    title: str
    start_time: datetime | None
    end_time: datetime | None
    duration_seconds: int | None
    questions: list[AskedView]
    answers: list[AnsweredView]
    recording_file: str | None
    status: str
    avatar_used: str
    avatar_settings: dict[str, str]
    browser_info: str | None
    network_quality: str | None
    consent_text_version: str | None
    technical_issues: list[str]
    session_logs: list[LogLine]


class SessionReply(Reply):
    """A session's data."""

    success: Literal[True] = True
    session_data: SessionData


class ExportQuery(Payload):
    """As what."""

    format: Literal["json", "text"] = "json"


async def recording(request: web.Request) -> web.Response:
    """What there is of the recording."""
    services, session_id = services_of(request), request.match_info["session_id"]
    await door.session_of(services, organisation_of(request), session_id)
    state = await services.live.state(session_id)
    info = await _recording_info(services, state)
    return reply(RecordingReply(candidate_id=session_id, recording_info=info))


async def _recording_info(services: CoreServices, state: State) -> RecordingInfo:
    session_id = state.session_id
    wishes = await door.recording_wishes(services, session_id)
    usage = await services.storage.recordings.usage(session_id)
    gone = state.recording_removed is not None
    there = gone or usage.chunks > 0
    found = await services.recordings.report(state) if there and state.status.final else None
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
            state, there, gone or (found is not None and bool(file))
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
    around = state.elsewhere.environment if state.elsewhere else Environment()
    return SessionData(
        session_id=session_id,
        candidate_id=session_id,
        candidate_name=state.candidate.name,
        interview_token=await token_value_of(services, state),
        title=state.plan.title,
        start_time=state.started_at,
        end_time=state.ended_at,
        duration_seconds=seconds_of(state),
        questions=_questions(state, heard_at(log)),
        answers=[_answer(state, answer) for answer in state.answers],
        recording_file=info.recording_file,
        status=state.status.value,
        avatar_used=state.elsewhere.avatar if state.elsewhere else "",
        avatar_settings=around.avatar_settings,
        browser_info=around.browser_info or None,
        network_quality=around.network_quality or None,
        consent_text_version=state.consent_version,
        technical_issues=[
            f"{outage.cause}: {(outage.to_at - outage.from_at).total_seconds():.0f} s"
            for outage in state.outages
        ],
        session_logs=[LogLine(seq=one.seq, type=one.event.type, at=one.event.at) for one in log],
    )


def heard_at(log: list[StoredEvent]) -> dict[int, datetime]:
    """When the candidate first had the floor for each question of an interview held here."""
    heard: dict[int, datetime] = {}
    for stored in log:
        if isinstance(stored.event, AnswerOpened):
            heard.setdefault(stored.event.question_number, stored.event.at)
    return heard


def _questions(state: State, heard: dict[int, datetime]) -> list[AskedView]:
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
                asked_at=asked.at if asked else heard.get(question.number),
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


ROUTES = [
    door_route(
        "GET",
        "/session/{session_id}",
        session_data,
        "All of a session",
        response=SessionReply,
        statuses=(404, 503),
    ),
    door_route(
        "GET",
        "/recording/{session_id}",
        recording,
        "What was recorded",
        response=RecordingReply,
        statuses=(404, 503),
    ),
    door_route(
        "GET",
        "/export/{session_id}",
        export,
        "The conversation as a file",
        kind="file",
        query=ExportQuery,
        statuses=(404, 422, 503),
    ),
]
