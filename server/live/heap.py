"""Keeps the garbage collector's long pauses out of interviews."""

from __future__ import annotations

import gc


def settle() -> int:
    """Exempt everything loaded so far from collection; how many objects that are.

    Call once, when the heavy libraries have been imported and no interview runs yet: the one full
    collection blocks for up to a second. Without it each full collection walks through every
    object of those libraries while all interviews stand still.
    """
    gc.collect()
    gc.freeze()
    return gc.get_freeze_count()
