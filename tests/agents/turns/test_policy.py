"""Who has the floor, on a clock that only moves when told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.turns.commands import CommandKind
from agents.turns.decisions import Act, Decision
from agents.turns.policy import TurnPolicy
from agents.turns.profile import INTERVIEW, Expectation
from agents.turns.voicing import WINDOW_S
from agents.turns.wording import plain_words
from interview.conversation import Listening
from interview.nouns import Word

SURE, UNLIKELY = 0.8, 0.1


class Candidate:
    """Drives a policy as the ears would, and notes when what was decided."""

    def __init__(self, expected: Expectation | None = None) -> None:
        self.policy = TurnPolicy()
        self.now_s = 0.0
        self.decided: list[tuple[float, Decision]] = []
        self.do(lambda at: self.policy.expect(expected or Expectation(), at))

    def do(self, call: Callable[[float], tuple[Decision, ...]]) -> None:
        self.decided += [(self.now_s, each) for each in call(self.now_s)]

    def sound(self, duration_s: float) -> None:
        self._windows(duration_s, speech=True)

    def silence(self, duration_s: float) -> None:
        self._windows(duration_s, speech=False)

    def _windows(self, duration_s: float, *, speech: bool) -> None:
        for _ in range(round(duration_s / WINDOW_S)):
            self.now_s += WINDOW_S
            self.do(lambda at: self.policy.window(speech, at))

    def say(self, text: str, probability: float | None = SURE, *, known: bool = True) -> None:
        """Speak for two seconds; the words and the model's word come 0.3 s later."""
        began_s = self.now_s
        self.sound(2.0)
        ended_s = self.now_s
        self.silence(0.3)
        if known:
            self.know(text, began_s, ended_s)
        if probability is not None:
            self.do(lambda at: self.policy.predicted(probability, at))

    def know(self, text: str, began_s: float, ended_s: float) -> None:
        words = tuple(
            Word(text=each, start_s=began_s, end_s=ended_s, confidence=1) for each in text.split()
        )
        self.do(lambda at: self.policy.heard(words, "", ended_s, at, final=True))

    def acts(self) -> list[Act]:
        return [decision.act for _, decision in self.decided]

    def when(self, act: Act) -> float:
        return next(at_s for at_s, decision in self.decided if decision.act is act)

    def reason(self, act: Act) -> str:
        return next(decision.reason for _, decision in self.decided if decision.act is act)


SENTENCE = "I would use a queue between the two services"
LONG = SENTENCE + " so that the slow one never holds up the fast one while it restarts"


# --- when an answer ends -------------------------------------------------------------------------


STOPPED = SENTENCE + "."
BEAT_S = INTERVIEW.beat_s


@pytest.mark.parametrize(
    ("text", "reason", "wait_s"),
    [
        (STOPPED, "likely", INTERVIEW.soonest_s),
        (LONG + ".", "likely", INTERVIEW.soonest_s),
        ("Kubernetes.", "likely", INTERVIEW.soonest_s),
        (SENTENCE, "doubtful", INTERVIEW.latest_s),
        (SENTENCE + ", um", "unlikely", INTERVIEW.unlikely_s),
        (LONG + " because", "unlikely", INTERVIEW.unlikely_s),
    ],
)
def test_the_words_say_how_long_to_wait_and_their_number_does_not(
    text: str, reason: str, wait_s: float
) -> None:
    """The acknowledgement comes first, and the turn ends a beat later."""
    candidate = Candidate()
    candidate.say(text)
    patience = candidate.policy.patience()
    assert patience.reason == reason
    assert patience.wait_s == pytest.approx(wait_s)
    candidate.silence(8)
    assert candidate.acts() == [Act.PREPARE, Act.OFFER, Act.END]
    assert candidate.when(Act.OFFER) == pytest.approx(2.0 + wait_s, abs=0.07)
    assert candidate.when(Act.END) == pytest.approx(2.0 + wait_s + BEAT_S, abs=0.1)
    assert candidate.reason(Act.END) == reason
    end = next(each.end for _, each in candidate.decided if each.act is Act.END)
    assert end is not None and end.words == len(plain_words(text))
    assert end.waited_s == pytest.approx(wait_s + BEAT_S, abs=0.1)


def test_patience_follows_the_question() -> None:
    candidate = Candidate(Expectation(pause_tolerance_s=6.0))
    candidate.say(STOPPED)
    candidate.silence(9)
    assert candidate.when(Act.OFFER) == pytest.approx(2.0 + 2 * INTERVIEW.soonest_s, abs=0.07)
    assert candidate.when(Act.END) == pytest.approx(
        2.0 + 2 * (INTERVIEW.soonest_s + BEAT_S), abs=0.1
    )


def test_a_hasty_question_still_leaves_a_beat() -> None:
    candidate = Candidate(Expectation(pause_tolerance_s=0.5))
    candidate.say(STOPPED)
    candidate.silence(3)
    assert candidate.when(Act.END) - candidate.when(Act.OFFER) >= INTERVIEW.least_beat_s


def test_somebody_who_goes_on_over_the_acknowledgement_keeps_the_turn() -> None:
    candidate = Candidate()
    candidate.say(STOPPED)
    candidate.silence(INTERVIEW.soonest_s)
    assert candidate.acts()[-1] is Act.OFFER
    candidate.say("and a cache before it.")
    candidate.silence(8)
    assert candidate.acts() == [
        *(Act.PREPARE, Act.OFFER, Act.REGAIN, Act.RETRACT),
        *(Act.PREPARE, Act.OFFER, Act.END),
    ]


def test_that_is_all_needs_no_acknowledgement_first() -> None:
    candidate = Candidate()
    candidate.say(STOPPED + " That's all.")
    candidate.silence(2)
    assert candidate.acts() == [Act.PREPARE, Act.COMMAND]


def test_who_pauses_for_long_is_given_longer() -> None:
    """The candidate's own pauses so far, in this answer and those before."""
    calm, slow = Candidate(), Candidate()
    for candidate, pause_s in ((calm, 0.6), (slow, 1.5)):
        for _ in range(6):
            candidate.say(STOPPED)
            candidate.silence(pause_s - 0.3)
        candidate.say(STOPPED)
    assert calm.policy.patience().wait_s < slow.policy.patience().wait_s
    assert slow.policy.patience().reason == "doubtful"


def test_words_count_once_whoever_else_has_them() -> None:
    """What the session stores meanwhile is the turn's own words, not more of them."""
    candidate = Candidate()
    candidate.say(STOPPED)
    candidate.do(lambda at: candidate.policy.expect(Expectation(answered=True), at))
    candidate.silence(3)
    offered = next(each.end for _, each in candidate.decided if each.act is Act.OFFER)
    assert offered is not None and offered.words == len(plain_words(SENTENCE))


def test_a_pause_that_ends_is_no_end() -> None:
    """Going on takes the preparation back, and the turn is one."""
    candidate = Candidate()
    candidate.say(SENTENCE)
    candidate.silence(0.6)
    candidate.say("and a cache before it")
    candidate.silence(8)
    assert candidate.acts() == [Act.PREPARE, Act.RETRACT, Act.PREPARE, Act.OFFER, Act.END]
    assert candidate.policy.words == ()


def test_words_that_are_late_are_waited_for() -> None:
    candidate = Candidate()
    candidate.say("", known=False)
    candidate.silence(5.0)
    assert Act.END not in candidate.acts()
    candidate.know(SENTENCE, 0, 2.0)
    assert candidate.acts()[-1] is Act.OFFER
    candidate.silence(BEAT_S + WINDOW_S)
    assert candidate.acts()[-1] is Act.END


def test_stale_words_wait_out_the_tolerance() -> None:
    """The first sentence is known, what followed is not: its end says nothing yet."""
    candidate = Candidate()
    candidate.say(SENTENCE)
    candidate.sound(1.0)
    ended_s = candidate.now_s
    candidate.silence(8.0)
    assert candidate.reason(Act.END) == "words_late"
    assert candidate.when(Act.OFFER) == pytest.approx(ended_s + INTERVIEW.latest_s, abs=0.07)


def test_silence_alone_ends_nothing() -> None:
    candidate = Candidate()
    candidate.silence(40)
    assert candidate.acts() == []
    assert candidate.policy.wake_s is None


def test_nothing_is_heard_when_off() -> None:
    candidate = Candidate(Expectation(mode=Listening.OFF))
    candidate.say(SENTENCE)
    candidate.silence(10)
    assert candidate.acts() == []


def test_a_turn_that_somebody_else_ended_is_forgotten() -> None:
    candidate = Candidate()
    candidate.say(SENTENCE)
    candidate.silence(0.2)
    candidate.do(lambda _: candidate.policy.forget())
    candidate.silence(10)
    assert candidate.acts() == [Act.PREPARE, Act.RETRACT]


def test_a_new_mode_begins_a_new_turn_the_same_goes_on() -> None:
    candidate = Candidate()
    candidate.say(SENTENCE)
    candidate.do(lambda at: candidate.policy.expect(Expectation(answered=True), at))
    assert candidate.policy.words
    candidate.do(lambda at: candidate.policy.expect(Expectation(mode=Listening.REPLY), at))
    assert candidate.policy.words == ()


# --- replies -------------------------------------------------------------------------------------


def test_a_reply_is_taken_at_once() -> None:
    candidate = Candidate(Expectation(mode=Listening.REPLY))
    candidate.say("Yes.")
    candidate.silence(3)
    assert candidate.when(Act.END) == pytest.approx(2.0 + INTERVIEW.reply_sure_s, abs=0.07)


def test_an_unfinished_reply_gets_a_little_longer() -> None:
    candidate = Candidate(Expectation(mode=Listening.REPLY))
    candidate.say("Yes but")
    candidate.silence(3)
    assert candidate.when(Act.END) == pytest.approx(2.0 + INTERVIEW.reply_max_s, abs=0.07)


# --- commands ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "start"),
    [
        ("Could you repeat that?", CommandKind.REPEAT, 0),
        ("Give me a moment.", CommandKind.MOMENT, 0),
        ("skip this question", CommandKind.SKIP, 0),
        ("I would use a queue. That's all.", CommandKind.DONE, 5),
    ],
)
def test_a_command_is_not_an_answer(text: str, kind: CommandKind, start: int) -> None:
    candidate = Candidate()
    candidate.say(text, UNLIKELY)
    candidate.silence(3)
    assert candidate.acts() in ([Act.PREPARE, Act.COMMAND], [Act.COMMAND])
    command = candidate.decided[-1][1].command
    assert command is not None and (command.kind, command.start) == (kind, start)
    assert candidate.when(Act.COMMAND) == pytest.approx(2.3, abs=0.1)


def test_a_command_in_mid_sentence_goes_on() -> None:
    candidate = Candidate()
    candidate.say("That's all", SURE)
    candidate.sound(1.0)
    candidate.know("we had at the time of the outage", 2.3, candidate.now_s)
    candidate.silence(0.32)
    assert candidate.policy.command() is None


# --- silence -------------------------------------------------------------------------------------


def test_silence_prompts_gently_once_and_then_advances() -> None:
    candidate = Candidate(Expectation(gentle_s=15, advance_s=30))
    assert candidate.policy.wake_s == 15
    candidate.silence(70)
    assert candidate.acts() == [Act.PROMPT_GENTLY, Act.ADVANCE]
    assert candidate.when(Act.PROMPT_GENTLY) == pytest.approx(15, abs=0.05)
    assert candidate.when(Act.ADVANCE) == pytest.approx(30, abs=0.05)


def test_a_prompt_and_speech_start_the_silence_anew() -> None:
    candidate = Candidate(Expectation(gentle_s=15, advance_s=30))
    candidate.silence(14)
    candidate.do(candidate.policy.prompt_started)
    candidate.silence(5)
    candidate.do(candidate.policy.prompt_ended)
    candidate.silence(14.5)
    assert candidate.acts() == []
    candidate.sound(1.0)
    candidate.silence(14.5)
    assert Act.PROMPT_GENTLY not in candidate.acts()


# --- the avatar speaks ---------------------------------------------------------------------------


def speaking(expected: Expectation | None = None, *, for_s: float = 2.0) -> Candidate:
    candidate = Candidate(expected)
    candidate.do(candidate.policy.prompt_started)
    candidate.silence(for_s)
    return candidate


def test_a_click_only_ducks() -> None:
    candidate = speaking()
    candidate.sound(WINDOW_S)
    candidate.silence(1.0)
    assert candidate.acts() == [Act.DUCK, Act.RESUME]


def test_an_unmistakable_first_window_holds_at_once_and_a_click_repeats_nothing() -> None:
    candidate = speaking()
    candidate.now_s += WINDOW_S
    candidate.do(lambda at: candidate.policy.window(True, at, sure=True))
    assert candidate.acts() == [Act.HOLD]
    candidate.silence(WINDOW_S)
    assert candidate.acts() == [Act.HOLD, Act.RESUME]
    assert candidate.reason(Act.RESUME) == "click"


def test_a_cough_holds_and_the_prompt_goes_on() -> None:
    candidate = speaking()
    candidate.sound(0.45)
    ended_s = candidate.now_s
    candidate.silence(2.0)
    assert candidate.acts() == [Act.DUCK, Act.HOLD, Act.RESUME]
    assert candidate.when(Act.RESUME) - ended_s < 0.4


def test_a_fit_of_coughing_is_held_throughout() -> None:
    candidate = speaking()
    for _ in range(3):
        candidate.sound(0.4)
        candidate.silence(0.29)
    candidate.silence(1.0)
    assert candidate.acts() == [Act.DUCK, Act.HOLD, Act.RESUME]


@pytest.mark.parametrize("text", ["Mm-hmm.", "okay", "uh-huh, right"])
def test_a_back_channel_takes_no_floor(text: str) -> None:
    candidate = speaking()
    began_s = candidate.now_s
    candidate.sound(0.5)
    candidate.know(text, began_s, candidate.now_s)
    candidate.silence(1.0)
    candidate.do(candidate.policy.prompt_ended)
    candidate.silence(10.0)
    assert candidate.acts() == [Act.DUCK, Act.HOLD, Act.RESUME]


def test_words_stop_the_avatar_at_once_even_in_its_first_second() -> None:
    candidate = speaking(for_s=0.1)
    began_s = candidate.now_s
    candidate.sound(0.4)
    assert candidate.acts() == [Act.DUCK, Act.HOLD]
    candidate.know("wait", began_s, candidate.now_s)
    assert candidate.acts() == [Act.DUCK, Act.HOLD, Act.STOP]
    assert candidate.reason(Act.STOP) == "words"


def test_tentative_words_stop_it_too() -> None:
    candidate = speaking()
    candidate.sound(0.4)
    candidate.do(lambda at: candidate.policy.heard((), "sorry what", at, at))
    assert candidate.acts()[-1] is Act.STOP


def test_speech_without_words_stops_it_after_a_while() -> None:
    candidate = speaking()
    began_s = candidate.now_s
    candidate.sound(2.0)
    assert candidate.reason(Act.STOP) == "speech"
    assert candidate.when(Act.STOP) - began_s == pytest.approx(INTERVIEW.confirm_s, abs=0.05)


def test_words_from_before_the_prompt_do_not_stop_it() -> None:
    candidate = Candidate()
    candidate.sound(1.0)
    candidate.silence(1.0)
    candidate.do(candidate.policy.prompt_started)
    candidate.know("these came late", 0.0, 1.0)
    candidate.do(lambda at: candidate.policy.heard((), "and these", 1.0, at))
    assert Act.STOP not in candidate.acts()


def test_okay_is_an_answer_to_are_you_ready() -> None:
    candidate = speaking(Expectation(mode=Listening.REPLY))
    began_s = candidate.now_s
    candidate.sound(0.4)
    candidate.know("Okay.", began_s, candidate.now_s)
    assert candidate.acts()[-1] is Act.STOP


def test_no_turn_ends_while_the_avatar_speaks() -> None:
    candidate = speaking()
    candidate.sound(0.5)
    candidate.silence(10)
    assert Act.END not in candidate.acts()


# --- cut off -------------------------------------------------------------------------------------


def cut_off(after_s: float) -> Candidate:
    """An answer was taken for finished; the next question has played for `after_s`."""
    candidate = Candidate()
    candidate.say(STOPPED)
    candidate.silence(3.0)
    assert candidate.acts()[-1] is Act.END
    candidate.do(lambda at: candidate.policy.prompt_started(at, 8.0))
    candidate.silence(after_s)
    return candidate


def test_somebody_who_only_goes_on_is_given_way_at_once() -> None:
    candidate = cut_off(0.7)
    began_s = candidate.now_s
    candidate.sound(1.0)
    assert candidate.reason(Act.STOP) == "cut_off"
    waited_s = candidate.when(Act.STOP) - began_s
    assert waited_s == pytest.approx(INTERVIEW.repair_confirm_s, abs=0.05)


@pytest.mark.parametrize(("share", "reason"), [(0.6, "cut_off"), (0.85, "speech")])
def test_later_a_cough_is_waited_out_and_speech_goes_on_with_the_answer_before(
    share: float, reason: str
) -> None:
    """Until most of the question has been heard; from then on it is an interruption."""
    candidate = cut_off(share * 8.0)
    candidate.sound(0.6)
    assert Act.STOP not in candidate.acts() and candidate.acts()[-1] is Act.HOLD
    candidate.sound(0.8)
    assert candidate.reason(Act.STOP) == reason


def test_an_end_that_was_a_pause_counts_as_one() -> None:
    candidate = Candidate()
    candidate.say(STOPPED)
    before = candidate.policy.patience()
    candidate = cut_off(2.0)
    candidate.sound(1.5)
    candidate.do(candidate.policy.prompt_ended)
    candidate.say(STOPPED)
    likelihood, after = before.likelihood, candidate.policy.patience().likelihood
    assert likelihood is not None and after is not None and after < likelihood


def test_somebody_who_never_stopped_is_given_way_before_a_word() -> None:
    candidate = Candidate()
    candidate.say(STOPPED)
    candidate.silence(3.0)
    candidate.sound(0.5)
    candidate.do(candidate.policy.prompt_started)
    candidate.sound(0.1)
    assert candidate.acts()[-2:] == [Act.HOLD, Act.STOP]
    assert candidate.reason(Act.STOP) == "cut_off"


def test_only_the_first_prompt_after_an_answer_repairs_it() -> None:
    candidate = cut_off(3.0)
    candidate.do(candidate.policy.prompt_ended)
    candidate.do(candidate.policy.prompt_started)
    candidate.sound(0.6)
    assert Act.STOP not in candidate.acts()


# --- anything at any time ------------------------------------------------------------------------

STEPS = st.lists(
    st.sampled_from(
        ["sound", "silence", "words", "hum", "sure", "unsure", "prompt", "over", "off", "on"]
    ),
    max_size=60,
)


def take(candidate: Candidate, step: str) -> None:
    policy = candidate.policy
    if step == "sound":
        candidate.sound(0.4)
    elif step == "silence":
        candidate.silence(0.8)
    elif step == "words":
        candidate.know(SENTENCE, max(0, candidate.now_s - 0.4), candidate.now_s)
    elif step == "hum":
        candidate.know("mm-hm", max(0, candidate.now_s - 0.4), candidate.now_s)
    elif step in ("sure", "unsure"):
        candidate.do(lambda at: policy.predicted(SURE if step == "sure" else UNLIKELY, at))
    elif step == "prompt" and Act.END in candidate.acts():
        candidate.do(policy.prompt_started)
    elif step == "over":
        candidate.do(policy.prompt_ended)
    elif step in ("off", "on"):
        mode = Listening.OFF if step == "off" else Listening.ANSWER
        candidate.do(lambda at: policy.expect(Expectation(mode=mode), at))


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_decisions_keep_their_order(steps: list[str]) -> None:
    """Whatever happens: no two preparations in a row, no resume without a duck or hold before,
    nothing ends while somebody speaks, and what is due wakes the caller no later."""
    candidate = Candidate()
    for step in steps:
        take(candidate, step)
        wake_s = candidate.policy.wake_s
        assert wake_s is None or wake_s >= candidate.now_s - WINDOW_S
    acts = candidate.acts()
    floor = [act for act in acts if act in (Act.OFFER, Act.REGAIN, Act.END, Act.COMMAND)]
    for earlier, later in zip([None, *floor], floor, strict=False):
        assert not (later is Act.OFFER and earlier is Act.OFFER)
        assert not (later is Act.REGAIN and earlier is not Act.OFFER)
    turn = [act for act in acts if act in (Act.PREPARE, Act.RETRACT, Act.END, Act.COMMAND)]
    for before, after in zip(turn, turn[1:], strict=False):
        assert not (before is Act.PREPARE and after is Act.PREPARE)
        assert not (after is Act.RETRACT and before is not Act.PREPARE)
    mouth = [act for act in acts if act in (Act.DUCK, Act.HOLD, Act.RESUME, Act.STOP)]
    for index, act in enumerate(mouth):
        if act is Act.RESUME:
            assert index and mouth[index - 1] in (Act.DUCK, Act.HOLD)


def test_wake_is_when_the_tick_decides() -> None:
    """A caller that sleeps until `wake_s` decides the same as one that ticks all the time."""
    candidate = Candidate(Expectation(gentle_s=15, advance_s=30))
    candidate.say(SENTENCE)
    policy = candidate.policy
    acts: list[Act] = []
    while (wake_s := policy.wake_s) is not None and wake_s < 60:
        found = policy.tick(wake_s)
        assert found
        acts += [decision.act for decision in found]
    assert acts == [Act.PREPARE, Act.OFFER, Act.END, Act.PROMPT_GENTLY, Act.ADVANCE]


# --- a microphone that is changed in mid-answer ---------------------------------------------------


def nothing(candidate: Candidate, duration_s: float) -> None:
    """No sound comes for so long: not one window, only timers."""
    candidate.do(candidate.policy.deaf)
    for _ in range(round(duration_s / 0.1)):
        candidate.now_s += 0.1
        candidate.do(candidate.policy.tick)
    candidate.do(candidate.policy.hears)


@pytest.mark.parametrize("gap_s", [0.6, 2.0, 30.0])
def test_between_two_microphones_nobody_is_silent(gap_s: float) -> None:
    """The wait begins when something is heard again, be it silence."""
    candidate = Candidate()
    candidate.say(STOPPED)
    nothing(candidate, gap_s)
    heard_s = candidate.now_s
    assert not {Act.OFFER, Act.END} & set(candidate.acts())
    candidate.silence(6)
    assert candidate.when(Act.OFFER) == pytest.approx(heard_s + INTERVIEW.soonest_s, abs=0.07)
    assert candidate.when(Act.END) == pytest.approx(heard_s + INTERVIEW.soonest_s + BEAT_S, abs=0.1)


def test_a_microphone_lost_in_the_midst_of_a_word_is_no_end() -> None:
    """Speech stops being heard; what comes first on the new microphone is a breath of silence."""
    candidate = Candidate()
    candidate.sound(2.0)
    nothing(candidate, 5.0)
    assert not candidate.policy.speaking
    candidate.know(STOPPED, 0.0, 2.0)
    candidate.silence(1.0)
    candidate.sound(2.0)
    assert not {Act.OFFER, Act.END} & set(candidate.acts())


def test_an_acknowledgement_is_taken_back_when_the_microphone_goes() -> None:
    candidate = Candidate()
    candidate.say(STOPPED)
    candidate.silence(INTERVIEW.soonest_s)
    assert candidate.acts()[-1] is Act.OFFER
    nothing(candidate, 9.0)
    assert Act.REGAIN in candidate.acts() and Act.END not in candidate.acts()
    candidate.silence(6)
    assert candidate.acts().count(Act.OFFER) == 2 and candidate.acts().count(Act.END) == 1


def test_who_said_that_is_all_need_not_be_heard_again() -> None:
    candidate = Candidate()
    candidate.sound(2.0)
    candidate.do(candidate.policy.deaf)
    candidate.know("We kept a queue. That's all.", 0.0, 2.0)
    candidate.now_s += 1
    candidate.do(candidate.policy.tick)
    assert candidate.acts()[-1] is Act.COMMAND


def test_speech_says_by_itself_that_something_is_heard() -> None:
    """Even when nobody said so."""
    candidate = Candidate()
    candidate.say(STOPPED)
    candidate.do(candidate.policy.deaf)
    candidate.now_s += 3
    candidate.say(STOPPED)
    candidate.silence(6)
    assert Act.END in candidate.acts()


# --- "go on" --------------------------------------------------------------------------------------


def test_silence_counts_from_the_end_of_being_told_to_go_on() -> None:
    candidate = Candidate()
    candidate.say(STOPPED)
    candidate.silence(0.5)
    candidate.do(candidate.policy.aside_ended)
    told_s = candidate.now_s
    candidate.silence(4)
    assert candidate.when(Act.OFFER) == pytest.approx(told_s + INTERVIEW.soonest_s, abs=0.07)


def test_an_acknowledgement_does_not_lengthen_its_own_beat() -> None:
    candidate = Candidate()
    candidate.say(STOPPED)
    candidate.silence(INTERVIEW.soonest_s)
    candidate.do(candidate.policy.aside_ended)
    candidate.silence(4)
    gap_s = candidate.when(Act.END) - candidate.when(Act.OFFER)
    assert gap_s == pytest.approx(BEAT_S, abs=0.1)
