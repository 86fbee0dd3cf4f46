"""Random orders of commands under a virtual clock: what must hold for every session."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from interview import machine
from interview.commands import (
    BeginFault,
    ChangeMedia,
    Command,
    CommitUtterance,
    DeclareCamera,
    DeliverPrompt,
    Done,
    EndFault,
    EndSession,
    EndTurn,
    GiveConsent,
    HoldWords,
    JoinCandidate,
    LeaveCandidate,
    NoteActivity,
    ProposeFollowUp,
    RecordEvaluation,
    RecordOutage,
    RecordViolation,
    ReopenSession,
    Repeat,
    ReviewViolation,
    SettleHeld,
    SettlePause,
    Skip,
    StartSession,
    SubmitAnswer,
    TakeMoment,
    Tick,
    UndoSkip,
    WaiveFollowUp,
)
from interview.errors import VivaError
from interview.events import AnswerRecorded, ReportRequested, SessionEnded, SessionReopened
from interview.nouns import (
    CONSENT_TEXT_VERSION,
    AnswerOutcome,
    Evaluation,
    EvaluationStatus,
    InterviewPlan,
    Media,
    Phase,
    Status,
)
from interview.signals import COUNTED_TO_END, ReviewOutcome
from interview.state import State, replay
from interview.summary import summarise
from tests.interview.sitting import Sitting, question, spoken, violation

CONNECTIONS = st.sampled_from(["c1", "c2", "c3"])
COMPONENTS = st.sampled_from(["stt", "tts"])
IDS = st.sampled_from([f"i{n}" for n in range(12)])
REPLIES = st.sampled_from(["yes", "no", "not ready", "yesterday", "okay, let's go"])
TEXTS = st.sampled_from(["", "[No response]", "an answer", "another", "see [CODE]x = 1[/CODE]"])
PAUSES_S = st.sampled_from([0.0, 0.4, 1.0, 1.0, 3.0, 3.0, 7.5, 16.0, 31.0, 125.0])
RARE_AFTER = 15
LONG_PAUSES_S = st.sampled_from([50.0, 400.0, 8000.0])

COUNTERS = (
    "seq prompts_issued reconnects consent_reprompts".split(),
    "answers refused utterance_ids replies outages dialogue".split(),
)


@st.composite
def plans(draw: st.DrawFn) -> InterviewPlan:
    """Small plans with every rule switched on or off."""
    count = draw(st.integers(1, 4))
    questions = [
        question(
            n,
            kind=draw(st.sampled_from(["text", "text", "coding"])),
            timer_s=draw(st.sampled_from([8, 30, 120])),
            preparation_s=draw(st.sampled_from([0, 0, 5])),
        )
        for n in range(1, count + 1)
    ]
    fields = {
        "questions": questions,
        "max_questions": draw(st.integers(1, 6)),
        "follow_ups": draw(st.booleans()),
        "silence_prompt_s": draw(st.sampled_from([0, 15])),
        "silence_advance_s": draw(st.sampled_from([0, 30])),
        "consent_reprompts": draw(st.integers(0, 3)),
        "max_moments_per_question": draw(st.integers(0, 2)),
        "answer_grace_s": draw(st.sampled_from([0, 2])),
        "proctoring": {"profile": draw(st.sampled_from(["off", "observe", "strict", "strict"]))},
    }
    return InterviewPlan.model_validate(fields)


def counters(state: State) -> list[int]:
    """All that may only grow."""
    plain, sized = COUNTERS
    numbers = [getattr(state, name) for name in plain]
    return [*numbers, *(len(getattr(state, name)) for name in sized), len(state.evaluations)]


class Sessions(RuleBasedStateMachine):
    """Any command at any time; a model of seat and faults says when the clock may run."""

    @initialize(plan=plans(), begun=st.sampled_from([False, True, True, True]))
    def create(self, plan: InterviewPlan, begun: bool) -> None:
        self.sitting = Sitting(plan)
        self.seat: str | None = None
        self.faults: set[str] = set()
        self.spoken = 0
        self.steps = 0
        self.before = counters(self.state)
        self.number = 0
        for _ in range(5 if begun else 0):
            self.go_on("c1")

    @property
    def state(self) -> State:
        return self.sitting.state

    def ask(self, command: Command) -> bool:
        """Carry a command out; an error must leave everything as it was."""
        before = self.state
        decided: list[object] = []
        for _ in range(2):
            try:
                decided.append(machine.decide(before, command, self.sitting.now))
            except VivaError as error:
                decided.append((type(error), error.message))
        assert decided[0] == decided[1], "decide is not pure"
        try:
            self.sitting.do(command)
        except VivaError:
            assert self.state is before
            return False
        return True

    @rule(connection=CONNECTIONS)
    def go_on(self, connection: str) -> None:
        """The next sensible thing, so that random orders come far."""
        state = self.state
        if state.status.final:
            return
        if state.seat is None:
            self.join(connection, Media.TEXT)
        elif state.faults:
            self.fault_ends(state.faults[0])
        elif state.consent is None:
            self.consent(True)
        elif state.prompting:
            self.prompt_is_heard()
        elif state.asking is None:
            self.time_passes(3.0)
        elif not state.asking.utterances:
            self.speak("an answer", late=True)
        else:
            self.ask(EndTurn(answer_id=f"turn{state.seq}"))

    # --- the world -----------------------------------------------------------------------------

    @rule(connection=CONNECTIONS, media=st.sampled_from(list(Media)))
    def join(self, connection: str, media: Media) -> None:
        final = self.state.status.final
        self.ask(JoinCandidate(connection_id=connection, media=media))
        if not final and not self.state.status.final:
            self.seat = connection

    @rule(connection=CONNECTIONS)
    def leave(self, connection: str) -> None:
        self.ask(LeaveCandidate(connection_id=connection, reason="closed"))
        if self.seat == connection:
            self.seat = None

    @rule(connection=CONNECTIONS, media=st.sampled_from(list(Media)))
    def change_media(self, connection: str, media: Media) -> None:
        self.ask(ChangeMedia(connection_id=connection, media=media))

    @rule(component=COMPONENTS)
    def fault_begins(self, component: str) -> None:
        self.ask(BeginFault(component=component))
        if self.state.status is Status.IN_PROGRESS:
            self.faults.add(component)

    @rule(component=COMPONENTS, seconds=PAUSES_S)
    def fault_lasts(self, component: str, seconds: float) -> None:
        self.fault_begins(component)
        self.time_passes(seconds)

    @rule(component=COMPONENTS)
    def fault_ends(self, component: str) -> None:
        self.ask(EndFault(component=component))
        self.faults.discard(component)

    @rule(lost_s=LONG_PAUSES_S)
    def restart(self, lost_s: float) -> None:
        """The process dies, nobody ticks, a new one takes over: no time may have passed."""
        if self.state.status.final:
            return
        remaining = self.sitting.remaining_s
        dead_since = self.sitting.now
        self.sitting.now += timedelta(seconds=lost_s)
        self.ask(RecordOutage(from_at=dead_since, cause="restart"))
        assert self.state.seat is None and not self.state.faults
        self.seat, self.faults = None, set()
        after = self.sitting.remaining_s
        assert (remaining is None) == (after is None)
        assert remaining is None or after is None or abs(remaining - after) < 1e-3
        wake = machine.next_wake(self.state)
        assert wake is None or wake > self.sitting.now or self.state.plan.reconnect_grace_s == 0

    @rule(seconds=PAUSES_S)
    def time_passes(self, seconds: float) -> None:
        """Ticks come when they are due; each does something, and none is due right after."""
        target = self.sitting.now + timedelta(seconds=seconds)
        for _ in range(200):
            wake = machine.next_wake(self.state)
            if wake is None or wake > target:
                break
            self._pass_until(max(wake, self.sitting.now))
            assert self.sitting.do(Tick()), "a due tick did nothing"
            later = machine.next_wake(self.state)
            assert later is None or later > self.sitting.now, "still due after its tick"
        else:
            raise AssertionError("livelock of ticks")
        self._pass_until(target)
        assert self.sitting.do(Tick()) == ()

    def _pass_until(self, target: object) -> None:
        """The clock counts this time exactly when the model says that it may."""
        remaining = self.sitting.remaining_s
        seconds = (target - self.sitting.now).total_seconds()  # type: ignore[operator]
        fair = (
            self.state.status is Status.IN_PROGRESS
            and self.seat is not None
            and not self.faults
            and self.state.phase is Phase.ANSWERING
            and not self.state.prompting
            and self.state.skip is None
        )
        self.sitting.now = target  # type: ignore[assignment]
        if remaining is not None:
            after = self.sitting.remaining_s
            expected = max(0.0, remaining - seconds) if fair else remaining
            assert after is not None and abs(after - expected) < 1e-3
            assert (machine.clock_paused_reason(self.state) is None) == fair

    @rule(seconds=PAUSES_S)
    def time_is_slept_through(self, seconds: float) -> None:
        """The loop was late: one tick makes up for it."""
        self.sitting.now += timedelta(seconds=seconds)
        self.sitting.do(Tick())
        wake = machine.next_wake(self.state)
        assert wake is None or wake > self.sitting.now

    # --- what people and engines do ------------------------------------------------------------

    @rule()
    def start(self) -> None:
        self.ask(StartSession(by="staff"))

    @rule(granted=st.booleans())
    def consent(self, granted: bool) -> None:
        if not granted and self.steps < RARE_AFTER:
            return
        self.ask(GiveConsent(granted=granted, text_version=CONSENT_TEXT_VERSION))

    @rule(played_s=st.sampled_from([0.0, 0.5, 2.0]), interrupted=st.booleans())
    def prompt_ends(self, played_s: float, interrupted: bool) -> None:
        if self.state.prompt is not None:
            prompt_id = self.state.prompt.prompt_id
            self.ask(DeliverPrompt(prompt_id=prompt_id, played_s=played_s, interrupted=interrupted))

    @rule()
    def prompt_is_heard(self) -> None:
        if self.state.prompt is not None:
            self.ask(DeliverPrompt(prompt_id=self.state.prompt.prompt_id, played_s=3))

    @rule()
    def old_prompt_ends(self) -> None:
        assert self.sitting.do(DeliverPrompt(prompt_id="p0")) == ()

    @rule(text=REPLIES, late=st.booleans())
    def speak(self, text: str, late: bool) -> None:
        self.spoken += 1
        clock_s = machine.session_clock_s(self.state, self.sitting.now) or 0.0
        start_s = clock_s if late else max(0.0, clock_s - 5)
        command: CommitUtterance = spoken(text, f"u{self.spoken}", start_s=start_s)
        self.ask(command)
        assert self.sitting.do(command) == (), "an utterance counted twice"

    @rule(text=REPLIES)
    def hold_last_words(self, text: str) -> None:
        self.spoken += 1
        command = HoldWords(utterance=spoken(text, f"u{self.spoken}").utterance)
        self.ask(command)
        assert self.sitting.do(command) == (), "last words held twice"

    @rule(counted=st.booleans())
    def settle_held(self, counted: bool) -> None:
        self.ask(SettleHeld(counted=counted))
        assert not self.state.held

    @rule(answer_id=IDS)
    def end_turn(self, answer_id: str) -> None:
        self.ask(EndTurn(answer_id=answer_id))

    @rule(kind=st.sampled_from(["speech", "typing", "here"]))
    def activity(self, kind: str) -> None:
        self.ask(NoteActivity.model_validate({"kind": kind}))

    @rule(
        answer_id=IDS,
        content=st.one_of(TEXTS, REPLIES),
        timeout=st.booleans(),
        number=st.sampled_from([None, None, 1, 2, 3, 9]),
        code=st.sampled_from([None, None, "x = 1\n"]),
    )
    def submit(
        self, answer_id: str, content: str, timeout: bool, number: int | None, code: str | None
    ) -> None:
        command = SubmitAnswer(
            answer_id=answer_id,
            content=content,
            timeout_submission=timeout,
            question_number=number,
            code=code,
        )
        answers = len(self.state.answers)
        done = self.ask(command)
        if done and len(self.state.answers) > answers:
            assert self.sitting.do(command) == (), "an answer counted twice"

    @rule()
    def repeat(self) -> None:
        self.ask(Repeat())

    @rule()
    def skip(self) -> None:
        self.ask(Skip())

    @rule()
    def stay(self) -> None:
        self.ask(UndoSkip())

    @rule()
    def moment(self) -> None:
        self.ask(TakeMoment())

    @rule(answer_id=IDS)
    def done(self, answer_id: str) -> None:
        self.ask(Done(answer_id=answer_id))

    @precondition(lambda self: self.state.answers)
    @rule(text=st.sampled_from(["Why?", " "]), index=st.integers(-2, -1))
    def follow_up(self, text: str, index: int) -> None:
        answer_id = self.state.answers[max(index, -len(self.state.answers))].answer_id
        self.ask(ProposeFollowUp(answer_id=answer_id, text=text))

    @precondition(lambda self: self.state.answers)
    @rule(index=st.integers(-2, -1))
    def no_follow_up(self, index: int) -> None:
        answer_id = self.state.answers[max(index, -len(self.state.answers))].answer_id
        self.ask(WaiveFollowUp(answer_id=answer_id))

    @precondition(lambda self: self.state.answers)
    @rule(data=st.data(), status=st.sampled_from(list(EvaluationStatus)))
    def evaluate(self, data: st.DataObject, status: EvaluationStatus) -> None:
        answer = data.draw(st.sampled_from(self.state.answers))
        self.ask(
            RecordEvaluation(
                evaluation=Evaluation(
                    answer_id=answer.answer_id,
                    question_number=answer.question_number,
                    status=status,
                    method="test",
                )
            )
        )

    @precondition(lambda self: self.steps >= RARE_AFTER)
    @rule(status=st.sampled_from([Status.COMPLETED, Status.TERMINATED, Status.IN_PROGRESS]))
    def end(self, status: Status) -> None:
        self.ask(EndSession(by="staff", reason="test", status=status, content="rest"))

    @precondition(lambda self: self.steps >= RARE_AFTER)
    @rule(number=st.integers(1, 8), counted=st.sampled_from([True, True, False]))
    def violate(self, number: int, counted: bool) -> None:
        self.ask(RecordViolation(violation=violation(f"v{number}", counted=counted)))

    @rule(number=st.integers(1, 8), outcome=st.sampled_from(list(ReviewOutcome)))
    def look(self, number: int, outcome: ReviewOutcome) -> None:
        known = self.state.watch.violation(f"v{number}") is not None
        done = self.ask(ReviewViolation(violation_id=f"v{number}", outcome=outcome, by="staff"))
        assert done == known

    @rule(present=st.booleans())
    def declare_camera(self, present: bool) -> None:
        self.ask(DeclareCamera(present=present))

    @precondition(lambda self: self.state.pause is not None)
    @rule(go_on=st.sampled_from([True, True, False]))
    def settle(self, go_on: bool) -> None:
        assert self.ask(SettlePause(by="staff", go_on=go_on))
        assert self.state.pause is None and self.state.status.final != go_on

    @rule()
    def overrule(self) -> None:
        final = self.state.status.final
        if self.ask(ReopenSession(by="staff", reason="a mistake")) and final:
            self.seat, self.faults = None, set()

    # --- what must always hold -------------------------------------------------------------------

    @invariant()
    def counters_only_grow(self) -> None:
        self.steps += 1
        after = counters(self.state)
        assert all(b <= a for b, a in zip(self.before, after, strict=True)), (self.before, after)
        assert (self.state.question_number or 0) >= self.number
        self.before, self.number = after, self.state.question_number or 0

    @invariant()
    def log_replays(self) -> None:
        assert replay(self.sitting.log) == self.state
        assert self.state.seq == len(self.sitting.log)
        summarise(self.state)

    @invariant()
    def one_conclusion(self) -> None:
        ends = [i for i, e in enumerate(self.sitting.log) if isinstance(e, SessionEnded)]
        reports = [i for i, e in enumerate(self.sitting.log) if isinstance(e, ReportRequested)]
        reopened = sum(isinstance(e, SessionReopened) for e in self.sitting.log)
        concluded = reopened + (1 if self.state.status.final else 0)
        assert len(ends) == len(reports) == concluded
        assert reopened == self.state.reopenings
        assert all(r == e + 1 for e, r in zip(ends, reports, strict=True))

    @invariant()
    def only_a_strict_session_ends_by_violations(self) -> None:
        ended_so = self.state.ended_by == "proctoring" or self.state.pause is not None
        strict = self.state.plan.proctoring.profile == "strict"
        assert not ended_so or (strict and len(self.state.watch.violations) >= COUNTED_TO_END)
        assert self.state.plan.proctoring.profile != "off" or not self.state.watch.violations

    @invariant()
    def state_is_legal(self) -> None:
        state = self.state
        assert (state.phase is not None) == (state.status is Status.IN_PROGRESS)
        assert state.phase is not Phase.CLOSING
        if state.status is not Status.IN_PROGRESS:
            assert machine.next_wake(state) is None
            assert machine.listening_for(state) == "off"
            assert state.asking is None
            return
        if state.pause is not None:
            assert machine.listening_for(state) == "off"
            assert machine.clock_paused_reason(state) in ("review", "disconnected", "idle")
        assert state.seat == self.seat and set(state.faults) == self.faults
        if state.question_number is not None:
            assert state.consent == "given", "a question without consent"
            assert state.question_number <= state.question_count
        in_question = (Phase.PREPARING, Phase.ANSWERING, Phase.THINKING)
        assert (state.stage in in_question) <= (state.asking is not None)
        assert (state.seat is None) == (state.absent_since is not None)
        assert machine.next_wake(state) is not None or state.faults, "nothing will ever happen"

    @invariant()
    def answers_are_in_order(self) -> None:
        recorded = [e for e in self.sitting.log if isinstance(e, AnswerRecorded)]
        assert len({a.answer_id for a in recorded}) == len(recorded)
        planned = [a.question_number for a in self.state.answers if not a.follow_up]
        once = sorted(set(planned))
        assert planned == sorted(planned) and once == list(range(1, len(once) + 1)), "lost"
        assert len(planned) - len(once) <= self.state.reopenings, "a question asked twice"
        follow_ups = [a.question_number for a in self.state.answers if a.follow_up]
        twice = len(follow_ups) - len(set(follow_ups))
        assert twice <= self.state.reopenings, "two follow-ups to one question"
        plan = self.state.plan
        for answer in recorded:
            timer_s = plan.questions[answer.question_number - 1].timer_s
            assert answer.clock_used_s <= timer_s + plan.answer_grace_s + 1e-3
            if answer.outcome is AnswerOutcome.NO_RESPONSE:
                assert not answer.content and answer.code is None


Sessions.TestCase.settings = settings(
    max_examples=45,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestSessions = Sessions.TestCase
