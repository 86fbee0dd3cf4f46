"""One candidate's answers on a virtual clock: the real turn policy, the real state machine.

What is not the product here: the voice activity (from the times of the stretches), the words (from
their text, late by a measured lag), and the avatar's sound (as long as its text takes).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from agents.llm.fixed_questions import LISTS
from agents.turns.commands import CommandKind, spoken_command
from agents.turns.decisions import Act, Decision, Decisions
from agents.turns.policy import TurnPolicy
from agents.turns.profile import Expectation, TurnProfile
from agents.turns.voicing import WINDOW_S
from agents.turns.wording import is_back_channel
from interview import machine, rules
from interview.commands import (
    Command,
    CommitUtterance,
    CreateSession,
    DeliverPrompt,
    Done,
    EndTurn,
    GiveConsent,
    JoinCandidate,
    NoteActivity,
    OfferTurn,
    Repeat,
    ResumeTurn,
    Skip,
    TakeMoment,
    Tick,
)
from interview.errors import VivaError
from interview.events import AnswerAcknowledged, Event, PromptIssued
from interview.nouns import (
    CONSENT_TEXT_VERSION,
    MAX_QUESTIONS,
    MAX_TIMER_S,
    CandidateDetails,
    InterviewPlan,
    Phase,
    Purpose,
    Question,
    Utterance,
    Word,
)
from interview.state import State, apply

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
FIRST_SOUND_S = 0.06  # from the decision to the first sound of a line that is ready
AUDIBLE_S = 0.05
LEAD_S = 0.7  # a word of thanks before a question
BEFORE_S = 0.5  # until the candidate begins to answer
LONGEST_S = 90.0
ASKS = (Purpose.QUESTION, Purpose.FOLLOW_UP)


@dataclass(frozen=True)
class Spoken:
    """A stretch of speech, from the answer's start."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True)
class Heard:
    """What became of one answer. Gaps count from its true end."""

    spoke_early: bool
    asked_early: bool
    unrepaired: bool
    sound_gap_s: float
    question_gap_s: float
    over_s: tuple[float, ...] = ()  # how much of a question was heard when the candidate went on


@dataclass
class _Line:
    """A prompt on its way; `held_s` while the avatar is silent and keeps its place."""

    prompt_id: str
    asks: bool
    lead_s: float
    from_s: float
    duration_s: float
    started: bool = False
    held_s: float | None = None

    def played_s(self, now_s: float) -> float:
        """How much of it was heard."""
        until_s = now_s if self.held_s is None else self.held_s
        return min(max(0.0, until_s - self.from_s), self.duration_s)


class Sitting:
    """An interview whose candidate gives the answers of a recording, one after another."""

    def __init__(self, profile: TurnProfile, *, tolerance_s: float, lag_s: float) -> None:
        self._tolerance_s, self._lag_s = tolerance_s, lag_s
        self._profile = profile
        self._policy = TurnPolicy(profile)
        self._policy.expect(Expectation(pause_tolerance_s=tolerance_s), 0.0)
        self._now_s = 0.0
        self._state: State | None = None
        self._began_s = 0.0
        self._line: _Line | None = None
        self._sounds: list[tuple[float, bool]] = []  # when, and whether a question began
        self._over_s: list[float] = []
        self._unheard: list[Word] = []  # spoken since the last utterance was closed
        self._closing: list[tuple[float, list[Word]]] = []
        self._kept_back: list[Word] = []
        self._noted_s = -9.0

    # --- one answer ------------------------------------------------------------------------------

    def answer(self, parts: Sequence[Spoken]) -> Heard:
        """Sit through one answer until the next question has been heard out."""
        self._wait_for_the_floor()
        number, began_s = len(self._there.answers), self._now_s + BEFORE_S
        self._sounds, self._over_s, self._kept_back = [], [], []
        for part in parts:
            self._silence(began_s + part.start_s)
            self._speech(part, began_s)
        end_s = began_s + parts[-1].end_s
        self._wait_for_the_floor(after=number)
        answers = self._there.answers
        kept = (answers[number].content if len(answers) > number else "").split()
        said = " ".join(part.text for part in parts).split()
        command = len(self._kept_back)
        asked = [at_s for at_s, question in self._sounds if question]
        after = [at_s for at_s, _ in self._sounds if at_s >= end_s]
        return Heard(
            spoke_early=any(at_s < end_s for at_s, _ in self._sounds),
            asked_early=any(at_s < end_s for at_s in asked),
            unrepaired=kept not in (said, said[: len(said) - command]),
            sound_gap_s=min(after, default=self._now_s) - end_s,
            question_gap_s=(asked[-1] if asked else self._now_s) - end_s,
            over_s=tuple(self._over_s),
        )

    def _speech(self, part: Spoken, began_s: float) -> None:
        start_s, end_s = began_s + part.start_s, began_s + part.end_s
        texts = part.text.split()
        step_s = (end_s - start_s) / max(1, len(texts))
        for index, text in enumerate(texts):
            from_s = start_s + index * step_s
            word = Word(text=text, start_s=from_s, end_s=from_s + step_s, confidence=1)
            self._unheard.append(word)
        while self._now_s < end_s:
            self._window(speech=True)

    def _silence(self, until_s: float) -> None:
        while self._now_s < until_s:
            self._window(speech=False)

    def _wait_for_the_floor(self, after: int | None = None) -> None:
        """Silence until a question was heard; with `after`, one that follows that many answers."""
        if self._state is None or len(self._state.answers) >= MAX_QUESTIONS - 3:
            self._begin()
        until_s = self._now_s + LONGEST_S
        while self._now_s < until_s:
            self._window(speech=False)
            state = self._there
            enough = after is None or len(state.answers) > after
            free = self._line is None and state.stage is Phase.ANSWERING
            unused = state.asking is not None and not state.asking.utterances
            if enough and free and unused and not self._closing and not self._unheard:
                return

    # --- time ------------------------------------------------------------------------------------

    def _window(self, *, speech: bool) -> None:
        """32 ms of sound, and what is due in them."""
        self._now_s += WINDOW_S
        self._carry_out(self._policy.window(speech, self._now_s, sure=speech))
        if self._policy.speaking and self._now_s - self._noted_s >= rules.ACTIVITY_EVERY_S:
            self._noted_s = self._now_s
            self._do(NoteActivity(kind="speech"))
        while self._closing and self._closing[0][0] <= self._now_s:
            self._know(self._closing.pop(0)[1])
        self._play()
        wake = machine.next_wake(self._there)
        if wake is not None and wake <= self._now:
            self._do(Tick())

    @property
    def _now(self) -> datetime:
        return START + timedelta(seconds=self._now_s)

    @property
    def _there(self) -> State:
        assert self._state is not None
        return self._state

    # --- words -----------------------------------------------------------------------------------

    def _close_utterance(self) -> None:
        """The recogniser is asked for all words so far; they come after its lag."""
        words, self._unheard = self._unheard, []
        if words:
            self._closing.append((self._now_s + self._lag_s, words))

    def _know(self, words: list[Word], *, quiet: bool = False) -> None:
        if not quiet:
            until_s = words[-1].end_s
            self._carry_out(self._policy.heard(words, "", until_s, self._now_s, final=True))
        if self._is_noise(words):
            return
        words, self._kept_back = [*self._kept_back, *words], []
        found = spoken_command([word.text for word in words])
        if found is not None:
            words, self._kept_back = words[: found.start], words[found.start :]
        self._commit(words)

    def _is_noise(self, words: Sequence[Word]) -> bool:
        over = self._line is not None and words[-1].end_s > self._line.from_s
        return over and is_back_channel(" ".join(word.text for word in words))

    def _commit(self, words: Sequence[Word]) -> None:
        if not words:
            return
        utterance = Utterance(
            utterance_id=uuid.uuid4().hex,
            text=" ".join(word.text for word in words),
            words=tuple(words),
            start_s=max(0.0, words[0].start_s - self._began_s),
            end_s=max(0.0, words[-1].end_s - self._began_s),
        )
        self._do(CommitUtterance(utterance=utterance))

    # --- decisions -------------------------------------------------------------------------------

    def _carry_out(self, decisions: Decisions) -> None:
        for decision in decisions:
            if decision.act is Act.PREPARE:
                self._close_utterance()
            elif decision.act is Act.OFFER and decision.end is not None:
                self._do(OfferTurn(end=decision.end))
            elif decision.act is Act.REGAIN:
                self._do(ResumeTurn())
            elif decision.act in (Act.END, Act.COMMAND):
                self._end(decision)
            else:
                self._mouth(decision.act)

    def _end(self, decision: Decision) -> None:
        self._close_utterance()
        while self._closing:
            self._know(self._closing.pop(0)[1], quiet=True)
        kind = decision.command.kind if decision.command is not None else None
        if kind is None:
            self._commit(self._kept_back)
            self._kept_back = []
        self._policy.forget()
        answer_id = uuid.uuid4().hex
        asked: dict[CommandKind | None, Command] = {
            None: EndTurn(answer_id=answer_id, end=decision.end),
            CommandKind.DONE: Done(answer_id=answer_id),
            CommandKind.REPEAT: Repeat(),
            CommandKind.MOMENT: TakeMoment(),
            CommandKind.SKIP: Skip(),
        }
        self._do(asked[kind])

    def _mouth(self, act: Act) -> None:
        line = self._line
        if line is None:
            return
        if act is Act.HOLD and line.held_s is None:
            line.held_s = self._now_s
        elif act is Act.RESUME and line.held_s is not None:
            line.from_s += self._now_s - line.held_s
            line.held_s = None
        elif act is Act.STOP:
            self._line_over(line, interrupted=True)

    # --- the avatar ------------------------------------------------------------------------------

    def _play(self) -> None:
        line = self._line
        if line is None or self._now_s < line.from_s:
            return
        if not line.started:
            line.started = True
            self._carry_out(self._policy.prompt_started(self._now_s, line.duration_s))
        played_s = line.played_s(self._now_s)
        if line.asks and played_s >= line.lead_s + AUDIBLE_S:
            line.asks = False
            self._sounds.append((line.from_s + line.lead_s, True))
        if line is self._line and played_s >= line.duration_s:
            self._line_over(line, interrupted=False)

    def _line_over(self, line: _Line, *, interrupted: bool) -> None:
        played_s = line.played_s(self._now_s)
        if interrupted:
            self._over_s.append(played_s / line.duration_s)
        self._line = None
        self._carry_out(self._policy.prompt_ended(self._now_s))
        self._do(
            DeliverPrompt(
                prompt_id=line.prompt_id,
                played_s=played_s,
                duration_s=line.duration_s,
                interrupted=interrupted,
            )
        )

    # --- the session -----------------------------------------------------------------------------

    def _begin(self) -> None:
        """A fresh session on the same clock; the candidate and the policy stay."""
        texts = LISTS["en"]
        questions = tuple(
            Question(
                number=number + 1,
                text=texts[number % len(texts)],
                timer_s=MAX_TIMER_S,
                pause_tolerance_s=self._tolerance_s,
            )
            for number in range(MAX_QUESTIONS)
        )
        self._state, self._line, self._began_s = None, None, self._now_s
        plan = InterviewPlan(questions=questions, max_questions=MAX_QUESTIONS)
        candidate = CandidateDetails(name="Ann", email="ann@example.org")
        self._do(CreateSession(session_id="s", candidate=candidate, plan=plan, created_by="bench"))
        self._do(JoinCandidate(connection_id="c"))
        self._do(GiveConsent(granted=True, text_version=CONSENT_TEXT_VERSION))
        self._do(DeliverPrompt(prompt_id="p1"))

    def _do(self, command: Command) -> None:
        try:
            events = machine.decide(self._state, command, self._now)
        except VivaError:
            return  # a spoken command that does not fit: the product tells the candidate so
        for event in events:
            self._state = apply(self._state, event)
            self._follow(event)

    def _follow(self, event: Event) -> None:
        if isinstance(event, AnswerAcknowledged) and event.text:
            self._sounds.append((self._now_s + FIRST_SOUND_S, False))
        elif isinstance(event, PromptIssued):
            lead_s = LEAD_S if event.lead else 0.0
            spoken_s = lead_s + len(event.text) * rules.SPOKEN_S_PER_CHAR
            from_s, asks = self._now_s + FIRST_SOUND_S, event.purpose in ASKS
            if event.lead:
                self._sounds.append((from_s, False))
            self._line = _Line(event.prompt_id, asks, lead_s, from_s, spoken_s)
