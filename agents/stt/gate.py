"""Where in a window somebody speaks: level first, then Silero's voice activity model."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faster_whisper
import numpy as np
import onnxruntime
from numpy.typing import NDArray

RATE_HZ = 16_000
SIZE = 512
STEP_S = SIZE / RATE_HZ
CONTEXT = 64
SILENT_RMS = 0.00005  # -86 dBFS: less than the last bits of a microphone
LOUD_RMS = 0.1  # what a voice is brought up to
MOST_GAIN = 100.0  # 40 dB
BELOW_VOICE = 0.01  # 40 dB below the loudest second nobody is meant to be heard
VOICE = 0.5
DOUBT = 0.3
SHORTEST = 2

Audio = NDArray[np.float32]
Voiced = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Voices:
    """One truth value for each 32 ms; times count from the window's first sample."""

    voiced: Voiced

    @property
    def end_s(self) -> float | None:
        """Where the last voice ends; None when there is none."""
        at = np.flatnonzero(self.voiced)
        return float(at[-1] + 1) * STEP_S if len(at) else None

    def after(self, at_s: float) -> bool:
        """Whether somebody speaks after a moment, longer than a click."""
        return self.voiced_s_after(at_s) >= SHORTEST * STEP_S

    def voiced_s_after(self, at_s: float) -> float:
        """How long somebody speaks after a moment."""
        return int(self.voiced[int(np.ceil(at_s / STEP_S)) :].sum()) * STEP_S

    def voiced_s_between(self, start_s: float, end_s: float) -> float:
        """How long somebody speaks in a stretch."""
        first, behind = max(0, int(start_s / STEP_S)), max(0, int(np.ceil(end_s / STEP_S)))
        return int(self.voiced[first:behind].sum()) * STEP_S

    def runs(self, apart_s: float) -> list[tuple[float, float]]:
        """Stretches of voice; pauses shorter than `apart_s` are part of them."""
        edges = np.flatnonzero(np.diff(np.concatenate(([0], self.voiced.astype(np.int8), [0]))))
        out: list[tuple[float, float]] = []
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            start_s, end_s = float(start) * STEP_S, float(end) * STEP_S
            if out and start_s - out[-1][1] < apart_s:
                start_s = out.pop()[0]
            out.append((start_s, end_s))
        return out

    def within(self, start_s: float, end_s: float) -> tuple[float, float]:
        """The voiced part of a stretch; the stretch itself when nobody speaks in it."""
        first = int(start_s / STEP_S)
        at = np.flatnonzero(self.voiced[first : int(np.ceil(end_s / STEP_S))])
        if not len(at):
            return start_s, end_s
        begins_s, ends_s = (first + int(at[0])) * STEP_S, (first + int(at[-1]) + 1) * STEP_S
        return max(start_s, begins_s), min(end_s, ends_s)


class Gate:
    """The model file that faster-whisper brings (Silero VAD 6, MIT); 1.7 ms a second of audio."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = options.intra_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 4
        folder = Path(os.fspath(faster_whisper.__file__)).parent / "assets"
        self._session: Any = onnxruntime.InferenceSession(
            str(folder / "silero_vad_v6.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def listen(self, audio: Audio, *, careful: bool = False) -> Voices:
        """Who is `careful` takes what may be a voice for one."""
        windows, loud = levelled(audio)
        count = len(windows)
        if not loud.any():
            return Voices(loud)
        before = np.zeros((count, CONTEXT), dtype=np.float32)
        before[1:] = windows[:-1, -CONTEXT:]
        state = np.zeros((1, 1, 128), dtype=np.float32)
        heard = self._session.run(
            None, {"input": np.concatenate([before, windows], axis=1), "h": state, "c": state}
        )[0].reshape(-1)
        voiced = heard > (DOUBT if careful else VOICE)
        return Voices(voiced & loud)


def levelled(audio: Audio) -> tuple[Audio, Voiced]:
    """The audio in windows of 32 ms as loud as the model knows voices, and which are not silent.

    The level is the speaker's own: what a quiet microphone delivers is no less speech.
    """
    count = -(-len(audio) // SIZE)
    steady = audio - audio.mean(dtype=np.float64).astype(np.float32) if len(audio) else audio
    windows = np.pad(steady, (0, count * SIZE - len(audio))).reshape(count, SIZE)
    rms = np.sqrt((windows**2).mean(axis=1))
    level = float(np.percentile(rms, 95)) if count else 0.0
    gain = min(MOST_GAIN, max(1.0, LOUD_RMS / max(level, 1e-9)))
    loud = rms > max(SILENT_RMS, level * BELOW_VOICE)
    return (windows * gain).astype(np.float32), loud
