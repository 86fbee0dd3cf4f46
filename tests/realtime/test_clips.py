"""What people upload is decoded whole, or said to be incomplete."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest

from realtime.clips import Clip, ClipTooLong, UnreadableClip, decode_clip
from tests.realtime.clips import RATE_HZ, Samples, damaged, encoded, sweep

FORMS = {
    "wav": ("wav", "pcm_s16le", RATE_HZ),
    "mulaw": ("wav", "pcm_mulaw", 8_000),
    "webm": ("webm", "libopus", 48_000),
    "ogg": ("ogg", "libopus", 48_000),
    "mp4": ("mp4", "aac", 44_100),
    "adts": ("adts", "aac", 44_100),
    "mp3": ("mp3", "libmp3lame", 44_100),
    "flac": ("flac", "flac", 44_100),
}
SOUND = sweep(4.0)
HALF = len(SOUND) // 2


def made(name: str, samples: Samples = SOUND) -> bytes:
    form, codec, rate_hz = FORMS[name]
    return encoded(samples, form, codec, rate_hz)


def decoded(content: bytes) -> Clip:
    return decode_clip(content, max_s=60)


def length_s(clip: Clip) -> float:
    return len(clip.pcm) / 2 / RATE_HZ


def likeness(clip: Clip, sound: Samples = SOUND) -> float:
    """The best correlation of what was decoded with what was said, whatever the codec's delay."""
    one = np.frombuffer(clip.pcm, "<i2").astype(float)
    other = sound.astype(float)
    size = len(one) + len(other)
    scores = np.fft.irfft(np.fft.rfft(one, size) * np.conj(np.fft.rfft(other, size)), size)
    return float(np.abs(scores).max() / np.sqrt((one**2).sum() * (other**2).sum()))


@pytest.mark.parametrize("name", FORMS)
def test_every_form_comes_whole(name: str) -> None:
    clip = decoded(made(name))
    assert clip.complete and clip.missing_s == 0
    assert length_s(clip) == pytest.approx(4.0, abs=0.1)
    assert likeness(clip) > 0.8


@pytest.mark.parametrize("name", FORMS)
def test_two_files_behind_each_other_are_both_heard(name: str) -> None:
    clip = decoded(made(name, SOUND[:HALF]) + made(name, SOUND[HALF:]))
    assert clip.complete
    assert length_s(clip) == pytest.approx(4.0, abs=0.15)


@pytest.mark.parametrize(("form", "codec"), [("mp3", "libmp3lame"), ("adts", "aac")])
def test_a_rate_or_a_channel_that_changes_on_the_way_ends_nothing(form: str, codec: str) -> None:
    second = np.stack([SOUND[HALF:], SOUND[HALF:]])
    for rate_hz in (44_100, 22_050):
        clip = decoded(
            encoded(SOUND[:HALF], form, codec, 44_100) + encoded(second, form, codec, rate_hz)
        )
        assert length_s(clip) == pytest.approx(4.0, abs=0.15)


@pytest.mark.parametrize("name", ["mp4", "mp3", "ogg", "webm", "flac"])
def test_damage_in_the_middle_costs_no_later_word_and_is_said(name: str) -> None:
    clip = decoded(damaged(made(name), 0.3, 2_000 if name == "flac" else 400))
    assert not clip.complete
    assert clip.missing_s != 0, "what is not known is no number"
    assert length_s(clip) > 3.5 or clip.missing_s
    heard = np.frombuffer(clip.pcm, "<i2")
    if name != "webm":  # a damaged cluster is lost to its end
        assert np.abs(heard[-RATE_HZ // 2 : -RATE_HZ // 4]).max() > 3_000


@pytest.mark.parametrize("name", ["wav", "webm", "flac", "ogg", "mp3", "adts"])
def test_what_breaks_off_is_said_to(name: str) -> None:
    content = made(name)
    clip = decoded(content[: len(content) * 2 // 3])
    assert 1.5 < length_s(clip) < 3.5
    assert not clip.complete
    if name in ("wav", "webm", "flac"):
        assert clip.missing_s == pytest.approx(4.0 - length_s(clip), abs=0.1)
    else:
        assert clip.missing_s is None or clip.missing_s > 1.0


def test_an_index_that_never_came_is_no_clip() -> None:
    content = made("mp4")
    with pytest.raises(UnreadableClip):
        decoded(content[: len(content) * 2 // 3])


@pytest.mark.parametrize("size", [b"\xff" * 4, bytes(4)])
def test_a_header_that_was_written_before_the_length_was_known_is_complete(size: bytes) -> None:
    content = bytearray(made("wav"))
    at = content.find(b"data")
    content[at + 4 : at + 8] = content[4:8] = size
    clip = decoded(bytes(content))
    assert clip.complete and length_s(clip) == pytest.approx(4.0, abs=0.01)


def test_sound_behind_a_length_that_was_written_too_early_is_heard() -> None:
    content = bytearray(made("wav"))
    at = content.find(b"data")
    content[at + 4 : at + 8] = (RATE_HZ * 2).to_bytes(4, "little")
    clip = decoded(bytes(content))
    assert length_s(clip) == pytest.approx(4.0, abs=0.01) and likeness(clip) > 0.99


def test_a_chunk_behind_the_sound_is_no_sound() -> None:
    content = made("wav") + b"LIST" + (1_000).to_bytes(4, "little") + b"INFO" + bytes(996)
    clip = decoded(content)
    assert clip.complete and length_s(clip) == pytest.approx(4.0, abs=0.01)


@pytest.mark.parametrize(
    "channels",
    [
        np.stack([SOUND, np.zeros_like(SOUND)]),
        np.stack([np.zeros_like(SOUND), SOUND]),
        np.stack([SOUND, -SOUND]),
        np.stack([SOUND + 4_000, 4_000 - SOUND]),
    ],
    ids=["left", "right", "opposite", "opposite with an offset"],
)
def test_a_voice_in_whatever_channel_is_heard_at_its_level(channels: Samples) -> None:
    clip = decoded(encoded(channels, "wav", "pcm_s16le"))
    heard = np.frombuffer(clip.pcm, "<i2").astype(float)
    assert likeness(clip) > 0.8
    assert heard.std() == pytest.approx(SOUND.astype(float).std(), rel=0.1)


@pytest.mark.parametrize("count", [3, 8, 9, 24])
def test_a_file_of_many_channels_is_heard_and_kills_nobody(count: int) -> None:
    """PyAV reads behind the planes of eight channels and more."""
    channels = np.zeros((count, len(SOUND)), dtype="<i2")
    channels[-1] = SOUND
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setparams((count, 2, RATE_HZ, 0, "NONE", ""))
        file.writeframes(channels.T.tobytes())
    assert likeness(decoded(content.getvalue())) > 0.8


def test_a_noise_beside_the_voice_takes_nothing_from_it() -> None:
    noise = np.random.default_rng(1).normal(0, 3_000, len(SOUND)).astype("<i2")
    clip = decoded(encoded(np.stack([noise, SOUND]), "wav", "pcm_s16le"))
    assert likeness(clip) > 0.85


def test_limits_and_what_is_no_audio() -> None:
    with pytest.raises(ClipTooLong):
        decode_clip(made("wav"), max_s=3)
    for content in (b"", b"<html>", b"ID3\x04\x00\x00\x00\x00\x00\x00", b"RIFF\0\0\0\0WAVE"):
        with pytest.raises(UnreadableClip):
            decoded(content)
