"""Which audio reaches the recogniser: what is said, with a little before and after."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from agents.turns.profile import TurnProfile
from interview.ports.speech import PcmFrame

MAX_KEPT_S = 200.0


def duration_s(frame: PcmFrame) -> float:
    """Length of a frame in seconds."""
    return len(frame.samples) / 2 / frame.sample_rate_hz


class Gate:
    """Opened and shut by voice activity, while somebody listens at all.

    Args:
        through: Gets each frame that passes, in order.
        shut_itself: Called after a pause has shut it.
        behind: How late the voice activity detector is, in seconds; so much more is kept for it.
    """

    def __init__(
        self,
        profile: TurnProfile,
        *,
        through: Callable[[PcmFrame], None],
        shut_itself: Callable[[], None],
        now: Callable[[], float] = time.monotonic,
        behind: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._profile = profile
        self._through = through
        self._shut_itself = shut_itself
        self._now = now
        self._behind = behind
        self.listening = False
        self.speaking = False
        self._open = False
        self._ring: deque[tuple[float, PcmFrame]] = deque()
        self._ring_s = 0.0
        self._pending: list[PcmFrame] = []  # since the detector heard silence, at most the tail
        self._tail_s = 0.0

    def listen(self, listening: bool) -> None:
        """Let audio through at all, or none."""
        began, self.listening = listening and not self.listening, listening
        if not listening:
            self.shut()
        elif began and self.speaking:
            self._unlock()

    def speech(self, speaking: bool) -> None:
        """The voice activity detector's verdict."""
        self.speaking = speaking
        self._tail_s = 0.0
        if speaking and self.listening:
            self._unlock()
            pending, self._pending = self._pending, []
            for frame in pending:
                self._through(frame)

    def feed(self, frame: PcmFrame) -> None:
        """Take the next 16 kHz frame."""
        if not self._open:
            self._remember(frame)
            return
        if self.speaking:
            self._through(frame)
            return
        # A word may begin here before the detector knows: it belongs to what follows the pause.
        self._pending.append(frame)
        self._tail_s += duration_s(frame)
        if self._tail_s >= self._profile.tail_s + self._behind():
            # An engine counts time by samples: audio after a gap must be a new segment.
            self.shut()
            self._shut_itself()

    def shut(self) -> None:
        """Let nothing through until somebody speaks; what waits is before that."""
        self._open = False
        pending, self._pending = self._pending, []
        for frame in pending:
            self._remember(frame)

    def _unlock(self) -> None:
        if self._open:
            return
        self._open = True
        ring, self._ring = self._ring, deque()
        self._ring_s = 0.0
        for _, frame in ring:
            self._through(frame)

    def _remember(self, frame: PcmFrame) -> None:
        """Keep the pre-roll by arrival: the detector has not heard a burst (a gap's audio) yet."""
        now, kept_s = self._now(), self._profile.pre_roll_s + self._behind()
        self._ring.append((now, frame))
        self._ring_s += duration_s(frame)
        while self._ring_s > kept_s and len(self._ring) > 1:
            fresh = now - self._ring[0][0] <= kept_s
            if fresh and self._ring_s <= MAX_KEPT_S:
                break
            self._ring_s -= duration_s(self._ring.popleft()[1])
