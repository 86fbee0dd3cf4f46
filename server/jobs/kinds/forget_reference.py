"""Remove a reference face whose time is over."""

from __future__ import annotations

from datetime import timedelta

from interview.effects import FORGET_REFERENCE
from server.jobs.kind import JobKind, Progress, SessionPayload, Tools, TryLater

AGAIN_AFTER = timedelta(days=1)


async def forget_reference(tools: Tools, asked: SessionPayload, progress: Progress) -> None:
    """One of a session still open waits a day; a newer reference waits for its own time.

    Raises:
        TryLater: Its time has not come.
    """
    del progress
    state = await tools.sessions.state(asked.session_id)
    now, reference = tools.clock(), state.watch.reference
    if not state.status.final:
        raise TryLater(now + AGAIN_AFTER)
    if reference is not None and reference.forget_at is not None and reference.forget_at > now:
        raise TryLater(reference.forget_at)
    await tools.references.forget(asked.session_id)


KIND = JobKind(FORGET_REFERENCE, SessionPayload, forget_reference)
