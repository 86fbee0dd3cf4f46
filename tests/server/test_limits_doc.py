"""The numbers in docs/topics/security.md are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

from proctoring import frames as pictures
from proctoring import monitor
from realtime.apart_child import LIMITS
from realtime.candidates import MAX_CHECKED
from realtime.decoders import BURST_S, MAX_FRAME_PIXELS, SHARE
from realtime.signalling import MAX_SDP_CHARS
from server.api import auth, recordings, transcribe
from server.edge import bodies, connections
from server.live.messages import MAX_FRAME_BYTES
from server.platform.services import clip_turns
from server.ws import commands
from tests.test_contract_doc import exists

PAGE = Path(__file__).resolve().parents[2] / "docs" / "topics" / "security.md"

CLIP, JOIN = LIMITS["clip"], LIMITS["join"]
EXPECTED: dict[str, tuple[float, ...]] = {
    "header line, header": (connections.LINE_BYTES, connections.HEADER_BYTES),
    "end of the headers": (connections.HEADERS_WAIT_S,),
    "body of JSON": (bodies.MAX_JSON_BYTES,),
    "body of a form from anybody": (auth.MAX_FORM_BYTES,),
    "time for a body": (bodies.BODY_WAIT_S,),
    "time for an upload": (bodies.UPLOAD_WAIT_S,),
    "fields of a form": (bodies.MAX_FIELDS,),
    "request without a good token, its answer taken": (connections.STRANGER_REQUEST_S,),
    "connection between requests": (connections.KEEP_ALIVE_S,),
    "connections of one address": (connections.MAX_PER_ADDRESS,),
    "clip": (transcribe.MAX_CLIP_BYTES, transcribe.MAX_CLIP_S),
    "clips of one sender under way": (clip_turns()._per_owner,),
    "clips under way in all": (clip_turns()._in_all,),
    "clip being decoded": (CLIP.wall_s, CLIP.cpu_s, CLIP.memory_bytes),
    "piece of a recording": (recordings.MAX_CHUNK_BYTES,),
    "parts of a recording": (recordings.MAX_PARTS,),
    "recording being joined": (JOIN.wall_s, JOIN.memory_bytes),
    "frame of a socket": (MAX_FRAME_BYTES,),
    "bytes of a socket": (connections.SOCKET_BYTES_PER_S, connections.SOCKET_BURST_BYTES),
    "session description": (MAX_SDP_CHARS,),
    "offers of a session": (commands.OFFERS, 1 / commands.OFFERS_PER_S),
    "ICE candidates checked": (MAX_CHECKED,),
    "picture of a call": (MAX_FRAME_PIXELS,),
    "decoding of a stream": (100 * SHARE, 1000 * BURST_S),
    "picture": (pictures.MAX_ENCODED_BYTES, pictures.MAX_PIXELS, pictures.MAX_SCANS),
    "frames that kill a vision process": (monitor.KILLS_ALLOWED,),
}


def test_what_was_tried_has_tests_that_exist() -> None:
    table = PAGE.read_text().partition("<!-- tried:begin -->")[2].partition("<!-- tried:end")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 15
    for row in rows:
        named = re.findall(r"`(tests/[^`]+)`", row)
        assert named and all(exists(name) for name in named), row


def test_the_table_says_what_the_code_does() -> None:
    table = PAGE.read_text().partition("<!-- limits:begin -->")[2].partition("<!-- limits:end")[0]
    rows = [line.split("|")[1:3] for line in table.splitlines() if line.startswith("| ")][1:]
    said = {
        name.strip(): tuple(float(number) for number in re.findall(r"\d+", limit))
        for name, limit in rows
    }
    assert said == {name: tuple(map(float, numbers)) for name, numbers in EXPECTED.items()}
