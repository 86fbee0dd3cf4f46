"""Sessions, as the contract names them: `/api/parallel_interview/*`."""

from __future__ import annotations

from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field

from agents.tts.choices import installed, speaks
from interview.accounts import MAKERS
from interview.commands import EndSession, StartSession
from interview.errors import IllegalTransition, NotFound
from interview.languages import NAMES, language_name, recognised_as
from interview.nouns import InterviewPlan, Status
from interview.ports.storage import Sort, SortKey
from interview.standing import Standing
from interview.summary import summarise
from server.api.blind import person_reading, reader_asking
from server.api.idempotency import created_once
from server.edge.audit import audit, audit_viewing
from server.edge.auth.candidates import candidate_token, candidate_url
from server.edge.auth.tickets import issue_ticket
from server.edge.routes import (
    STAFF_OR_SERVICE,
    Reply,
    Route,
    organisation_of,
    principal_of,
    read_body,
    read_query,
    reply,
)
from server.platform import purge, rooms
from server.platform.belonging import BelongingQuery, belonging_of
from server.platform.capabilities import Part, proctoring_part
from server.platform.creation import CreateBody, draft_session
from server.platform.dynamic_questions import NO_MODEL
from server.platform.scoring import as_shown, listed, scoring_of
from server.platform.services import CoreServices, core_of, services_of
from server.platform.session_views import (
    CountersReply,
    CreateReply,
    DeleteReply,
    DetailsReply,
    EndReply,
    SessionList,
    Several,
    SixCounters,
    StartReply,
    TicketReply,
    config_of,
    item_of,
    progress_of,
    questions_of,
    room_name,
    room_of,
    user_of,
    view_of,
)
from server.text import Line

BASE = "/api/parallel_interview"


class ListQuery(BelongingQuery):
    """A page of the list. `standing`: one or several, separated by commas."""

    status: Status | None = None
    standing: Several = ()
    search: Annotated[Line, Field(max_length=200)] | None = None
    sort: SortKey = "created_at"
    order: Literal["asc", "desc"] = "desc"
    limit: int = Field(default=50, ge=1, le=200)
    offset: int = Field(default=0, ge=0, le=10_000_000)


class LanguageOption(Reply):
    """A language that answers can be given in. `spoken`: whether questions are heard in it."""

    code: str
    name: str
    spoken: bool


class VoiceOption(Reply):
    """A voice that can be asked for, and the language that it speaks."""

    name: str
    language: str


class OptionsReply(Reply):
    """What a new session may ask of this server; a reason where it may not."""

    status: Literal["success"] = "success"
    dynamic_questions: Part
    follow_ups: Part
    proctoring: Part
    languages: list[LanguageOption]
    voices: list[VoiceOption]


async def options(request: web.Request) -> web.Response:
    """Known before the form is filled in, so that nothing is offered that is refused later."""
    services = services_of(request)
    model = services.llm is not None
    made = "" if model else f"{NO_MODEL[:1].upper()}{NO_MODEL[1:]}."
    return reply(
        OptionsReply(
            dynamic_questions=Part(available=model, reason=made),
            follow_ups=Part(available=True),
            proctoring=proctoring_part(services),
            languages=_languages(services),
            voices=_voices(services),
        )
    )


def _languages(services: CoreServices) -> list[LanguageOption]:
    engine, configured = services.settings.tts, services.settings.tts_voice
    return [
        LanguageOption(code=code, name=name, spoken=heard)
        for code, name in sorted(NAMES.items(), key=lambda pair: pair[1])
        for heard in [speaks(code, engine=engine, configured=configured)]
    ]


def _voices(services: CoreServices) -> list[VoiceOption]:
    settings = services.settings
    found = installed(settings.tts, settings.tts_voice, settings.resolved_models_dir)
    return [VoiceOption(name=name, language=recognised_as(name) or name) for name in found]


async def create(request: web.Request) -> web.Response:
    """Create a session; it is stored before the reply."""
    services = services_of(request)
    body = await read_body(request, CreateBody)
    draft = await draft_session(services, organisation_of(request), body)
    state = await created_once(request, draft)
    transport = await rooms.transport(services.rooms)
    token = candidate_token(services, state.session_id)
    link = candidate_url(services, state.session_id, token)
    media = rooms.credentials(services.rooms, services.settings, transport, state)
    return reply(
        CreateReply(
            session_id=state.session_id,
            transport=transport.name,
            candidate_url=link,
            candidate_token=token,
            livekit_room_name=room_name(state.session_id),
            livekit_token=media.token,
            livekit_url=media.url,
            warning=_warning(services, transport.warning, state.plan),
            question_source=state.plan.question_source,
            user_details=user_of(summarise(state)),
            interview_config=config_of(state.plan),
        )
    )


def _warning(services: CoreServices, transport: str | None, plan: InterviewPlan) -> str | None:
    said = [transport] if transport else []
    engine, configured = services.settings.tts, services.settings.tts_voice
    if engine != "none" and not speaks(plan.language, engine=engine, configured=configured):
        said.append(f"No voice here speaks {language_name(plan.language)}: questions are shown.")
    if plan.question_source == "fallback":
        said.append("No questions could be made from the texts: a fixed list is asked.")
    return " ".join(said) or None


async def list_sessions(request: web.Request) -> web.Response:
    """A page of sessions, newest first unless another order is asked for."""
    query = read_query(request, ListQuery)
    reader = await reader_asking(request)
    found, total = await core_of(request).storage.sessions.page(
        status=query.status,
        standings=query.standing,
        search=reader.narrowed(query.search, query.sort),
        of=belonging_of(request, query),
        organisation_id=organisation_of(request),
        sort=Sort(query.sort, query.order == "desc"),
        limit=query.limit,
        offset=query.offset,
    )
    scoring = await scoring_of(core_of(request).storage.documents, organisation_of(request))
    items = [item_of(listed(summary, scoring)) for summary in found]
    return reply(
        SessionList(
            sessions=items,
            total=total,
            limit=query.limit,
            offset=query.offset,
            blind=reader.blind,
        )
    )


async def details(request: web.Request) -> web.Response:
    """One session: its state, its room, its link."""
    services, session_id = services_of(request), request.match_info["session_id"]
    state = await services.live.state(session_id)
    scoring = await scoring_of(services.storage.documents, state.organisation_id)
    room, unavailable = await rooms.look(services.rooms, session_id)
    report = await services.storage.reports.get(session_id)
    link = None
    if not state.status.final and (not (await reader_asking(request)).blind or _invites(request)):
        link = candidate_url(services, session_id, candidate_token(services, session_id))
    return reply(
        DetailsReply(
            session=view_of(as_shown(state, scoring)),
            questions=questions_of(state),
            interview_state=progress_of(state),
            livekit_room=room_of(room),
            livekit_unavailable=unavailable,
            transport="livekit" if services.rooms and unavailable is None else "webrtc",
            candidate_url=link,
            report_status=report.status if report else None,
        )
    )


def _invites(request: web.Request) -> bool:
    """Whether it is for the caller to give links to candidates: who opens one reads the name."""
    person = person_reading(request)
    return person is None or bool(person.roles & MAKERS)


async def start(request: web.Request) -> web.Response:
    """Let the interview begin. A second start is harmless; an ended session refuses."""
    services, session_id = services_of(request), request.match_info["session_id"]
    state = await services.live.command(session_id, StartSession(by=principal_of(request).actor))
    await audit(request, "session_started", session_id)
    return reply(
        StartReply(
            message="The interview has started.",
            session_id=session_id,
            session_status=state.status,
            livekit_room_name=room_name(session_id) if services.rooms else None,
        )
    )


async def end(request: web.Request) -> web.Response:
    """End the interview; the report is made in the background. A second end answers the same."""
    services, session_id = services_of(request), request.match_info["session_id"]
    before = await services.live.state(session_id)
    if before.status.final and before.status is not Status.COMPLETED:
        raise IllegalTransition("end", before.status)
    by = principal_of(request).actor
    state = await services.live.command(session_id, EndSession(by=by, reason="ended_by_staff"))
    if not before.status.final:
        await audit(request, "session_ended", session_id)
    await rooms.close(services.rooms, session_id)
    report = await services.storage.reports.get(session_id)
    scoring = await scoring_of(services.storage.documents, state.organisation_id)
    summary = summarise(as_shown(state, scoring))
    return reply(
        EndReply(
            message="The interview has ended.",
            session_id=session_id,
            session_status=state.status,
            report_available=report is not None and report.status in ("ready", "partial"),
            questions_answered=summary.answered,
            average_score=summary.average_score,
        )
    )


async def delete(request: web.Request) -> web.Response:
    """Erase the session with its recording, speech, transcript, report and room."""
    services, session_id = services_of(request), request.match_info["session_id"]
    if not await purge.erase(services, session_id):
        raise NotFound("Session", session_id)
    await audit(request, "session_deleted", session_id)
    return reply(DeleteReply(message="The session has been deleted.", session_id=session_id))


async def stats(request: web.Request) -> web.Response:
    """The six counters, counted now."""
    services, organisation_id = services_of(request), organisation_of(request)
    counts = await services.storage.sessions.counts(organisation_id)
    standings = await services.storage.sessions.standings(organisation_id)
    live_rooms, livekit = await rooms.count(services.rooms)
    by_status = {status: counts.get(status, 0) for status in Status}
    counters = SixCounters(
        total_sessions=sum(by_status.values()),
        active_sessions=standings[Standing.LIVE],
        completed_sessions=standings[Standing.COMPLETED],
        initialized_sessions=by_status[Status.INITIALIZED],
        in_memory_sessions=services.live.counters().get("in_memory_sessions", 0),
        active_livekit_rooms=live_rooms,
    )
    return reply(
        CountersReply(stats=counters, by_status=by_status, by_standing=standings, livekit=livekit)
    )


async def observer_ticket(request: web.Request) -> web.Response:
    """A ticket to watch the session live, read-only, with evaluations."""
    services, session_id = services_of(request), request.match_info["session_id"]
    await services.live.state(session_id)
    actor = principal_of(request).actor
    ticket, life_s = await issue_ticket(services, session_id, "observer", actor)
    await audit_viewing(request, "session_observed", session_id)
    return reply(
        TicketReply(
            ticket=ticket,
            expires_in_s=life_s,
            session_id=session_id,
            transport="webrtc",
            role="observer",
        )
    )


ROUTES = [
    Route(
        method="GET",
        path=f"{BASE}/options",
        handler=options,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="What a new session may ask for",
        response=OptionsReply,
    ),
    Route(
        method="POST",
        path=f"{BASE}/create",
        handler=create,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Create a session",
        request=CreateBody,
        response=CreateReply,
        statuses=(400, 404, 409),
    ),
    Route(
        method="GET",
        path=f"{BASE}/sessions",
        handler=list_sessions,
        allow=STAFF_OR_SERVICE,
        summary="List sessions",
        query=ListQuery,
        response=SessionList,
        statuses=(422,),
    ),
    Route(
        method="GET",
        path=f"{BASE}/session/{{session_id}}",
        handler=details,
        allow=STAFF_OR_SERVICE,
        summary="One session",
        response=DetailsReply,
        statuses=(404,),
    ),
    Route(
        method="DELETE",
        path=f"{BASE}/session/{{session_id}}",
        handler=delete,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Erase a session",
        response=DeleteReply,
        statuses=(404,),
    ),
    Route(
        method="POST",
        path=f"{BASE}/session/{{session_id}}/start",
        handler=start,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Start a session",
        response=StartReply,
        statuses=(404, 409),
    ),
    Route(
        method="POST",
        path=f"{BASE}/session/{{session_id}}/end",
        handler=end,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="End a session",
        response=EndReply,
        statuses=(404, 409),
    ),
    Route(
        method="POST",
        path=f"{BASE}/session/{{session_id}}/ticket",
        handler=observer_ticket,
        allow=STAFF_OR_SERVICE,
        summary="Watch a session live",
        description="The ticket opens `/ws/interview?session_id=…&ticket=…` once.",
        response=TicketReply,
        statuses=(404,),
    ),
    Route(
        method="GET",
        path=f"{BASE}/stats",
        handler=stats,
        allow=STAFF_OR_SERVICE,
        summary="The six counters",
        response=CountersReply,
    ),
]
