"""A fault for tests: the process kills itself at a chosen write. Off unless the environment asks.

`VIVA_TEST_KILL_AT_WRITE=7` dies before the seventh transaction is flushed, `7:after` right after
it, when it is on disk and nobody has heard of it. Heartbeats and renewed leases do not count.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping

NAME = "VIVA_TEST_KILL_AT_WRITE"

KillPoint = Callable[[bool], None]


def kill_point(environ: Mapping[str, str] | None = None) -> KillPoint | None:
    """What the writer calls around each counted transaction, `True` after the flush."""
    asked = (os.environ if environ is None else environ).get(NAME)
    if not asked:
        return None
    number, _, when = asked.partition(":")
    left = int(number)

    def pass_by(flushed: bool) -> None:
        nonlocal left
        if not flushed:
            left -= 1
        if left == 0 and flushed is (when == "after"):
            os.kill(os.getpid(), signal.SIGKILL)

    return pass_by
