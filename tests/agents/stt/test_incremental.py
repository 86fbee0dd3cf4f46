"""The rules of a segment, with a scripted recogniser that changes its mind and takes its time."""

from __future__ import annotations

import pytest

from agents.stt.commit import Never
from agents.stt.heard import BYTES_PER_S, Heard, HeardWord
from agents.stt.incremental import Incremental, Plan
from agents.stt.playback import play
from tests.agents.stt.scripted import WORD_S, Scripted, speech


def names(count: int) -> list[str]:
    return [f"w{number}" for number in range(1, count + 1)]


@pytest.mark.parametrize("unsure", [0, 2, 3])
@pytest.mark.parametrize("count", [1, 5, 60, 200])
def test_every_word_once_and_soon_though_hypotheses_change(count: int, unsure: int) -> None:
    run = play(speech(range(1, count + 1)), Scripted(unsure=unsure).hear)
    assert run.text.split() == names(count)
    assert max(run.delays) < 1.5


@pytest.mark.parametrize("cost_s", [1.2, 3.0, 9.0])
def test_a_machine_too_slow_drops_passes_never_audio(cost_s: float) -> None:
    ears = Scripted(cost_s=cost_s)
    run = play(speech(range(1, 301)), ears.hear)
    assert run.text.split() == names(300)
    assert run.lag_s < 2 * cost_s + 0.5
    assert len(ears.windows) <= 300 * WORD_S / cost_s + 2
    assert max(ears.windows) <= 25.0


def test_windows_stay_short_however_long_somebody_speaks() -> None:
    ears = Scripted()
    play(speech(range(1, 400)), ears.hear)
    assert max(ears.windows) < Plan().context_s + 2.5


def test_what_comes_after_minutes_without_a_pass_is_heard_window_by_window() -> None:
    ears = Scripted()
    plan = Plan(every_s=1e9)
    assert play(speech(range(1, 1000)), ears.hear, plan=plan).text.split() == names(999)
    assert max(ears.windows) <= plan.window_s


def test_pauses_commit_the_last_word_and_cost_no_model() -> None:
    ears = Scripted()
    run = play(speech([1, 2, 3, *[0] * 25, 4]), ears.hear, plan=Plan(every_s=0.4))
    assert run.text.split() == names(4)
    assert run.delays[2] < 1.2
    assert ears.model_runs <= 6
    assert ears.windows[-1] < 3.0


def test_silence_has_no_words_and_is_forgotten() -> None:
    ears = Scripted()
    assert play(speech([0] * 1500), ears.hear).text == ""
    assert ears.model_runs == 0
    assert max(ears.windows) < 2.0


def test_at_the_flush_without_a_policy() -> None:
    run = play(speech(range(1, 20)), Scripted().hear, policy=Never())
    assert run.text.split() == names(19)
    assert len({at_s for _, at_s in run.committed}) == 1


def heard(text: str, each_s: float) -> Heard:
    words = text.split()
    spoken = [
        HeardWord(word, n * each_s, (n + 1) * each_s, 0.9, (n,)) for n, word in enumerate(words)
    ]
    return Heard(tuple(spoken), speech_end_s=len(words) * each_s)


def segment_of(seconds: float) -> Incremental:
    segment = Incremental(plan=Plan(context_s=1.5))
    segment.push(bytes(int(seconds * BYTES_PER_S) // 2 * 2))
    return segment


def test_a_loop_is_never_committed() -> None:
    """Its words have no audio of their own: the alignment piles them up at the end."""
    real = heard("we met in spring", 0.9).words
    loop = [HeardWord(w, 3.7, 3.75, 0.9) for w in "we met in spring we met in spring".split()]
    answer = Heard((*real, *loop), speech_end_s=3.7)
    segment = segment_of(4)
    assert [word.text for word in segment.take(segment.ask(), answer)] == ["we", "met", "in"]
    segment = segment_of(4)
    fresh = segment.take(segment.ask(final=True), answer)
    assert " ".join(word.text for word in fresh) == "we met in spring"


@pytest.mark.parametrize("again", ["a b c d e", "a b c d", "b c d e"])
def test_known_words_said_once_more_by_the_decoder_are_not_heard_twice(again: str) -> None:
    """Nor are the new words that follow them lost."""
    segment = segment_of(4)
    known = segment.take(segment.ask(), heard("a b c d e", 0.4))
    assert len(known) == 5
    segment.push(bytes(2 * BYTES_PER_S))
    until_s = known[-1].end_s - segment.ask().start_s
    echo = [HeardWord(word, until_s - 0.1, until_s, 0.9) for word in again.split()]
    new = [HeardWord(word, 4 + 0.4 * n, 4.4 + 0.4 * n, 0.9) for n, word in enumerate("xyz")]
    fresh = segment.take(segment.ask(final=True), Heard((*echo, *new), speech_end_s=5.2))
    assert [word.text for word in fresh] == ["x", "y", "z"]


def test_a_loop_before_new_words_takes_none_of_them_along() -> None:
    real = heard("we met in spring", 0.9).words
    loop = [HeardWord(word, 3.6, 3.65, 0.9) for word in "we met in spring".split()]
    new = [HeardWord(word, 4 + 0.4 * n, 4.4 + 0.4 * n, 0.9) for n, word in enumerate("xyz")]
    segment = segment_of(6)
    fresh = segment.take(segment.ask(final=True), Heard((*real, *loop, *new), speech_end_s=5.2))
    assert " ".join(word.text for word in fresh) == "we met in spring x y z"


def test_what_somebody_says_twice_is_kept() -> None:
    segment = segment_of(8)
    fresh = segment.take(segment.ask(), heard("I think so I think so then we went on", 0.4))
    assert [word.text for word in fresh][:6] == "I think so I think so".split()


def test_committed_words_come_as_prefix_and_times_run_forwards() -> None:
    segment = segment_of(4)
    first = segment.take(segment.ask(), heard("a b c d e f g", 0.5))
    ask = segment.ask()
    assert [word.text for word in ask.prefix] == [word.text for word in first][-len(ask.prefix) :]
    assert ask.start_s > 0
    assert ask.prefix_end_s == pytest.approx(first[-1].end_s - ask.start_s)
    late = segment.take(segment.ask(final=True), heard("x y", 0.01))
    times = [word.start_s for word in (*first, *late)]
    assert times == sorted(times)


@pytest.mark.parametrize(("voiced_s", "kept"), [(0.3, ["yes"]), (0.1, [])])
def test_a_word_that_was_shown_is_not_taken_away_by_a_last_pass_in_doubt(
    voiced_s: float, kept: list[str]
) -> None:
    segment = segment_of(0.6)
    assert not segment.take(segment.ask(), heard("yes", 0.4))
    segment.push(bytes(BYTES_PER_S // 2))
    doubt = Heard((), speech_end_s=0.7, voiced_s=voiced_s)
    assert [word.text for word in segment.take(segment.ask(final=True), doubt)] == kept


def test_a_tentative_word_survives_a_pass_that_heard_nothing_new() -> None:
    """The gate may change its mind about the end of a voice; the word is not lost by it."""
    segment = segment_of(1)
    segment.take(segment.ask(), Heard((HeardWord("not", 0.2, 0.6, 0.5),), speech_end_s=0.6))
    fresh: list[HeardWord] = []
    for _ in range(8):
        segment.push(bytes(BYTES_PER_S // 4 * 2))
        fresh += segment.take(segment.ask(), Heard(same=True, speech_end_s=0.4))
    assert [word.text for word in fresh] == ["not"]


def test_known_words_that_end_the_hypothesis_are_not_forced_for_ever() -> None:
    segment = segment_of(4)
    segment.take(segment.ask(), heard("a b c d e f g", 0.5))
    assert segment.ask().prefix
    segment.push(bytes(2 * BYTES_PER_S))
    segment.take(segment.ask(), Heard(speech_end_s=4.0, voiced_s=2.0))
    ask = segment.ask()
    assert not ask.prefix
    assert ask.start_s == pytest.approx(3.5)
