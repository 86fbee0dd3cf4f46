"""What tests of the live part share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.live import mouth, voices
from tests.server.live.rig import Rig
from tests.server.live.rig import rig as make_rig


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    """Live sessions over a store in a fresh folder."""
    async with make_rig(tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading and rebuilding take no time."""
    monkeypatch.setattr(mouth, "READING_S_PER_WORD", 0.0)
    monkeypatch.setattr(voices, "REBUILD_WAIT_S", 0.0)
