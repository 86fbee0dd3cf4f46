"""Foreign media in a process of its own: what it gives, and that nothing it does is felt here."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import signal

import psutil
import pytest

from interview.errors import Unavailable
from realtime import apart
from realtime.apart_child import LIMITS
from realtime.clips import ClipTooLong, UnreadableClip, decode_clip
from tests.realtime.sounds import FORMS, sound
from tests.realtime.webm import live_webm


@pytest.mark.parametrize("name", sorted(FORMS))
async def test_the_same_sound_comes_out(name: str) -> None:
    content = sound(name)
    assert await apart.decode_apart(content, max_s=10) == decode_clip(content, max_s=10)


async def test_what_cannot_be_decoded_is_said() -> None:
    with pytest.raises(UnreadableClip, match="no kind of audio"):
        await apart.decode_apart(b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n", max_s=10)
    with pytest.raises(ClipTooLong):
        await apart.decode_apart(sound("wav"), max_s=0.5)


async def test_a_clip_is_cut_out_of_what_it_asks_for() -> None:
    content = live_webm(6)
    read = 0

    async def read_range(start: int, end: int) -> bytes:
        nonlocal read
        read += 1
        return content[start:end]

    clip = await apart.cut_apart(len(content), read_range, 1.0, 3.0)
    assert clip[:4] == b"\x1aE\xdf\xa3" and read >= 1
    with pytest.raises(Unavailable, match="cannot be cut"):
        await apart.cut_apart(100, _zeros, 1.0, 3.0)


async def _zeros(start: int, end: int) -> bytes:
    return bytes(end - start)


def own_children() -> set[psutil.Process]:
    """Ours; a server that other tests share is one of them."""
    return set(psutil.Process().children())


@pytest.mark.parametrize("sent", [signal.SIGSTOP, signal.SIGKILL])
async def test_a_child_that_stands_still_or_dies_is_only_its_own_fault(
    sent: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    wall_s = 6.0  # the child must have begun by then, on a full machine too
    monkeypatch.setitem(LIMITS, "cut", dataclasses.replace(LIMITS["cut"], wall_s=wall_s))
    before, children = own_children(), list[psutil.Process]()

    async def read_range(start: int, end: int) -> bytes:
        children.extend(own_children() - before)
        for child in children:
            os.kill(child.pid, sent)
        return bytes(end - start)

    with pytest.raises(Unavailable):
        async with asyncio.timeout(60):
            await apart.cut_apart(100, read_range, 1.0, 3.0)
    assert children
    assert not any(child.is_running() for child in children)


async def test_cancelling_leaves_no_process() -> None:
    before, asked = own_children(), asyncio.Event()

    async def never(start: int, end: int) -> bytes:
        asked.set()
        await asyncio.sleep(60)
        return b""

    task = asyncio.create_task(apart.cut_apart(100, never, 1.0, 3.0))
    await asked.wait()
    children = own_children() - before
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert children and not any(child.is_running() for child in children)
