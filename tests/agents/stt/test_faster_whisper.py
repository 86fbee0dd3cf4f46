"""The stream's rules, with a worker that reads words out of the samples."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import cast

import numpy as np
import pytest

from agents.stt.faster_whisper import WhisperPool, WhisperStream, _Segment
from interview.errors import Unavailable
from interview.nouns import Word
from interview.ports import RECOGNITION_RATE_HZ, Hypothesis, PcmFrame

WORD_S = 0.5
SIZE = int(WORD_S * RECOGNITION_RATE_HZ)


def speech(numbers: Sequence[int]) -> bytes:
    """Half a second for each number, said as its sample value."""
    return np.repeat(np.array(numbers, dtype="<i2"), SIZE).tobytes()


class ReadingPool:
    """Every stretch of equal samples is the word of its number; `failures` passes fail first."""

    def __init__(self, *, idle: bool = False, failures: int = 0) -> None:
        self.idle = idle
        self.failures = failures
        self.windows: list[float] = []

    async def run(self, pcm: bytes, **_: object) -> list[Word]:
        if self.failures:
            self.failures -= 1
            raise Unavailable("stt", "as told")
        await asyncio.sleep(0)
        samples = np.frombuffer(pcm, dtype="<i2")
        self.windows.append(len(samples) / RECOGNITION_RATE_HZ)
        edges = [0, *(np.flatnonzero(np.diff(samples)) + 1).tolist(), len(samples)]
        return [
            Word(
                text=f"w{samples[a]}",
                start_s=a / RECOGNITION_RATE_HZ,
                end_s=b / RECOGNITION_RATE_HZ,
                confidence=1,
            )
            for a, b in zip(edges, edges[1:], strict=False)
            if samples[a]
        ]


def stream_on(pool: ReadingPool) -> WhisperStream:
    return WhisperStream(cast(WhisperPool, pool), "en", ())


def push(stream: WhisperStream, pcm: bytes, start_s: float = 10.0) -> None:
    stream.push(PcmFrame(pcm, RECOGNITION_RATE_HZ, start_s))


async def told(stream: WhisperStream) -> list[Hypothesis]:
    out: list[Hypothesis] = []
    async for hypothesis in stream:
        out.append(hypothesis)
        if hypothesis.final:
            break
    return out


def texts(heard: Sequence[Hypothesis]) -> list[str]:
    return [word.text for hypothesis in heard for word in hypothesis.committed]


@pytest.mark.parametrize("count", [3, 55, 56, 57, 140, 600])
async def test_no_word_is_lost_or_doubled_however_long_nobody_had_time(count: int) -> None:
    pool = ReadingPool(idle=False)
    stream = stream_on(pool)
    for number in range(1, count + 1):
        push(stream, speech([number]), 10 + number * WORD_S)
    await stream.flush()
    heard = await told(stream)
    assert texts(heard) == [f"w{number}" for number in range(1, count + 1)]
    assert max(pool.windows) <= 28.0
    starts = [word.start_s for hypothesis in heard for word in hypothesis.committed]
    assert starts == pytest.approx([10.5 + WORD_S * n for n in range(count)], abs=0.01)


async def test_long_silence_is_passed_over() -> None:
    stream = stream_on(ReadingPool())
    push(stream, speech([0] * 130 + [7]))
    await stream.flush()
    assert texts(await told(stream)) == ["w7"]


async def test_interims_commit_what_two_passes_agree_on_and_never_take_it_back() -> None:
    pool = ReadingPool(idle=True)
    stream = stream_on(pool)
    heard: list[Hypothesis] = []
    for number in range(1, 61):
        push(stream, speech([number, number + 100]))
        assert stream._task is not None
        await stream._task
        heard.append(await anext(aiter(stream)))
    assert not any(hypothesis.final for hypothesis in heard)
    assert len(texts(heard)) > 100
    assert heard[-1].tentative
    await stream.flush()
    heard += await told(stream)
    expected = [text for n in range(1, 61) for text in (f"w{n}", f"w{n + 100}")]
    assert texts(heard) == expected
    assert max(pool.windows) < 21


async def test_passes_are_coalesced_while_the_worker_is_busy() -> None:
    pool = ReadingPool(idle=False)
    stream = stream_on(pool)
    for number in range(1, 20):
        push(stream, speech([number]))
    assert stream.lag_s == pytest.approx(9.5)
    pool.idle = True
    push(stream, speech([20]))
    assert stream._task is not None
    await stream._task
    assert pool.windows == [10.0]
    assert stream.lag_s == 0


async def test_a_flush_without_audio_is_final_too() -> None:
    stream = stream_on(ReadingPool())
    await stream.flush()
    (heard,) = await told(stream)
    assert heard.final and heard.committed == ()


async def test_audio_of_a_failed_flush_is_recognised_by_the_next() -> None:
    stream = stream_on(ReadingPool(failures=1))
    push(stream, speech([1, 2]))
    with pytest.raises(Unavailable):
        await stream.flush()
    assert (await told(stream))[-1].final
    await stream.flush()
    assert texts(await told(stream)) == ["w1", "w2"]


async def test_a_segment_forgets_no_more_than_it_has() -> None:
    segment = _Segment(5.0, bytearray(speech([1])))
    segment.cut_to(99.0)
    assert (segment.base_s, len(segment.audio)) == (5.5, 0)
    segment.cut_to(1.0)
    assert segment.base_s == 5.5
