"""The real recogniser on real voices."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agents.stt.base import build_recogniser
from agents.stt.whisper_models import WHISPER_BASE
from interview.nouns import Word
from interview.ports.speech import PcmFrame, Recogniser
from tests.agents.speech import RATE_HZ, pcm_of, references, require, wer

pytestmark = pytest.mark.models

FRAME = RATE_HZ // 10 * 2
CLIPS = ("harvard-1.wav", "harvard-6.wav", "austen-0880.wav", "austen-0870.wav", "jfk.flac")


@pytest.fixture
async def recogniser() -> AsyncIterator[Recogniser]:
    built = build_recogniser("faster-whisper", "base", require(WHISPER_BASE), 1)
    await built.start()
    yield built
    await built.aclose()


def text_of(words: list[Word]) -> str:
    return " ".join(word.text for word in words)


async def say(
    recogniser: Recogniser, pcm: bytes, *, kill_at: int | None = None, pause_s: float = 0.02
) -> tuple[list[Word], int]:
    """Push a clip five times as fast as it was said; its words and the number of interims."""
    stream = recogniser.open_stream(language="en")
    words: list[Word] = []
    interims = 0

    async def listen() -> None:
        nonlocal interims
        async for hypothesis in stream:
            words.extend(hypothesis.committed)
            interims += not hypothesis.final
            if hypothesis.final:
                return

    listening = asyncio.create_task(listen())
    for index, start in enumerate(range(0, len(pcm), FRAME)):
        stream.push(PcmFrame(pcm[start : start + FRAME], RATE_HZ, 100 + start / 2 / RATE_HZ))
        if index == kill_at:
            pid = recogniser._pool.sidecars[0].pid  # type: ignore[attr-defined]
            os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(pause_s)
    await stream.flush()
    await asyncio.wait_for(listening, 30)
    await stream.aclose()
    return words, interims


async def test_clips_are_recognised_whole_and_streamed(
    recogniser: Recogniser, shared_dir: Path
) -> None:
    """At most one word in twenty over all clips, and one word wrong in any ("ill-sposed")."""
    said = []
    whole = []
    streamed = []
    for name in CLIPS:
        reference, pcm = references(shared_dir)[name], pcm_of(shared_dir / "speech" / name)
        heard = await recogniser.transcribe(pcm, language="en")
        words, _ = await say(recogniser, pcm)
        said.append(reference)
        whole.append(text_of(list(heard.committed)))
        streamed.append(text_of(words))
        for text in (whole[-1], streamed[-1]):
            assert wer(reference, text) <= 1 / len(reference.split()) + 0.001, (name, text)
        assert words[0].start_s >= 100
        assert words[-1].end_s <= 100 + len(pcm) / 2 / RATE_HZ + 0.1
        assert all(a.start_s <= b.start_s + 0.05 for a, b in zip(words, words[1:], strict=False))
    assert wer(" ".join(said), " ".join(whole)) <= 0.05
    assert wer(" ".join(said), " ".join(streamed)) <= 0.05


async def test_captions_come_while_someone_speaks(recogniser: Recogniser, shared_dir: Path) -> None:
    _, interims = await say(recogniser, pcm_of(shared_dir / "speech" / "jfk.flac"), pause_s=0.06)
    assert interims >= 2


async def test_silence_and_noise_have_no_words(recogniser: Recogniser, shared_dir: Path) -> None:
    noise = pcm_of(shared_dir / "speech" / "noise.wav")
    for pcm in (bytes(RATE_HZ * 2 * 4), noise, noise[: RATE_HZ * 2 * 3]):
        heard = await recogniser.transcribe(pcm, language="en")
        assert heard.committed == ()
        words, _ = await say(recogniser, pcm, pause_s=0)
        assert words == []


async def test_a_killed_worker_loses_nothing(recogniser: Recogniser, shared_dir: Path) -> None:
    name = "jfk.flac"
    words, _ = await say(recogniser, pcm_of(shared_dir / "speech" / name), kill_at=50)
    assert wer(references(shared_dir)[name], text_of(words)) <= 0.1, text_of(words)
    assert recogniser.health().restarts == 1
