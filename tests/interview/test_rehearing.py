"""The words of the whole sound take the captions' place; the log keeps both."""

from __future__ import annotations

import pytest

from interview.commands import CommitUtterance, Done, RecordRehearing
from interview.effects import EVALUATE, REHEAR, jobs_for
from interview.errors import NotFound
from interview.events import AnswerReheard, UtteranceCommitted
from interview.nouns import Utterance, Word
from interview.rehearing import exchanged
from tests.interview.sitting import Sitting, answering


def said(name: str, text: str, start_s: float, sound_start_s: float | None) -> CommitUtterance:
    words = tuple(Word(text=w, start_s=start_s, end_s=start_s, confidence=1) for w in text.split())
    return CommitUtterance(
        utterance=Utterance(
            utterance_id=name,
            text=text,
            words=words,
            start_s=start_s,
            end_s=start_s + 1,
            sound_start_s=sound_start_s,
        )
    )


def closed(*, typed: str = "", sound: bool = True) -> Sitting:
    """Two utterances, as captions heard them, perhaps something typed after them."""
    sitting = answering()
    sitting.do(said("u1", "We used a cue", 20, 19.5 if sound else None))
    sitting.do(said("u2", "6 p. m.s", 25, 24.5 if sound else None))
    if typed:
        sitting.type("a1", typed)
    else:
        sitting.do(Done(answer_id="a1"))
    return sitting


def better(sitting: Sitting, *texts: str, **fields: object) -> RecordRehearing:
    utterances = [
        old.model_copy(update={"text": text})
        for old, text in zip(sitting.state.answers[0].utterances, texts, strict=False)
    ]
    given = {"answer_id": "a1", "heard": ("u1", "u2"), "utterances": utterances, **fields}
    return RecordRehearing.model_validate(given)


def work(sitting: Sitting) -> list[str]:
    """The jobs that the last event asks for."""
    return [job.kind for job in jobs_for(sitting.log[-1], sitting.state)]


def jobs_after(sitting: Sitting, kind: type) -> list[str]:
    event = next(event for event in sitting.log if isinstance(event, kind))
    return [job.kind for job in jobs_for(event, sitting.state)]


def test_better_words_stand_in_the_answer_and_the_transcript() -> None:
    sitting = closed(typed="see my notes")
    assert sitting.state.answers[0].content == "We used a cue 6 p. m.s\nsee my notes"
    sitting.do(better(sitting, "We used a queue.", "Six spoons."))
    answer = sitting.state.answers[0]
    assert answer.content == "We used a queue. Six spoons.\nsee my notes"
    assert [u.text for u in answer.utterances] == ["We used a queue.", "Six spoons."]
    assert (answer.heard, answer.unheard) == ("whole", ())
    mine = [line.content for line in sitting.state.dialogue if line.role == "candidate"]
    assert mine[-1] == "We used a queue. Six spoons.\nsee my notes"
    captions = [e.utterance.text for e in sitting.log if isinstance(e, UtteranceCommitted)]
    assert captions == ["We used a cue", "6 p. m.s"]


def test_the_sound_is_heard_before_the_answer_is_evaluated() -> None:
    sitting = closed()
    assert jobs_after(sitting, type(sitting.answers[0])) == [REHEAR]
    sitting.do(better(sitting, "We used a queue.", "Six spoons."))
    assert jobs_after(sitting, AnswerReheard) == [EVALUATE]


def test_without_sound_it_is_evaluated_at_once() -> None:
    sitting = closed(sound=False)
    assert jobs_after(sitting, type(sitting.answers[0])) == [EVALUATE]
    assert sitting.do(better(sitting, "x", "y")) == ()


def test_a_second_hearing_that_failed_leaves_the_captions_and_says_why() -> None:
    sitting = closed()
    sitting.do(better(sitting, failure="It was too quiet."))
    answer = sitting.state.answers[0]
    assert (answer.heard, answer.heard_note) == ("captions", "It was too quiet.")
    assert answer.content == "We used a cue 6 p. m.s"
    assert jobs_after(sitting, AnswerReheard) == [EVALUATE]


def test_twice_is_once_and_others_are_not_touched() -> None:
    sitting = closed()
    sitting.do(better(sitting, "We used a queue.", heard=("u1",)))
    assert sitting.state.answers[0].content == "We used a queue. 6 p. m.s"
    assert sitting.do(better(sitting, "Again.", heard=("u1", "nobody"))) == ()
    with pytest.raises(NotFound):
        sitting.do(RecordRehearing(answer_id="none", heard=()))


def timed(name: str, start_s: float, *words: str) -> Utterance:
    """Words of half a second each."""
    each = tuple(
        Word(text=word, start_s=start_s + n / 2, end_s=start_s + n / 2 + 0.5, confidence=1)
        for n, word in enumerate(words)
    )
    return Utterance(
        utterance_id=name,
        text=" ".join(words),
        words=each,
        start_s=start_s,
        end_s=each[-1].end_s,
        sound_start_s=start_s,
    )


def test_a_word_behind_the_sounds_end_that_came_by_itself_stands_once() -> None:
    """A busy machine recognised the last word after the second hearing had begun."""
    sitting = answering()
    sitting.do(CommitUtterance(utterance=timed("u1", 0.5, "could", "be")))
    sitting.do(Done(answer_id="a1"))
    sitting.do(CommitUtterance(utterance=timed("u2", 1.5, "extended.")))
    assert sitting.state.answers[0].content == "could be extended."
    whole = timed("u1", 0.5, "could", "well", "extended.")
    sitting.do(RecordRehearing(answer_id="a1", heard=("u1",), utterances=(whole,)))
    assert sitting.state.answers[0].content == "could well extended."
    sitting.do(RecordRehearing(answer_id="a1", heard=("u2",), failure="Much less was heard."))
    assert sitting.state.answers[0].content == "could well extended."


@pytest.mark.parametrize(
    ("content", "old", "new", "becomes"),
    [
        ("a b typed", ["a", "b"], ["x", "y"], "x y typed"),
        ("a typed b", ["a", "b"], ["x", "y"], "x typed y"),
        ("a a a", ["a", "a", "a"], ["a", "b", "c"], "a b c"),
        ("a b", ["a", "b"], ["", "b c"], "b c"),
        ("typed", [], [], "typed"),
        ("other", ["a"], ["x"], "other"),
    ],
)
def test_stretches_of_speech_are_exchanged(
    content: str, old: list[str], new: list[str], becomes: str
) -> None:
    assert exchanged(content, old, new) == becomes
