"""The last words of a connection that is gone, until it is known whether the page has their sound.

They are in the log, so that no process needs to live for them to count.
"""

from __future__ import annotations

from interview.answering import commit
from interview.commands import CommitUtterance, HoldWords, SettleHeld
from interview.draft import Draft
from interview.events import HeldWordsSettled, WordsHeld
from interview.nouns import Status


def hold(draft: Draft, command: HoldWords) -> None:
    """Keep words that are not to count yet; each once."""
    state, utterance = draft.state, command.utterance
    known = {*state.utterance_ids, *(each.utterance_id for each in state.held)}
    if state.status is Status.IN_PROGRESS and utterance.text.strip():
        if utterance.utterance_id not in known:
            draft.emit(WordsHeld(at=draft.now, utterance=utterance))


def settle_held(draft: Draft, command: SettleHeld) -> None:
    """Count what is held, or drop it because it will be heard again."""
    held = draft.state.held
    if not held:
        return
    if command.counted:
        for utterance in held:
            commit(draft, CommitUtterance(utterance=utterance))
    draft.emit(HeldWordsSettled(at=draft.now, counted=command.counted))
