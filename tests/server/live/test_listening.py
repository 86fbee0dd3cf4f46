"""Listening through the whole server: real voice activity, turns, log; only words are scripted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from agents.voice import open_voice
from interview.channel import RoomSide, in_memory
from interview.commands import DeliverPrompt, GiveConsent
from interview.events import (
    AnswerAcknowledged,
    AnswerExtended,
    AnswerRecorded,
    AnswerReopened,
    PromptIssued,
)
from interview.nouns import CONSENT_TEXT_VERSION, Media, Phase
from interview.ports.conversation import AudioIn, Voice
from interview.state import State
from tests.fakes.conversation import PIECE, RATE_HZ, clip
from tests.fakes.engines import ScriptedRecogniser
from tests.server.live.rig import SEAT, Live, Rig
from tests.server.live.rig import rig as make_rig

pytestmark = pytest.mark.models

QUESTION = {"text": "One?", "pause_tolerance_s": 1.0}
TWELVE = "We kept a queue between the two services and it held up."


def ears(lines: Sequence[str]) -> Callable[..., Any]:
    """A real voice whose recogniser says these lines."""

    async def opened(room: RoomSide, audio_in: AudioIn, **given: Any) -> Voice:
        return await open_voice(in_memory(room), audio_in, ScriptedRecogniser(lines), **given)

    return opened


async def speak(live: Live, *parts: bytes | float) -> None:
    """Send PCM and pauses as a plain client does, in real time."""
    pcm = b"".join(
        part if isinstance(part, bytes) else b"\0\0" * round(part * RATE_HZ) for part in parts
    )
    due = asyncio.get_running_loop().time()
    for at in range(0, len(pcm), PIECE):
        live.room.media.pcm(SEAT, pcm[at : at + PIECE])
        due += 0.02
        await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))


async def quiet(live: Live, true: Callable[[State], bool], timeout_s: float = 20.0) -> None:
    """Send silence until it is so."""
    async with asyncio.timeout(timeout_s):
        while not true(live.state):
            await speak(live, 0.1)


async def listening(rig: Rig, *questions: dict[str, Any]) -> Live:
    """A plain client that has the floor."""
    numbered = [{"number": n + 1, **each} for n, each in enumerate(questions)]
    live = await rig.seated(media=Media.WEBSOCKET, questions=numbered)
    await speak(live, 0.1)
    await live.until(lambda state: state.media is Media.WEBSOCKET)
    await live.command(GiveConsent(granted=True, text_version=CONSENT_TEXT_VERSION))
    await live.command(DeliverPrompt(prompt_id="p1"))  # nobody needs to hear the greeting out
    await live.until(lambda state: state.stage is Phase.ANSWERING)
    return live


async def test_every_word_counts_once(tmp_path: Path, shared_dir: Path) -> None:
    """Twelve words stay twelve when the session has stored them."""
    said = clip(shared_dir / "speech" / "austen-0880.wav")
    async with make_rig(tmp_path, open_voice=ears([TWELVE])) as rig:
        live = await listening(rig, QUESTION, {"text": "Two?"})
        await speak(live, 0.2, said, 2.5)
        await live.until(lambda state: bool(state.answers))
        log = [item.event for item in await rig.events()]
        offered = next(event for event in log if isinstance(event, AnswerAcknowledged))
        closed = next(event for event in log if isinstance(event, AnswerRecorded))
        assert closed.content == TWELVE and len(TWELVE.split()) == 12
        assert offered.end.words == 12
        assert closed.end is not None and closed.end.words == 12
        assert closed.end.waited_s > offered.end.waited_s


async def test_who_talks_on_keeps_the_answer_and_is_asked_once_it_is_over(
    tmp_path: Path, shared_dir: Path
) -> None:
    """Over the acknowledgement, then over half of the question: one answer, asked again after.

    Who stops then, because two spoke at once, is told to go on; who talked on, is not.
    """
    said = clip(shared_dir / "speech" / "austen-0880.wav")
    lines = [TWELVE, "Then we put a cache before it.", "It was much faster."]
    second = "Which of your skills matter most for this role?"
    async with make_rig(tmp_path, open_voice=ears(lines)) as rig:
        live = await listening(rig, QUESTION, {"text": second})
        await speak(live, 0.2, said)
        await quiet(live, lambda state: state.yielding is not None)
        await speak(live, said)
        await quiet(live, lambda state: state.question_number == 2)
        await speak(live, 0.8, said[: round(1.3 * RATE_HZ) * 2])
        await quiet(live, lambda state: state.stage is Phase.ANSWERING and state.ask_no == 2)
        log = [item.event for item in await rig.events()]
        kinds = [event.type for event in log]
        assert kinds.count("answer_resumed") == 1
        reopened = next(event for event in log if isinstance(event, AnswerReopened))
        assert 0.1 < reopened.heard_share < 0.6
        (answer,) = live.state.answers
        assert answer.content == " ".join(lines)
        asked = [e for e in log if isinstance(e, PromptIssued) and e.text == second]
        assert [each.ask_no for each in asked] == [1, 2]
        assert asked[1].at > max(e.at for e in log if isinstance(e, AnswerExtended))
        assert live.state.asking is not None and not live.state.asking.utterances
        shown = [json.loads(text) for text in live.socket.sent]
        told = next(frame for frame in shown if frame.get("state") == "reopened")
        assert told["content"] == "Sorry, go on." and told["prompt_id"] in told["audio_file"]
        spoken = [f for f in shown if f.get("type") == "avatar"]
        said_to = [f["event"] for f in spoken if f["prompt_id"] == told["prompt_id"]]
        assert said_to == ["start", "end"]


async def test_a_change_of_microphone_in_mid_answer_ends_nothing(
    tmp_path: Path, shared_dir: Path
) -> None:
    """Not one packet for twice as long as ends the answer; then silent ones of a page without a
    microphone. The answer goes on after each, and is over after a silence that was heard."""
    said = clip(shared_dir / "speech" / "austen-0880.wav")
    lines = [TWELVE, "Then we put a cache before it.", "It was much faster."]
    async with make_rig(tmp_path, open_voice=ears(lines)) as rig:
        live = await listening(rig, {"text": "One?", "pause_tolerance_s": 2.0}, {"text": "Two?"})
        await speak(live, 0.2, said)
        await asyncio.sleep(3.0)
        await speak(live, 0.3, said)
        live.room.voices.microphone(there=False)
        await speak(live, 3.0)
        live.room.voices.microphone(there=True)
        assert not [e for e in await rig.events() if isinstance(e.event, AnswerAcknowledged)]
        await speak(live, 0.3, said)
        await quiet(live, lambda state: bool(state.answers))
        log = [item.event for item in await rig.events()]
        (closed,) = (event for event in log if isinstance(event, AnswerRecorded))
        assert closed.content == " ".join(lines)
        assert closed.end is not None and closed.end.waited_s < 3.5
        assert sum(isinstance(event, AnswerAcknowledged) for event in log) == 1
        assert not any(isinstance(event, AnswerReopened) for event in log)
