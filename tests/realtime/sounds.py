"""A second of sound in every container that is read."""

from __future__ import annotations

from functools import cache

from tests.realtime.clips import encoded, sweep

FORMS = {
    "wav": ("wav", "pcm_s16le", 16_000),
    "webm": ("webm", "libopus", 48_000),
    "ogg": ("ogg", "libopus", 48_000),
    "mp4": ("mp4", "aac", 48_000),
    "adts": ("adts", "aac", 48_000),
    "mp3": ("mp3", "libmp3lame", 48_000),
    "flac": ("flac", "flac", 48_000),
    "aiff": ("aiff", "pcm_s16be", 16_000),
    "caf": ("caf", "pcm_s16be", 16_000),
    "au": ("au", "pcm_s16be", 16_000),
}


@cache
def sound(name: str) -> bytes:
    """In this form."""
    form, codec, rate_hz = FORMS[name]
    return encoded(sweep(1.0), form, codec, rate_hz)
