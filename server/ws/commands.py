"""Client frames into commands: one function per frame type."""

from __future__ import annotations

import time
import uuid
import weakref
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from interview.closing import OURS, clients_id
from interview.commands import (
    AskPatience,
    DeclareCamera,
    Done,
    EndSession,
    GiveConsent,
    NoteActivity,
    Repeat,
    Skip,
    SubmitAnswer,
    TakeMoment,
    UndoSkip,
)
from interview.errors import RateLimited
from interview.nouns import Status
from proctoring.base import PageEvent
from server.live.messages import (
    BacklogFrame,
    ClientFrame,
    CodeDraft,
    CodeDraftFrame,
    ConsentFrame,
    DevicesFrame,
    DoneFrame,
    EndInterview,
    HereFrame,
    MomentFrame,
    PageEventFrame,
    PatienceFrame,
    PingFrame,
    PlaybackFrame,
    Pong,
    RepeatFrame,
    ServerFrame,
    SkipFrame,
    TextResponse,
    TypingFrame,
    UndoSkipFrame,
    WebRtcAnswer,
    WebRtcCandidate,
    WebRtcClose,
    WebRtcOffer,
)
from server.live.room import Room
from server.ws.limits import TokenBucket


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent the frame."""

    room: Room
    connection_id: str


Reply = ServerFrame | None
Handler = Callable[[Sender, Any], Awaitable[Reply]]
HANDLERS: dict[type[ClientFrame], Handler] = {}

OFFERS, OFFERS_PER_S = 12, 0.2
_offers: weakref.WeakKeyDictionary[Room, TokenBucket] = weakref.WeakKeyDictionary()


def answer_id_of(given: str | None) -> str:
    """The client's id, or one of ours, which no client can name."""
    return clients_id(given) if given else f"{OURS}{uuid.uuid4()}"


def handles(frame: type[ClientFrame]) -> Callable[[Handler], Handler]:
    """Register the function for a frame type."""

    def register(handler: Handler) -> Handler:
        HANDLERS[frame] = handler
        return handler

    return register


@handles(TextResponse)
async def text_response(sender: Sender, frame: TextResponse) -> Reply:
    """A typed answer, or typed consent."""
    await sender.room.voices.flush()
    await sender.room.command(
        SubmitAnswer(
            answer_id=answer_id_of(frame.answer_id),
            content=frame.content,
            code=frame.code,
            timeout_submission=frame.timeout_submission,
            question_number=_meant(sender, frame),
        )
    )
    return None


def _meant(sender: Sender, frame: TextResponse) -> int | None:
    """The question that a client without numbers answers: never one that it was not yet sent."""
    session = sender.room.session
    asking, shown = session.state.asking, session.shown_number
    if frame.question_number is not None or asking is None or shown is None:
        return frame.question_number
    return shown if shown < asking.number else None


@handles(EndInterview)
async def end_interview(sender: Sender, frame: EndInterview) -> Reply:
    """Unsent text is kept, then the interview ends."""
    await sender.room.voices.flush()
    await sender.room.command(
        EndSession(
            by="candidate",
            reason="ended_by_candidate",
            status=Status.COMPLETED,
            content=frame.content or "",
            code=frame.code,
            question_number=frame.question_number,
        )
    )
    return None


@handles(ConsentFrame)
async def consent(sender: Sender, frame: ConsentFrame) -> Reply:
    """The consent button."""
    await sender.room.command(GiveConsent(granted=frame.granted, text_version=frame.text_version))
    return None


@handles(RepeatFrame)
async def repeat(sender: Sender, frame: RepeatFrame) -> Reply:
    """Say the question again."""
    await sender.room.command(Repeat())
    return None


@handles(SkipFrame)
async def skip(sender: Sender, frame: SkipFrame) -> Reply:
    """Leave the question."""
    await sender.room.voices.flush()
    await sender.room.command(Skip())
    return None


@handles(UndoSkipFrame)
async def undo_skip(sender: Sender, frame: UndoSkipFrame) -> Reply:
    """Stay at the question."""
    await sender.room.command(UndoSkip())
    return None


@handles(HereFrame)
async def here(sender: Sender, frame: HereFrame) -> Reply:
    """Somebody is there: silence does not move on."""
    await sender.room.command(NoteActivity(kind="here"))
    return None


@handles(DevicesFrame)
async def devices(sender: Sender, frame: DevicesFrame) -> Reply:
    """With or without a camera, and a microphone; only the seat's holder says."""
    if sender.room.state.seat == sender.connection_id:
        if frame.microphone is not None:
            sender.room.voices.microphone(there=frame.microphone)
        await sender.room.command(DeclareCamera(present=frame.camera))
    return None


@handles(MomentFrame)
async def moment(sender: Sender, frame: MomentFrame) -> Reply:
    """An approved break."""
    await sender.room.command(TakeMoment())
    return None


@handles(PatienceFrame)
async def patience(sender: Sender, frame: PatienceFrame) -> Reply:
    """Longer pauses, from now on."""
    await sender.room.command(AskPatience())
    return None


@handles(DoneFrame)
async def done(sender: Sender, frame: DoneFrame) -> Reply:
    """The answer is complete: what is still being recognised belongs to it."""
    await sender.room.voices.flush()
    await sender.room.command(Done(answer_id=answer_id_of(frame.answer_id)))
    return None


@handles(TypingFrame)
async def typing(sender: Sender, frame: TypingFrame) -> Reply:
    """Keys are pressed: silence does not count."""
    await sender.room.command(NoteActivity(kind="typing"))
    return None


@handles(CodeDraftFrame)
async def code_draft(sender: Sender, frame: CodeDraftFrame) -> Reply:
    """What is being written, for observers; only of the seat's holder and the open question."""
    state = sender.room.session.state
    mine = state.seat == sender.connection_id
    if mine and state.coding and state.question_number == frame.question_number:
        shown = CodeDraft(question_number=frame.question_number, code=frame.code)
        sender.room.show(shown, "observer")
    return None


@handles(PlaybackFrame)
async def playback(sender: Sender, frame: PlaybackFrame) -> Reply:
    """A client that plays the address itself."""
    if frame.event == "finished":
        await sender.room.media.playback_finished(frame.prompt_id)
    return None


@handles(WebRtcOffer)
async def webrtc_offer(sender: Sender, frame: WebRtcOffer) -> Reply:
    """Open or replace the peer; each one sends packets, so there are not many."""
    bucket = _offers.setdefault(sender.room, TokenBucket(OFFERS_PER_S, burst=OFFERS))
    if not bucket.take(time.monotonic()):
        raise RateLimited("Too many offers. Please wait.", retry_after_s=1 / OFFERS_PER_S)
    return WebRtcAnswer(sdp=await sender.room.media.offer(sender.connection_id, frame.sdp))


@handles(WebRtcCandidate)
async def webrtc_candidate(sender: Sender, frame: WebRtcCandidate) -> Reply:
    """One more ICE candidate."""
    peer = sender.room.media.peer
    if peer is not None:
        await peer.add_candidate(frame.candidate, frame.sdp_mid, frame.sdp_m_line_index)
    return None


@handles(WebRtcClose)
async def webrtc_close(sender: Sender, frame: WebRtcClose) -> Reply:
    """No media: text or PCM from here on."""
    await sender.room.media.close_media()
    return None


@handles(BacklogFrame)
async def backlog(sender: Sender, frame: BacklogFrame) -> Reply:
    """Audio of a gap."""
    sender.room.words.backlog(frame)
    return None


@handles(PageEventFrame)
async def page_event(sender: Sender, frame: PageEventFrame) -> Reply:
    """What the page saw, on the server's clock; only the seat's holder counts."""
    room = sender.room
    if room.state.seat == sender.connection_id:
        event = PageEvent(name=frame.name, at_s=room.clock_s(), fields=frame.fields)
        sender.room.watch.page_event(event)
    return None


@handles(PingFrame)
async def ping(sender: Sender, frame: PingFrame) -> Reply:
    """Round trip and server time."""
    return Pong(t=frame.t, server_time=sender.room.context.clock())
