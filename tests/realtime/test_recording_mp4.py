"""What Safari records: fragmented MP4 of real H.264 and AAC, whole and broken."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from realtime.apart import assemble_apart
from realtime.cuts import cut
from realtime.recording import assemble
from realtime.voices import with_prompts
from tests.realtime.test_recording import played
from tests.realtime.test_voices import HEARD, loudness, prompt, sound
from tests.realtime.webm import live_mp4, live_webm, split, stored_part


@pytest.fixture(scope="module")
def six_seconds() -> bytes:
    """One MediaRecorder run of 6 s."""
    return live_mp4(6)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where the result goes."""
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


async def test_chunks_cut_anywhere_become_one_mp4_that_plays_and_seeks(
    six_seconds: bytes, tmp_path: Path, out: Path
) -> None:
    part = stored_part(tmp_path, "p", 12.5, split(six_seconds, 9))
    recording = await assemble_apart([part], out)
    assert recording.problems == () and len(recording.files) == 1
    file = recording.files[0]
    assert (file.mime, Path(file.path).suffix) == ("video/mp4", ".mp4")
    assert [(s.kind, s.codec) for s in file.streams] == [("video", "h264"), ("audio", "aac")]
    (span,) = file.spans
    assert (span.session_start_s, span.recording_start_s) == (12.5, 0)
    assert span.duration_s == pytest.approx(6, abs=0.15)
    whole = played(file)
    assert len(whole["video"]) == 60 and whole["video"] == sorted(whole["video"])
    assert np.diff(whole["video"]) == pytest.approx(0.1, abs=0.002)
    assert len(whole["audio"]) >= 280
    late = played(file, seek_s=4)
    assert 2.9 <= late["video"][0] <= 4.0 and len(late["video"]) < 35
    with open(file.path, "rb") as stored:  # noqa: ASYNC230 - a test
        content = stored.read()
    assert content.find(b"moov") < content.find(b"mdat")  # a player seeks before all is here


@pytest.mark.parametrize("lost", [(1,), (4, 5), (11,), (2, 6, 9), tuple(range(1, 12))])
def test_whatever_is_lost_the_rest_plays(
    six_seconds: bytes, tmp_path: Path, out: Path, lost: tuple[int, ...]
) -> None:
    part = stored_part(tmp_path, "p", 10, split(six_seconds, 12), without=lost)
    recording = assemble([part], out)
    assert recording.problems[0].startswith(f"{len(lost)} of 12 pieces")
    covered_s = 0.0
    for file in recording.files:
        times = played(file)["video"]
        assert times == sorted(times)
        file_s = sum(span.duration_s for span in file.spans)
        # Behind a cut there is sound alone up to the next key frame.
        assert file_s * 10 - 10 * len(file.spans) <= len(times) <= file_s * 10 + 3
        covered_s += file_s
    for span in recording.spans:
        assert 10 <= span.session_start_s < 16
    assert covered_s > 6 - 2 * len(lost) - 0.5 or len(lost) > 2


def test_a_browser_that_died_in_the_middle_of_a_fragment(
    six_seconds: bytes, tmp_path: Path, out: Path
) -> None:
    part = stored_part(tmp_path, "p", 0, split(six_seconds[: int(len(six_seconds) * 0.61)], 5))
    file = assemble([part], out).files[0]
    assert file.duration_s == pytest.approx(6 * 0.61, abs=1.1)  # whole fragments
    assert played(file)["video"]


def test_parts_of_one_device_lie_one_after_the_other_others_are_kept_apart(
    six_seconds: bytes, tmp_path: Path, out: Path
) -> None:
    first = stored_part(tmp_path, "a", 2, split(six_seconds, 4))
    same = stored_part(tmp_path, "b", 30, split(live_mp4(3), 4))
    camera = stored_part(tmp_path, "c", 40, split(live_mp4(2, size=96), 3))
    webm = stored_part(tmp_path, "d", 50, split(live_webm(1), 2))
    recording = assemble([first, same, camera, webm], out)
    assert recording.problems == (
        "The parts have different codecs and are kept as separate files.",
    )
    assert [[span.part_id for span in file.spans] for file in recording.files] == [
        ["a", "b"],
        ["c"],
        ["d"],
    ]
    assert [file.mime for file in recording.files] == ["video/mp4", "video/mp4", "video/webm"]
    assert [len(played(file)["video"]) for file in recording.files] == [90, 20, 10]


def test_sound_alone_and_the_interviewers_voice_in_it(tmp_path: Path, out: Path) -> None:
    made = assemble([stored_part(tmp_path, "p", 0, split(live_mp4(4, video=None), 5))], out)
    assert made.files[0].mime == "audio/mp4"
    mixed = with_prompts(made, [prompt(tmp_path, 1_500, start_s=1, played_s=1.5)])
    assert mixed.problems == ()
    (file,) = mixed.files
    assert [(s.kind, s.codec) for s in file.streams] == [("audio", "aac")]
    heard = sound(file.path)
    assert loudness(heard, 1_500, 1.2, 2.3) > HEARD and loudness(heard, 440, 1.2, 2.3) > HEARD
    assert loudness(heard, 1_500, 2.7, 3.5) < HEARD / 4


def test_a_clip_of_it_is_mp4(six_seconds: bytes, tmp_path: Path, out: Path) -> None:
    file = assemble([stored_part(tmp_path, "p", 0, [six_seconds])], out).files[0]
    with open(file.path, "rb") as source:
        content = cut(source, 2.5, 4.0)
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(content)
    times = played(file.model_copy(update={"path": str(clip)}))["video"]
    assert 15 <= len(times) <= 25 and times == sorted(times)
