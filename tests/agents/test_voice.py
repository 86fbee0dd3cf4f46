"""A whole spoken conversation with the real AgentSession, in real time, without a transport."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from agents.voice import open_voice
from interview.channel import in_memory
from interview.conversation import Listening
from interview.errors import Unavailable
from interview.ports.conversation import Voice
from interview.ports.speech import PcmFrame, SpokenAudio
from tests.fakes.conversation import Microphone, NotingRoom, clip, seconds
from tests.fakes.engines import ScriptedRecogniser, ToneSynthesiser


def session_clock() -> Callable[[], float]:
    began = time.monotonic()
    return lambda: time.monotonic() - began


async def tone(duration_s: float) -> SpokenAudio:
    audio = await ToneSynthesiser().synthesise("x" * round(duration_s / 0.06), language="en")
    assert audio.duration_s == pytest.approx(duration_s, abs=0.07)
    return audio


@asynccontextmanager
async def conversation(
    recogniser: ScriptedRecogniser | None,
) -> AsyncIterator[tuple[Voice, NotingRoom, Microphone]]:
    clock = session_clock()
    link = NotingRoom(clock)
    microphone = Microphone(clock)
    voice = await open_voice(
        in_memory(link.side), microphone, recogniser, language="en", fetch=link.fetch, paced=True
    )
    try:
        yield voice, link, microphone
    finally:
        await voice.aclose()


async def test_an_answer_with_a_thinking_pause_is_one_turn(shared_dir: Path) -> None:
    """Two sentences with 2 s between them: words are stored, and the turn ends once."""
    first = clip(shared_dir / "speech" / "harvard-1.wav")
    second = clip(shared_dir / "speech" / "harvard-2.wav")
    recogniser = ScriptedRecogniser(["the child almost hurt the", "small dog"])
    async with conversation(recogniser) as (_, link, microphone):
        link.listen(Listening.ANSWER, pause_tolerance_s=3.0)
        microphone.say(0.3, first, 2.0, second)
        await link.wait("turn_ended")
        await asyncio.sleep(0.5)
        assert len(link.of("turn_ended")) == 1
        said = [told.values["utterance"] for told in link.of("utterance")]
        assert " ".join(each.text for each in said) == "the child almost hurt the small dog"
        assert len({each.utterance_id for each in said}) == len(said)
        assert link.told.index(link.of("utterance")[-1]) < link.told.index(link.of("turn_ended")[0])
        words = [word for each in said for word in each.words]
        assert microphone.said_at_s is not None
        assert words[0].start_s < microphone.said_at_s + 1.2
        assert words[-1].end_s > microphone.said_at_s + 0.3 + seconds(first) + 2.0
        assert any(told.values["tentative"] for told in link.of("hypothesis"))
        assert not link.of("voice_failed")


async def test_a_prompt_is_played_to_its_end() -> None:
    async with conversation(None) as (_, link, _):
        link.speak("p1", "Hello.", await tone(1.2))
        ended = await link.wait("prompt_ended")
        started = link.of("prompt_started")[0]
        assert ended.values["played_s"] == pytest.approx(1.2, abs=0.08)
        assert 1.1 < ended.at_s - started.at_s < 3.0
        assert not ended.values["interrupted"]


async def test_speech_cuts_an_interruptible_prompt(shared_dir: Path) -> None:
    """Barge-in works at once, is reported once and before the words that caused it."""
    speech = clip(shared_dir / "speech" / "austen-0880.wav")
    async with conversation(ScriptedRecogniser(["he was not ill disposed"])) as parts:
        voice, link, microphone = parts
        link.listen(Listening.ANSWER)
        link.speak("p1", "A long question.", await tone(9.0))
        started = await link.wait("prompt_started")
        microphone.say(0.5, speech)
        ended = await link.wait("prompt_ended")
        assert ended.values["interrupted"]
        assert 0.8 < ended.values["played_s"] < 2.6
        assert ended.values["played_s"] <= ended.at_s - started.at_s + 0.05
        await link.wait("utterance")
        assert link.told.index(ended) < link.told.index(link.of("utterance")[0])
        await voice.aclose()
        assert len(link.of("prompt_ended")) == 1


async def test_each_prompt_ends_once_when_replaced_hushed_or_closed() -> None:
    async with conversation(None) as (voice, link, _):
        link.speak("p1", "One.", await tone(5.0))
        await link.wait("prompt_started")
        link.speak("p2", "Two.", await tone(5.0))
        await link.wait("prompt_started", 2)
        link.hush()
        link.hush()
        link.speak("p3", "Three.", await tone(5.0))
        await link.wait("prompt_started", 3)
        await voice.aclose()
        await link.wait("prompt_ended", 3)
    ended = [told.values for told in link.of("prompt_ended")]
    assert [each["prompt_id"] for each in ended] == ["p1", "p2", "p3"]
    assert all(each["interrupted"] for each in ended)
    assert all(each["played_s"] < 3 for each in ended)


async def test_without_a_recogniser_speech_is_still_noticed(shared_dir: Path) -> None:
    async with conversation(None) as (_, link, microphone):
        link.listen(Listening.ANSWER)
        microphone.say(0.2, clip(shared_dir / "speech" / "harvard-4.wav"))
        speaking = await link.wait("speaking")
        silent = await link.wait("silent")
        assert speaking.at_s < silent.at_s
        assert not link.of("utterance")


async def test_off_hears_nothing_and_finish_stores_at_once(shared_dir: Path) -> None:
    speech = clip(shared_dir / "speech" / "harvard-5.wav")
    recogniser = ScriptedRecogniser(["only the second"])
    async with conversation(recogniser) as (_, link, microphone):
        link.listen(Listening.OFF)
        microphone.say(0.2, speech)
        await link.wait("silent")
        assert recogniser.pushed_bytes == 0
        link.listen(Listening.ANSWER)
        microphone.say(0.2, speech)
        await link.wait("speaking", 2)
        await asyncio.sleep(1.0)
        await link.flush()
        assert link.of("utterance")[0].values["utterance"].text == "only the second"
        assert not link.of("turn_ended")


async def test_what_the_room_cannot_take_is_told_again_in_order(shared_dir: Path) -> None:
    async with conversation(ScriptedRecogniser(["yes"])) as (_, link, microphone):
        link.refuse["turn_ended"] = Unavailable("storage", "busy")
        link.refuse["utterance"] = Unavailable("storage", "busy")
        link.listen(Listening.REPLY)
        microphone.say(0.2, clip(shared_dir / "speech" / "austen-0880.wav"))
        await link.wait("turn_ended")
        told = [each for each in link.told if "utterance" in each.what or "turn_end" in each.what]
        kinds = [each.what for each in told]
        assert kinds == ["refused_utterance", "utterance", "refused_turn_ended", "turn_ended"]
        assert told[0].values == told[1].values


async def test_a_command_is_told_and_is_no_answer(shared_dir: Path) -> None:
    speech = shared_dir / "speech"
    recogniser = ScriptedRecogniser(["I would use a queue.", "Could you repeat that?"])
    async with conversation(recogniser) as (_, link, microphone):
        link.listen(Listening.ANSWER)
        microphone.say(0.2, clip(speech / "harvard-1.wav"), 1.2, clip(speech / "harvard-2.wav"))
        told = await link.wait("spoken_command")
        assert told.values["command"] == "repeat"
        assert told.values["words"] == "Could you repeat that?"
        said = [each.values["utterance"].text for each in link.of("utterance")]
        assert said == ["I would use a queue."]
        assert not link.of("turn_ended")


async def test_that_is_all_ends_an_answer_at_once(shared_dir: Path) -> None:
    recogniser = ScriptedRecogniser(["I would use a queue. That's all."])
    async with conversation(recogniser) as (_, link, microphone):
        link.listen(Listening.ANSWER, pause_tolerance_s=10.0)
        microphone.say(0.2, clip(shared_dir / "speech" / "harvard-1.wav"))
        told = await link.wait("spoken_command")
        assert (told.values["command"], told.values["words"]) == ("done", "That's all.")
        assert link.of("utterance")[0].values["utterance"].text == "I would use a queue."
        assert told.at_s < 0.2 + 2.9 + 5.0  # not the tolerance; how soon is for bench/reply_gap.py


async def test_a_hum_neither_stops_the_avatar_nor_is_it_an_answer(shared_dir: Path) -> None:
    hum = clip(shared_dir / "speech" / "harvard-1.wav")[: 16_000 * 2 * 6 // 10]
    async with conversation(ScriptedRecogniser(["mm-hmm"])) as (_, link, microphone):
        link.listen(Listening.ANSWER)
        link.speak("p1", "A question.", await tone(4.0))
        started = await link.wait("prompt_started")
        microphone.say(0.5, hum)
        ended = await link.wait("prompt_ended")
        assert not ended.values["interrupted"]
        assert ended.values["played_s"] == pytest.approx(4.0, abs=0.1)
        assert ended.at_s - started.at_s > 4.3  # it was held meanwhile
        await asyncio.sleep(0.5)
        assert not link.of("utterance")
        assert not link.of("turn_ended")


async def test_somebody_who_goes_on_is_given_way_before_a_word(shared_dir: Path) -> None:
    """The answer was taken for finished: the next prompt stops soon after it began."""
    speech = shared_dir / "speech"
    recogniser = ScriptedRecogniser(["that's all", "and one more thing about the queue"])
    async with conversation(recogniser) as (_, link, microphone):
        link.listen(Listening.ANSWER)
        microphone.say(0.2, clip(speech / "harvard-1.wav"))
        await link.wait("spoken_command")
        link.speak("p1", "The next question.", await tone(5.0))
        await link.wait("prompt_started")
        microphone.say(0.3, clip(speech / "harvard-2.wav"))
        ended = await link.wait("prompt_ended")
        assert ended.values["interrupted"]
        assert ended.values["played_s"] < 1.5
        await link.wait("utterance")


class EchoingMicrophone(Microphone):
    """A loudspeaker beside the microphone: a fifth of what is played comes back 120 ms later."""

    DELAY = 6

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(clock)
        self.played: deque[bytes] = deque([bytes(1_920)] * self.DELAY)

    async def receive(self) -> PcmFrame:
        frame = await super().receive()
        loud = self.played.popleft() if self.played else bytes(1_920)
        back = np.frombuffer(loud, dtype="<i2")[::3] * 0.2
        mixed = np.frombuffer(frame.samples, dtype="<i2") + back
        return PcmFrame(mixed.astype("<i2").tobytes(), frame.sample_rate_hz, frame.start_s)


@asynccontextmanager
async def beside_a_loudspeaker(
    recogniser: ScriptedRecogniser,
) -> AsyncIterator[tuple[Voice, NotingRoom, Microphone]]:
    clock = session_clock()
    link, microphone = NotingRoom(clock), EchoingMicrophone(clock)
    side = in_memory(link.side)
    voice = await open_voice(side, microphone, recogniser, language="en", fetch=link.fetch)

    async def speaker() -> None:
        due = asyncio.get_running_loop().time()
        while True:
            microphone.played.append(voice.playout.pull(960) or bytes(1_920))
            due += 0.02
            await asyncio.sleep(max(0, due - asyncio.get_running_loop().time()))

    playing = asyncio.create_task(speaker())
    try:
        yield voice, link, microphone
    finally:
        playing.cancel()
        await voice.aclose()


def spoken(path: Path) -> SpokenAudio:
    return SpokenAudio(clip(path, 48_000), 48_000, (), "human", "human")


async def test_the_avatars_own_echo_does_not_interrupt_it(shared_dir: Path) -> None:
    prompt = spoken(shared_dir / "speech" / "austen-0870.wav")
    recogniser = ScriptedRecogniser(["the echo was recognised"])
    async with beside_a_loudspeaker(recogniser) as (_, link, _):
        link.listen(Listening.ANSWER)
        link.speak("p1", "A question.", prompt)
        ended = await link.wait("prompt_ended")
        assert not ended.values["interrupted"]
        assert ended.values["played_s"] == pytest.approx(prompt.duration_s, abs=0.1)
        assert not link.of("utterance")
        assert not link.of("turn_ended")


async def test_somebody_who_speaks_over_the_echo_interrupts(shared_dir: Path) -> None:
    prompt = spoken(shared_dir / "speech" / "austen-0870.wav")
    recogniser = ScriptedRecogniser(["please wait a moment"])
    async with beside_a_loudspeaker(recogniser) as (_, link, microphone):
        link.listen(Listening.ANSWER)
        link.speak("p1", "A question.", prompt)
        await link.wait("prompt_started")
        microphone.say(2.0, clip(shared_dir / "speech" / "jfk.flac"))
        ended = await link.wait("prompt_ended")
        assert ended.values["interrupted"]
        assert 1.8 < ended.values["played_s"] < 4.0
