"""livekit-agents plugins as engines."""

from __future__ import annotations

import pytest

from agents.stt.livekit_plugin import LiveKitRecogniser
from agents.tts.livekit_plugin import LiveKitSynthesiser
from interview.errors import Unavailable
from interview.ports.speech import Hypothesis, PcmFrame, Recogniser, Synthesiser

FAKE = "tests.fakes.livekit_plugin"
SECOND = bytes(32_000)


async def test_a_streaming_plugin_gives_interims_then_words_at_the_flush() -> None:
    recogniser: Recogniser = LiveKitRecogniser(f"{FAKE}.StreamingStt")
    await recogniser.start()
    stream = recogniser.open_stream(language="en")
    for index in range(3):
        stream.push(PcmFrame(SECOND, 16_000, 7.0 + index))
    await stream.flush()
    await stream.aclose()
    heard = [hypothesis async for hypothesis in stream]
    words = [word for hypothesis in heard for word in hypothesis.committed]
    assert [word.text for word in words] == ["word"] * 3
    assert (words[0].start_s, words[-1].end_s) == (7.0, 10.0)
    assert [h.final for h in heard].count(True) == 1 and heard[-1].final
    assert any(h.tentative for h in heard)
    await recogniser.aclose()


async def test_a_cut_connection_is_answered_by_sending_the_audio_again() -> None:
    recogniser = LiveKitRecogniser(f"{FAKE}.StreamingStt")
    await recogniser.start()
    assert recogniser._plugin is not None
    recogniser._plugin.engine.failures = 1
    heard = await recogniser.transcribe(SECOND * 2, language=None)
    assert [word.text for word in heard.committed] == ["word", "word"]
    await recogniser.aclose()


async def test_a_plugin_that_goes_on_failing_is_named_and_the_segment_still_ends() -> None:
    recogniser = LiveKitRecogniser(f"{FAKE}.StreamingStt")
    await recogniser.start()
    assert recogniser._plugin is not None
    recogniser._plugin.engine.failures = 9
    stream = recogniser.open_stream(language="en")
    stream.push(PcmFrame(SECOND, 16_000, 0.0))
    with pytest.raises(Unavailable, match="failed"):
        await stream.flush()
    await stream.aclose()
    heard: list[Hypothesis] = [hypothesis async for hypothesis in stream]
    assert heard[-1].final
    await recogniser.aclose()


async def test_a_plugin_for_clips_hears_the_segment_at_the_flush() -> None:
    recogniser = LiveKitRecogniser(f"{FAKE}.ClipStt")
    await recogniser.start()
    heard = await recogniser.transcribe(SECOND * 3, language="en")
    assert [word.text for word in heard.committed] == ["a", "whole", "clip"]
    assert heard.committed[-1].end_s == pytest.approx(3.0)
    await recogniser.aclose()


async def test_a_voice_plugin_speaks_and_the_lips_follow_the_loudness() -> None:
    synthesiser: Synthesiser = LiveKitSynthesiser(f"{FAKE}.ToneTts")
    await synthesiser.start()
    spoken = await synthesiser.synthesise("Hello.", language="en")
    assert spoken.duration_s == pytest.approx(2.0, abs=0.05)
    at = {v.shape: v for v in spoken.visemes if v.duration_s > 0.3}
    assert spoken.visemes[0].shape == "aa"
    assert at["sil"].at_s == pytest.approx(0.55, abs=0.11)
    assert at["sil"].duration_s == pytest.approx(0.95, abs=0.2)
    assert synthesiser.health().available
    await synthesiser.aclose()


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("not_there_at_all.TTS", "pip install livekit-plugins-not-there-at-all"),
        (f"{FAKE}.StreamingStt", "is not a TTS engine"),
        (f"{FAKE}.Missing", "is not a TTS engine"),
        (f"{FAKE}.NeedsKey", "FAKE_API_KEY is required"),
        ("TTS", "does not name"),
    ],
)
async def test_what_cannot_be_loaded_says_why(path: str, why: str) -> None:
    synthesiser = LiveKitSynthesiser(path)
    with pytest.raises(Unavailable, match=why):
        await synthesiser.start()
    assert not synthesiser.health().available
    with pytest.raises(Unavailable):
        await synthesiser.synthesise("Hello.", language="en")
