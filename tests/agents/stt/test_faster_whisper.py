"""The stream's rules, with workers that read words out of the samples."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

from agents.stt.faster_whisper import WhisperStream
from agents.stt.heard import Ask, Heard
from agents.stt.incremental import Plan
from agents.stt.pool import Turns, WhisperPool
from interview.errors import Unavailable
from interview.ports.speech import RECOGNITION_RATE_HZ, Hypothesis, PcmFrame
from tests.agents.stt.scripted import WORD_S, Scripted, speech


class ReadingPool:
    """One worker; it works while `busy` is clear. `failures` passes fail first."""

    def __init__(self, *, failures: int = 0) -> None:
        self.ears = Scripted()
        self.turns: Turns[Any] = Turns([self.ears])
        self.failures = failures
        self.asked: list[tuple[str | None, str]] = []
        self.finals: list[bool] = []
        self.asks: list[Ask] = []
        self.go = asyncio.Event()
        self.go.set()

    async def hear(
        self, worker: Scripted, ask: Ask, *, language: str | None, hotwords: str
    ) -> Heard:
        await self.go.wait()
        if self.failures:
            self.failures -= 1
            raise Unavailable("stt", "as told")
        self.finals.append(ask.final)
        self.asks.append(ask)
        self.asked.append((language, hotwords))
        heard = worker.hear(ask)
        return replace(heard, language="de")


def stream_on(
    pool: ReadingPool, language: str | None = "en", hotwords: Sequence[str] = ()
) -> WhisperStream:
    return WhisperStream(cast(WhisperPool, pool), language, hotwords)


def push(stream: WhisperStream, pcm: bytes, start_s: float = 10.0) -> None:
    stream.push(PcmFrame(pcm, RECOGNITION_RATE_HZ, start_s))


async def settle(stream: WhisperStream) -> None:
    if stream._task is not None:
        await asyncio.gather(stream._task, return_exceptions=True)


async def told(stream: WhisperStream) -> list[Hypothesis]:
    out: list[Hypothesis] = []
    async for hypothesis in stream:
        out.append(hypothesis)
        if hypothesis.final:
            break
    return out


def texts(heard: Sequence[Hypothesis]) -> list[str]:
    return [word.text for hypothesis in heard for word in hypothesis.committed]


def names(count: int) -> list[str]:
    return [f"w{number}" for number in range(1, count + 1)]


@pytest.mark.parametrize("count", [3, 62, 63, 64, 140, 600])
async def test_no_word_is_lost_or_doubled_however_long_nobody_had_time(count: int) -> None:
    pool = ReadingPool()
    pool.go.clear()
    stream = stream_on(pool)
    for number in range(1, count + 1):
        push(stream, speech([number]), 10 + number * WORD_S)
    assert stream.lag_s == pytest.approx(count * WORD_S)
    pool.go.set()
    await stream.flush()
    heard = await told(stream)
    assert texts(heard) == names(count)
    assert max(pool.ears.windows) <= 25.0
    starts = [word.start_s for hypothesis in heard for word in hypothesis.committed]
    assert starts == pytest.approx([10 + WORD_S * (n + 1) for n in range(count)], abs=0.01)


async def test_words_come_while_someone_speaks_and_are_never_taken_back() -> None:
    pool = ReadingPool()
    stream = stream_on(pool)
    heard: list[Hypothesis] = []
    for number in range(1, 61, 2):
        push(stream, speech([number, number + 1]))
        await settle(stream)
        heard.append(await anext(aiter(stream)))
    assert not any(hypothesis.final for hypothesis in heard)
    assert len(texts(heard)) >= 56
    assert heard[-1].tentative
    await stream.flush()
    heard += await told(stream)
    assert texts(heard) == names(60)
    assert max(pool.ears.windows) < Plan().context_s + 2.5


async def test_passes_are_coalesced_while_the_worker_is_busy() -> None:
    pool = ReadingPool()
    pool.go.clear()
    stream = stream_on(pool)
    for number in range(1, 20):
        push(stream, speech([number]))
        await asyncio.sleep(0)
    pool.go.set()
    await settle(stream)
    push(stream, speech([20]))
    await settle(stream)
    assert len(pool.ears.windows) == 2
    assert stream.lag_s == 0


async def test_a_flush_does_not_wait_behind_the_interims_of_others() -> None:
    """Its own waiting pass is given up, and finals go before interims."""
    pool = ReadingPool()
    streams = [stream_on(pool) for _ in range(3)]
    pool.go.clear()
    for stream in streams:
        push(stream, speech([1, 2]))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert pool.turns.waiting == 2
    flushing = asyncio.create_task(streams[2].flush())
    for _ in range(3):
        await asyncio.sleep(0)
    pool.go.set()
    await flushing
    assert texts(await told(streams[2])) == names(2)
    await settle(streams[1])
    assert pool.finals == [False, True, False]


async def test_a_flush_without_audio_is_final_too() -> None:
    stream = stream_on(ReadingPool())
    await stream.flush()
    (heard,) = await told(stream)
    assert heard.final and heard.committed == ()


async def test_audio_of_a_failed_flush_is_recognised_by_the_next() -> None:
    stream = stream_on(ReadingPool(failures=2))
    push(stream, speech([1, 2]))
    await settle(stream)
    with pytest.raises(Unavailable):
        await stream.flush()
    assert (await told(stream))[-1].final
    push(stream, speech([3]))
    await stream.flush()
    assert texts(await told(stream)) == names(3)


async def test_what_follows_a_pause_goes_on_from_the_words_before_it() -> None:
    """Words after a pause are heard with what precedes them, and keep their own times."""
    pool = ReadingPool()
    stream = stream_on(pool)
    push(stream, speech([1, 2, 3]), 10.0)
    await stream.flush()
    assert texts(await told(stream)) == names(3)
    push(stream, speech([4, 5]), 13.0)
    await stream.flush()
    heard = await told(stream)
    assert texts(heard) == ["w4", "w5"]
    assert heard[0].committed[0].start_s == pytest.approx(13.0, abs=0.01)
    assert [word.text for word in pool.asks[-1].prefix] == names(3)
    push(stream, speech([6]), 40.0)
    await stream.flush()
    (word,) = [word for hypothesis in await told(stream) for word in hypothesis.committed]
    assert word.text == "w6" and word.start_s == pytest.approx(40.0, abs=0.01)
    assert pool.asks[-1].prefix == ()


async def test_a_failed_interim_costs_a_caption_not_a_word() -> None:
    stream = stream_on(ReadingPool(failures=1))
    push(stream, speech([1, 2]))
    await settle(stream)
    await stream.flush()
    assert texts(await told(stream)) == names(2)


async def test_hotwords_are_passed_on_and_each_segment_has_its_language() -> None:
    pool = ReadingPool()
    stream = stream_on(pool, None, ["Kubernetes", "Ada"])
    push(stream, speech([1, 2, 3, 4, 5, 6]))
    await settle(stream)
    await stream.flush()
    push(stream, speech([7]))
    await stream.flush()
    assert [language for language, _ in pool.asked] == [None, "de", None]
    assert {words for _, words in pool.asked} == {"Kubernetes, Ada"}


async def test_a_worker_is_given_to_who_waits_and_back_by_who_gave_up() -> None:
    turns: Turns[str] = Turns(["only"])
    order: list[str] = []

    async def use(name: str, *, urgent: bool) -> None:
        async with turns.one(urgent=urgent):
            order.append(name)
            await asyncio.sleep(0)

    tasks = [
        asyncio.create_task(use(name, urgent=urgent))
        for name, urgent in (("a", False), ("b", False), ("gone", False), ("c", True))
    ]
    await asyncio.sleep(0)
    tasks[2].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert order == ["a", "c", "b"]
    async with turns.one(urgent=False) as worker:
        assert worker == "only"
