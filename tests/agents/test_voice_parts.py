"""The small parts of a voice: the playout, the ledger, the virtual voice, the pauses."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence

import numpy as np
import pytest

from agents.hearing import Hearing
from agents.playout import DUCKED, FRAME_SAMPLES, PromptOutput, as_frames
from agents.turns.profile import INTERVIEW
from agents.utterances import OpenUtterance
from agents.virtual import VirtualVoice
from interview.channel import in_memory
from interview.conversation import Listening
from interview.errors import Unavailable
from interview.nouns import Word
from interview.ports.speech import Hypothesis, PcmFrame, SpokenAudio
from tests.fakes.conversation import NotingRoom
from tests.fakes.engines import ScriptedRecogniser, ToneSynthesiser


def at_48k(pcm: bytes) -> SpokenAudio:
    return SpokenAudio(pcm, 48_000, (), "test", "test")


async def test_the_first_frame_of_a_long_prompt_does_not_wait_for_the_rest() -> None:
    """22 050 Hz is resampled as it is taken: the first piece comes of the first tenth."""
    frames = as_frames(SpokenAudio(b"\1\0" * 22_050 * 60, 22_050, (), "test", "test"))
    first = await anext(frames)
    assert first.sample_rate == 48_000 and 0 < first.samples_per_channel <= 4_800
    rest = [frame.samples_per_channel async for frame in frames]
    assert (first.samples_per_channel + sum(rest)) / 48_000 == pytest.approx(60, abs=0.01)


async def test_a_prompt_comes_out_whole_then_idle() -> None:
    audio = await ToneSynthesiser().synthesise("Hello there.", language="en")
    output, pcm = PromptOutput(), b""
    async for frame in as_frames(audio):
        pcm += bytes(frame.data)
        await output.capture_frame(frame)
    assert len(pcm) / 2 / 48_000 == pytest.approx(audio.duration_s, abs=0.01)
    output.flush()
    out = b""
    while (piece := output.pull(FRAME_SAMPLES)) is not None:
        assert len(piece) == FRAME_SAMPLES * 2
        out += piece
    assert out[: len(pcm)] == pcm
    assert not out[len(pcm) :].strip(b"\0")
    finished = await output.wait_for_playout()
    assert not finished.interrupted
    assert output.pull(FRAME_SAMPLES) is None


async def test_clearing_pausing_and_flushing_nothing_is_harmless() -> None:
    output = PromptOutput()
    for call in (output.duck, output.hold, output.go_on, output.flush, output.clear_buffer) * 2:
        call()
    assert output.pull(FRAME_SAMPLES) is None
    await asyncio.wait_for(output.wait_for_playout(), 20)


async def test_a_cleared_prompt_finishes_once_where_it_was() -> None:
    output = PromptOutput()
    async for frame in as_frames(at_48k(b"\1\0" * 48_000)):
        await output.capture_frame(frame)
    output.pull(FRAME_SAMPLES)
    output.hold()
    assert output.held
    assert output.pull(FRAME_SAMPLES) is not None  # fades within this frame
    assert output.pull(FRAME_SAMPLES) is None
    output.clear_buffer()
    output.clear_buffer()
    output.flush()
    finished = await output.wait_for_playout()
    assert finished.interrupted
    assert finished.playback_position == pytest.approx(0.04)


async def test_the_virtual_voice_keeps_the_time_and_ends_each_prompt_once() -> None:
    loop = asyncio.get_running_loop()
    link = NotingRoom(loop.time)
    voice = VirtualVoice(in_memory(link.side))
    short = SpokenAudio(b"\0\0" * 800, 16_000, (), "tone", "tone")
    long = SpokenAudio(b"\0\0" * 160_000, 16_000, (), "tone", "tone")
    link.speak("a", "a", short)
    assert (await link.wait("prompt_ended")).values["played_s"] == pytest.approx(0.05)
    link.speak("b", "b", long)
    link.speak("c", "c", long)
    link.hush()
    link.hush()
    await voice.aclose()
    await link.wait("prompt_ended", 3)
    ended = [
        (told.values["prompt_id"], told.values["interrupted"]) for told in link.of("prompt_ended")
    ]
    assert ended == [("a", False), ("b", True), ("c", True)]
    assert len(link.of("prompt_started")) == 3


async def test_a_held_prompt_goes_on_a_little_before_where_it_stopped() -> None:
    output = PromptOutput()
    samples = np.arange(48_000, dtype="<i2") % 1_000 + 1_000
    async for frame in as_frames(at_48k(samples.tobytes())):
        await output.capture_frame(frame)
    output.flush()
    for _ in range(10):
        output.pull(FRAME_SAMPLES)
    output.hold()
    faded = np.frombuffer(output.pull(FRAME_SAMPLES) or b"", dtype="<i2")
    assert faded[0] >= 1_000 and faded[-1] == 0
    assert output.pull(FRAME_SAMPLES) is None
    output.go_on(rewind_s=0.1)
    assert output.position_s == pytest.approx(0.22 - 0.1)
    output.pull(FRAME_SAMPLES)
    whole = np.frombuffer(output.pull(FRAME_SAMPLES) or b"", dtype="<i2")
    assert (whole == samples[int(0.14 * 48_000) :][: len(whole)]).all()


async def test_a_ducked_prompt_is_quieter_and_all_that_is_played_is_told() -> None:
    told: list[bytes | None] = []
    output = PromptOutput(lambda pcm, samples: told.append(pcm))
    async for frame in as_frames(at_48k(b"\x10\x27" * 9_600)):
        await output.capture_frame(frame)
    output.duck()
    output.pull(FRAME_SAMPLES)
    quiet = np.frombuffer(output.pull(FRAME_SAMPLES) or b"", dtype="<i2")
    assert quiet.max() == pytest.approx(10_000 * DUCKED, abs=2)
    output.clear_buffer()
    output.pull(FRAME_SAMPLES)
    assert [piece is None for piece in told] == [False, False, True]


class Audience:
    """Nobody decides anything."""

    async def heard(self, utterance: OpenUtterance) -> None:
        """Not interested."""

    def command_in(self, words: Sequence[Word]) -> int | None:
        return None

    def is_noise(self, words: Sequence[Word]) -> bool:
        return False


class FailingStream:
    """Commits words, then fails to flush."""

    lag_s = 0.0

    def __init__(self) -> None:
        self._out: asyncio.Queue[Hypothesis] = asyncio.Queue()

    def push(self, frame: PcmFrame) -> None:
        if self._out.empty():
            words = (Word(text="kept", start_s=1, end_s=2, confidence=1),)
            self._out.put_nowait(Hypothesis(words, "tail", 2.0))

    async def flush(self) -> None:
        await asyncio.sleep(0)
        raise Unavailable("stt", "the process died")

    async def __aiter__(self) -> AsyncIterator[Hypothesis]:
        while True:
            yield await self._out.get()

    async def aclose(self) -> None:
        """Nothing to end."""


class FailingRecogniser(ScriptedRecogniser):
    def open_stream(  # type: ignore[override]
        self, *, language: str | None, hotwords: Sequence[str] = ()
    ) -> FailingStream:
        return FailingStream()


async def test_committed_words_survive_a_recogniser_that_fails() -> None:
    loop = asyncio.get_running_loop()
    link = NotingRoom(loop.time)

    hearing = Hearing(
        in_memory(link.side).say,
        FailingRecogniser(),
        language="en",
        hotwords=(),
        profile=INTERVIEW,
        floor=Audience(),
    )
    hearing.listen(Listening.ANSWER)
    hearing.speech(True)
    hearing.feed(PcmFrame(b"\1\0" * 320, 16_000, 1.0))
    await link.wait("hypothesis")
    await hearing.finish()
    assert (await link.wait("utterance")).values["utterance"].text == "kept"
    await hearing.aclose()


class CountingStream(FailingStream):
    """Counts the samples that it is given."""

    samples = 0

    def push(self, frame: PcmFrame) -> None:
        self.samples += len(frame.samples) // 2


class CountingRecogniser(ScriptedRecogniser):
    def __init__(self) -> None:
        super().__init__()
        self.opened = CountingStream()

    def open_stream(  # type: ignore[override]
        self, *, language: str | None, hotwords: Sequence[str] = ()
    ) -> CountingStream:
        return self.opened


def listening(
    recogniser: CountingRecogniser,
    now: Callable[[], float] = time.monotonic,
    behind: Callable[[], float] = lambda: 0.0,
) -> Hearing:
    """A gate that waits for an answer."""
    hearing = Hearing(
        in_memory(NotingRoom(time.monotonic).side).say,
        recogniser,
        language="en",
        hotwords=(),
        profile=INTERVIEW,
        floor=Audience(),
        now=now,
        behind=behind,
    )
    hearing.listen(Listening.ANSWER)
    return hearing


@pytest.mark.parametrize(("frames_per_s", "kept_s"), [(50, INTERVIEW.pre_roll_s), (5_000, 8.0)])
async def test_a_burst_is_kept_until_the_detector_has_heard_it(
    frames_per_s: int, kept_s: float
) -> None:
    recogniser = CountingRecogniser()
    now_s = 0.0
    hearing = listening(recogniser, lambda: now_s)
    for number in range(400):
        now_s = number / frames_per_s
        hearing.feed(PcmFrame(b"\1\0" * 320, 16_000, number / 50))
    hearing.speech(True)
    assert abs(recogniser.opened.samples / 16_000 - kept_s) <= 0.05
    await hearing.aclose()


@pytest.mark.parametrize("late_s", [0.0, 2.0])
async def test_for_a_detector_that_is_late_more_is_kept_and_the_gate_stays_open_longer(
    late_s: float,
) -> None:
    """It tells of speech, and of silence, so much later: neither word may be cut by it."""
    recogniser = CountingRecogniser()
    now_s = 0.0
    hearing = listening(recogniser, lambda: now_s, lambda: late_s)

    def feed(seconds: float) -> float:
        nonlocal now_s
        before = recogniser.opened.samples
        for _ in range(round(seconds * 50)):
            now_s += 0.02
            hearing.feed(PcmFrame(b"\1\0" * 320, 16_000, now_s))
        return (recogniser.opened.samples - before) / 16_000

    feed(8.0)
    hearing.speech(True)
    assert recogniser.opened.samples / 16_000 == pytest.approx(
        INTERVIEW.pre_roll_s + late_s, abs=0.03
    )
    pause_s = INTERVIEW.tail_s + late_s - 0.1
    hearing.speech(False)
    assert feed(pause_s) == 0
    before = recogniser.opened.samples
    hearing.speech(True)
    assert (recogniser.opened.samples - before) / 16_000 == pytest.approx(pause_s, abs=0.03)
    await hearing.aclose()


async def test_a_word_that_begins_while_its_pause_closes_the_utterance_is_in_the_next_one() -> None:
    """The detector needs a moment to know: what came since the silence is not cut off."""
    recogniser = CountingRecogniser()
    hearing = listening(recogniser)
    hearing.speech(True)
    frame = PcmFrame(b"\1\0" * 320, 16_000, 1.0)
    for _ in range(50):
        hearing.feed(frame)
    assert recogniser.opened.samples == 50 * 320
    hearing.speech(False)
    for _ in range(5):
        hearing.feed(frame)
    await hearing.finish()
    assert recogniser.opened.samples == 50 * 320
    for _ in range(5):
        hearing.feed(frame)
    hearing.speech(True)
    assert recogniser.opened.samples == 60 * 320
    await hearing.aclose()
