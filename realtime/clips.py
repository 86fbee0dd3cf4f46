"""Short uploaded clips: any container and codec that PyAV reads, to 16 kHz mono PCM."""

from __future__ import annotations

import io

import av
from av.audio.resampler import AudioResampler
from av.error import FFmpegError

RATE_HZ = 16_000


class UnreadableClip(Exception):
    """The bytes hold no audio that can be decoded; the message is for people."""


class ClipTooLong(Exception):
    """Decoding was stopped at the stated length."""


def decode_clip(content: bytes, *, max_s: float) -> bytes:
    """The clip's audio as PCM16 little-endian mono at 16 kHz. Blocks: call it in a thread.

    A clip that breaks off in the middle gives what could be decoded.

    Raises:
        UnreadableClip: No audio stream, or not one frame of it can be decoded.
        ClipTooLong: There is more than `max_s` of audio; memory stays bounded by it.
    """
    pcm = bytearray()
    limit = int(max_s * RATE_HZ) * 2
    resampler = AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    try:
        with av.open(io.BytesIO(content), mode="r") as container:
            if not container.streams.audio:
                raise UnreadableClip("the file has no audio")
            try:
                for frame in container.decode(container.streams.audio[0]):
                    _append(pcm, resampler.resample(frame), limit)
            except FFmpegError:
                if not pcm:
                    raise
            _append(pcm, resampler.resample(None), limit)
    except (FFmpegError, ValueError, EOFError):
        raise UnreadableClip("the file cannot be read as audio") from None
    if not pcm:
        raise UnreadableClip("the file has no audio")
    return bytes(pcm)


def _append(pcm: bytearray, frames: list[av.AudioFrame], limit: int) -> None:
    for frame in frames:
        pcm += bytes(frame.planes[0])[: frame.samples * 2]
        if len(pcm) > limit:
            raise ClipTooLong
