"""The interviewer's voice in a recording: prompts laid over what the candidate's browser recorded.

The browser records the candidate alone, since what it plays is not in the microphone. The audio of
the prompts is kept, and the log says when each was heard; here they are mixed in, so that the file
has both voices. Pictures are copied. Everything here blocks; see `realtime.apart`.
"""

from __future__ import annotations

import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from interview.nouns import Noun
from realtime.files import container_at
from realtime.formats import open_media
from realtime.pieces import PartFiles
from realtime.recording import AssembledRecording, RecordedFile, Span, probe

RATE_HZ = 48_000
BLOCK = RATE_HZ // 50  # an Opus frame of 20 ms
BITS = 64_000
GAIN = 0.8
# Time stamps of browsers shake; a smaller step than this is none.
SHAKE = RATE_HZ * 80 // 1000
FADE = RATE_HZ // 100
AFTERWARDS_S = 3.0  # a prompt that begins later than that belongs to no recording
AFTER_THE_END = "after-the-end"  # the part of what only the interviewer said

Samples = NDArray[np.float32]


class PromptAudio(Noun):
    """A prompt's WAV and when it was heard, on the session clock; `played_s` of it were heard."""

    path: str
    start_s: float
    played_s: float


class JoinOrder(Noun):
    """What is to be joined, and what was said meanwhile."""

    parts: tuple[PartFiles, ...]
    prompts: tuple[PromptAudio, ...] = ()


def with_prompts(made: AssembledRecording, prompts: Sequence[PromptAudio]) -> AssembledRecording:
    """The same files with the prompts in them, in the place of those without. Blocks.

    A file that the prompts cannot be mixed into stays as it is, and a problem says so. What was
    said when the browser no longer recorded, as the goodbye, follows the end of the last file.
    """
    files: list[RecordedFile] = []
    problems = list(made.problems)
    end_s = max((_end_s(span) for span in made.spans), default=0.0)
    for original in made.files:
        file = _longer(original, prompts) if _end_s(original.spans[-1]) == end_s else original
        said = [piece for prompt in prompts for piece in _placed(prompt, file.spans)]
        try:
            files.append(_mixed(file, said) if said else file)
        except (FFmpegError, ValueError, EOFError, OSError, wave.Error):
            problems.append("The interviewer's voice could not be put into the recording.")
            files.append(original)
    return AssembledRecording(files=tuple(files), problems=tuple(problems))


@dataclass(frozen=True, slots=True)
class _Said:
    """A stretch of a prompt: from sample `skip` of its audio, `count` of them, at `start`."""

    path: str
    start: int
    skip: int
    count: int


def _end_s(span: Span) -> float:
    return span.session_start_s + span.duration_s


def _longer(file: RecordedFile, prompts: Sequence[PromptAudio]) -> RecordedFile:
    """With a last stretch for the prompts that were heard right after the recording's end."""
    begins_s = _end_s(file.spans[-1])
    end_s = begins_s
    for prompt in sorted(prompts, key=lambda prompt: prompt.start_s):
        if prompt.start_s <= end_s + AFTERWARDS_S:
            end_s = max(end_s, prompt.start_s + prompt.played_s)
    lasts_s = round(end_s - begins_s, 3)
    if lasts_s <= 0:
        return file
    tail = Span(
        session_start_s=round(begins_s, 3),
        recording_start_s=round(file.spans[-1].recording_start_s + file.spans[-1].duration_s, 3),
        duration_s=lasts_s,
        part_id=AFTER_THE_END,
    )
    return file.model_copy(
        update={"spans": (*file.spans, tail), "duration_s": round(file.duration_s + lasts_s, 3)}
    )


def _placed(prompt: PromptAudio, spans: Sequence[Span]) -> Iterator[_Said]:
    """Where a prompt lies in a file: nowhere, or in as many places as stretches were recorded."""
    end_s = prompt.start_s + prompt.played_s
    for span in spans:
        from_s = max(prompt.start_s, span.session_start_s)
        to_s = min(end_s, span.session_start_s + span.duration_s)
        if to_s - from_s > 0.01:
            yield _Said(
                path=prompt.path,
                start=round((from_s - span.session_start_s + span.recording_start_s) * RATE_HZ),
                skip=round((from_s - prompt.start_s) * RATE_HZ),
                count=round((to_s - from_s) * RATE_HZ),
            )


def _mixed(file: RecordedFile, said: Sequence[_Said]) -> RecordedFile:
    """Write the file anew beside itself, then in its place."""
    source, target = Path(file.path), Path(file.path + ".mixed")
    kind = container_at(source)
    with source.open("rb") as content, open_media(content, kind.demuxer) as container:
        picture = next((s for s in container.streams if s.type == "video"), None)
        sound = next((s for s in container.streams if s.type == "audio"), None)
        with av.open(
            str(target),
            mode="w",
            format=kind.format,
            options=kind.options,
        ) as out:
            copy = out.add_stream_from_template(picture) if picture else None
            voice: Any = out.add_stream(kind.sound, rate=RATE_HZ, layout="mono")
            voice.bit_rate = BITS
            track = _Track(out, voice, _Desk(said))
            _through(container, picture, sound, copy, track)
            track.reach(round(file.duration_s * RATE_HZ))
            track.close()
    streams, duration_s = probe(target)
    target.replace(source)
    return file.model_copy(
        update={
            "size_bytes": source.stat().st_size,
            "streams": streams,
            "duration_s": round(duration_s or file.duration_s, 3),
        }
    )


def _through(container: Any, picture: Any, sound: Any, copy: Any, track: _Track) -> None:
    """Pictures as they are; sound decoded, mixed and written up to where the pictures are."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
    streams = [stream for stream in (picture, sound) if stream is not None]
    for packet in container.demux(streams):
        if packet.pts is None or not packet.size:
            continue
        at = round(float(packet.pts * packet.time_base) * RATE_HZ)
        if packet.stream is picture:
            if sound is None:
                track.reach(at)
            packet.stream = copy
            track.out.mux(packet)
            continue
        try:
            frames = [whole for frame in packet.decode() for whole in resampler.resample(frame)]
        except FFmpegError:
            continue  # a broken packet is a gap
        for frame in frames:
            track.take(at, frame.to_ndarray().reshape(-1).astype(np.float32))
            at += frame.samples


@dataclass
class _Desk:
    """Adds the prompts to what is written; holds the audio of those that are being said."""

    said: Sequence[_Said]
    _audio: dict[str, Samples] = field(default_factory=dict)

    def mix(self, start: int, samples: Samples) -> Samples:
        """`samples` begin at `start`; what is said then is added to them."""
        end = start + len(samples)
        for one in self.said:
            first, last = max(start, one.start), min(end, one.start + one.count)
            if first >= last:
                continue
            spoken = self._spoken(one)[first - one.start : last - one.start]
            samples[first - start : first - start + len(spoken)] += GAIN * spoken
        return samples

    def _spoken(self, one: _Said) -> Samples:
        key = f"{one.path} {one.skip} {one.count}"
        if key not in self._audio:
            self._audio.clear()  # one speaks at a time
            self._audio[key] = _faded(_wav(one.path)[one.skip : one.skip + one.count])
        return self._audio[key]


def _faded(samples: Samples) -> Samples:
    """Without a click where it was cut off."""
    length = min(FADE, len(samples))
    if length:
        samples[-length:] *= np.linspace(1, 0, length, dtype=np.float32)
    return samples


def _wav(path: str) -> Samples:
    """A PCM16 WAV at 48 kHz, mono."""
    with wave.open(path, "rb") as file:
        rate, channels = file.getframerate(), file.getnchannels()
        pcm = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, channels)
    frame = av.AudioFrame.from_ndarray(
        np.ascontiguousarray(pcm.mean(axis=1).astype(np.int16)[None, :]),
        format="s16",
        layout="mono",
    )
    frame.sample_rate = rate
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
    parts = [*resampler.resample(frame), *resampler.resample(None)]
    found = [part.to_ndarray().reshape(-1) for part in parts]
    return np.concatenate(found).astype(np.float32) if found else np.zeros(0, np.float32)


@dataclass
class _Track:
    """The sound that is written: without gaps from the beginning on, in blocks of 20 ms."""

    out: Any
    stream: Any
    desk: _Desk
    _written: int = 0
    _waiting: Samples = field(default_factory=lambda: np.zeros(0, np.float32))

    @property
    def end(self) -> int:
        """How many samples were taken so far."""
        return self._written + len(self._waiting)

    def take(self, at: int, samples: Samples) -> None:
        """Sound that begins at `at`; a gap before it is silence, an overlap is left out."""
        if at > self.end + SHAKE:
            self.reach(at)
        elif at < self.end - SHAKE:
            samples = samples[self.end - at :]
        self._add(samples)

    def reach(self, at: int) -> None:
        """Silence up to there."""
        while (left := at - self.end) > 0:
            self._add(np.zeros(min(left, RATE_HZ), np.float32))

    def close(self) -> None:
        """The last, unfinished block, and what the encoder holds."""
        if len(self._waiting):
            self._add(np.zeros(BLOCK - len(self._waiting), np.float32))
        self.out.mux(self.stream.encode(None))

    def _add(self, samples: Samples) -> None:
        self._waiting = np.concatenate([self._waiting, samples])
        while len(self._waiting) >= BLOCK:
            block, self._waiting = self._waiting[:BLOCK].copy(), self._waiting[BLOCK:]
            self._write(self.desk.mix(self._written, block))

    def _write(self, block: Samples) -> None:
        frame = av.AudioFrame.from_ndarray(
            np.clip(block, -1, 1)[None, :].astype(np.float32), format="flt", layout="mono"
        )
        frame.sample_rate, frame.pts = RATE_HZ, self._written
        frame.time_base = Fraction(1, RATE_HZ)
        self._written += BLOCK
        self.out.mux(self.stream.encode(frame))
