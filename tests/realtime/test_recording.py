"""Recordings of real VP8 and Opus, whole and broken in every way a browser can break them."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from interview.errors import Unavailable
from realtime.apart import assemble_apart
from realtime.pieces import PartFiles
from realtime.recording import RecordedFile, assemble, probe
from tests.realtime.webm import live_webm, split, stored_part


@pytest.fixture(scope="module")
def six_seconds() -> bytes:
    """One MediaRecorder run of 6 s."""
    return live_webm(6)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where the result goes."""
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def played(file: RecordedFile, seek_s: float = 0) -> dict[str, list[float]]:
    """Decode all from `seek_s` on: the times of every picture and sound frame."""
    times: dict[str, list[float]] = {"video": [], "audio": []}
    with av.open(file.path) as container:
        if seek_s:
            container.seek(int(seek_s * av.time_base))
        for frame in container.decode():
            kind = "video" if isinstance(frame, av.VideoFrame) else "audio"
            assert frame.time is not None
            times[kind].append(frame.time)
    return times


def test_chunks_cut_anywhere_become_one_seekable_file(
    six_seconds: bytes, tmp_path: Path, out: Path
) -> None:
    part = stored_part(tmp_path, "p", 12.5, split(six_seconds, 9))
    recording = assemble([part], out)
    assert recording.problems == () and len(recording.files) == 1
    file = recording.files[0]
    assert file.mime == "video/webm" and file.size_bytes == Path(file.path).stat().st_size
    assert file.duration_s == pytest.approx(6, abs=0.15)
    assert [(s.kind, s.codec) for s in file.streams] == [("video", "vp8"), ("audio", "opus")]
    (span,) = file.spans
    assert (span.session_start_s, span.recording_start_s) == (12.5, 0)
    assert span.duration_s == pytest.approx(6, abs=0.15)
    whole = played(file)
    assert len(whole["video"]) == 60 and len(whole["audio"]) >= 299
    late = played(file, seek_s=4)
    assert 2.9 <= late["video"][0] <= 4.0 and len(late["video"]) < 35
    content = Path(file.path).read_bytes()
    assert content.find(b"\x1c\x53\xbb\x6b") < content.find(b"\x1f\x43\xb6\x75")  # cues in front


def test_a_browser_that_died_in_the_middle_of_a_chunk(
    six_seconds: bytes, tmp_path: Path, out: Path
) -> None:
    chunks = split(six_seconds[: int(len(six_seconds) * 0.61)], 5)
    part = stored_part(tmp_path, "p", 0, chunks)
    file = assemble([part], out).files[0]
    assert file.duration_s == pytest.approx(6 * 0.61, abs=0.5)
    times = played(file)["video"]
    assert times == sorted(times) and times[-1] == pytest.approx(6 * 0.61, abs=0.5)


def test_two_parts_lie_one_after_the_other(six_seconds: bytes, tmp_path: Path, out: Path) -> None:
    later = stored_part(tmp_path, "a-second", 30, split(live_webm(3), 4))
    first = stored_part(tmp_path, "z-first", 2, split(six_seconds, 4))
    recording = assemble([later, first], out)
    (file,) = recording.files
    assert recording.problems == ()
    assert [span.part_id for span in file.spans] == ["z-first", "a-second"]
    assert [span.session_start_s for span in file.spans] == [2, 30]
    assert file.spans[1].recording_start_s == file.spans[0].duration_s
    assert file.duration_s == pytest.approx(9, abs=0.2)
    for times in played(file).values():
        assert times == sorted(times) and times[-1] > 8.7
    assert len(played(file)["video"]) == 90


def test_a_lost_chunk_leaves_a_hole_and_the_rest_is_played(
    six_seconds: bytes, tmp_path: Path, out: Path
) -> None:
    part = stored_part(tmp_path, "p", 10, split(six_seconds, 12), without=(4, 5))
    recording = assemble([part], out)
    assert recording.problems == ("2 of 12 pieces of a part were never received.",)
    (file,) = recording.files
    before, after = file.spans
    assert before.session_start_s == 10 and 1.5 <= before.duration_s <= 2.2
    assert 13 <= after.session_start_s <= 14.1  # the next cluster after the hole
    assert after.recording_start_s == before.duration_s
    assert after.session_start_s + after.duration_s == pytest.approx(16, abs=0.15)
    times = played(file)["video"]
    assert times == sorted(times)
    assert len(times) == pytest.approx((before.duration_s + after.duration_s) * 10, abs=2)


@pytest.mark.parametrize("lost", [(1,), (11,), (10, 11), (2, 6, 9), tuple(range(1, 12))])
def test_whatever_is_lost_the_rest_plays(
    six_seconds: bytes, tmp_path: Path, out: Path, lost: tuple[int, ...]
) -> None:
    part = stored_part(tmp_path, "p", 0, split(six_seconds, 12), without=lost)
    recording = assemble([part], out)
    assert f"{len(lost)} of 12" in recording.problems[0]
    for file in recording.files:
        times = played(file)
        assert times["video"] == sorted(times["video"])
        assert times["audio"] == sorted(times["audio"])
        covered = sum(span.duration_s for span in file.spans)
        assert covered == pytest.approx(file.duration_s, abs=0.1)
        assert covered <= 6.1 - 0.3 * len(lost)


def test_without_its_beginning_a_part_cannot_be_played_and_that_is_said(
    six_seconds: bytes, tmp_path: Path, out: Path
) -> None:
    part = stored_part(tmp_path, "p", 0, split(six_seconds, 6), without=(0,))
    recording = assemble([part], out)
    assert recording.files == ()
    assert recording.problems == (
        "The beginning of a part was never received; it cannot be played.",
    )


def test_parts_with_other_codecs_are_kept_apart_and_that_is_said(
    six_seconds: bytes, tmp_path: Path, out: Path
) -> None:
    one = stored_part(tmp_path, "p1", 0, split(live_webm(2, video="libvpx-vp9"), 3))
    two = stored_part(tmp_path, "p2", 3, split(six_seconds, 3))
    recording = assemble([one, two], out)
    assert [file.streams[0].codec for file in recording.files] == ["vp8", "vp9"]
    assert recording.problems == (
        "The parts have different codecs and are kept as separate files.",
    )
    assert [span.session_start_s for span in recording.spans] == [3, 0]
    assert all(file.spans[0].recording_start_s == 0 for file in recording.files)


def test_a_part_without_a_camera_joins_the_others(
    six_seconds: bytes, tmp_path: Path, out: Path
) -> None:
    seen = stored_part(tmp_path, "p1", 0, split(six_seconds, 3))
    heard = stored_part(tmp_path, "p2", 8, split(live_webm(2, video=None), 3))
    (file,) = assemble([seen, heard], out).files
    times = played(file)
    assert len(times["video"]) == 60 and times["audio"][-1] > 7.8
    alone = assemble([heard], out).files[0]
    assert alone.mime == "audio/webm"


def test_rubbish_is_named_and_does_not_hide_the_rest(
    six_seconds: bytes, tmp_path: Path, out: Path
) -> None:
    good = stored_part(tmp_path, "p1", 0, split(six_seconds, 3))
    bad = stored_part(tmp_path, "p2", 9, [b"\x00rubbish" * 999, b"more"])
    empty = stored_part(tmp_path, "p3", 10, [b""])
    recording = assemble([good, bad, empty], out)
    assert len(recording.files) == 1 and recording.files[0].duration_s > 5.8
    assert recording.problems == ("A part of the recording cannot be read.",) * 2
    assert assemble([], out).files == ()


def test_changed_bytes_cost_a_moment_not_the_recording(
    six_seconds: bytes, tmp_path: Path, out: Path
) -> None:
    broken = bytearray(six_seconds)
    broken[len(broken) // 2 : len(broken) // 2 + 400] = b"\xff" * 400
    file = assemble([stored_part(tmp_path, "p", 0, split(bytes(broken), 5))], out).files[0]
    streams, duration_s = probe(Path(file.path))
    assert len(streams) == 2 and 2.5 < duration_s < 6.2


async def test_the_work_is_done_in_another_process(
    six_seconds: bytes, tmp_path: Path, out: Path
) -> None:
    part = stored_part(tmp_path, "p", 0, split(six_seconds, 4))
    apart = await assemble_apart([part], out)
    assert apart.files[0].duration_s == pytest.approx(6, abs=0.15)
    gone = PartFiles(part_id="q", start_s=0, chunks={0: str(tmp_path / "gone")})
    with pytest.raises(Unavailable, match="cannot be joined"):
        await assemble_apart([gone], out)
