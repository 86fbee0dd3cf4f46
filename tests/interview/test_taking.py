"""Recorded answers: retakes, sending in, hearing each once, and nobody sitting anywhere."""

from __future__ import annotations

import pytest

from interview.commands import EndSession, GiveConsent, HearTake, JoinCandidate, KeepTake
from interview.effects import EVALUATE, HEAR_TAKE, REPORT, jobs_for
from interview.errors import Forbidden, IllegalTransition, InvalidInput, NotFound
from interview.events import Event
from interview.nouns import CONSENT_TEXT_VERSION, Question, Status, Utterance, Word
from interview.records import State
from interview.standing import Standing, standing_of
from interview.state import replay
from interview.taking import ABANDONED_S, answer_of, take_of, takes_left
from tests.interview.sitting import Sitting, plan_of


def begun(**fields: object) -> Sitting:
    """Three questions, each may be recorded twice; the candidate has consented."""
    questions = tuple(Question(number=n, text=f"Question {n}?") for n in (1, 2, 3))
    known = {"mode": "recorded", "retakes": 1, "questions": questions}
    sitting = Sitting(plan_of(3).model_copy(update={**known, **fields}))
    sitting.do(GiveConsent(granted=True, text_version=CONSENT_TEXT_VERSION))
    return sitting


def take(number: int, name: str) -> KeepTake:
    return KeepTake(take_id=name, question_number=number, part_id=f"part-{name}", duration_s=9)


def send_in() -> EndSession:
    return EndSession(by="candidate", reason="sent_in")


def words(text: str) -> Utterance:
    said = tuple(
        Word(text=each, start_s=n, end_s=n + 1, confidence=1) for n, each in enumerate(text.split())
    )
    return Utterance(utterance_id=f"take:{text}", text=text, words=said, start_s=0, end_s=len(said))


def jobs(sitting: Sitting, events: tuple[Event, ...]) -> list[tuple[str, str]]:
    """What follows from the events, kind and answer; asked for twice it is one job."""
    state: State = sitting.state
    asked = [job for event in events for job in jobs_for(event, state)]
    found = [(job.kind, job.key.rpartition("/")[2]) for job in asked]
    return [job for job in dict.fromkeys(found) if job[0] in (EVALUATE, HEAR_TAKE, REPORT)]


def test_the_latest_take_of_each_question_is_heard_once() -> None:
    sitting = begun()
    for command in (take(2, "a"), take(1, "b"), take(1, "c"), take(1, "c")):
        sitting.do(command)
    assert [takes_left(sitting.state, n) for n in (1, 2, 3)] == [0, 1, 2]
    with pytest.raises(Forbidden, match="cannot be recorded again"):
        sitting.do(take(1, "d"))
    ended = sitting.do(send_in())
    assert jobs(sitting, ended) == [(HEAR_TAKE, "c"), (HEAR_TAKE, "a"), (REPORT, "s1")]
    assert sitting.do(send_in()) == ()
    assert [(a.answer_id, a.question_number) for a in sitting.answers] == [("c", 1), ("a", 2)]
    heard = sitting.do(HearTake(answer_id="a", utterances=(words("We split the service"),)))
    assert jobs(sitting, heard) == [(EVALUATE, "a")]
    assert sitting.do(HearTake(answer_id="a", utterances=(words("Other words"),))) == ()
    answer = sitting.state.answer("a")
    assert answer is not None and answer.content == "We split the service"
    assert [line.content for line in sitting.state.dialogue] == [
        "Question 1?",
        "Question 2?",
        "We split the service",
    ]
    assert replay(sitting.log) == sitting.state


def test_a_recording_without_words_says_why_and_the_report_is_made_anew() -> None:
    sitting = begun()
    sitting.do(take(1, "a"))
    sitting.do(send_in())
    heard = sitting.do(HearTake(answer_id="a", failure="The file is damaged."))
    assert jobs(sitting, heard) == [(REPORT, "s1")]
    answer = sitting.state.answer("a")
    assert answer is not None and (answer.content, answer.heard_note) == (
        "",
        "The file is damaged.",
    )
    assert sitting.do(HearTake(answer_id="a", failure="Again")) == ()
    with pytest.raises(NotFound):
        sitting.do(HearTake(answer_id="x", failure="?"))


def test_neither_words_nor_a_reason_is_nothing() -> None:
    sitting = begun()
    sitting.do(take(1, "a"))
    sitting.do(send_in())
    with pytest.raises(InvalidInput):
        sitting.do(HearTake(answer_id="a"))


def test_where_it_stands() -> None:
    sitting = begun()
    assert standing_of(sitting.state) is Standing.LIVE
    sitting.do(take(1, "a"))
    sitting.do(send_in())
    assert standing_of(sitting.state) is Standing.LEFT_EARLY
    whole = begun()
    for number, name in ((1, "a"), (2, "b"), (3, "c")):
        whole.do(take(number, name))
    whole.do(send_in())
    assert standing_of(whole.state) is Standing.COMPLETED
    with pytest.raises(IllegalTransition):
        whole.do(take(1, "late"))


def test_what_nobody_sends_in_is_heard_two_hours_after_the_last_take() -> None:
    sitting = begun()
    sitting.wait(ABANDONED_S - 10)
    sitting.do(take(3, "a"))
    assert sitting.wait(ABANDONED_S - 10) == ()
    ended = sitting.wait(20)
    assert (sitting.state.status, sitting.state.end_reason) == (Status.ABANDONED, "not_sent_in")
    assert (HEAR_TAKE, "a") in jobs(sitting, ended)
    nobody = begun()
    nobody.wait(ABANDONED_S + 1)
    assert nobody.state.status is Status.ABANDONED and nobody.answers == []


def test_nothing_is_recorded_without_consent_nor_live() -> None:
    sitting = begun()
    with pytest.raises(IllegalTransition):
        sitting.do(JoinCandidate(connection_id="c1"))
    with pytest.raises(NotFound):
        sitting.do(take(4, "a"))
    live = begun(mode="live")
    with pytest.raises(IllegalTransition):
        live.do(take(1, "a"))
    sitting.do(GiveConsent(granted=False, text_version=CONSENT_TEXT_VERSION))
    assert sitting.state.status is Status.ABANDONED


def test_heard_again_other_words_stand_and_are_evaluated_anew() -> None:
    sitting = begun()
    sitting.do(take(1, "a"))
    sitting.do(send_in())
    before, after = words("We split"), words("We split").model_copy(update={"text": "We spilt it"})
    sitting.do(HearTake(answer_id="a", utterances=(before,)))
    same = HearTake(answer_id="a", utterances=(before,), again=True)
    assert sitting.do(same) == (), "the same words change nothing"
    assert sitting.do(HearTake(answer_id="a", failure="No ears.", again=True)) == ()
    anew = sitting.do(HearTake(answer_id="a", utterances=(after,), again=True))
    assert (EVALUATE, "a") in jobs(sitting, anew)
    assert sitting.state.answers[0].content == "We spilt it"


def test_what_could_not_be_heard_gets_its_words_later() -> None:
    sitting = begun()
    sitting.do(take(1, "a"))
    sitting.do(send_in())
    sitting.do(HearTake(answer_id="a", failure="No ears."))
    assert sitting.do(HearTake(answer_id="a", failure="No ears.", again=True)) == ()
    assert sitting.do(HearTake(answer_id="a", utterances=(words("Hello"),))) == ()
    sitting.do(HearTake(answer_id="a", utterances=(words("Hello"),), again=True))
    assert sitting.state.answers[0].content == "Hello"


def test_an_answer_is_its_own_recording_and_not_one_whose_name_ends_alike() -> None:
    sitting = begun()
    for command in (take(1, "b"), take(2, "ab")):
        sitting.do(command)
    sitting.do(send_in())
    state = sitting.state
    takes = [take_of(state, answer) for answer in state.answers]
    assert [each.take_id for each in takes if each] == ["b", "ab"]
    assert [answer_of(state, each) for each in state.takes] == list(state.answers)
