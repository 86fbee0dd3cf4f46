"""What is loaded at the start is not walked through again."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from server.live.heap import settle


@pytest.fixture(autouse=True)
def thaw() -> Iterator[None]:
    """Leave the collector as it was."""
    yield
    gc.unfreeze()


def test_what_is_loaded_is_exempt_and_what_comes_later_is_collected() -> None:
    loaded: list[object] = [[]]
    assert settle() > 1_000
    assert not any(item is loaded for item in gc.get_objects())

    later: list[object] = []
    later.append(later)
    place = id(later)
    assert any(id(item) == place for item in gc.get_objects())
    del later
    assert gc.collect() >= 1
