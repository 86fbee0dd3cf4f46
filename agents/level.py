"""A quiet microphone brought up to where voices are known by their sound. Pure.

Voice activity detectors judge by absolute level. What is as loud as voices usually are passes
untouched, sample for sample; noise without a voice above it is never brought up.
"""

from __future__ import annotations

import numpy as np

TARGET_DB = -32.0  # of speech frames, RMS: as loud as a usual headset
MOST_DB = 30.0
FLOOR_MOST_DB = -48.0  # where the noise between words may be brought up to
ABOVE_FLOOR_DB = 9.0
SILENT_DB = -90.0
LOUDER, SOFTER = 0.3, 0.02
RISE_DB_PER_FRAME = 0.02  # of the floor: 1 dB a second
STEP_DB = 1.5


class SpeakersLevel:
    """Follows one speaker's level and the noise between words."""

    def __init__(self) -> None:
        self._floor_db = 0.0
        self._level_db: float | None = None
        self.gain_db = 0.0

    def take(self, pcm: bytes, *, deaf: bool = False) -> bytes:
        """The next 20 ms or so of PCM16, as loud as it should be.

        `deaf`: the avatar speaks; what is heard may be its echo, passes as it is and teaches
        nothing.
        """
        if deaf or not pcm:
            return pcm
        samples = np.frombuffer(pcm, "<i2").astype(np.float32)
        self._learn(float(np.sqrt(np.mean((samples - samples.mean()) ** 2))))
        before_db, self.gain_db = self.gain_db, self._next()
        if before_db == 0.0 and self.gain_db == 0.0:
            return pcm
        ramp = np.linspace(before_db, self.gain_db, len(samples), dtype=np.float32)
        louder = np.clip(samples * 10 ** (ramp / 20), -32768, 32767)
        return bytes(np.rint(louder).astype("<i2").tobytes())

    def _learn(self, rms: float) -> None:
        db = max(SILENT_DB, 20 * float(np.log10(max(rms, 1e-6) / 32768)))
        rising_db = self._floor_db + RISE_DB_PER_FRAME
        self._floor_db = min(db, rising_db)
        if db < self._floor_db + ABOVE_FLOOR_DB or db <= SILENT_DB:
            return
        if self._level_db is None:
            self._level_db = db
        pace = LOUDER if db > self._level_db else SOFTER
        self._level_db += pace * (db - self._level_db)

    def _next(self) -> float:
        if self._level_db is None:
            return 0.0
        wanted = min(TARGET_DB - self._level_db, FLOOR_MOST_DB - self._floor_db, MOST_DB)
        wanted = max(0.0, wanted)
        if wanted > self.gain_db + 6.0:
            return wanted  # a word is being missed: at once
        return max(self.gain_db - STEP_DB, min(self.gain_db + STEP_DB, wanted))
