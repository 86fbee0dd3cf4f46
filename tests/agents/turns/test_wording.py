"""What trailing words say of the end of an answer."""

from __future__ import annotations

import pytest

from agents.turns.wording import Ending, ending_of, is_back_channel, is_murmur


@pytest.mark.parametrize(
    "text",
    [
        "I would use a queue and",
        "I would use a queue, and.",
        "we did it because",
        "I was working on the",
        "we moved it to the cloud so",
        "and then, um",
        "It was, uh.",
        "we used Redis, Kafka, Postgres",
        "the main reasons are speed, safety,",
        "it is kind of",
        "well, let me think",
        "we used we used",
        "I I",
        "I think that...",
        "there are tools, for example",
        "my role was to",
        "We did it in the end. Unless the cache was full.",
        "It was an... old spirit",
        "I uh drop the two",
        "I worked there with Mr.",
        "A good example is a queue, e.g.",
    ],
)
def test_somebody_who_stops_here_has_not_finished(text: str) -> None:
    assert ending_of(text) is Ending.UNFINISHED


@pytest.mark.parametrize(
    "text",
    [
        "sunday is the best part of the week",
        "He was not an ill disposed young man.",
        "I think so.",
        "we used Redis, Kafka and Postgres",
        "that is what I am looking for.",
        "We used Redis, Kafka, and Postgres.",
        "It worked well.",
        "When it was full, we dropped the oldest.",
    ],
)
def test_a_whole_sentence_may_be_the_end(text: str) -> None:
    assert ending_of(text) is Ending.COMPLETE


def test_few_words_and_other_languages_leave_it_open() -> None:
    assert ending_of("") is Ending.EMPTY
    assert ending_of(" ... ") is Ending.EMPTY
    assert ending_of("Kubernetes") is Ending.OPEN
    assert ending_of("It runs down the middle. Sun.") is Ending.OPEN
    assert ending_of("ich habe das gemacht und", language="de") is Ending.OPEN


def test_listening_noises_take_no_floor() -> None:
    assert is_back_channel("Mm-hmm.")
    assert is_back_channel("okay, right")
    assert not is_back_channel("")
    assert not is_back_channel("yes but I would rather wait")
    assert not is_back_channel("wait")


def test_a_murmur_is_no_answer_yet_and_yes_is_one() -> None:
    assert is_murmur("Mm-hm.") and is_murmur("Okay, right.") and is_murmur("Um.")
    assert not is_murmur("Yes.") and not is_murmur("Right, we used a queue.")
    assert not is_murmur("Right.", language="de")
