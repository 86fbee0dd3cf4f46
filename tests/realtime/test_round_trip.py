"""A spoken round trip: aiortc client, peer, AgentSession, words, and the avatar's voice back."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from agents.voice import open_voice
from interview.channel import in_memory
from interview.conversation import Listening
from interview.ports.conversation import AudioIn, Voice
from realtime.peer import open_peer
from tests.fakes.conversation import NotingRoom, clip
from tests.fakes.engines import ScriptedRecogniser, ToneSynthesiser
from tests.realtime.candidate import Candidate

RATE_HZ = 48_000


class ProxyPlayout:
    """The voice is opened when the microphone arrives, after the peer."""

    def __init__(self) -> None:
        self.voice: Voice | None = None

    def pull(self, samples: int) -> bytes | None:
        return self.voice.playout.pull(samples) if self.voice is not None else None


async def heard(candidate: Candidate, length_s: float) -> None:
    """As much has been audible by now, and no more comes after it."""
    async with asyncio.timeout(20):
        while candidate.loud_s() < length_s - 0.35:  # noqa: ASYNC110 - told by another peer
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.3)
    assert candidate.loud_s() < length_s + 0.35


async def test_question_answer_and_barge_in_over_webrtc(shared_dir: Path) -> None:
    began = time.monotonic()

    def clock() -> float:
        return time.monotonic() - began

    link, playout, candidate = NotingRoom(clock), ProxyPlayout(), Candidate()
    sources: asyncio.Queue[AudioIn] = asyncio.Queue()
    connected = asyncio.Event()
    peer = await open_peer(
        await candidate.offer(),
        playout,
        clock=clock,
        on_audio=sources.put_nowait,
        on_picture=lambda _: None,
        on_state=lambda state: connected.set() if state == "connected" else None,
    )
    await candidate.accept(peer.answer_sdp)
    recogniser = ScriptedRecogniser(["he was not an ill disposed young man", "drop the two"])
    source = await asyncio.wait_for(sources.get(), 20)
    side = in_memory(link.side)
    voice = await open_voice(side, source, recogniser, language="en", fetch=link.fetch)
    playout.voice = voice
    try:
        await asyncio.wait_for(connected.wait(), 20)
        audio = await ToneSynthesiser().synthesise("Who was he, then?", language="en")
        link.speak("q1", "Who was he, then?", audio)
        ended = await link.wait("prompt_ended")
        assert abs(ended.values["played_s"] - audio.duration_s) < 0.08
        await heard(candidate, audio.duration_s)

        link.listen(Listening.ANSWER)
        candidate.microphone.say(clip(shared_dir / "speech" / "austen-0880.wav", RATE_HZ))
        await link.wait("turn_ended")
        said = link.of("utterance")[0].values["utterance"]
        assert said.text == "he was not an ill disposed young man"

        heard_before_s = candidate.loud_s()
        long = await ToneSynthesiser().synthesise("x" * 150, language="en")
        link.speak("q2", "A long one.", long)
        await link.wait("prompt_started", 2)
        candidate.microphone.say(clip(shared_dir / "speech" / "harvard-2.wav", RATE_HZ))
        cut = await link.wait("prompt_ended", 2)
        assert cut.values["interrupted"]
        await heard(candidate, heard_before_s + cut.values["played_s"])
        assert cut.values["played_s"] < 6.0 < long.duration_s
        await link.wait("turn_ended", 2)
        assert len(link.of("turn_ended")) == 2
        assert not link.of("voice_failed")
    finally:
        await voice.aclose()
        await peer.aclose()
        await candidate.aclose()
