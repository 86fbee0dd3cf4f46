"""The candidate's page: what the link opens, and the ticket for the socket."""

from __future__ import annotations

import math
from typing import Literal

from aiohttp import web
from pydantic import AwareDatetime

from interview import wording
from interview.commands import OpenLink
from interview.errors import Unavailable
from interview.nouns import ProctoringProfile, Status
from interview.signals import BIOMETRIC_TEXT_VERSION
from interview.state import State
from interview.timers import STAYED_AWAY, kept_until_at
from proctoring.base import Input
from server.api.appearance import ThemeReply, theme_reply
from server.edge.auth.principals import Allow, Candidate
from server.edge.auth.tickets import issue_ticket
from server.edge.routes import Reply, Route, principal_of, reply
from server.live.frames import limit_of
from server.live.speech import wav_bytes
from server.live.watch import IDENTITY_KIND, watched_kinds
from server.platform.accounts.company import company_name
from server.platform.capabilities import Capabilities, capabilities_of
from server.platform.interviews.theme import chosen_theme
from server.platform.services import Services, services_of
from server.platform.session_views import TicketReply, Transport
from server.settings import biometric_paragraphs, consent_paragraphs

GREETING_S = 30
CANDIDATE_ONLY = frozenset({Allow.CANDIDATE})


class ConsentText(Reply):
    """What the candidate is asked to agree to."""

    version: str
    text: list[str]


class ProctoringNotice(Reply):
    """What is watched, before it is: `identity` asks for a consent and a picture of its own.

    `kinds`: the machine codes of what is looked for; the page reports its own events for no others.
    `limit`: at so many counted signals a strict interview pauses for up to `pause_minutes`, in
    which a person decides; null where it never does.
    """

    profile: ProctoringProfile
    kinds: list[str]
    identity: bool
    limit: int | None
    pause_minutes: int
    biometric: ConsentText
    biometric_consent: bool | None
    reference_taken: bool


class CandidateSession(Reply):
    """What the page needs before the socket is open. No scores, no answers.

    `theme`: the organisation's colours and logo; null while it has chosen none.
    `practice`: a question to try the way of answering with, before the first real one.
    `in_room`: somebody holds the seat now (another tab, or this one until a moment ago).
    `grace_s`: for so long the place of a candidate who is gone is kept; `kept_until_at`: whose is
    gone now. `stayed_away`: the interview was closed because nobody came back in that time.
    """

    session_id: str
    status: Status
    title: str
    company: str
    theme: ThemeReply | None
    candidate_name: str
    question_count: int
    has_coding: bool
    estimated_minutes: int
    language: str
    consent: ConsentText
    consent_received: bool
    camera_required: bool
    in_room: bool
    grace_s: float
    kept_until_at: AwareDatetime | None
    stayed_away: bool
    proctoring: ProctoringNotice
    capabilities: Capabilities
    transport: Transport
    practice: str


async def session(request: web.Request) -> web.Response:
    """The session that the link's token opens; staff see from then on that it was opened."""
    services, session_id = services_of(request), _session_id(request)
    state = await services.live.state(session_id)
    if state.link_opened_at is None and not state.joined_ever and not state.status.final:
        state = await services.live.command(session_id, OpenLink())
    documents, organisation_id = services.storage.documents, state.organisation_id
    theme = await chosen_theme(documents, organisation_id)
    asked = state.plan.questions[: state.question_count]
    return reply(
        CandidateSession(
            session_id=state.session_id,
            status=state.status,
            title=state.plan.title,
            company=await company_name(documents, organisation_id, services.settings.company),
            theme=None if theme is None else theme_reply(request, theme),
            candidate_name=state.candidate.name,
            question_count=state.question_count,
            has_coding=any(question.kind == "coding" for question in asked),
            estimated_minutes=estimated_minutes(state),
            language=state.plan.language,
            consent=_consent(services, state),
            consent_received=state.consent == "given",
            camera_required=state.camera_required,
            in_room=state.seat is not None,
            grace_s=state.plan.reconnect_grace_s,
            kept_until_at=kept_until_at(state),
            stayed_away=state.end_reason == STAYED_AWAY,
            proctoring=_proctoring(services, state),
            capabilities=capabilities_of(services),
            transport="webrtc",
            practice=wording.PRACTICE,
        )
    )


async def ticket(request: web.Request) -> web.Response:
    """A ticket that opens the session's socket once."""
    services, session_id = services_of(request), _session_id(request)
    await services.live.state(session_id)
    role: Literal["candidate"] = "candidate"
    value, life_s = await issue_ticket(services, session_id, role, principal_of(request).actor)
    return reply(
        TicketReply(
            ticket=value,
            expires_in_s=life_s,
            session_id=session_id,
            transport="webrtc",
            role=role,
        )
    )


async def practice(request: web.Request) -> web.Response:
    """The practice question, spoken in the voice of the interview. Nothing is stored.

    Raises:
        Unavailable: There is no voice, or it cannot speak now; the page shows the question.
    """
    services = services_of(request)
    state = await services.live.state(_session_id(request))
    if services.synthesiser is None:
        raise Unavailable("tts", "no voice is configured")
    plan = state.plan
    said = await services.synthesiser.synthesise(
        wording.practice(), language=plan.language, voice=plan.voice, rate=plan.speaking_rate
    )
    return web.Response(body=wav_bytes(said), content_type="audio/wav")


def estimated_minutes(state: State) -> int:
    """How long it takes at most when every timer is used up, breaks not counted."""
    asked = state.plan.questions[: state.question_count]
    seconds = GREETING_S + sum(q.timer_s + q.preparation_s for q in asked)
    return max(1, math.ceil(seconds / 60))


def _proctoring(services: Services, state: State) -> ProctoringNotice:
    plan = state.plan.proctoring
    watched = _watched(services, state)
    can_compare = services.proctor is not None and any(
        c.available for c in services.proctor.capabilities() if c.input is Input.IDENTITY
    )
    return ProctoringNotice(
        profile=plan.profile if watched else ProctoringProfile.OFF,
        kinds=list(watched_kinds(plan)) if watched else [],
        identity=watched and IDENTITY_KIND in watched_kinds(plan) and can_compare,
        limit=limit_of(state) if watched else None,
        pause_minutes=math.ceil(plan.pause_s / 60),
        biometric=ConsentText(
            version=BIOMETRIC_TEXT_VERSION, text=biometric_paragraphs(services.settings)
        ),
        biometric_consent=state.watch.biometric,
        reference_taken=state.watch.reference is not None,
    )


def _watched(services: Services, state: State) -> bool:
    off = state.plan.proctoring.profile is ProctoringProfile.OFF
    return services.proctor is not None and not off


def _consent(services: Services, state: State) -> ConsentText:
    return ConsentText(
        version=state.plan.consent_text_version,
        text=consent_paragraphs(services.settings, watched=_watched(services, state)),
    )


def _session_id(request: web.Request) -> str:
    principal = principal_of(request)
    assert isinstance(principal, Candidate)
    return principal.session_id


ROUTES = [
    Route(
        method="GET",
        path="/api/candidate/session",
        handler=session,
        allow=CANDIDATE_ONLY,
        summary="The session behind the link",
        response=CandidateSession,
        statuses=(404,),
    ),
    Route(
        method="POST",
        path="/api/candidate/ticket",
        handler=ticket,
        allow=CANDIDATE_ONLY,
        summary="A ticket for the socket",
        description="The ticket opens `/ws/interview?session_id=…&ticket=…` once.",
        response=TicketReply,
        statuses=(404,),
    ),
    Route(
        method="GET",
        path="/api/candidate/practice",
        handler=practice,
        allow=CANDIDATE_ONLY,
        summary="The practice question as sound",
        kind="file",
        rate="general",
        produces="audio/wav",
        statuses=(404, 429, 503),
    ),
]
