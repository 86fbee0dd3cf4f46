"""What foreign bytes are opened as: by how they begin, from a list, or not at all."""

from __future__ import annotations

import io

import av
import pytest
from av.error import FFmpegError
from hypothesis import given
from hypothesis import strategies as st

from realtime.clips import UnreadableClip, decode_clip
from realtime.formats import demuxer_of, open_media
from tests.realtime.sounds import FORMS, sound

REFERRING = {
    "a session description": b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\n"
    b"t=0 0\r\nm=audio 20000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n",
    "a playlist": b"#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:10,\nhttp://127.0.0.1:9/x.ts\n",
    "a list of files": b"ffconcat version 1.0\nfile '/etc/passwd'\n",
    "a manifest": b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>',
    "a device": b"# AviSynth\nDirectShowSource('x')\n",
    "a text": b"[InternetShortcut]\nURL=http://127.0.0.1/\n",
    "nothing": b"",
    "one byte": b"\xff",
}


@pytest.mark.parametrize("name", FORMS)
def test_what_people_send_is_known_by_its_beginning(name: str) -> None:
    content = sound(name)
    demuxer = demuxer_of(content)
    assert demuxer is not None
    with open_media(io.BytesIO(content), demuxer) as container:
        assert container.streams.audio
    assert len(decode_clip(content, max_s=10).pcm) > 16_000


@pytest.mark.parametrize("name", REFERRING)
def test_what_refers_to_something_else_is_not_opened(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(av, "open", unopened)
    assert demuxer_of(REFERRING[name]) is None
    with pytest.raises(UnreadableClip):
        decode_clip(REFERRING[name], max_s=10)


def unopened(*_: object, **__: object) -> None:
    raise AssertionError("it was opened")


def test_a_demuxer_calls_no_other_one() -> None:
    description = REFERRING["a session description"]
    with pytest.raises(FFmpegError):
        open_media(io.BytesIO(description), "matroska")
    with pytest.raises(FFmpegError):
        open_media(io.BytesIO(sound("wav")), "ogg")


def test_opening_makes_no_socket() -> None:
    before = len(socket_table())
    for content in REFERRING.values():
        with pytest.raises(UnreadableClip):
            decode_clip(content, max_s=10)
    assert len(socket_table()) <= before


def socket_table() -> list[str]:
    with open("/proc/net/udp") as table:
        return table.readlines()


@pytest.mark.parametrize("before", [b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10), bytes(300)])
def test_a_tag_or_padding_before_mp3(before: bytes) -> None:
    assert demuxer_of(before + sound("mp3")) == "mp3"


def test_latin_1_in_a_tag_is_no_fault() -> None:
    title = "Müller".encode("latin-1")
    info = b"INFOINAM" + len(title).to_bytes(4, "little") + title
    chunk = b"LIST" + len(info).to_bytes(4, "little") + info
    content = sound("wav")
    tagged = content[:12] + chunk + content[12:]
    assert len(decode_clip(tagged, max_s=10).pcm) > 16_000


@given(st.binary(max_size=64), st.sampled_from(sorted(FORMS)))
def test_any_bytes_get_an_answer(noise: bytes, name: str) -> None:
    assert demuxer_of(noise) is None or len(noise) > 2
    demuxer_of(sound(name)[: len(noise)] + noise)
