"""A ready interview to try: three questions, one of them in code."""

from __future__ import annotations

import uuid

from interview.commands import CreateSession
from interview.nouns import CandidateDetails, InterviewPlan, Question, QuestionKind, Status
from server.edge.auth.candidates import candidate_token, candidate_url
from server.platform.services import Services

CREATED_BY = "demo"
LOOKED_AT = 50
QUESTIONS = (
    Question(
        number=1,
        text="Please tell me about a project of yours that you are proud of. What was your part?",
        keywords=("project", "role", "result"),
    ),
    Question(
        number=2,
        text="Think of a fault that was hard to find. How did you find it, and what did you learn?",
        keywords=("cause", "test", "logs", "learned"),
    ),
    Question(
        number=3,
        text=(
            "Write a function that takes a list of words and returns the ones that occur more "
            "than once, in the order of their first occurrence."
        ),
        kind=QuestionKind.CODING,
        timer_s=300,
        keywords=("set", "dictionary", "order"),
    ),
)


async def demo_link(services: Services) -> str:
    """The address of a demo interview that has not begun; one is created when there is none.

    Raises:
        Unavailable: The storage refuses.
    """
    waiting, _ = await services.storage.sessions.page(status=Status.INITIALIZED, limit=LOOKED_AT)
    session_id = next((s.session_id for s in waiting if s.created_by == CREATED_BY), None)
    if session_id is None:
        session_id = str(uuid.uuid4())
        await services.live.create(
            CreateSession(
                session_id=session_id,
                candidate=CandidateDetails(name="Demo Candidate", email="demo@localhost"),
                plan=InterviewPlan(
                    title="Demo interview",
                    questions=QUESTIONS,
                    max_questions=len(QUESTIONS),
                    consent_text_version=services.settings.consent_text_version,
                ),
                created_by=CREATED_BY,
            )
        )
    return candidate_url(services, session_id, candidate_token(services, session_id))
