"""The fakes are true to the ports and to their own promises."""

from __future__ import annotations

import numpy as np
import pytest

from interview.errors import Unavailable
from interview.nouns import VISEMES
from interview.ports.speech import PcmFrame, Recogniser, Synthesiser
from tests.fakes.engines import ScriptedRecogniser, ToneSynthesiser

RATE = 16_000


def tone(seconds: float, level: int = 5_000) -> bytes:
    times = np.arange(int(seconds * RATE)) / RATE
    return (np.sin(times * 2_000) * level).astype("<i2").tobytes()


async def test_a_line_for_each_audible_segment_and_none_for_silence() -> None:
    recogniser = ScriptedRecogniser(["one two", "three"])
    port: Recogniser = recogniser
    stream = port.open_stream(language="en")
    for pcm, start_s in ((tone(1), 5.0), (bytes(RATE * 2), 7.0), (tone(1), 9.0)):
        stream.push(PcmFrame(pcm, RATE, start_s))
        await stream.flush()
    await stream.aclose()
    finals = [h async for h in stream if h.final]
    assert [" ".join(w.text for w in h.committed) for h in finals] == ["one two", "", "three"]
    assert finals[0].committed[0].start_s == 5.0
    assert finals[0].committed[-1].end_s == 6.0
    assert recogniser.open_streams == 0


async def test_known_audio_means_its_text() -> None:
    recogniser = ScriptedRecogniser(["other"])
    recogniser.hear(tone(1), "known")
    heard = await recogniser.transcribe(tone(1), language=None)
    assert [word.text for word in heard.committed] == ["known"]


async def test_the_tone_speaks_with_known_shapes_and_fails_as_told() -> None:
    synthesiser: Synthesiser = ToneSynthesiser(failures=1)
    with pytest.raises(Unavailable):
        await synthesiser.synthesise("Hello.", language="en")
    spoken = await synthesiser.synthesise("Hello there.", language="en")
    assert spoken.duration_s == pytest.approx(0.72, abs=0.01)
    assert {viseme.shape for viseme in spoken.visemes} <= set(VISEMES)
