"""What the models say of every pause in a set: gathered once, then any rule can be tried on it.

Voice activity and end-of-turn probabilities come from an AgentSession that is fed in lock-step
(faster than real time, but no window ahead of its verdict); words from the real recogniser, which
hears each stretch of speech up to a quarter of a second into its silence, as in an interview;
smart-turn's probabilities from pipecat-ai in an environment of its own. Kept in `.cache/`, under
the hash of the audio. Two processes share the work:

    python -m bench.turn_evidence SEED TURNS LONG PART PARTS FILE
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from livekit import rtc
from livekit.agents import Agent, AgentSession, inference
from livekit.agents.voice import io

from agents.stt.base import build_recogniser
from agents.taps import OverheardDetector, OverheardVad
from bench.pause_set import Recipe, Turn, pcm
from bench.peer_venv import peer_python
from bench.speech import RATE_HZ, ROOT, speech_folder
from server.settings import load_settings
from server.wiring.models.catalogue import ModelCatalogue

VERSION = 2  # of what is gathered
PARTS = 2
PREDICTION_S = 60.0  # a busy machine must not change the evidence
WINDOW = 512
WINDOW_S = WINDOW / RATE_HZ
SPEECH, STILL_SPEECH = 0.5, 0.35
SILENCE_S = 0.25
GAP_WINDOWS = 24


@dataclass
class Silence:
    """A silence of at least 0.25 s that the voice activity found.

    `lag_s`: how long the recogniser took for `text` (all that was said so far).
    """

    start_s: float
    probability: float | None = None
    smart_turn: float | None = None
    text: str | None = None
    lag_s: float = 0.0


@dataclass
class Evidence:
    """One turn: each window's speech probability, and the silences."""

    windows: list[float] = field(default_factory=list)
    silences: list[Silence] = field(default_factory=list)


class _Waiting:
    """Passes everything on; remembers the last prediction asked for."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.pending: asyncio.Future[Any] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def stream(self, **options: Any) -> Any:
        stream = _WaitingStream(self._inner.stream(**options), self)
        return stream


class _WaitingStream:
    def __init__(self, inner: Any, parent: _Waiting) -> None:
        self._inner = inner
        self._parent = parent

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    @property
    def prediction_timeout(self) -> float:
        return PREDICTION_S

    def predict(self) -> Any:
        self._parent.pending = self._inner.predict()
        return self._parent.pending


class _LockStep(io.AudioInput):
    """Gives the next window only when the verdict on the last one is there."""

    def __init__(self) -> None:
        super().__init__(label="LockStep")
        self.frames: asyncio.Queue[bytes] = asyncio.Queue(1)

    async def __anext__(self) -> rtc.AudioFrame:
        return rtc.AudioFrame(await self.frames.get(), RATE_HZ, 1, WINDOW)


class Listener:
    """An AgentSession that only listens."""

    def __init__(self) -> None:
        self._input = _LockStep()
        self._verdict = asyncio.Event()
        self._probability = 0.0
        self._predicted: float | None = None
        self._waiting = _Waiting(inference.TurnDetector(version="v1-mini"))

    async def __aenter__(self) -> Listener:
        self._session: AgentSession[None] = AgentSession(
            vad=OverheardVad(inference.VAD(), self._on_window),
            turn_handling={
                "turn_detection": OverheardDetector(self._waiting, self._on_prediction),
                "endpointing": {"mode": "fixed", "min_delay": 600.0, "max_delay": 600.0},
            },
        )
        self._session.input.audio = self._input
        await self._session.start(Agent(instructions="Listen."), record=False)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.aclose()

    def _on_window(self, probability: float, _: Any) -> None:
        self._probability = probability
        self._verdict.set()

    def _on_prediction(self, probability: float) -> None:
        self._predicted = probability

    async def hear(self, turn: Turn) -> Evidence:
        """All windows of one turn, then enough silence to forget it."""
        evidence = Evidence()
        samples = pcm(turn.samples)
        silent = 0.0
        spoke = False
        for at in range(0, len(samples) - WINDOW * 2, WINDOW * 2):
            probability = await self._window(samples[at : at + WINDOW * 2])
            evidence.windows.append(round(probability, 3))
            speech = probability >= (STILL_SPEECH if spoke and silent < SILENCE_S else SPEECH)
            silent = 0.0 if speech else silent + WINDOW_S
            spoke = spoke or speech
            if spoke and SILENCE_S <= silent < SILENCE_S + WINDOW_S:
                now_s = len(evidence.windows) * WINDOW_S
                evidence.silences.append(Silence(round(now_s - silent, 3)))
            if self._predicted is not None and spoke and silent >= SILENCE_S:
                evidence.silences[-1].probability = round(self._predicted, 3)
                self._predicted = None
        for _ in range(GAP_WINDOWS):
            await self._window(bytes(WINDOW * 2))
        self._session.clear_user_turn()
        self._predicted = None
        return evidence

    async def window(self, samples: bytes) -> float:
        """The probability of speech in one window."""
        return await self._window(samples)

    async def _window(self, samples: bytes) -> float:
        self._verdict.clear()
        await self._input.frames.put(samples)
        await self._verdict.wait()
        await _settle()  # the session hears of the window after us, and may ask the detector
        pending = self._waiting.pending
        if pending is not None and not pending.done():
            await asyncio.wait({pending})
            await _settle()
        return self._probability


async def _settle() -> None:
    for _ in range(8):
        await asyncio.sleep(0)


async def _add_words(turns: list[Turn], found: list[Evidence]) -> None:
    """What the recogniser makes of each stretch of speech, joined to what was said before it."""
    catalogue = ModelCatalogue(load_settings().resolved_models_dir)
    recogniser = build_recogniser("faster-whisper", "base", catalogue, 1)
    await recogniser.start()
    try:
        for index, (turn, evidence) in enumerate(zip(turns, found, strict=True)):
            said: list[str] = []
            begun_s = 0.0
            for silence in evidence.silences:
                end_s = silence.start_s + SILENCE_S
                stretch = turn.samples[round(begun_s * RATE_HZ) : round(end_s * RATE_HZ)]
                began = time.monotonic()
                heard = await recogniser.transcribe(pcm(stretch), language="en")
                silence.lag_s = round(time.monotonic() - began, 3)
                said += [word.text for word in heard.committed]
                silence.text = " ".join(said)
                begun_s = end_s
            if index % 40 == 0:
                _progress(f"words of turn {index}")
    finally:
        await recogniser.aclose()


def _add_smart_turn(turns: list[Turn], found: list[Evidence]) -> str:
    """Ask pipecat-ai's bundled model; the reason when it cannot be asked."""
    python, reason = peer_python(ROOT / ".venv-bench")
    if python is None:
        return reason
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for turn in turns:
            (folder / f"{turn.name}.pcm").write_bytes(pcm(turn.samples))
        wanted = {
            turn.name: [silence.start_s + 0.2 for silence in evidence.silences]
            for turn, evidence in zip(turns, found, strict=True)
        }
        (folder / "wanted.json").write_text(json.dumps(wanted))
        done = subprocess.run(
            [python, str(ROOT / "bench" / "smart_turn_peer.py"), name],
            capture_output=True, text=True, timeout=1_800, check=False,
        )  # fmt: skip
        if done.returncode:
            return done.stderr[-300:]
        answers = json.loads((folder / "answers.json").read_text())
    for turn, evidence in zip(turns, found, strict=True):
        for silence, probability in zip(evidence.silences, answers[turn.name], strict=True):
            silence.smart_turn = probability
    return ""


def _progress(what: str) -> None:
    print(f"[{time.strftime('%H:%M:%S')}] {what}", file=sys.stderr, flush=True)


async def windows_of(listener: Listener, sound: bytes) -> list[float]:
    """The probability of speech in each window of PCM16; the silence after it is not told."""
    whole = len(sound) - len(sound) % (WINDOW * 2)
    found = [
        await listener.window(sound[at : at + WINDOW * 2]) for at in range(0, whole, WINDOW * 2)
    ]
    for _ in range(GAP_WINDOWS):
        await listener.window(bytes(WINDOW * 2))
    return found


async def _gather(turns: list[Turn]) -> list[Evidence]:
    async with Listener() as listener:
        found = [await listener.hear(turn) for turn in turns]
    _progress(f"{sum(len(e.silences) for e in found)} silences; words now")
    await _add_words(turns, found)
    return found


def part(seed: int, count: int, long: bool, number: int, parts: int, file: Path) -> None:
    """Every `parts`-th turn of the set, from the `number`-th on."""
    turns = Recipe(seed, speech_folder(), long=long).turns(count)[number::parts]
    found = asyncio.run(_gather(turns))
    reason = _add_smart_turn(turns, found)
    if reason:
        _progress(f"smart-turn skipped: {reason}")
    file.write_text(json.dumps([asdict(each) for each in found]))


def _in_parts(seed: int, count: int, long: bool) -> list[Evidence]:
    found = [Evidence() for _ in range(count)]
    with tempfile.TemporaryDirectory() as name:
        files = [Path(name) / f"{number}.json" for number in range(PARTS)]
        running = [
            subprocess.Popen(
                [
                    *(sys.executable, "-m", "bench.turn_evidence"),
                    *map(str, (seed, count, int(long), i, PARTS, f)),
                ]
            )
            for i, f in enumerate(files)
        ]
        if any([process.wait() for process in running]):
            raise SystemExit("the evidence could not be gathered")
        for number, file in enumerate(files):
            found[number::PARTS] = [
                Evidence(each["windows"], [Silence(**silence) for silence in each["silences"]])
                for each in json.loads(file.read_text())
            ]
    return found


def gather(turns: list[Turn], seed: int, *, long: bool = False) -> list[Evidence]:
    """All evidence of a recipe's turns, from the cache when it was gathered before."""
    recipe = hashlib.sha256(
        b"".join(turn.samples.tobytes() for turn in turns[:8]) + f"{VERSION} {len(turns)}".encode()
    ).hexdigest()[:16]
    kept = ROOT / ".cache" / f"turn-evidence-{recipe}.json"
    if kept.exists():
        return [
            Evidence(each["windows"], [Silence(**silence) for silence in each["silences"]])
            for each in json.loads(kept.read_text())
        ]
    found = _in_parts(seed, len(turns), long)
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(json.dumps([asdict(each) for each in found]))
    return found


if __name__ == "__main__":
    seed_, count_, long_, number_, parts_ = map(int, sys.argv[1:6])
    part(seed_, count_, bool(long_), number_, parts_, Path(sys.argv[6]))
