"""Whether the candidate's microphone is heard at all. Pure; the caller brings the time.

Between two microphones nothing comes: that is nobody's silence.
"""

from __future__ import annotations

LOOK_S = 0.2
NOTHING_S = 0.5  # Opus without speech (DTX) still sends a packet each 0.4 s
LOOKS = 3


class Deaf:
    """Tell it of sound, and `look` every `LOOK_S`. Who has never heard is not deaf.

    Looks count, not time alone: when the whole process stood still, sound may only wait to be read.
    """

    def __init__(self) -> None:
        self._sound_s: float | None = None
        self._looks = 0
        self._away = False

    @property
    def now(self) -> bool:
        """Whether nothing is heard."""
        return self._away or self._looks >= LOOKS

    def sound(self, at_s: float) -> bool:
        """Something came, be it silence. Whether this ends a stretch without."""
        before, self._sound_s, self._looks = self.now, at_s, 0
        return before and not self.now

    def look(self, at_s: float) -> bool:
        """Time has passed. Whether a stretch without sound is noticed only now."""
        before = self.now
        if self._sound_s is not None and (self._looks < LOOKS - 1 or self._long(at_s)):
            self._looks += 1
        return self.now and not before

    def _long(self, at_s: float) -> bool:
        return self._sound_s is not None and at_s - self._sound_s >= NOTHING_S

    def away(self, away: bool) -> bool:
        """The page says that its microphone is gone, or there again. Whether that is news."""
        before, self._away = self.now, away
        return self.now is not before
