"""Watches every session under proctoring. The one object that the server holds.

    monitor = ProctoringMonitor(vision)
    await monitor.start()
    state = monitor.open("s1", settings, clock=session_clock_s)
    signals = monitor.observe("s1")                 # subscribe before anything is fed
    outcome = await monitor.set_reference("s1", data_url_or_bytes)
    monitor.frame("s1", jpeg_bytes_or_array)        # never waits
    monitor.page_event("s1", PageEvent(name="tab_hidden", at_s=12.5))
    async for signal in signals: ...
    await monitor.close("s1")

Times are seconds of the session clock; the server gives them, never the page.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import structlog
from numpy.typing import NDArray

from interview.errors import InvalidInput, NotFound, Unavailable, VivaError
from interview.ports.speech import EngineHealth
from proctoring import detectors as registry
from proctoring.base import (
    DetectorSpec,
    Input,
    InputCapability,
    PageEvent,
    Speech,
    Tick,
    is_frame_input,
)
from proctoring.frames import Layout, Picture, from_array, from_bytes, from_data_url
from proctoring.identity import ReferenceOutcome, judge_reference, refused_by
from proctoring.policy import ProctoringSettings, Profile
from proctoring.signals import FrameSeen, Gap, GapCause, Signal, WatchState
from proctoring.vision import Embedding, FrameKilled, Look, Vision
from proctoring.watch import Watch

TICK_S = 0.5
STILL_EVERY_S = 1.0
MAX_SIGNALS = 1_024
UNREADABLE_IS_A_GAP = 3
LATE_IS_A_GAP_S = 2.0  # a frame that waited longer: nobody was looking meanwhile
KILLS_ALLOWED = 2
APART_S = (
    60.0  # for so long a session whose frames kill workers is not looked at; then twice as long
)

log = structlog.get_logger(__name__)

Clock = Callable[[], float]
Image = Picture | bytes | str | NDArray[Any]


class Signals:
    """A subscription: an endless async iterator that ends with its session or the monitor.

    What if full (1024 signals unread): the oldest measured frame goes first. When none is left to
    drop the subscription ends with Unavailable, for a decision must never be lost silently.
    """

    def __init__(self, session_id: str | None) -> None:
        self.session_id = session_id
        self._waiting: deque[Signal] = deque()
        self._news = asyncio.Event()
        self._ended = False
        self._overrun = False
        self.dropped_frames = 0

    def __aiter__(self) -> Signals:
        return self

    async def __anext__(self) -> Signal:
        while not self._waiting:
            if self._overrun:
                raise Unavailable("proctoring", "signals were not read in time")
            if self._ended:
                raise StopAsyncIteration
            self._news.clear()
            await self._news.wait()
        return self._waiting.popleft()

    def put(self, signal: Signal) -> None:
        """Queue one for the reader; never waits."""
        if self._ended or self._overrun:
            return
        if len(self._waiting) >= MAX_SIGNALS:
            frame = next((s for s in self._waiting if isinstance(s.body, FrameSeen)), None)
            if frame is None:
                self._overrun = True
                self._news.set()
                log.error("proctoring.subscriber_overrun", session_id=self.session_id)
                return
            self._waiting.remove(frame)
            self.dropped_frames += 1
        self._waiting.append(signal)
        self._news.set()

    def end(self) -> None:
        """No more will come; what waits can still be read."""
        self._ended = True
        self._news.set()


@dataclass(slots=True)
class _Post:
    """One session's place: its watch, the newest frame, and what goes on."""

    watch: Watch
    clock: Clock
    identity: Literal["on", "no_consent", "no_reference", "unavailable", "off"]
    unavailable: dict[str, str]
    reference: Embedding | None = None
    newest: tuple[Picture, float] | None = None  # queue of one: newest wins
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    next_frame_s: float = -1.0
    last_frame_s: float | None = None  # received, whether or not we could look at it
    readable_s: float | None = None  # the last one that decoded, or that we failed to look at
    camera_expected: bool = True
    gap: tuple[float, GapCause] | None = None
    unreadable: int = 0
    kills: int = 0
    apart_until_s: float = -1.0
    still_due_s: float = -1.0
    task: asyncio.Task[None] | None = None


class ProctoringMonitor:
    """Sessions under watch, the workers that look, and everyone who listens.

    All methods but `start`, `set_reference`, `close` and `aclose` return at once.
    """

    def __init__(self, vision: Vision) -> None:
        self._vision = vision
        self._posts: dict[str, _Post] = {}
        self._subscribers: list[Signals] = []
        self._ticker: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the workers. Missing models are no error: see `capabilities`."""
        await self._vision.start()
        self._ticker = asyncio.create_task(self._tick_on(), name="proctoring-tick")

    async def aclose(self) -> None:
        """End all sessions' watch and the workers."""
        for session_id in list(self._posts):
            await self.close(session_id)
        if self._ticker is not None:
            self._ticker.cancel()
            await asyncio.gather(self._ticker, return_exceptions=True)
        for subscriber in self._subscribers:
            subscriber.end()
        self._subscribers.clear()
        await self._vision.aclose()

    # --- what can be watched ---------------------------------------------------------------

    def capabilities(self) -> tuple[InputCapability, ...]:
        """Each frame input: whether it can be measured, by which engine, what hangs on it."""
        specs = registry.load_all()
        return tuple(
            replace(
                found,
                detectors=tuple(spec.name for spec in specs if found.input in spec.inputs),
                needed=any(spec.default_on for spec in specs if found.input in spec.inputs),
            )
            for found in self._vision.capabilities().values()
        )

    def health(self) -> EngineHealth:
        """Of the workers."""
        return self._vision.health()

    # --- sessions --------------------------------------------------------------------------

    def open(
        self,
        session_id: str,
        settings: ProctoringSettings,
        *,
        clock: Clock,
        reference: Embedding | None = None,
        camera_expected: bool = True,
        violations: int = 0,
        counted: int = 0,
    ) -> WatchState:
        """Begin to watch a session; harmless twice (the settings stay those of the first).

        Args:
            clock: The session clock's seconds now.
            reference: The stored embedding, when the session goes on after a restart.
            camera_expected: Whether missing frames are a signal from now on.
            violations, counted: What the session has from before a restart.
        Raises:
            InvalidInput: A detector that the settings name does not exist.
        """
        if session_id in self._posts:
            return self.state(session_id)
        specs, unavailable = self._staff(settings)
        watch = Watch(session_id, specs, settings, violations=violations, counted=counted)
        post = _Post(watch, clock, self._identity(settings, unavailable), unavailable)
        post.camera_expected = camera_expected
        self._posts[session_id] = post
        self._take_reference(post, reference)
        if watch.active:
            post.task = asyncio.create_task(self._look_on(post), name="proctoring-watch")
        log.info(
            "proctoring.opened",
            session_id=session_id,
            profile=settings.profile.value,
            detectors=len(specs),
            unavailable=sorted(unavailable),
        )
        return self.state(session_id)

    def state(self, session_id: str) -> WatchState:
        """What is watched there and what is not. Raises NotFound."""
        post = self._post(session_id)
        return WatchState(
            session_id=session_id,
            profile=post.watch.settings.profile.value,
            active=post.watch.active,
            detectors=post.watch.detectors,
            unavailable=post.unavailable,
            violation_count=post.watch.policy.violations,
            max_violations=post.watch.settings.max_violations,
            identity=post.identity,
        )

    def watching(self, session_id: str) -> bool:
        """Whether the session is open here and anything may still follow."""
        post = self._posts.get(session_id)
        return post is not None and post.watch.active

    async def close(self, session_id: str) -> None:
        """Cease to watch; drops the reference. Its subscriptions end. Harmless twice."""
        post = self._posts.pop(session_id, None)
        if post is None:
            return
        if post.task is not None:
            post.task.cancel()
            await asyncio.gather(post.task, return_exceptions=True)
        for subscriber in [s for s in self._subscribers if s.session_id == session_id]:
            subscriber.end()
            self._subscribers.remove(subscriber)
        await self._vision.forget(session_id)

    def overrule(self, session_id: str) -> None:
        """Staff lets a terminated session go on; the count towards the limit starts anew."""
        post = self._post(session_id)
        post.watch.policy.overrule()
        post.last_frame_s = post.clock()

    def pause(self, session_id: str) -> None:
        """There is nothing to watch (the connection is lost): a gap, not a violation."""
        post = self._post(session_id)
        self._open_gap(post, post.clock(), GapCause.PAUSED)

    def resume(self, session_id: str) -> None:
        """The connection is back. Harmless when not paused."""
        post = self._post(session_id)
        if post.gap is not None and post.gap[1] is GapCause.PAUSED:
            post.last_frame_s = post.clock()
            self._close_gap(post, post.clock())

    def expect_camera(self, session_id: str, expected: bool) -> None:
        """Whether missing frames are a signal (False while the interview runs without video)."""
        post = self._post(session_id)
        post.camera_expected = expected
        post.last_frame_s = post.clock()

    # --- what is seen ----------------------------------------------------------------------

    def wants_frame(self, session_id: str, at_s: float | None = None) -> bool:
        """Whether `frame` would take one now: saves converting video that nobody looks at."""
        post = self._posts.get(session_id)
        if post is None or not post.watch.active:
            return False
        return (post.clock() if at_s is None else at_s) >= post.next_frame_s

    def frame(self, session_id: str, image: Image, at_s: float | None = None) -> bool:
        """Offer a picture of the candidate: JPEG or PNG bytes, a data URL, or decoded video.

        Takes at most `settings.frames_per_s`; while one is being looked at the newest waits and
        replaces the one that waited. Returns whether it was taken (False: too soon, or not
        watched).

        Raises:
            NotFound: The session is not open.
            InvalidInput, TooLarge: The picture is not one, or above the limits.
        """
        post = self._post(session_id)
        now_s = post.clock() if at_s is None else at_s
        post.last_frame_s = now_s
        if not post.watch.active or now_s < max(post.next_frame_s, post.apart_until_s):
            return False
        picture = as_picture(image)
        # A tenth early still counts: 5 frames/s offered to 2.5 must give 2.5, not 1.7.
        post.next_frame_s = now_s + 0.9 / post.watch.settings.frames_per_s
        post.newest = (picture, now_s)
        post.arrived.set()
        return True

    def page_event(self, session_id: str, event: PageEvent) -> None:
        """Something that the candidate's page reported. Raises NotFound."""
        post = self._post(session_id)
        self._publish(post.watch.stimulus(event))

    def speech(self, session_id: str, speaking: bool, at_s: float | None = None) -> None:
        """The candidate's microphone began or ceased to carry speech. Raises NotFound.

        Not the interviewer's voice from the loudspeaker: say so only while no prompt is played.
        """
        post = self._post(session_id)
        now_s = post.clock() if at_s is None else at_s
        self._publish(post.watch.stimulus(Speech(at_s=now_s, speaking=speaking)))

    async def set_reference(self, session_id: str, image: Image) -> ReferenceOutcome:
        """Take a picture as the session's reference if it shows exactly one clear face.

        Never raises for the picture: the outcome says what is wrong with it. The embedding is made
        only with biometric consent (`settings.identity`); the caller stores outcome and picture.

        Raises:
            NotFound: The session is not open.
        """
        post = self._post(session_id)
        wanted = post.watch.settings.identity and post.identity != "unavailable"
        outcome = await self.examine(image, embed=wanted)
        if outcome.accepted:
            self._take_reference(post, outcome.embedding)
        log.info(
            "proctoring.reference_face",
            session_id=session_id,
            accepted=outcome.accepted,
            problem=outcome.problem,
        )
        return outcome

    async def examine(self, image: Image, *, embed: bool) -> ReferenceOutcome:
        """Judge a would-be reference picture; no session need be open. Never raises for it."""
        try:
            return judge_reference(await self._vision.examine(as_picture(image), embed=embed))
        except VivaError as error:
            return refused_by(error)

    def observe(self, session_id: str | None = None) -> Signals:
        """Everything told about one session (None: about all) from now on."""
        signals = Signals(session_id)
        self._subscribers.append(signals)
        return signals

    def unsubscribe(self, signals: Signals) -> None:
        """The reader has gone."""
        signals.end()
        with contextlib.suppress(ValueError):
            self._subscribers.remove(signals)

    # --- inside ----------------------------------------------------------------------------

    def _post(self, session_id: str) -> _Post:
        post = self._posts.get(session_id)
        if post is None:
            raise NotFound("proctoring session", session_id)
        return post

    def _staff(self, settings: ProctoringSettings) -> tuple[list[DetectorSpec], dict[str, str]]:
        """Detectors that can run, and why the others cannot."""
        chosen = settings.detectors
        specs = registry.load_all() if chosen is None else [registry.load(n) for n in chosen]
        if chosen is None:
            specs = [spec for spec in specs if spec.default_on or settings.asks_for(spec.kinds)]
        abilities = self._vision.capabilities()
        running: list[DetectorSpec] = []
        unavailable: dict[str, str] = {}
        for spec in specs:
            why = _lacking(spec, abilities)
            if why is None and Input.IDENTITY in spec.inputs and not settings.identity:
                continue
            if why is None:
                running.append(spec)
            else:
                unavailable[spec.name] = why
        return running, unavailable

    def _identity(
        self, settings: ProctoringSettings, unavailable: Mapping[str, str]
    ) -> Literal["on", "no_consent", "no_reference", "unavailable", "off"]:
        if settings.profile is Profile.OFF:
            return "off"
        if not settings.identity:
            return "no_consent"
        ability = self._vision.capabilities().get(Input.IDENTITY)
        return "no_reference" if ability is not None and ability.available else "unavailable"

    def _take_reference(self, post: _Post, reference: Embedding | None) -> None:
        if reference is None or post.identity not in ("no_reference", "on"):
            return
        ability = self._vision.capabilities()[Input.IDENTITY]
        if ability.engine != reference.engine:
            log.warning("proctoring.reference_of_another_model", model=reference.engine.name)
            return
        post.reference, post.identity = reference, "on"

    def _publish(self, signals: Iterable[Signal]) -> None:
        for signal in signals:
            for subscriber in self._subscribers:
                if subscriber.session_id in (None, signal.session_id):
                    subscriber.put(signal)

    async def _look_on(self, post: _Post) -> None:
        """Look at the newest frame, one after the other, until the session is closed."""
        while True:
            await post.arrived.wait()
            post.arrived.clear()
            if post.newest is None or not post.watch.active:
                continue
            (picture, at_s), post.newest = post.newest, None
            await self._look(post, picture, at_s)

    async def _look(self, post: _Post, picture: Picture, at_s: float) -> None:
        able = {c.input for c in self._vision.capabilities().values() if c.available}
        if post.reference is None:
            able.discard(Input.IDENTITY)
        due = at_s >= post.still_due_s
        look = Look(
            session_id=post.watch.session_id,
            picture=picture,
            at_s=at_s,
            wants=post.watch.wants(frozenset(able), at_s),
            reference=post.reference,
            still=due and picture.layout is not Layout.JPEG,
        )
        try:
            seen = await self._vision.look(look)
        except InvalidInput:
            post.unreadable += 1
            post.last_frame_s = post.readable_s  # what shows nothing is no frame
            if post.unreadable >= UNREADABLE_IS_A_GAP:
                self._open_gap(post, at_s, GapCause.UNREADABLE)
            return
        except Unavailable as error:
            log.warning("proctoring.frame_lost", session_id=post.watch.session_id, reason=error.why)
            post.readable_s = at_s
            self._open_gap(post, at_s, GapCause.VISION)
            if isinstance(error, FrameKilled):
                self._suspect(post)
            return
        unseen_s = post.readable_s if seen.anew and post.readable_s is not None else at_s
        post.unreadable, post.readable_s = 0, at_s
        if seen.anew or post.clock() - at_s > LATE_IS_A_GAP_S:
            self._open_gap(post, unseen_s, GapCause.VISION)
            at_s = post.clock()
        if post.gap is not None and post.gap[1] is not GapCause.PAUSED:
            self._close_gap(post, at_s)
        still = seen.still
        if due:
            post.still_due_s = at_s + STILL_EVERY_S
            still = picture.data if picture.layout is Layout.JPEG else seen.still
        self._publish(post.watch.frame(seen.reading, still))

    def _suspect(self, post: _Post) -> None:
        """A session whose frames kill is set apart: others are looked at meanwhile."""
        post.kills += 1
        if post.kills >= KILLS_ALLOWED:
            apart_s = APART_S * 2 ** min(post.kills - KILLS_ALLOWED, 5)
            post.apart_until_s = post.clock() + apart_s
            post.newest = None
            log.warning(
                "proctoring.session_set_apart", session_id=post.watch.session_id, seconds=apart_s
            )

    def _open_gap(self, post: _Post, at_s: float, cause: GapCause) -> None:
        if post.gap is None and post.watch.active:
            post.gap = (at_s, cause)
            gap = Gap(start_s=at_s, end_s=None, cause=cause)
            self._publish([Signal(post.watch.session_id, gap)])

    def _close_gap(self, post: _Post, at_s: float) -> None:
        assert post.gap is not None
        (start_s, cause), post.gap = post.gap, None
        gap = Gap(start_s=start_s, end_s=at_s, cause=cause)
        self._publish([Signal(post.watch.session_id, gap)])

    async def _tick_on(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self.tick()

    def tick(self) -> None:
        """Let time pass for the detectors that watch it; called twice a second."""
        for post in self._posts.values():
            paused = post.gap is not None and post.gap[1] is GapCause.PAUSED
            if paused or not post.watch.active:
                continue
            now_s = post.clock()
            last_s = post.last_frame_s if post.camera_expected else now_s
            self._publish(post.watch.stimulus(Tick(at_s=now_s, last_frame_s=last_s)))


def as_picture(image: Image) -> Picture:
    """Whatever the caller has, checked but not decoded. Raises InvalidInput, TooLarge."""
    if isinstance(image, Picture):
        return image
    if isinstance(image, str):
        return from_data_url(image)
    return from_bytes(image) if isinstance(image, bytes) else from_array(image)


def _lacking(spec: DetectorSpec, abilities: Mapping[Input, InputCapability]) -> str | None:
    """Why a detector cannot run, None when it can."""
    for value in sorted(spec.inputs):
        ability = abilities.get(value)
        if is_frame_input(value) and (ability is None or not ability.available):
            return (ability.reason if ability else "") or f"{value.value} cannot be measured here"
    return None
