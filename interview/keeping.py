"""What of a session goes before the session does: its recording, and the pictures of signals."""

from __future__ import annotations

from interview.commands import RemoveMedia
from interview.draft import Draft
from interview.errors import IllegalTransition
from interview.events import MediaRemoved


def remove_media(draft: Draft, command: RemoveMedia) -> None:
    """Note that it goes, before it goes; the same again changes nothing.

    Raises:
        IllegalTransition: The session is not over yet.
    """
    state = draft.state
    if not state.status.final:
        raise IllegalTransition("remove_media", state.status)
    if all(one.what != command.what for one in state.removed):
        draft.emit(MediaRemoved(at=draft.now, what=command.what, after_days=command.after_days))
