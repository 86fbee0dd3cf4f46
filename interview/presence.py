"""Who holds the seat, and what of ours is broken."""

from __future__ import annotations

from datetime import datetime

from interview.asking import greet, issue_again
from interview.commands import (
    BeginFault,
    ChangeMedia,
    CloseRoom,
    EndFault,
    JoinCandidate,
    LeaveCandidate,
    OpenLink,
    OpenRoom,
    RecordOutage,
    RecoverRoom,
)
from interview.draft import Draft
from interview.errors import IllegalTransition
from interview.events import (
    CandidateJoined,
    CandidateLeft,
    FaultBegan,
    FaultEnded,
    LinkOpened,
    MediaChanged,
    OutageRecorded,
    RoomClosed,
    RoomOpened,
)
from interview.nouns import Media, Status
from interview.taking import recorded


def open_room(draft: Draft, command: OpenRoom) -> None:
    """Take the live part. What the process before it did not live to tell is an outage."""
    state = draft.state
    if state.status.final or state.room_owner == command.owner:
        return
    if state.room_owner is not None and command.lost_from is not None and state.seat is not None:
        _lost(draft, command.lost_from, "process_lost")
    draft.emit(RoomOpened(at=draft.now, owner=command.owner, epoch=state.room_epoch + 1))


def close_room(draft: Draft, command: CloseRoom) -> None:
    """Nobody has the live part any more; a seat in it is empty."""
    state = draft.state
    if state.status.final or state.room_owner is None or state.room_epoch != command.epoch:
        return
    if state.seat is not None:
        draft.emit(CandidateLeft(at=draft.now, connection_id=state.seat, reason=command.reason))
    draft.emit(RoomClosed(at=draft.now, epoch=command.epoch, reason=command.reason))


def recover_room(draft: Draft, command: RecoverRoom) -> None:
    """Its process is dead: the time since its last beat is ours, the seat is empty."""
    state = draft.state
    if state.status.final or state.room_owner != command.owner:
        return
    _lost(draft, command.from_at, "process_lost")
    draft.emit(RoomClosed(at=draft.now, epoch=state.room_epoch, reason="owner_lost"))


def join(draft: Draft, command: JoinCandidate) -> None:
    """Take the seat, from another connection if need be; an unheard line is said again."""
    state = draft.state
    if state.status.final:
        return
    if state.elsewhere is not None:
        raise IllegalTransition("join", "held_elsewhere")
    if recorded(state):
        raise IllegalTransition("join", state.status)
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


def open_link(draft: Draft, _: OpenLink) -> None:
    """Note that the candidate has seen the welcome page; once, and while it may be sat."""
    state = draft.state
    if state.link_opened_at is None and not state.joined_ever and not state.status.final:
        draft.emit(LinkOpened(at=draft.now))


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
    """Give the time back; with the seat lost, a dead process's faults are forgotten too."""
    if draft.state.status.final:
        return
    if command.seat_lost:
        _lost(draft, command.from_at, command.cause)
    else:
        _outage(draft, command.from_at, command.cause)


def _outage(draft: Draft, from_at: datetime, cause: str) -> None:
    if draft.state.status is Status.IN_PROGRESS:
        began = min(from_at, draft.now)
        draft.emit(OutageRecorded(at=draft.now, from_at=began, cause=cause))


def _lost(draft: Draft, from_at: datetime, cause: str) -> None:
    state = draft.state
    _outage(draft, from_at, cause)
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
