"""Blobs in a folder: whole or not at all, nowhere else, and honest when the disk is full."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from interview.errors import InvalidInput, NotFound, Unavailable
from storage.blobs import Blobs, LocalBlobs, checked, open_blobs

FULL_DISK = """
import asyncio, resource, signal, sys
from interview.errors import Unavailable
from storage.blobs import open_blobs

async def main():
    blobs = open_blobs(sys.argv[1])
    await blobs.put("small.bin", b"x" * 100)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
    try:
        await blobs.put("big.bin", b"x" * 1_000_000)
    except Unavailable as error:
        print(error.component, "|", error.why, "|", await blobs.keys("big.bin"))
    print(await blobs.get("small.bin") == b"x" * 100)

asyncio.run(main())
"""


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    """An empty folder of blobs."""
    return open_blobs(f"file://{tmp_path}/blobs")


async def test_bytes_come_back_whole_and_in_ranges(blobs: Blobs) -> None:
    content = bytes(range(256)) * 40_000  # above obstore's multipart limit
    await blobs.put("a/b/0.webm", content)
    assert await blobs.get("a/b/0.webm") == content
    assert await blobs.size("a/b/0.webm") == len(content)
    assert await blobs.get_range("a/b/0.webm", 10, 300) == content[10:300]
    assert await blobs.get_range("a/b/0.webm", len(content) - 5, len(content) + 9) == content[-5:]
    with pytest.raises(InvalidInput):
        await blobs.get_range("a/b/0.webm", 5, 5)
    await blobs.put("a/b/0.webm", b"")
    assert await blobs.get("a/b/0.webm") == b"" and await blobs.size("a/b/0.webm") == 0


async def test_what_is_missing_is_missing(blobs: Blobs) -> None:
    assert await blobs.size("nothing") is None
    with pytest.raises(NotFound):
        await blobs.get("nothing")
    with pytest.raises(NotFound):
        await blobs.get_range("nothing", 0, 1)
    await blobs.delete("nothing")
    assert await blobs.delete_prefix("nothing") == 0 and await blobs.keys("nothing") == []


async def test_a_folder_is_listed_and_removed_alone(blobs: Blobs, tmp_path: Path) -> None:
    for key in ("r/s1/p/1.webm", "r/s1/p/0.webm", "r/s10/p/0.webm"):
        await blobs.put(key, b"x")
    (tmp_path / "blobs/r/s1/p/2.webm#1").write_bytes(b"half")  # what a killed process leaves
    assert await blobs.keys("r/s1") == ["r/s1/p/0.webm", "r/s1/p/1.webm"]
    assert await blobs.delete_prefix("r/s1/") == 2
    assert not (tmp_path / "blobs/r/s1").exists()
    assert await blobs.keys("r") == ["r/s10/p/0.webm"]


async def test_a_file_is_stored_as_it_is(blobs: Blobs, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"abc" * 3_000_000)
    await blobs.put_file("x/source.bin", str(source))
    assert await blobs.get("x/source.bin") == source.read_bytes()
    with pytest.raises(NotFound):
        await blobs.put_file("x/none.bin", str(tmp_path / "none"))


async def test_writers_of_one_key_leave_one_whole_content(blobs: Blobs) -> None:
    contents = [bytes([n]) * 200_000 for n in range(8)]
    await asyncio.gather(*(blobs.put("k", content) for content in contents))
    assert await blobs.get("k") in contents


@pytest.mark.parametrize(
    "key",
    ["", "/etc/passwd", "../x", "a/../../x", "a//b", "a/", "./a", ".hidden", "a\\b", "a\x00", "ä",
     "a/%2e%2e/b", "x" * 513],
)  # fmt: skip
async def test_a_key_cannot_leave_the_folder(blobs: Blobs, key: str) -> None:
    with pytest.raises(InvalidInput):
        checked(key)
    with pytest.raises(InvalidInput):
        await blobs.put(key, b"x")


def test_a_full_disk_is_named_and_leaves_nothing_behind(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, f"{tmp_path}/blobs"],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert run.stdout.splitlines() == ["blobs | the disk is full | []", "True"], run.stderr


def test_addresses_choose_the_store(tmp_path: Path) -> None:
    assert isinstance(open_blobs(str(tmp_path / "x")), LocalBlobs)
    assert not isinstance(open_blobs("s3://bucket/folder"), LocalBlobs)
    for wrong in ("relative/folder", "file://host/x", "ftp://x/y", "", "file:///"):
        with pytest.raises(InvalidInput):
            open_blobs(wrong)


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable):
        open_blobs(str(tmp_path / "file" / "below"))


def test_the_folder_is_private(tmp_path: Path) -> None:
    open_blobs(str(tmp_path / "blobs"))
    assert (tmp_path / "blobs").stat().st_mode & 0o077 == 0
