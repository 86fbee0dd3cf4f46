"""What is removed when its time is over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from interview.ports.storage import Job
from interview.state import State
from server.jobs.runner import TryLater
from server.platform.references import ReferenceVault

AGAIN_AFTER = timedelta(days=1)


class Retention:
    """Removes reference faces whose time is over; one of a session still open waits a day."""

    def __init__(
        self,
        vault: ReferenceVault,
        *,
        read: Callable[[str], Awaitable[State]],
        clock: Callable[[], datetime],
    ) -> None:
        self._vault = vault
        self._read = read
        self._clock = clock

    async def forget_reference(self, job: Job) -> None:
        """Remove the session's reference face.

        Raises:
            TryLater: The session has not ended.
        """
        state = await self._read(job.key)
        if not state.status.final:
            raise TryLater(self._clock() + AGAIN_AFTER)
        await self._vault.forget(job.key)
