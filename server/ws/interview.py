"""`/ws/interview`: the candidate's connection and the observers'."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress

import structlog
from aiohttp import WSCloseCode, WSMessage, WSMsgType, web
from pydantic import ValidationError

from interview.errors import IllegalTransition, InvalidInput, NotFound, VivaError
from interview.events import StoredEvent
from interview.journal import Step
from interview.nouns import Media, Status
from interview.state import State, apply
from interview.text import whole_characters
from server.live.connection import Connection, Role
from server.live.frames import concluded_of, replay_frames, snapshot
from server.live.messages import (
    CLIENT_FRAME,
    MAX_FRAME_BYTES,
    Ack,
    Capability,
    ClientFrame,
    ErrorFrame,
    PingFrame,
    Pong,
    QuestionFrame,
    ServerFrame,
    Welcome,
)
from server.live.registry import LiveRegistry
from server.live.room import Room
from server.live.session import LiveSession
from server.sentences import first, public
from server.ws.commands import HANDLERS, Sender
from server.ws.limits import FloodGuard

HEARTBEAT_S = 10.0
TAKEN = (WSMsgType.TEXT, WSMsgType.BINARY, WSMsgType.PING, WSMsgType.PONG)
LIFE_EVERY_S = 1.0  # so exactly is it known when a line that broke was last alive
MAX_OBSERVERS = 20
MAX_ID_CHARS = 64

log = structlog.get_logger(__name__)


class InterviewSocket:
    """One authenticated WebSocket from welcome to close."""

    def __init__(
        self,
        registry: LiveRegistry,
        session: LiveSession,
        role: Role,
        socket: web.WebSocketResponse,
    ) -> None:
        self._registry = registry
        self._session = session
        self._room: Room | None = None
        self._role = role
        self._socket = socket
        self._guard = FloodGuard()
        self.connection = Connection(uuid.uuid4().hex[:12], role, socket)
        self.connection.heard_at = registry.context.clock()

    async def run(self, *, last_seq: int | None, media: Media) -> None:
        """Serve the connection until it closes."""
        session = self._session
        life = asyncio.create_task(self._ask_for_life(), name="ws-life")
        try:
            await self._welcome(last_seq)
            if self._role == "candidate":
                await self._take_seat(media)
            async for message in self._socket:
                await self._take(message)
                if self.connection.closing:
                    break
                await asyncio.sleep(0)  # buffered frames come without a pause: let others run
            if self.connection.closing:
                await self.connection.flushed()
        finally:
            life.cancel()
            session.connections.pop(self.connection.connection_id, None)
            # A handler may be cancelled when its client goes: the seat is emptied all the same.
            await session.see_through(self._leave, "leave")
            await self.connection.aclose()

    # --- arrival -----------------------------------------------------------------------------

    async def _welcome(self, last_seq: int | None) -> None:
        """Send the snapshot and what was missed, and join the audience in the same instant."""
        session = self._session
        stored = await self._settled_log()
        state = session.state
        resumed = last_seq is not None and 0 <= last_seq <= state.seq
        self.connection.send(self._welcome_frame(state, resumed=resumed))
        if resumed and last_seq is not None:
            self._replay(stored, last_seq)
        elif state.status is Status.IN_PROGRESS and self._role == "candidate":
            self._again(stored)
        session.connections[self.connection.connection_id] = self.connection

    async def _settled_log(self) -> list[StoredEvent]:
        """The whole log at a moment when every frame of it has gone out.

        What happens while it is read is noted beside: a session stands still for no reader. What
        another process wrote and this one has not shown yet comes when it is shown.
        """
        session, events = self._session, self._registry.context.storage.events
        meanwhile: list[Step] = []
        session.sinks.append(meanwhile.append)
        try:
            await session.refresh()
            stored = await events.read(session.session_id)
            if not stored:
                raise NotFound("Session", session.session_id)
            while not session.presenter.idle:
                await session.presenter.settled()
        finally:
            session.sinks.remove(meanwhile.append)
        read_to = stored[-1].seq
        stored += [
            StoredEvent(session_id=session.session_id, seq=step.seq, event=step.event)
            for step in meanwhile
            if step.seq > read_to
        ]
        return [item for item in stored if item.seq <= session.state.seq]

    def _url(self, prompt_id: str) -> str:
        return self._registry.context.audio_url(self._session.session_id, prompt_id)

    def _welcome_frame(self, state: State, *, resumed: bool) -> Welcome:
        context = self._registry.context
        observer = self._role == "observer"
        return Welcome(
            session_id=state.session_id,
            role=self._role,
            connection_id=self.connection.connection_id,
            epoch=self._session.epoch,
            last_seq=state.seq,
            resumed=resumed,
            heartbeat_s=HEARTBEAT_S,
            transport="webrtc" if context.open_peer is not None else "websocket",
            ice_servers=list(context.ice_servers),
            stt=self._stt(),
            tts=self._tts(),
            recording=Capability(available=True),
            snapshot=snapshot(state, context.clock(), observer=observer, audio_url=self._url),
        )

    def _stt(self) -> Capability:
        recogniser = self._registry.context.recogniser
        if recogniser is None or self._registry.context.open_voice is None:
            return Capability(available=False, reason="Speech recognition is switched off.")
        health = recogniser.health()
        return Capability(available=health.available, reason=public(health.reason))

    def _tts(self) -> Capability:
        check = self._registry.context.synthesiser_health
        if check is None:
            return Capability(available=False, reason="The spoken voice is switched off.")
        health = check()
        return Capability(available=health.available, reason=public(health.reason))

    def _old_frames(self, stored: list[StoredEvent]) -> Iterator[tuple[int, ServerFrame]]:
        now, state = self._registry.context.clock(), None
        for item in stored:
            before, state = state, apply(state, item.event)
            step = Step(item.seq, item.event, before, state)
            for outgoing in replay_frames(step, now, self._url):
                if outgoing.audience in ("all", self._role):
                    yield item.seq, outgoing.frame

    def _replay(self, stored: list[StoredEvent], last_seq: int) -> None:
        """The frames after `last_seq`, as they were."""
        old = self._old_frames(stored)
        self.connection.replay(frame for seq, frame in old if seq > last_seq)

    def _again(self, stored: list[StoredEvent]) -> None:
        """A client that kept nothing is shown the question that is open."""
        questions = [f for _, f in self._old_frames(stored) if isinstance(f, QuestionFrame)]
        if questions:
            self.connection.send(questions[-1])

    async def _take_seat(self, media: Media) -> None:
        """Have the room here, wherever it was, and sit down in it."""
        session = self._session
        try:
            self._room = await self._registry.enter(session.session_id)
        except IllegalTransition:
            self.connection.send(concluded_of(session.state))
            self.connection.close(WSCloseCode.OK, "interview_concluded")
            return
        await self._room.seat(self.connection, media)

    async def _leave(self) -> None:
        if self._room is not None:
            heard_at = self.connection.heard_at
            if isinstance(self._socket.exception(), TimeoutError) and heard_at is not None:
                await self._room.was_silent(heard_at)
            code = self._socket.close_code
            reason = "closed" if code in (1000, 1001) else "connection_lost"
            await self._room.leave(self.connection.connection_id, reason)

    # --- frames ------------------------------------------------------------------------------

    async def _ask_for_life(self) -> None:
        """A line that broke says nothing: what it last answered tells since when."""
        with suppress(ConnectionError, RuntimeError):
            while not self._socket.closed:
                await asyncio.sleep(LIFE_EVERY_S)
                await self._socket.ping()

    async def _take(self, message: WSMessage) -> None:
        self.connection.heard_at = self._registry.context.clock()
        if message.type not in TAKEN:
            return
        size = len(message.data)
        if not self._guard.admit(size, time.monotonic()):
            self._flooded()
            return
        if message.type is WSMsgType.PONG:
            return
        if message.type is WSMsgType.PING:
            await self._socket.pong(message.data)
        elif message.type is WSMsgType.BINARY:
            await self._audio(message.data)
        else:
            await self._text(message.data)

    def _flooded(self) -> None:
        if self._guard.strikes == 1:
            self._error("too_many_frames", "Too many messages. Some were ignored.")
        if self._guard.exhausted:
            self.connection.close(WSCloseCode.POLICY_VIOLATION, "too_many_frames")

    async def _audio(self, samples: bytes) -> None:
        if self._room is None:
            self._error("forbidden", "Observers cannot send audio.")
            return
        if len(samples) > MAX_FRAME_BYTES:
            self._error("too_large", f"An audio frame has at most {MAX_FRAME_BYTES} bytes.")
            return
        try:
            self._room.media.pcm(self.connection.connection_id, samples)
        except InvalidInput as error:
            self._error(error.code, error.message, field=error.field)

    async def _text(self, text: str) -> None:
        if len(text.encode()) > MAX_FRAME_BYTES:
            words = f"A message has at most {MAX_FRAME_BYTES} bytes."
            self._error("too_large", words, ref=ref_of(text))
            return
        try:
            frame = CLIENT_FRAME.validate_json(whole_characters(text))
        except ValidationError as error:
            self._malformed(error, ref_of(text))
            return
        if self._room is None and not isinstance(frame, PingFrame):
            self._error("forbidden", "Observers watch; they cannot take part.", ref=frame.id)
            return
        await self._carry_out(frame)

    async def _carry_out(self, frame: ClientFrame) -> None:
        try:
            reply = await self._answer(frame)
        except InvalidInput as error:
            self._error(error.code, error.message, ref=frame.id, field=error.field)
            return
        except VivaError as error:
            self._error(error.code, public(error.message), ref=frame.id)
            return
        if reply is not None:
            self.connection.send(reply)
        if frame.id is not None:
            self.connection.send(Ack(ref=frame.id, last_seq=self._session.state.seq))

    async def _answer(self, frame: ClientFrame) -> ServerFrame | None:
        if self._room is not None:
            sender = Sender(self._room, self.connection.connection_id)
            return await HANDLERS[type(frame)](sender, frame)
        assert isinstance(frame, PingFrame)  # nothing else comes from whoever has no room
        return Pong(t=frame.t, server_time=self._registry.context.clock())

    def _malformed(self, error: ValidationError, ref: str | None) -> None:
        place, why = first(error.errors(include_url=False, include_input=False), "frame")
        self._error("invalid_frame", f"{place}: {why}", ref=ref, field=place)

    def _error(
        self, code: str, content: str, *, ref: str | None = None, field: str | None = None
    ) -> None:
        self.connection.send(ErrorFrame(content=content, code=code, ref=ref, field=field))


def ref_of(text: str) -> str | None:
    """The id under which a client waits for an answer to a frame that could not be taken."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return None
    given = frame.get("id") if isinstance(frame, dict) else None
    return given if isinstance(given, str) and 0 < len(given) <= MAX_ID_CHARS else None


async def refuse(socket: web.WebSocketResponse, reason: str) -> web.WebSocketResponse:
    """Close with 1008 before any data."""
    await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=reason.encode())
    return socket


async def serve(
    registry: LiveRegistry,
    socket: web.WebSocketResponse,
    *,
    session_id: str,
    role: Role,
    last_seq: int | None,
    media: Media,
    veil: Callable[[str], str | None] | None = None,
) -> None:
    """Run one authenticated connection on a prepared socket.

    `veil`: each frame as this client may see it, or None.
    """
    try:
        session = await registry.follow(session_id)
    except NotFound:
        await refuse(socket, "Session not found")
        return
    observers = sum(c.role == "observer" for c in session.connections.values())
    if role == "observer" and observers >= MAX_OBSERVERS:
        await refuse(socket, "Too many observers")
        return
    served = InterviewSocket(registry, session, role, socket)
    served.connection.veil = veil
    try:
        await served.run(last_seq=last_seq, media=media)
    except asyncio.CancelledError:
        raise
    except VivaError as error:
        log.warning("websocket_ended", code=error.code, session=session_id)
        await socket.close(code=WSCloseCode.INTERNAL_ERROR, message=error.code.encode())
