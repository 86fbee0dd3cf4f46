"""What comes after an answer is ready before the answer has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from interview import wording
from interview.commands import CommitUtterance, EndTurn
from interview.errors import Unavailable
from interview.nouns import InterviewPlan, Purpose, Utterance, Word
from interview.ports.analysis import EvaluationRequest
from server.live import ahead as ahead_module
from server.live.avatar import FOLLOW_UP_S
from tests.fakes.engines import ToneSynthesiser
from tests.server.live.rig import Live, eventually
from tests.server.live.rig import rig as make_rig


class Author:
    """Asks about what it was given; remembers who did not want it any more."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.cancelled: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.text: Callable[[str], str | None] = lambda content: f"Why: {content}?"

    async def propose(self, request: EvaluationRequest, plan: InterviewPlan) -> str | None:
        self.asked.append(request.content)
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled.append(request.content)
            raise
        return self.text(request.content)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A follow-up is written in every pause."""
    monkeypatch.setattr(ahead_module, "FOLLOW_UP_AFTER_S", 0.0)


def utterance(text: str) -> Utterance:
    word = Word(text=text, start_s=1, end_s=2, confidence=0.9)
    return Utterance(utterance_id=text, text=text, words=(word,), start_s=1, end_s=2, language="en")


async def say(live: Live, text: str) -> None:
    await live.command(CommitUtterance(utterance=utterance(text)))


async def test_the_next_line_is_synthesised_before_the_turn_has_ended(tmp_path: Path) -> None:
    voice = ToneSynthesiser()
    async with make_rig(tmp_path, synthesiser=voice) as rig:
        live = await rig.seated()
        await live.consent()
        await live.room.session.presenter.settled()
        await say(live, "words")
        live.room.voices.on_expected(True)
        await eventually(lambda: {"Thank you.", "Two?"} <= set(voice.texts))
        spoken = list(voice.texts)
        assert live.state.question_number == 1 and not live.state.answers
        await live.command(EndTurn(answer_id="a"))
        await live.room.session.presenter.settled()
        await eventually(lambda: len(rig.voices[0].said) == 3)
        later = voice.texts[len(spoken) :]
        last = wording.goodbye_completed(live.state.candidate.name)
        assert all(one == "All right." or one in last for one in later), "what comes after it"
        alone = await voice.synthesise("Two?", language="en")
        assert rig.voices[0].said[-1].duration_s > alone.duration_s + 0.3


@pytest.mark.usefixtures("hasty")
async def test_the_follow_up_is_written_and_spoken_ahead(tmp_path: Path) -> None:
    author, voice = Author(), ToneSynthesiser()
    async with make_rig(tmp_path, synthesiser=voice, follow_ups=author) as rig:
        live = await rig.seated(follow_ups=True)
        await live.consent()
        await say(live, "words")
        live.room.voices.on_expected(True)
        await eventually(lambda: "Why: words?" in voice.texts)
        assert not live.state.answers
        await live.command(EndTurn(answer_id="a"))
        state = await live.until(lambda s: s.prompt is not None and s.prompt.text == "Why: words?")
        assert state.prompt is not None and state.prompt.purpose is Purpose.FOLLOW_UP
        assert author.asked == ["words"], "written once"


@pytest.mark.usefixtures("hasty")
async def test_what_was_prepared_is_thrown_away_when_the_candidate_goes_on(tmp_path: Path) -> None:
    author, voice = Author(), ToneSynthesiser()
    author.gate.clear()
    async with make_rig(tmp_path, synthesiser=voice, follow_ups=author) as rig:
        live = await rig.seated(follow_ups=True)
        await live.consent()
        await say(live, "words")
        live.room.voices.on_expected(True)
        await eventually(lambda: author.asked == ["words"])
        live.room.voices.on_expected(False)
        await eventually(lambda: author.cancelled == ["words"])
        author.gate.set()
        await say(live, "more")
        assert author.asked == ["words"], "nothing is prepared while somebody speaks"
        await live.command(EndTurn(answer_id="a"))
        await live.until(lambda s: s.prompt is not None and s.prompt.text == "Why: words more?")
        assert "Why: words?" not in voice.texts


@pytest.mark.usefixtures("hasty")
async def test_words_that_come_in_the_pause_change_what_is_prepared(tmp_path: Path) -> None:
    author = Author()
    async with make_rig(tmp_path, follow_ups=author) as rig:
        live = await rig.seated(follow_ups=True)
        await live.consent()
        live.room.voices.on_expected(True)
        await say(live, "words")
        await eventually(lambda: author.asked == ["words"])
        await say(live, "more")
        await eventually(lambda: author.asked == ["words", "words more"])
        await live.command(EndTurn(answer_id="a"))
        await live.until(lambda s: s.prompt is not None and s.prompt.text == "Why: words more?")
        assert len(author.asked) == 2


async def test_a_short_pause_asks_no_model_but_the_end_does_not_wait(tmp_path: Path) -> None:
    author = Author()
    async with make_rig(tmp_path, follow_ups=author) as rig:
        live = await rig.seated(follow_ups=True)
        await live.consent()
        await say(live, "words")
        live.room.voices.on_expected(True)
        await asyncio.sleep(0)
        live.room.voices.on_expected(False)
        live.room.voices.on_expected(True)
        await live.command(EndTurn(answer_id="a"))
        await live.until(lambda s: s.prompt is not None and s.prompt.text == "Why: words?")
        assert author.asked == ["words"]


async def test_without_a_follow_up_the_next_question_comes_at_once(tmp_path: Path) -> None:
    author = Author()
    author.text = lambda content: None
    async with make_rig(tmp_path, follow_ups=author) as rig:
        live = await rig.seated(follow_ups=True)
        await live.consent()
        await say(live, "words")
        await live.command(EndTurn(answer_id="a"))
        before = live.state.updated_at
        state = await live.until(lambda s: s.question_number == 2, timeout_s=FOLLOW_UP_S / 2)
        assert (state.updated_at - before).total_seconds() < FOLLOW_UP_S / 2


async def test_an_author_that_fails_costs_no_silence(tmp_path: Path) -> None:
    author = Author()

    def fail(_: str) -> str | None:
        raise Unavailable("llm", "down")

    author.text = fail
    async with make_rig(tmp_path, follow_ups=author) as rig:
        live = await rig.seated(follow_ups=True)
        await live.consent()
        await say(live, "words")
        await live.command(EndTurn(answer_id="a"))
        await live.until(lambda s: s.question_number == 2, timeout_s=FOLLOW_UP_S / 2)
