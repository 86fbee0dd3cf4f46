"""What the real voice says of awkward text, as the real recogniser hears it."""

from __future__ import annotations

import pytest

from agents.stt.base import build_recogniser
from agents.stt.whisper_models import WHISPER_BASE
from agents.tts.base import build_synthesiser
from agents.tts.piper_voices import DEFAULT_VOICE, JOE
from agents.tts.speakable import speakable
from server.live.speech import joined
from tests.agents.speech import require, resampled, wer

HEARD = [
    "We raised $5M and spent €2.50 of it.",
    "It was -5 °C at 10:30 in the 1990s.",
    "See https://example.com/docs?x=1. Then explain Tom &amp; Jerry 🎉.",
    "Version 2.0.1 needs 16 GB for 3-5 users.",
]
ALLOWED = 0.3


@pytest.mark.models
async def test_awkward_text_is_heard_as_a_person_would_say_it() -> None:
    """The recogniser writes "$5 million" again: what it writes is put into words to compare."""
    voice = build_synthesiser("piper", DEFAULT_VOICE, require(JOE))
    recogniser = build_recogniser("faster-whisper", "base", require(WHISPER_BASE), 1)
    await voice.start()
    await recogniser.start()
    try:
        parts = [await voice.synthesise(text, language="en") for text in HEARD]
        spoken = joined(parts)
        assert spoken.engine == "piper"
        pcm = resampled(spoken.pcm, spoken.sample_rate_hz)
        heard = await recogniser.transcribe(pcm, language="en")
        words = speakable(" ".join(word.text.strip() for word in heard.committed))
        meant = " ".join(map(speakable, HEARD))
        assert wer(meant.replace("-", " "), words.replace("-", " ")) <= ALLOWED, words
    finally:
        await voice.aclose()
        await recogniser.aclose()
