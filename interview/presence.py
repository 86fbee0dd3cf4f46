"""Who holds the seat, and what of ours is broken."""

from __future__ import annotations

from interview.asking import greet, issue_again
from interview.commands import (
    BeginFault,
    ChangeMedia,
    EndFault,
    JoinCandidate,
    LeaveCandidate,
    RecordOutage,
)
from interview.draft import Draft
from interview.events import (
    CandidateJoined,
    CandidateLeft,
    FaultBegan,
    FaultEnded,
    MediaChanged,
    OutageRecorded,
)
from interview.nouns import Media, Status


def join(draft: Draft, command: JoinCandidate) -> None:
    """Take the seat, from another connection if need be; an unheard line is said again."""
    state = draft.state
    if state.status.final:
        return
    if state.seat == command.connection_id:
        change_media(draft, ChangeMedia(connection_id=command.connection_id, media=command.media))
        return
    draft.emit(
        CandidateJoined(
            at=draft.now,
            connection_id=command.connection_id,
            media=command.media,
            replaced=state.seat,
            reconnect=state.greeted,
        )
    )
    if not state.greeted:
        greet(draft)
    elif state.prompting:
        issue_again(draft)


def change_media(draft: Draft, command: ChangeMedia) -> None:
    """Only the seat's holder changes the seat's media."""
    state = draft.state
    if state.status.final or state.seat != command.connection_id or state.media == command.media:
        return
    media: Media = command.media
    draft.emit(MediaChanged(at=draft.now, connection_id=command.connection_id, media=media))


def leave(draft: Draft, command: LeaveCandidate) -> None:
    """Empty the seat; harmless for a connection that does not hold it."""
    if draft.state.seat == command.connection_id:
        draft.emit(
            CandidateLeft(at=draft.now, connection_id=command.connection_id, reason=command.reason)
        )


def record_outage(draft: Draft, command: RecordOutage) -> None:
    """After a restart: give the time back, empty the seat, forget the dead process's faults."""
    state = draft.state
    if state.status.final:
        return
    if state.status is Status.IN_PROGRESS:
        from_at = min(command.from_at, draft.now)
        draft.emit(OutageRecorded(at=draft.now, from_at=from_at, cause=command.cause))
    if state.seat is not None:
        draft.emit(CandidateLeft(at=draft.now, connection_id=state.seat, reason="server_outage"))
    for component in state.faults:
        draft.emit(FaultEnded(at=draft.now, component=component))


def begin_fault(draft: Draft, command: BeginFault) -> None:
    """The clock stands until it ends."""
    state = draft.state
    if state.status is Status.IN_PROGRESS and command.component not in state.faults:
        draft.emit(FaultBegan(at=draft.now, component=command.component))


def end_fault(draft: Draft, command: EndFault) -> None:
    """The clock goes on when no other fault is open."""
    if draft.state.status is Status.IN_PROGRESS and command.component in draft.state.faults:
        draft.emit(FaultEnded(at=draft.now, component=command.component))
