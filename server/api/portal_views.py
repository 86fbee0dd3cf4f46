"""How the candidates' door shows an interview, its questions, a token and the consent."""

from __future__ import annotations

from pydantic import AwareDatetime

from interview.errors import Forbidden, Gone, NotFound
from interview.nouns import Question, QuestionKind, Status
from interview.records import State
from server.edge.routes import Reply
from server.platform.interviews.design import Interview, Mode
from server.platform.interviews.tokens import (
    InterviewToken,
    startable,
)
from server.platform.services import CoreServices
from server.settings import consent_paragraphs


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


class CompletedReply(Reply):
    """The session has ended; what was recorded is heard and evaluated from here on."""

    id: str
    session_id: str
    status: Status
    start_time: AwareDatetime | None
    end_time: AwareDatetime | None
    recordings: int
    message: str


def shown_interview(interview: Interview) -> ShownInterview:
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


def shown_question(question: Question, left: int) -> ShownQuestion:
    return ShownQuestion(
        id=question.question_id or question.number,
        text=question.text,
        type=question.kind,
        preparation_time=question.preparation_s or None,
        responding_time=question.timer_s,
        order=question.number,
        takes_left=left,
    )


def token_info(token: InterviewToken, services: CoreServices) -> TokenInfo:
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


def is_watched(interview: Interview) -> bool:
    live = interview.design.mode is Mode.LIVE
    return live and interview.design.rules.proctoring_profile != "off"


def shown_consent(services: CoreServices, *, watched: bool) -> ShownConsent:
    settings = services.settings
    return ShownConsent(
        version=settings.consent_text_version, text=consent_paragraphs(settings, watched=watched)
    )


def attempt_of(token: InterviewToken, session_id: str | None) -> str:
    if not token.session_ids or session_id not in (None, *token.session_ids):
        raise NotFound("Session", session_id or "of this link")
    return session_id or token.session_ids[-1]


def completed(state: State, recordings: int) -> CompletedReply:
    """What has been sent in."""
    return CompletedReply(
        id=state.session_id,
        session_id=state.session_id,
        status=state.status,
        start_time=state.started_at,
        end_time=state.ended_at,
        recordings=recordings,
        message="Thank you. Your answers have been sent in.",
    )
