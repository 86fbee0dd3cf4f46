"""Listening through the whole server: real voice activity, turns, log; only words are scripted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from agents.voice import open_voice
from interview.commands import DeliverPrompt, GiveConsent
from interview.events import AnswerRecorded, UtteranceCommitted
from interview.nouns import CONSENT_TEXT_VERSION, Media, Phase
from interview.ports.conversation import AudioIn, ConversationLink, Voice
from tests.fakes.conversation import PIECE, RATE_HZ, clip, seconds
from tests.fakes.engines import ScriptedRecogniser
from tests.server.live.rig import SEAT, Live, Rig
from tests.server.live.rig import rig as make_rig

pytestmark = pytest.mark.models

QUESTION = {"text": "One?", "pause_tolerance_s": 1.0}
TWELVE = "We kept a queue between the two services and it held up."


def ears(lines: Sequence[str]) -> Callable[..., Any]:
    """A real voice whose recogniser says these lines."""

    async def opened(link: ConversationLink, audio_in: AudioIn, **given: Any) -> Voice:
        return await open_voice(link, audio_in, ScriptedRecogniser(lines), **given)

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
    """Twelve words stay twelve when the session has stored them: they are no long answer."""
    said = clip(shared_dir / "speech" / "austen-0880.wav")
    async with make_rig(tmp_path, open_voice=ears([TWELVE])) as rig:
        live = await listening(rig, QUESTION, {"text": "Two?"})
        await speak(live, 0.2, said, 2.5)
        await live.until(lambda state: bool(state.answers))
        log = [item.event for item in await rig.events()]
        stored = next(event for event in log if isinstance(event, UtteranceCommitted))
        closed = next(event for event in log if isinstance(event, AnswerRecorded))
        assert closed.content == TWELVE
        after_s = (closed.at - stored.at).total_seconds()
        assert after_s > 0.6, "ended as if it had been twice as long"
        assert seconds(said) > 2
