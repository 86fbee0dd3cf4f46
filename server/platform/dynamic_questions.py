"""Questions that a language model makes from a job text or a resume when a session is created."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from agents.llm.questions import MAX_SOURCE_CHARS, plan_questions
from interview.errors import InvalidInput
from interview.nouns import Question
from interview.text import paragraphs
from server.platform.services import JobOpening, Services
from server.sentences import public

DEFAULT_COUNT = 7


@dataclass(frozen=True, slots=True)
class AskedQuestions:
    """The questions of a session, where they come from, and why the fallback had to do."""

    questions: tuple[Question, ...]
    source: Literal["given", "job", "llm", "fallback"]
    note: str = ""


NO_MODEL = "this server has no language model to write questions with"


class Wanted(Protocol):
    """What `CreateBody` says about it."""

    @property
    def job_text(self) -> str | None: ...
    @property
    def resume_text(self) -> str | None: ...
    @property
    def max_questions(self) -> int | None: ...
    @property
    def language(self) -> str: ...


async def made_questions(
    services: Services, wanted: Wanted, job: JobOpening | None, *, timer_s: float
) -> AskedQuestions:
    """As many questions as `max_questions` says (7 by default), the opener among them.

    A model that fails gives the fixed list, marked `fallback` with the reason. The resume is sent
    to the model and kept nowhere.

    Raises:
        InvalidInput: No language model is configured, or there is no text to ask about.
    """
    if services.llm is None:
        raise InvalidInput("dynamic_questions", NO_MODEL)
    texts = {
        "Job": wanted.job_text or (job.text if job else None),
        "Resume": wanted.resume_text,
    }
    given = {name: text.strip() for name, text in texts.items() if text and text.strip()}
    if not given:
        raise InvalidInput("dynamic_questions", "needs job_text or resume_text")
    share = MAX_SOURCE_CHARS // len(given) - 20  # the model reads so much: some of each text
    planned = await plan_questions(
        services.llm,
        "\n\n".join(f"{name}:\n{text[:share]}" for name, text in given.items()),
        count=max(1, wanted.max_questions or DEFAULT_COUNT),
        language=wanted.language,
        timer_s=timer_s,
    )
    source: Literal["llm", "fallback"] = "llm" if planned.source == "llm" else "fallback"
    questions = tuple(
        question.model_copy(update={"text": paragraphs(question.text)})
        for question in planned.questions
    )
    return AskedQuestions(questions, source, public(planned.reason))
