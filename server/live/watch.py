"""Proctoring of one live session: opens and closes the watch, turns signals into commands."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Collection

import structlog

from interview.commands import BeginWatching, RecordViolation, RecordWatchGap
from interview.errors import InvalidInput, TooLarge, VivaError
from interview.journal import Step
from interview.nouns import Media, ProctoringPlan, ProctoringProfile, Status
from interview.signals import KindCapability, Measures, Violation, WatchGap
from interview.signals import Severity as SignalSeverity
from interview.state import State
from proctoring import detectors
from proctoring.base import PageEvent, is_frame_input
from proctoring.monitor import Image, ProctoringMonitor, Signals
from proctoring.policy import (
    Cleared,
    Decision,
    Hinted,
    KindRule,
    ProctoringSettings,
    Profile,
    WarningRaised,
)
from proctoring.policy import Violation as Found
from proctoring.signals import Decided, DetectorLost, FrameSeen, Gap, Signal, WatchState
from server.live.messages import ProctoringWarning
from server.live.within import Within

STILL_KEY = "proctoring/{session_id}/stills/{violation_id}"
IDENTITY_KIND = "identity_change"
IDENTITY_WORDS = {
    "no_consent": "The candidate has not agreed to the comparison of faces.",
    "no_reference": "There is no reference picture.",
    "unavailable": "Faces cannot be compared on this server.",
    "off": "Proctoring is switched off.",
}

log = structlog.get_logger(__name__)

CAMERA_PAGE_DETECTORS = ("no_frames", "virtual_camera")
CAMERA_KINDS = frozenset(
    kind.code
    for spec in detectors.load_all()
    for kind in spec.kinds
    if any(map(is_frame_input, spec.inputs)) or spec.name in CAMERA_PAGE_DETECTORS
)
NO_CAMERA_RULES = {code: KindRule(on=False) for code in CAMERA_KINDS}
NO_CAMERA_WORDS = "The candidate takes part without a camera."


def wants_watch(state: State) -> bool:
    """Whether this session is to be watched now: from its first question on, not switched off."""
    return (
        state.status is Status.IN_PROGRESS
        and state.question_number is not None
        and state.plan.proctoring.profile is not ProctoringProfile.OFF
    )


def settings_of(state: State) -> ProctoringSettings:
    """The plan's rules as the policy takes them; fixed once the watch is open."""
    plan = state.plan.proctoring
    return ProctoringSettings(
        profile=Profile(plan.profile.value),
        identity=plan.identity and state.watch.biometric is True,
        kinds=rules_of(plan) | (NO_CAMERA_RULES if state.without_camera else {}),
    )


def rules_of(plan: ProctoringPlan) -> dict[str, KindRule]:
    """What the plan sets otherwise than the detectors declare."""
    rules: dict[str, KindRule] = {}
    for spec in detectors.load_all():
        for kind in spec.kinds:
            on = spec.default_on if plan.kinds is None else kind.code in plan.kinds
            counts = None if plan.counted is None else kind.code in plan.counted
            if on is not spec.default_on or counts is not None:
                rules[kind.code] = KindRule(on=on, counts=counts)
    return rules


def watched_kinds(plan: ProctoringPlan) -> tuple[str, ...]:
    """The machine codes that are looked for in an interview, as far as its server can."""
    if plan.profile is ProctoringProfile.OFF:
        return ()
    return tuple(
        kind.code
        for spec in detectors.load_all()
        for kind in spec.kinds
        if (spec.default_on if plan.kinds is None else kind.code in plan.kinds)
        and (plan.identity or kind.code != IDENTITY_KIND)
    )


def capabilities_of(
    state: WatchState, wanted: Collection[str], *, camera: bool = True
) -> tuple[KindCapability, ...]:
    """Which of the kinds that an interview asks for can be seen, and why not the others."""
    found: list[KindCapability] = []
    for spec in detectors.load_all():
        for kind in spec.kinds:
            if kind.code not in wanted:
                continue
            reason = state.unavailable.get(spec.name, "")
            if kind.code == IDENTITY_KIND and state.identity != "on":
                reason = reason or IDENTITY_WORDS[state.identity]
            if not camera and kind.code in CAMERA_KINDS:
                reason = NO_CAMERA_WORDS
            found.append(KindCapability(kind=kind.code, available=not reason, reason=reason))
    return tuple(found)


class WatchDesk:
    """The watch over one session. Without a monitor it does nothing.

    Signals are read by a task of its own; what they cause is stored before anybody is shown it.
    """

    def __init__(self, session: Within) -> None:
        self.session = session
        self._monitor: ProctoringMonitor | None = session.context.proctor
        self._changed = asyncio.Event()
        self._open = False
        self._camera_seen = False
        self._paused = False
        self._expected = False
        self._signals: Signals | None = None
        self._key: tuple[object, ...] = ()
        if self._monitor is not None:
            session.sinks.append(self._note)
            session.on_close.append(lambda: session.sinks.remove(self._note))

    def start(self) -> None:
        """Begin to follow the session."""
        if self._monitor is not None:
            self._changed.set()
            self.session.spawn(self._follow, "watch")

    async def aclose(self) -> None:
        """Cease to watch."""
        if self._monitor is not None and self._open:
            self._open = False
            await self._monitor.close(self.session.session_id)

    # --- what is seen ------------------------------------------------------------------------

    @property
    def watching(self) -> bool:
        """Whether frames are looked at now."""
        monitor = self._monitor
        return monitor is not None and self._open and monitor.watching(self.session.session_id)

    def state(self) -> WatchState | None:
        """What is watched; None while nothing is."""
        if self._monitor is None or not self._open:
            return None
        return self._monitor.state(self.session.session_id)

    def wants_frame(self) -> bool:
        """Whether `frame` would take one now."""
        monitor = self._monitor
        return monitor is not None and self._open and monitor.wants_frame(self.session.session_id)

    def frame(self, image: Image) -> bool:
        """Offer a picture. False: too soon, or nothing is watched.

        Raises:
            InvalidInput, TooLarge: It is no picture, or above the limits.
        """
        if self._monitor is None or not self._open:
            return False
        if not self._camera_seen:
            self._camera_seen = True
            self._changed.set()
        return self._monitor.frame(self.session.session_id, image)

    def video(self, convert: Callable[[], Image]) -> None:
        """A decoded video frame; converted only when it is wanted."""
        if self.wants_frame():
            try:
                self.frame(convert())
            except (InvalidInput, TooLarge) as error:
                log.info("video_frame_unusable", code=error.code, session=self.session.session_id)

    def page_event(self, event: PageEvent) -> None:
        """Something the candidate's page reports; dropped while nothing is watched."""
        if self._monitor is not None and self._open:
            self._monitor.page_event(self.session.session_id, event)

    def speech(self, speaking: bool) -> None:
        """The candidate's microphone carries speech, or no longer does."""
        if self._monitor is not None and self._open and not self.session.state.prompting:
            self._monitor.speech(self.session.session_id, speaking)

    # --- following the session -----------------------------------------------------------------

    def _note(self, step: Step) -> None:
        del step
        self._changed.set()

    async def _follow(self) -> None:
        try:
            while True:
                await self._changed.wait()
                self._changed.clear()
                await self._sync()
        finally:
            await self.aclose()

    async def _sync(self) -> None:
        monitor, state = self._monitor, self.session.state
        assert monitor is not None
        key = _key(state)
        if self._open and (not wants_watch(state) or key != self._key):
            await self.aclose()
        if not wants_watch(state):
            return
        if not self._open:
            self._key = _key(state)
            await self._begin(monitor, state)
        self._seated(monitor, state)

    async def _begin(self, monitor: ProctoringMonitor, state: State) -> None:
        if self.session.context.proctor_ready is not None:
            await self.session.context.proctor_ready()
        vault, reference = self.session.context.references, state.watch.reference
        embedding = None
        if vault is not None and reference is not None and state.watch.biometric:
            embedding = await vault.embedding(reference)
        expected = self._expected = self._camera_expected(state)
        self._signals = monitor.observe(state.session_id)
        watched = monitor.open(
            state.session_id,
            settings_of(state),
            clock=self.session.clock_s,
            reference=embedding,
            camera_expected=expected,
            violations=len(state.watch.violations),
            counted=state.watch.counted,
        )
        self._open, self._paused = True, False
        signals = self._signals
        self.session.spawn(lambda: self._read(signals), "watch-signals")
        wanted = watched_kinds(state.plan.proctoring)
        seen = capabilities_of(watched, wanted, camera=not state.without_camera)
        await self.session.command(BeginWatching(capabilities=seen))

    def _seated(self, monitor: ProctoringMonitor, state: State) -> None:
        """Nobody in the seat is a gap, not a violation; nor is a pause."""
        absent = state.seat is None or state.pause is not None
        if absent != self._paused:
            self._paused = absent
            (monitor.pause if absent else monitor.resume)(state.session_id)
        expected = self._camera_expected(state)
        if expected != self._expected:
            self._expected = expected
            monitor.expect_camera(state.session_id, expected)

    def _camera_expected(self, state: State) -> bool:
        if state.without_camera:
            return False
        strict = state.plan.proctoring.profile is ProctoringProfile.STRICT
        return strict or self._camera_seen or state.media is Media.WEBRTC

    # --- signals -------------------------------------------------------------------------------

    async def _read(self, signals: Signals) -> None:
        async for signal in signals:
            try:
                await self._take(signal)
            except VivaError as error:
                log.warning("signal_lost", code=error.code, session=self.session.session_id)

    async def _take(self, signal: Signal) -> None:
        match signal.body:
            case FrameSeen():
                for listener in list(self.session.seen_by):
                    listener(signal.body)
            case Decided():
                await self._decided(signal.body.decision, signal.body.still)
            case Gap() if signal.body.end_s is not None:
                gap = WatchGap(
                    start_s=max(0.0, signal.body.start_s),
                    end_s=signal.body.end_s,
                    cause=signal.body.cause.value,
                )
                await self.session.command(RecordWatchGap(gap=gap))
            case DetectorLost():
                log.error(
                    "detector_lost",
                    detector=signal.body.detector,
                    session=self.session.session_id,
                )
            case _:
                pass

    async def _decided(self, decision: Decision, still: bytes | None) -> None:
        match decision:
            case WarningRaised():
                self._warn(
                    ProctoringWarning(
                        kind=decision.kind,
                        advice=decision.advice,
                        severity=SignalSeverity(decision.severity.value),
                        remaining_s=decision.remaining_s,
                        active=True,
                    ),
                    shown=decision.shown,
                )
            case Cleared():
                self._warn(
                    ProctoringWarning(kind=decision.kind, active=False), shown=decision.shown
                )
            case Found() | Hinted():
                await self._record(decision, still)
            case _:
                pass  # the state machine counts and ends

    def _warn(self, frame: ProctoringWarning, *, shown: bool) -> None:
        self.session.show(frame, "all" if shown else "observer")

    async def _record(self, found: Found | Hinted, still: bytes | None) -> None:
        violation_id = uuid.uuid4().hex[:12]
        key = await self._keep_still(violation_id, still)
        measured: Measures = dict(found.measured)
        hint = isinstance(found, Hinted)
        violation = Violation(
            violation_id=violation_id,
            kind=found.kind,
            message=found.meaning,
            advice="" if isinstance(found, Hinted) else found.advice,
            severity=SignalSeverity.LOW if isinstance(found, Hinted) else found.severity.value,
            start_s=max(0.0, found.start_s),
            end_s=max(0.0, found.end_s),
            confidence=round(min(1.0, max(0.0, found.confidence)), 3),
            measures=measured,
            engine=found.engine.name,
            model_sha256=found.engine.model_sha256 or None,
            still=key,
            counted=False if isinstance(found, Hinted) else found.counts,
            hint=hint,
        )
        await self.session.command(RecordViolation(violation=violation))

    async def _keep_still(self, violation_id: str, still: bytes | None) -> str | None:
        """The picture as a blob; a full disk costs the picture, not the signal."""
        if still is None:
            return None
        key = STILL_KEY.format(session_id=self.session.session_id, violation_id=violation_id)
        try:
            await self.session.context.blobs.put(key, still)
        except VivaError as error:
            log.warning("still_not_stored", code=error.code, session=self.session.session_id)
            return None
        return key


def _key(state: State) -> tuple[object, ...]:
    """What the watch is opened anew for."""
    watch = state.watch
    return (watch.biometric, watch.reference, watch.counted_from, state.without_camera)
