"""A session under a virtual clock: commands in, events and state out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from interview import machine, rules
from interview.commands import (
    Command,
    CommitUtterance,
    CreateSession,
    DeliverPrompt,
    GiveConsent,
    JoinCandidate,
    Skip,
    StartSession,
    SubmitAnswer,
    Tick,
)
from interview.events import AnswerRecorded, Event
from interview.nouns import (
    CONSENT_TEXT_VERSION,
    CandidateDetails,
    InterviewPlan,
    Media,
    Phase,
    Question,
    QuestionKind,
    Utterance,
    Word,
)
from interview.signals import Violation
from interview.state import State, apply

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ANN = CandidateDetails(name="Ann Example", email="ann@example.org")


def at(seconds: float) -> datetime:
    """A time after the start of the test."""
    return START + timedelta(seconds=seconds)


def question(number: int, **fields: object) -> Question:
    """A planned question with a text that names it."""
    return Question.model_validate({"number": number, "text": f"Question {number}?", **fields})


def plan_of(count: int = 3, *, kinds: Sequence[str] = (), **fields: object) -> InterviewPlan:
    """A plan of `count` questions; `kinds` names the kind of the first ones."""
    questions = [
        question(
            n,
            kind=kinds[n - 1] if n <= len(kinds) else "text",
            timer_s=300 if n <= len(kinds) and kinds[n - 1] == QuestionKind.CODING else 120,
        )
        for n in range(1, count + 1)
    ]
    return InterviewPlan.model_validate({"questions": questions, "max_questions": count, **fields})


def spoken(
    text: str, utterance_id: str | None = None, *, start_s: float = 0, end_s: float | None = None
) -> CommitUtterance:
    """Words; by default long before anything that is asked now."""
    end = start_s + 1 if end_s is None else end_s
    words = tuple(Word(text=w, start_s=start_s, end_s=end, confidence=1) for w in text.split())
    return CommitUtterance(
        utterance=Utterance(
            utterance_id=utterance_id or f"u:{text}",
            text=text,
            words=words,
            start_s=start_s,
            end_s=end,
        )
    )


def violation(violation_id: str, **fields: object) -> Violation:
    """A violation as proctoring's policy makes it."""
    return Violation.model_validate(
        {
            "violation_id": violation_id,
            "kind": "no_face",
            "message": "No face was seen for 5 s.",
            "severity": "medium",
            "start_s": 1,
            "end_s": 6,
            "engine": "test",
            **fields,
        }
    )


class Sitting:
    """One session; `now` moves only when told."""

    def __init__(self, plan: InterviewPlan | None = None, *, create: bool = True) -> None:
        self.plan = plan or plan_of()
        self.now = START
        self.log: list[Event] = []
        self._state: State | None = None
        if create:
            self.do(
                CreateSession(session_id="s1", candidate=ANN, plan=self.plan, created_by="staff")
            )

    @property
    def state(self) -> State:
        assert self._state is not None
        return self._state

    def do(self, command: Command, after_s: float = 0) -> tuple[Event, ...]:
        """Decide the command `after_s` later and apply what it makes happen."""
        self.now += timedelta(seconds=after_s)
        events = machine.decide(self._state, command, self.now)
        for event in events:
            self._state = apply(self._state, event)
            self.log.append(event)
        return events

    def wait(self, seconds: float) -> tuple[Event, ...]:
        """Let time pass with a `Tick` whenever one is due."""
        target = self.now + timedelta(seconds=seconds)
        happened: list[Event] = []
        while (wake := machine.next_wake(self.state)) is not None and wake <= target:
            self.now = max(wake, self.now)
            happened += self.do(Tick())
        self.now = target
        return tuple(happened)

    def hear(self, after_s: float = 0, **fields: object) -> tuple[Event, ...]:
        """The current prompt ends, heard in full unless `fields` say otherwise."""
        prompt = self.state.prompt
        assert prompt is not None
        self.now += timedelta(seconds=after_s)
        command = DeliverPrompt.model_validate(
            {"prompt_id": prompt.prompt_id, "played_s": 3.0, **fields}
        )
        return self.do(command)

    def type(self, answer_id: str, content: str, **fields: object) -> tuple[Event, ...]:
        """A typed answer."""
        return self.do(
            SubmitAnswer.model_validate({"answer_id": answer_id, "content": content, **fields})
        )

    def skip(self, after_s: float = 0) -> tuple[Event, ...]:
        """Leave the question and let the time to take it back pass; what happened at its end."""
        self.do(Skip(), after_s=after_s)
        return self.wait(rules.SKIP_UNDO_S)

    def join(self, connection_id: str = "c1", media: Media = Media.TEXT) -> tuple[Event, ...]:
        """A candidate connection arrives."""
        return self.do(JoinCandidate(connection_id=connection_id, media=media))

    @property
    def remaining_s(self) -> float | None:
        return machine.remaining_s(self.state, self.now)

    def phase(self) -> Phase | None:
        """A call, so that type checkers know that it changes."""
        return self.state.phase

    @property
    def answers(self) -> list[AnswerRecorded]:
        return [event for event in self.log if isinstance(event, AnswerRecorded)]


def greeted(plan: InterviewPlan | None = None) -> Sitting:
    """Started by staff, the candidate is in the seat and the greeting plays."""
    sitting = Sitting(plan)
    sitting.join()
    sitting.do(StartSession(by="staff"))
    return sitting


def asked(plan: InterviewPlan | None = None) -> Sitting:
    """Consent is given and question 1 plays."""
    sitting = Sitting(plan)
    sitting.join()
    sitting.do(GiveConsent(granted=True, text_version=CONSENT_TEXT_VERSION))
    sitting.hear()
    return sitting


def answering(plan: InterviewPlan | None = None) -> Sitting:
    """Question 1 was heard; the candidate has the floor."""
    sitting = asked(plan)
    sitting.hear()
    return sitting


def kinds_of(events: Sequence[Event]) -> list[str]:
    """The types, for a short comparison."""
    return [event.type for event in events]
