"""Commands are told from answers that sound alike."""

from __future__ import annotations

import pytest

from agents.turns.commands import CommandKind, spoken_command

DONE, REPEAT, MOMENT, SKIP, PATIENCE = CommandKind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("That's all.", DONE),
        ("okay that's it thank you", DONE),
        ("done", DONE),
        ("I'm done with this question", DONE),
        ("Nothing else to add, thanks.", DONE),
        ("Could you repeat that?", REPEAT),
        ("sorry could you please repeat the question", REPEAT),
        ("Sorry, I didn't catch that.", REPEAT),
        ("What was the question again?", REPEAT),
        ("Pardon?", REPEAT),
        ("Repeat the question, please.", REPEAT),
        ("give me a moment", MOMENT),
        ("Um, I need a minute to think.", MOMENT),
        ("Can I have a second please", MOMENT),
        ("Just a moment.", MOMENT),
        ("hold on", MOMENT),
        ("Skip", SKIP),
        ("Can we skip this question?", SKIP),
        ("I'd like to skip this one.", SKIP),
        ("I would rather not answer that", SKIP),
        ("Next question, please.", SKIP),
        ("Let's move on.", SKIP),
        ("Please be patient with me.", PATIENCE),
        ("Sorry, could you give me more time to think, please?", PATIENCE),
        ("I usually need a bit more time to answer.", PATIENCE),
        ("Please don't interrupt me when I pause.", PATIENCE),
    ],
)
def test_a_sentence_for_the_interviewer(text: str, kind: CommandKind) -> None:
    found = spoken_command(text.split())
    assert found is not None
    assert (found.kind, found.start) == (kind, 0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "...",
        "I skip lunch",
        "we had to move on",
        "they asked whether we could repeat the test",
        "in a moment the second node takes over",
        "that's all we had at the time",
        "he gave me a second chance",
        "the next question was whether to scale",
        "it was done",
        "we would retry once more",
        "they said that's it",
        "I skip it",
    ],
)
def test_answers_that_sound_alike(text: str) -> None:
    assert spoken_command(text.split(), answered=True) is None


def test_a_command_after_an_answer_starts_where_it_starts() -> None:
    words = "I would use a queue. That's all.".split()
    found = spoken_command(words)
    assert found is not None and found.kind is DONE
    assert words[found.start :] == ["That's", "all."]
    words = "we used kafka could you repeat the question".split()
    found = spoken_command(words)
    assert found is not None and found.kind is REPEAT
    assert words[found.start :] == ["could", "you", "repeat", "the", "question"]


def test_next_question_after_an_answer_ends_it() -> None:
    found = spoken_command("next question please".split(), answered=True)
    assert found is not None and found.kind is DONE
    found = spoken_command("We used Kafka. Next question.".split())
    assert found is not None and (found.kind, found.start) == (DONE, 3)


def test_other_languages_have_no_commands() -> None:
    assert spoken_command(["done"], language="de") is None
