"""`/ws/proctoring`: pictures from clients without WebRTC, and what was seen in them."""

from __future__ import annotations

import asyncio
import time
import uuid
from typing import Annotated, Any, ClassVar, Literal

import structlog
from aiohttp import WSCloseCode, WSMessage, WSMsgType, web
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from interview.errors import NotFound, VivaError
from proctoring.policy import Cleared, Decision, Hinted, LimitReached, Violation, WarningRaised
from proctoring.signals import FrameSeen
from server.live.connection import Connection, Role
from server.live.messages import MAX_FRAME_BYTES, ServerFrame
from server.live.registry import LiveRegistry
from server.live.session import LiveSession
from server.platform.reference_faces import take_reference
from server.platform.services import Services
from server.ws.interview import refuse
from server.ws.limits import TokenBucket

MAX_PICTURE_CHARS = 4 * MAX_FRAME_BYTES - 1_024
FRAMES_PER_S = 20
STRIKES = 200

log = structlog.get_logger(__name__)


class _ClientFrame(BaseModel):
    """The `session_id` in the message is ignored: the socket's own counts."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class SetReferenceFace(_ClientFrame):
    type: Literal["set_reference_face"]
    image_data: str = Field(max_length=MAX_PICTURE_CHARS)


class ProcessFrame(_ClientFrame):
    type: Literal["process_frame"]
    image_data: str = Field(max_length=MAX_PICTURE_CHARS)


class Finding(BaseModel):
    """One entry of the contract's `violations[]`; `code` is the machine's word.

    Pictures never end a session: at the limit it is paused until a person decides.
    """

    type: Literal["warning", "violation", "session_paused"]
    code: str
    message: str
    severity: str
    timer: str | None = None


class FrameResult(BaseModel):
    """What was seen. `sampled` is false when this frame was skipped: the rest is the latest."""

    status: Literal["success", "inactive", "error"]
    message: str | None = None
    sampled: bool = True
    violations: list[Finding] = Field(default_factory=list)
    session_active: bool = False
    violation_count: int = 0
    max_violations: int = 0
    face_count: int | None = None
    gaze_direction: Literal["LEFT", "RIGHT", "CENTER", "NO_FACE"] | None = None
    head_pose: dict[str, float] | None = None


class ProctoringResult(ServerFrame):
    losable: ClassVar[bool] = True

    type: Literal["proctoring_result"] = "proctoring_result"
    result: FrameResult


class ReferenceResult(BaseModel):
    """`status` is "success" only when the face was taken."""

    status: Literal["success", "error"]
    message: str
    problem: str | None = None


class ReferenceFaceResponse(ServerFrame):
    type: Literal["reference_face_response"] = "reference_face_response"
    result: ReferenceResult


class SocketError(ServerFrame):
    type: Literal["error"] = "error"
    message: str
    code: str


CLIENT_FRAME: TypeAdapter[SetReferenceFace | ProcessFrame] = TypeAdapter(
    Annotated[SetReferenceFace | ProcessFrame, Field(discriminator="type")]
)
SERVER_FRAME: TypeAdapter[ProctoringResult | ReferenceFaceResponse | SocketError] = TypeAdapter(
    Annotated[ProctoringResult | ReferenceFaceResponse | SocketError, Field(discriminator="type")]
)


def finding_of(decision: Decision) -> Finding | None:
    """A decision in the contract's words; None for what the contract does not know."""
    match decision:
        case WarningRaised():
            return Finding(
                type="warning",
                code=decision.kind,
                message=decision.advice,
                severity=decision.severity.value,
                timer=f"{decision.remaining_s:.0f} s",
            )
        case Violation():
            return Finding(
                type="violation",
                code=decision.kind,
                message=decision.meaning,
                severity=decision.severity.value,
            )
        case LimitReached():
            return Finding(
                type="session_paused",
                code=decision.kind,
                message="The interview pauses: a person is asked to look at what was noted.",
                severity=decision.severity.value,
            )
        case Cleared() | Hinted():
            return None


def result_of(seen: FrameSeen, *, shown: bool, sampled: bool = True) -> FrameResult:
    """The contract's result. The candidate of a session that only observes is told nothing."""
    findings = [found for d in seen.decisions if (found := finding_of(d)) is not None]
    pose = seen.head_pose
    return FrameResult(
        status="success",
        sampled=sampled,
        violations=findings if shown and sampled else [],
        session_active=seen.active,
        violation_count=seen.violation_count if shown else 0,
        max_violations=seen.max_violations,
        face_count=seen.face_count,
        gaze_direction=seen.gaze.value,
        head_pose={"yaw": pose.yaw, "pitch": pose.pitch, "roll": pose.roll} if pose else None,
    )


class ProctoringSocket:
    """One authenticated connection: the candidate sends pictures, observers watch results."""

    def __init__(
        self,
        services: Services,
        live: LiveRegistry,
        session: LiveSession,
        role: Role,
        socket: web.WebSocketResponse,
    ) -> None:
        self._services = services
        self._live = live
        self._session = session
        self._role = role
        self._socket = socket
        self._bucket = TokenBucket(rate_per_s=FRAMES_PER_S, burst=2 * FRAMES_PER_S)
        self._strikes = 0
        self._latest: FrameSeen | None = None
        self.connection = Connection(uuid.uuid4().hex[:12], role, socket)

    async def run(self) -> None:
        """Serve until it closes."""
        self._session.seen_by.add(self._seen)
        self._session.pictures.add(self.connection)
        try:
            async for message in self._socket:
                await self._take(message)
                if self.connection.closing:
                    break
                await asyncio.sleep(0)  # buffered frames come without a pause: let others run
            await self.connection.flushed()
        finally:
            self._session.seen_by.discard(self._seen)
            self._session.pictures.discard(self.connection)
            await self.connection.aclose()

    @property
    def _shown(self) -> bool:
        profile = self._session.state.plan.proctoring.profile
        return self._role == "observer" or profile in ("warn", "strict")

    def _seen(self, seen: FrameSeen) -> None:
        self._latest = seen
        self.connection.send(ProctoringResult(result=result_of(seen, shown=self._shown)))

    async def _take(self, message: WSMessage) -> None:
        if message.type not in (WSMsgType.TEXT, WSMsgType.PING, WSMsgType.PONG):
            return
        if not self._bucket.take(time.monotonic()):
            self._strikes += 1
            if self._strikes > STRIKES:
                self.connection.close(WSCloseCode.POLICY_VIOLATION, "too_many_frames")
            return
        self._strikes = 0
        if message.type is WSMsgType.PING:
            await self._socket.pong(message.data)
        if message.type is not WSMsgType.TEXT:
            return
        try:
            frame = CLIENT_FRAME.validate_json(message.data)
        except ValidationError as error:
            first: Any = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(part) for part in first["loc"]) or "frame"
            self._error("invalid_frame", f"{place}: {first['msg']}")
            return
        if self._role == "observer":
            self._error("forbidden", "Observers watch; they cannot send pictures.")
        elif isinstance(frame, SetReferenceFace):
            await self._reference(frame)
        else:
            self._picture(frame)

    def _picture(self, frame: ProcessFrame) -> None:
        room = self._live.room(self._session.session_id)
        watch = room.watch if room is not None else None
        if watch is None or not watch.watching:
            result = FrameResult(status="inactive", message="Nothing is watched now.")
            self.connection.send(ProctoringResult(result=result))
            return
        try:
            taken = watch.frame(frame.image_data)
        except VivaError as error:
            result = FrameResult(status="error", message=error.message, session_active=True)
            self.connection.send(ProctoringResult(result=result))
            return
        if not taken and self._latest is not None:
            skipped = result_of(self._latest, shown=self._shown, sampled=False)
            self.connection.send(ProctoringResult(result=skipped))

    async def _reference(self, frame: SetReferenceFace) -> None:
        session_id = self._session.session_id
        try:
            outcome = await take_reference(self._services, session_id, frame.image_data)
        except VivaError as error:
            result = ReferenceResult(status="error", message=error.message, problem=error.code)
        else:
            result = ReferenceResult(
                status="success" if outcome.accepted else "error",
                message=outcome.message,
                problem=outcome.problem,
            )
        self.connection.send(ReferenceFaceResponse(result=result))

    def _error(self, code: str, message: str) -> None:
        self.connection.send(SocketError(code=code, message=message))


async def serve(
    services: Services,
    live: LiveRegistry,
    socket: web.WebSocketResponse,
    *,
    session_id: str,
    role: Role,
) -> None:
    """Run one authenticated connection on a prepared socket."""
    try:
        session = await live.follow(session_id)
    except NotFound:
        await refuse(socket, "Session not found")
        return
    await ProctoringSocket(services, live, session, role, socket).run()
