"""The small parts of a voice: the playout, the ledger, the virtual voice, the pauses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from agents.hearing import Hearing
from agents.playout import FRAME_SAMPLES, PromptOutput, as_frames, at_playout_rate
from agents.turns.profile import INTERVIEW
from agents.virtual import VirtualVoice
from interview.errors import Unavailable
from interview.nouns import Word
from interview.ports import Hypothesis, Listening, PcmFrame, SpokenAudio, SpokenPrompt
from tests.fakes.conversation import NotingLink
from tests.fakes.engines import ScriptedRecogniser, ToneSynthesiser


async def test_a_prompt_comes_out_whole_then_idle() -> None:
    audio = await ToneSynthesiser().synthesise("Hello there.", language="en")
    pcm = at_playout_rate(audio)
    assert len(pcm) / 2 / 48_000 == pytest.approx(audio.duration_s, abs=0.01)
    output = PromptOutput()
    async for frame in as_frames(pcm):
        await output.capture_frame(frame)
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
    for call in (output.pause, output.resume, output.flush, output.clear_buffer) * 2:
        call()
    assert output.pull(FRAME_SAMPLES) is None
    await asyncio.wait_for(output.wait_for_playout(), 1)


async def test_a_cleared_prompt_finishes_once_where_it_was() -> None:
    output = PromptOutput()
    async for frame in as_frames(b"\1\0" * 48_000):
        await output.capture_frame(frame)
    output.pull(FRAME_SAMPLES)
    output.pause()
    assert output.paused
    assert output.pull(FRAME_SAMPLES) is None
    output.clear_buffer()
    output.clear_buffer()
    output.flush()
    finished = await output.wait_for_playout()
    assert finished.interrupted
    assert finished.playback_position == pytest.approx(0.02)


async def test_the_virtual_voice_keeps_the_time_and_ends_each_prompt_once() -> None:
    loop = asyncio.get_running_loop()
    link = NotingLink(loop.time)
    voice = VirtualVoice(link)
    short = SpokenAudio(b"\0\0" * 800, 16_000, (), "tone", "tone")
    long = SpokenAudio(b"\0\0" * 160_000, 16_000, (), "tone", "tone")
    await voice.speak(SpokenPrompt("a", "a", short))
    assert (await link.wait("prompt_ended")).values["played_s"] == pytest.approx(0.05)
    await voice.speak(SpokenPrompt("b", "b", long))
    await voice.speak(SpokenPrompt("c", "c", long))
    await voice.hush()
    await voice.hush()
    await voice.aclose()
    ended = [
        (told.values["prompt_id"], told.values["interrupted"]) for told in link.of("prompt_ended")
    ]
    assert ended == [("a", False), ("b", True), ("c", True)]
    assert len(link.of("prompt_started")) == 3


@pytest.mark.parametrize(
    ("mode", "tolerance_s", "sure_s", "max_s"),
    [
        (Listening.ANSWER, 3.0, 1.2, 3.0),
        (Listening.ANSWER, 0.0, 1.2, 1.2),
        (Listening.ANSWER, 500.0, 1.2, 30.0),
        (Listening.REPLY, 3.0, 0.5, 1.5),
    ],
)
def test_pauses(mode: Listening, tolerance_s: float, sure_s: float, max_s: float) -> None:
    pauses = INTERVIEW.endpointing(mode, tolerance_s)
    assert (pauses.sure_s, pauses.max_s) == (sure_s, max_s)


class FailingStream:
    """Commits words, then fails to flush."""

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
    link = NotingLink(loop.time)

    async def nothing() -> None:
        return

    hearing = Hearing(
        link,
        FailingRecogniser(),
        language="en",
        hotwords=(),
        profile=INTERVIEW,
        on_words=nothing,
        on_text=lambda text, final: None,
    )
    hearing.listen(Listening.ANSWER)
    hearing.speech(True)
    hearing.feed(PcmFrame(b"\1\0" * 320, 16_000, 1.0))
    await link.wait("hypothesis")
    await hearing.finish()
    assert link.of("utterance")[0].values["utterance"].text == "kept"
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


@pytest.mark.parametrize(("frames_per_s", "kept_s"), [(50, INTERVIEW.pre_roll_s), (5_000, 8.0)])
async def test_a_burst_is_kept_until_the_detector_has_heard_it(
    frames_per_s: int, kept_s: float
) -> None:
    link, recogniser = NotingLink(asyncio.get_running_loop().time), CountingRecogniser()
    now_s = 0.0

    async def nothing() -> None:
        return

    hearing = Hearing(
        link,
        recogniser,
        language="en",
        hotwords=(),
        profile=INTERVIEW,
        on_words=nothing,
        on_text=lambda text, final: None,
        now=lambda: now_s,
    )
    hearing.listen(Listening.ANSWER)
    for number in range(400):
        now_s = number / frames_per_s
        hearing.feed(PcmFrame(b"\1\0" * 320, 16_000, number / 50))
    hearing.speech(True)
    assert abs(recogniser.opened.samples / 16_000 - kept_s) <= 0.05
    await hearing.aclose()
