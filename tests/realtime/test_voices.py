"""Both voices are in the recording: each at its time, neither in the other's place."""

from __future__ import annotations

import wave
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from realtime.apart import assemble_apart
from realtime.pieces import PartFiles
from realtime.recording import assemble
from realtime.voices import PromptAudio, with_prompts
from tests.realtime.webm import live_webm, split, stored_part

HEARD = 0.02
RATE_HZ = 48_000


def prompt(
    folder: Path, hz: float, start_s: float, played_s: float, length_s: float = 2.0
) -> PromptAudio:
    """A tone as the voice's WAV, at its rate."""
    path = folder / f"prompt-{hz:.0f}-{start_s}.wav"
    times = np.arange(int(22_050 * length_s)) / 22_050
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(22_050)
        file.writeframes((np.sin(2 * np.pi * hz * times) * 9_000).astype("<i2").tobytes())
    return PromptAudio(path=str(path), start_s=start_s, played_s=played_s)


def sound(path: str) -> NDArray[np.float32]:
    """The whole sound of a file, as a player gives it."""
    parts: list[NDArray[np.float32]] = []
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
    with av.open(path) as container:
        for frame in container.decode(audio=0):
            parts += [
                one.to_ndarray().reshape(-1).astype(np.float32) for one in resampler.resample(frame)
            ]
    return np.concatenate(parts)


def loudness(samples: NDArray[np.float32], hz: float, start_s: float, end_s: float) -> float:
    """How strong a tone is in a stretch: its amplitude."""
    piece = samples[int(start_s * RATE_HZ) : int(end_s * RATE_HZ)]
    turns = np.exp(-2j * np.pi * hz * np.arange(len(piece)) / RATE_HZ)
    return float(2 * abs(np.dot(piece, turns)) / max(1, len(piece)))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def test_a_prompt_is_heard_at_its_time_and_only_as_far_as_it_was_played(
    tmp_path: Path, out: Path
) -> None:
    part = stored_part(tmp_path, "p", 10, split(live_webm(8), 5))
    prompts = [prompt(tmp_path, 1_000, 12, 2.0), prompt(tmp_path, 2_000, 15.5, 1.0)]
    (file,) = with_prompts(assemble([part], out), prompts).files
    assert file.duration_s == pytest.approx(8, abs=0.2)
    assert [(s.kind, s.codec) for s in file.streams] == [("video", "vp8"), ("audio", "opus")]
    heard = sound(file.path)
    assert loudness(heard, 1_000, 2.05, 3.95) > 0.15
    assert loudness(heard, 1_000, 0.2, 1.95) < HEARD > loudness(heard, 1_000, 4.1, 7)
    assert loudness(heard, 2_000, 5.55, 6.45) > 0.15
    assert loudness(heard, 2_000, 6.6, 7.5) < HEARD, "it was cut off after a second"
    # The candidate (440 Hz) speaks all the time, as loud as before.
    for second in range(7):
        assert loudness(heard, 440, second + 0.1, second + 0.9) == pytest.approx(0.244, abs=0.03)
    with av.open(file.path) as container:
        assert sum(1 for _ in container.decode(video=0)) == 80


def test_prompts_outside_of_what_was_recorded_are_cut_to_it(tmp_path: Path, out: Path) -> None:
    """Two parts with a gap: a prompt over the gap is heard on both of its sides."""
    first = stored_part(tmp_path, "a", 0, split(live_webm(3), 3))
    second = stored_part(tmp_path, "b", 4, split(live_webm(3), 3))
    said = prompt(tmp_path, 1_000, 2, 3.0, length_s=3)
    (file,) = with_prompts(assemble([first, second], out), [said]).files
    join = file.spans[1].recording_start_s
    heard = sound(file.path)
    assert loudness(heard, 1_000, 2.05, join - 0.05) > 0.15
    assert loudness(heard, 1_000, join + 0.05, join + 0.9) > 0.15
    assert loudness(heard, 1_000, join + 1.1, join + 2.5) < HEARD


def test_the_goodbye_is_heard_behind_the_recordings_end(tmp_path: Path, out: Path) -> None:
    """The page stops recording when the interview ends, and the goodbye is said then."""
    made = assemble([stored_part(tmp_path, "p", 2, split(live_webm(4), 5))], out)
    prompts = [
        prompt(tmp_path, 1_500, start_s=5.5, played_s=2, length_s=2),
        prompt(tmp_path, 2_500, start_s=40, played_s=2),
    ]
    (file,) = with_prompts(made, prompts).files
    own, after = file.spans
    assert own.session_start_s == 2
    assert after.session_start_s == pytest.approx(6, abs=0.15)
    assert after.session_start_s + after.duration_s == pytest.approx(7.5, abs=0.01)
    assert file.duration_s == pytest.approx(5.5, abs=0.2)
    heard = sound(file.path)
    assert loudness(heard, 1_500, 3.6, 5.4) > HEARD and loudness(heard, 2_500, 0, 5.4) < HEARD / 4
    assert loudness(heard, 440, 4.3, 5.4) < HEARD / 4, "the candidate is not recorded then"


async def test_a_recording_without_a_microphone_has_the_prompts(tmp_path: Path, out: Path) -> None:
    part = stored_part(tmp_path, "p", 0, split(live_webm(4, audio=False), 3))
    made = await assemble_apart([part], out, [prompt(tmp_path, 1_000, 1, 2)])
    (file,) = made.files
    assert made.problems == () and file.duration_s == pytest.approx(4, abs=0.2)
    heard = sound(file.path)
    assert loudness(heard, 1_000, 1.05, 2.95) > 0.15 and loudness(heard, 1_000, 0, 0.9) < HEARD


def test_a_prompt_that_cannot_be_read_leaves_the_recording_as_it_was(
    tmp_path: Path, out: Path
) -> None:
    (tmp_path / "broken.wav").write_bytes(b"RIFF....WAVEnothing")
    part: PartFiles = stored_part(tmp_path, "p", 0, split(live_webm(2), 2))
    broken = PromptAudio(path=str(tmp_path / "broken.wav"), start_s=0.5, played_s=1)
    made = with_prompts(assemble([part], out), [broken])
    assert "interviewer's voice" in made.problems[0]
    assert loudness(sound(made.files[0].path), 440, 0.2, 1.8) > 0.2
