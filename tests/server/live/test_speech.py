"""Prompts as audio."""

from __future__ import annotations

import asyncio
import io
import wave
from pathlib import Path

import pytest

from interview.errors import NotFound, Unavailable
from interview.nouns import Viseme
from interview.ports.speech import EngineHealth, SpokenAudio
from server.live.speech import (
    SpeechRequest,
    SpeechShelf,
    joined,
    one_voice,
    sentences,
    speech_key,
    wav_bytes,
)
from storage.blobs import open_blobs


class Counting:
    """Speaks a tenth of a second for each sentence and counts; `broken` ones fail."""

    name = "counting"

    def __init__(self, broken: str = "§") -> None:
        self.spoken: list[str] = []
        self.rates: list[float] = []
        self.broken = broken

    async def start(self) -> None:
        """Nothing to start."""

    async def synthesise(
        self, text: str, *, language: str, voice: str | None = None, rate: float = 1.0
    ) -> SpokenAudio:
        await asyncio.sleep(0)
        self.spoken.append(text)
        self.rates.append(rate)
        if self.broken in text:
            raise Unavailable("tts", "broken")
        shapes = (Viseme(at_s=0, duration_s=0.1, shape="aa"),)
        return SpokenAudio(b"\1\0" * 2_205, 22_050, shapes, "counting", "v")

    def health(self) -> EngineHealth:
        return EngineHealth("counting", True)

    async def aclose(self) -> None:
        """Nothing to close."""


def shelf(tmp_path: Path, voice: Counting) -> SpeechShelf:
    return SpeechShelf(voice, open_blobs(str(tmp_path)))


def test_sentences_keep_short_beginnings_together() -> None:
    assert sentences("Hello there, Ada. How are you today? Fine.") == [
        "Hello there, Ada.",
        "How are you today?",
        "Fine.",
    ]
    assert sentences("Mr. Dashwood had leisure to consider it.") == [
        "Mr. Dashwood had leisure to consider it."
    ]
    assert sentences("What do you think of Mr. Dashwood? Explain it, e.g. Why so?") == [
        "What do you think of Mr. Dashwood?",
        "Explain it, e.g. Why so?",
    ]
    assert sentences("version 2.5 is fine") == ["version 2.5 is fine"]


async def test_what_many_are_told_is_said_once(tmp_path: Path) -> None:
    voice = Counting()
    prompts = shelf(tmp_path, voice)
    texts = [f"Good morning, person {n}. I am an artificial interviewer." for n in range(5)]
    audio = await asyncio.gather(*(prompts.obtain(SpeechRequest(t, "en", None)) for t in texts))
    assert len(voice.spoken) == 6
    assert all(abs(item.duration_s - 0.2) < 1e-6 for item in audio)
    assert [viseme.at_s for viseme in audio[0].visemes] == [0, 0.1]


async def test_a_failure_is_told_and_tried_again_later(tmp_path: Path) -> None:
    voice = Counting(broken="bad")
    prompts = shelf(tmp_path, voice)
    request = SpeechRequest("This sentence is bad.", "en", None)
    for _ in range(2):
        with pytest.raises(Unavailable):
            await prompts.obtain(request)
    voice.broken = "-"
    assert (await prompts.obtain(request)).duration_s > 0
    assert len(voice.spoken) == 3


async def test_a_courtesy_is_said_first_and_never_costs_the_prompt(tmp_path: Path) -> None:
    voice = Counting(broken="Thanks")
    prompts = shelf(tmp_path, voice)
    alone = await prompts.obtain(SpeechRequest("What is a stack?", "en", None, lead="Thanks."))
    assert alone.duration_s == pytest.approx(0.1)
    voice.broken = "-"
    led = await prompts.obtain(SpeechRequest("What is a stack?", "en", None, lead="Thanks."))
    assert led.duration_s == pytest.approx(0.2)
    assert [viseme.at_s for viseme in led.visemes] == [0, 0.1]


async def test_the_rate_belongs_to_the_sentence(tmp_path: Path) -> None:
    voice = Counting()
    prompts = shelf(tmp_path, voice)
    for rate in (1.0, 1.2, 1.2):
        await prompts.obtain(SpeechRequest("What is a stack?", "en", None, rate))
    assert voice.rates == [1.0, 1.2]


async def test_no_voice_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        await SpeechShelf(None, open_blobs(str(tmp_path))).obtain(SpeechRequest("x", "en", None))


async def test_a_published_prompt_is_a_wav_file(tmp_path: Path) -> None:
    prompts = shelf(tmp_path, Counting())
    audio = await prompts.obtain(SpeechRequest("One whole sentence.", "en", None))
    await prompts.publish("s", "p1", audio)
    content = (tmp_path / "speech" / "s" / "p1.wav").read_bytes()
    assert content == wav_bytes(audio)
    with wave.open(io.BytesIO(content)) as file:
        assert file.getframerate() == 22_050 and file.getnframes() == 2_205


def test_voices_are_not_mixed() -> None:
    one = SpokenAudio(b"\0\0", 22_050, (), "a", "v")
    two = SpokenAudio(b"\0\0", 16_000, (), "b", "v")
    with pytest.raises(Unavailable):
        joined([one, two])


async def test_one_bad_sentence_never_silences_the_rest(tmp_path: Path) -> None:
    voice = Counting(broken="Broken")
    text = "This is said aloud. Broken sentence here. This is said as well."
    audio = await shelf(tmp_path, voice).obtain(SpeechRequest(text, "en", None))
    assert audio.duration_s == pytest.approx(0.2)
    with pytest.raises(Unavailable):
        await shelf(tmp_path, voice).obtain(SpeechRequest("Broken all of it.", "en", None))


async def test_a_voice_that_does_not_answer_is_not_asked_thirty_times(tmp_path: Path) -> None:
    voice = Counting(broken="item")
    text = "\n".join(f"- item number {n}" for n in range(30))
    with pytest.raises(Unavailable):
        await shelf(tmp_path, voice).obtain(SpeechRequest(text, "en", None))
    assert len(voice.spoken) <= 6


async def test_many_lines_are_asked_for_a_few_at_a_time(tmp_path: Path) -> None:
    """The voice's process takes sixteen requests: thirty at once were all refused."""
    waiting, most = 0, 0

    class Busy(Counting):
        async def synthesise(
            self, text: str, *, language: str, voice: str | None = None, rate: float = 1.0
        ) -> SpokenAudio:
            nonlocal waiting, most
            waiting += 1
            most = max(most, waiting)
            spoken = await super().synthesise(text, language=language, voice=voice, rate=rate)
            waiting -= 1
            return spoken

    text = "Please explain\n" + "\n".join(f"- the part number {n}" for n in range(30))
    shelf_ = shelf(tmp_path, Busy())
    audio = await shelf_.obtain(SpeechRequest(text, "en", None))
    assert audio.duration_s == pytest.approx(3.1)
    assert most <= 3
    again = shelf(tmp_path, Busy())
    again.prefetch(SpeechRequest(text, "en", None))
    assert (await again.obtain(SpeechRequest(text, "en", None))).duration_s == audio.duration_s


async def test_what_has_no_sound_is_said_to_have_none(tmp_path: Path) -> None:
    voice = Counting()
    with pytest.raises(Unavailable, match="nothing to say"):
        await shelf(tmp_path, voice).obtain(SpeechRequest("🙂 ***", "en", None, lead="Thanks."))
    assert voice.spoken == []


def test_a_sentence_of_another_engine_is_brought_to_the_rate_of_the_first() -> None:
    one = SpokenAudio(b"\1\0" * 2_205, 22_050, (), "a", "v")
    two = SpokenAudio(b"\1\0" * 1_600, 16_000, (), "b", "v")
    audio = joined(one_voice([one, two]))
    assert audio.sample_rate_hz == 22_050
    assert audio.duration_s == pytest.approx(0.2, abs=0.001)


async def test_a_prompt_is_fetched_by_its_address_in_this_process_and_in_others(
    tmp_path: Path,
) -> None:
    """From memory while somebody has it, so that a full disk silences nobody; else as stored."""
    here = shelf(tmp_path, Counting())
    audio = await here.obtain(SpeechRequest("Hello.", "en", None))
    await here.publish("s", "p1", audio)
    assert await here.fetch(speech_key("s", "p1")) is audio
    elsewhere = await shelf(tmp_path, Counting()).fetch(speech_key("s", "p1"))
    assert (elsewhere.pcm, elsewhere.sample_rate_hz) == (audio.pcm, audio.sample_rate_hz)
    with pytest.raises(NotFound):
        await here.fetch(speech_key("s", "p2"))
    (tmp_path / speech_key("s", "p3")).write_bytes(b"no sound at all")
    with pytest.raises(Unavailable, match="cannot be read"):
        await here.fetch(speech_key("s", "p3"))
