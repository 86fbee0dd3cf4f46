"""Recordings over HTTP: pieces in, one playable file out, and nothing acknowledged that is lost."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import pytest
from aiohttp import ClientResponse

from interview.commands import DeliverPrompt, EndSession, GiveConsent, JoinCandidate, StartSession
from interview.effects import REPORT
from interview.errors import Unavailable
from interview.nouns import CONSENT_TEXT_VERSION
from interview.ports.storage import JobRequest
from server.api import recordings
from server.edge.auth.candidates import candidate_token
from server.edge.auth.signing import sign_path
from server.platform.purge import erase
from tests.realtime.test_voices import HEARD, loudness, prompt, sound
from tests.realtime.webm import live_mp4, live_webm, split
from tests.server.doors import Edge, bearer, running

UPLOADS = "/api/candidate/recording"


@pytest.fixture(scope="module")
def pieces() -> list[bytes]:
    """3 s from a browser, in five pieces."""
    return split(live_webm(3), 5)


@dataclass
class Browser:
    """A candidate's browser that has something to upload."""

    edge: Edge
    session_id: str

    @property
    def headers(self) -> dict[str, str]:
        return bearer(candidate_token(self.edge.services, self.session_id))

    async def put(
        self, number: int | str, content: bytes, part: str = "p1", **changes: str
    ) -> ClientResponse:
        headers = {
            "Content-Type": "video/webm",
            "X-Chunk-Sha256": hashlib.sha256(content).hexdigest(),
            "X-Part-Start-S": "1.5",
            "X-Chunk-Duration-S": "0.6",
        }
        headers |= {name.replace("_", "-"): value for name, value in changes.items()}
        return await self.edge.client.put(
            f"{UPLOADS}/{part}/{number}", data=content, headers=self.headers | headers
        )

    async def put_all(self, pieces: list[bytes], part: str = "p1", **changes: str) -> None:
        for number, content in enumerate(pieces):
            answer = await self.put(number, content, part, **changes)
            assert answer.status == 200, await answer.text()

    async def complete(self, chunks: int, part: str = "p1") -> ClientResponse:
        body = {"chunks": chunks, "duration_s": 3.0}
        return await self.edge.client.post(
            f"{UPLOADS}/{part}/complete", json=body, headers=self.headers
        )

    async def end(self) -> None:
        await self.edge.registry.command(
            self.session_id, EndSession(by="candidate", reason="candidate_ended")
        )

    async def media(self, **headers: str) -> ClientResponse:
        return await self.edge.client.get(
            f"/api/reports/{self.session_id}/recording", headers=self.edge.service | headers
        )


@pytest.fixture
async def edge(tmp_path: Path) -> AsyncIterator[Edge]:
    async with running(tmp_path) as started:
        yield started


@pytest.fixture
async def browser(edge: Edge) -> Browser:
    """A candidate who has consented."""
    session_id = (await edge.create())["session_id"]
    for command in (
        StartSession(by="test"),
        JoinCandidate(connection_id="c"),
        GiveConsent(granted=True, text_version=CONSENT_TEXT_VERSION),
    ):
        await edge.registry.command(session_id, command)
    return Browser(edge, session_id)


async def problem(answer: ClientResponse, status: int) -> dict[str, Any]:
    body: dict[str, Any] = await answer.json()
    assert answer.status == status, body
    return body


async def pictures(answer: ClientResponse) -> int:
    """Decode it all; how many pictures there are."""
    content = await answer.read()
    with av.open(io.BytesIO(content), mode="r") as container:
        return len(list(container.decode(video=0)))


async def test_pieces_become_one_file_that_plays_in_ranges(
    browser: Browser, pieces: list[bytes]
) -> None:
    await browser.put_all(pieces)
    answer = await browser.complete(5)
    assert await answer.json() == {"part_id": "p1", "complete": True, "missing": []}
    assert (await browser.media()).status == 404  # not while it goes on
    await browser.end()
    whole = await browser.media()
    assert (whole.status, whole.content_type) == (200, "video/webm")
    assert whole.headers["Accept-Ranges"] == "bytes" and await pictures(whole) == 30
    content = await whole.read()
    middle = await browser.media(Range="bytes=100-299")
    assert middle.status == 206 and await middle.read() == content[100:300]
    assert middle.headers["Content-Range"] == f"bytes 100-299/{len(content)}"
    tail = await browser.media(Range="bytes=-50")
    assert tail.status == 206 and await tail.read() == content[-50:]
    assert (await browser.media(Range=f"bytes={len(content)}-")).status == 416
    etag = whole.headers["ETag"]
    same = await browser.media(Range="bytes=0-9", **{"If-Range": etag})
    other = await browser.media(Range="bytes=0-9", **{"If-Range": '"older"'})
    assert (same.status, other.status) == (206, 200)
    head = await browser.edge.client.head(
        f"/api/reports/{browser.session_id}/recording", headers=browser.edge.service
    )
    assert head.status == 200 and head.content_length == len(content)


async def test_what_safari_records_is_played_as_mp4_with_the_interviewers_voice(
    browser: Browser,
) -> None:
    await browser.put_all(split(live_mp4(3), 5), Content_Type="video/mp4")
    assert (await browser.complete(5)).status == 200
    await browser.end()
    whole = await browser.media()
    assert (whole.status, whole.content_type) == (200, "video/mp4")
    assert await pictures(whole) == 30
    part = await browser.media(Range="bytes=0-99")
    assert (part.status, part.content_type) == (206, "video/mp4")
    report = await browser.edge.services.recordings.report(
        await browser.edge.registry.state(browser.session_id)
    )
    assert report is not None and report.available and report.mime == "video/mp4"


async def test_an_answer_means_that_it_is_stored_and_a_repeat_is_harmless(
    browser: Browser, pieces: list[bytes]
) -> None:
    sha = hashlib.sha256(pieces[0]).hexdigest()
    for _ in range(3):
        answer = await browser.put(0, pieces[0])
        expected = {"part_id": "p1", "number": 0, "sha256": sha, "acked": True}
        assert await answer.json() == expected
    (chunk,) = await browser.edge.services.storage.recordings.chunks(browser.session_id)
    assert await browser.edge.services.blobs.get(chunk.blob_key) == pieces[0]
    assert (chunk.start_s, chunk.duration_s, chunk.mime) == (1.5, 0.6, "video/webm")


async def test_a_browser_learns_where_to_go_on(browser: Browser, pieces: list[bytes]) -> None:
    for number in (0, 1, 3):
        await browser.put(number, pieces[number])
    path, headers = f"{UPLOADS}/p1", browser.headers
    answer = await browser.edge.client.get(path, headers=headers)
    assert await answer.json() == {"part_id": "p1", "numbers": [0, 1, 3], "next_number": 2}
    answer = await browser.edge.client.get(f"{UPLOADS}/other", headers=headers)
    assert await answer.json() == {"part_id": "other", "numbers": [], "next_number": 0}
    answer = await browser.complete(5)
    assert await answer.json() == {"part_id": "p1", "complete": False, "missing": [2, 4]}


async def test_other_bytes_than_announced_are_refused_and_leave_nothing(
    browser: Browser, pieces: list[bytes]
) -> None:
    wrong = await browser.put(0, pieces[0], X_Chunk_Sha256="0" * 64)
    assert (await problem(wrong, 422))["code"] == "integrity_error"
    assert await browser.edge.services.blobs.keys("recordings") == []
    assert (await browser.put(0, pieces[0])).status == 200
    changed = await browser.put(0, b"something else")
    assert (await problem(changed, 422))["code"] == "integrity_error"
    (chunk,) = await browser.edge.services.storage.recordings.chunks(browser.session_id)
    assert await browser.edge.services.blobs.keys("recordings") == [chunk.blob_key]
    assert await browser.edge.services.blobs.get(chunk.blob_key) == pieces[0]


@pytest.mark.parametrize(
    ("number", "part", "changes"),
    [
        ("x", "p1", {}),
        ("-1", "p1", {}),
        ("50000", "p1", {}),
        ("0", "p%20x", {}),
        ("0", "p" * 65, {}),
        ("0", "p1", {"X_Chunk_Sha256": "abc"}),
        ("0", "p1", {"X_Part_Start_S": "soon"}),
        ("0", "p1", {"X_Part_Start_S": "nan"}),
        ("0", "p1", {"X_Chunk_Duration_S": "-1"}),
        ("0", "p1", {"X_Part_Start_S": "inf"}),
        ("0", "p1", {"Content_Type": "text/html"}),
    ],
)
async def test_unusable_uploads_are_refused_with_the_reason(
    browser: Browser, number: str, part: str, changes: dict[str, str]
) -> None:
    answer = await browser.put(number, b"x", part, **changes)
    assert (await problem(answer, 400))["field"]
    assert await browser.edge.services.blobs.keys("recordings") == []


async def test_a_piece_that_is_too_big_is_refused_however_it_is_sent(browser: Browser) -> None:
    content = b"x" * (8 * 1024 * 1024 + 1)
    assert (await problem(await browser.put(0, content), 413))["code"] == "too_large"

    async def stream() -> AsyncIterator[bytes]:
        for _ in range(9):
            yield b"x" * 1024 * 1024

    headers = {
        "Content-Type": "video/webm",
        "X-Chunk-Sha256": "0" * 64,
        "X-Part-Start-S": "0",
        "X-Chunk-Duration-S": "1",
    }
    answer = await browser.edge.client.put(
        f"{UPLOADS}/p1/0", data=stream(), headers=browser.headers | headers
    )
    assert answer.status == 413
    exactly = await browser.put(0, content[1:])
    assert exactly.status == 200


async def test_one_interview_cannot_fill_the_disk(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.api.recordings.MAX_SESSION_BYTES", 100)
    assert (await browser.put(0, b"x" * 60)).status == 200
    assert (await problem(await browser.put(1, b"x" * 60), 413))["code"] == "too_large"
    assert (await browser.put(1, b"x" * 40)).status == 200


async def test_a_full_disk_is_told_and_the_interview_goes_on(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(key: str, content: bytes) -> None:
        raise Unavailable("blobs", "the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(browser.edge.services.blobs, "put", full)
        answer = await browser.put(0, b"x")
        body = await problem(answer, 503)
        assert body["retryable"] and int(answer.headers["Retry-After"]) > 0
    state = await browser.edge.registry.state(browser.session_id)
    assert state.status.value == "in_progress"
    assert (await browser.put(0, b"x")).status == 200


async def test_nothing_is_taken_without_consent_or_from_others(edge: Edge, tmp_path: Path) -> None:
    session_id = (await edge.create())["session_id"]
    stranger = Browser(edge, session_id)
    assert "consent" in (await problem(await stranger.put(0, b"x"), 403))["detail"]
    assert (await problem(await stranger.complete(1), 403))["code"] == "forbidden"
    unknown = Browser(edge, "22222222-2222-4222-8222-222222222222")
    assert (await unknown.put(0, b"x")).status == 404


async def test_pieces_may_come_for_a_day_after_the_end_and_are_joined_in(
    browser: Browser, pieces: list[bytes]
) -> None:
    await browser.put_all(pieces[:2])
    await browser.end()
    early = await browser.media()
    assert await pictures(early) < 30
    browser.edge.clock.forward(23 * 3600)
    for number in (2, 3, 4):
        assert (await browser.put(number, pieces[number])).status == 200
    assert (await (await browser.complete(5)).json())["complete"]
    late = await browser.media()
    assert await pictures(late) == 30 and late.headers["ETag"] != early.headers["ETag"]
    kept = await browser.edge.services.blobs.keys(f"recordings/{browser.session_id}/joined")
    assert len(kept) == 2  # the file and its manifest; the earlier one is gone
    jobs, now = browser.edge.services.storage.jobs, browser.edge.clock()
    asked = [await jobs.lease([REPORT], "test", now, 60) for _ in range(2)]
    assert asked[0] is not None and asked[1] is None, "one new report"
    browser.edge.clock.forward(2 * 3600)
    assert (await problem(await browser.put(5, b"x"), 410))["code"] == "gone"


async def test_a_signed_address_plays_without_credentials(
    browser: Browser, pieces: list[bytes]
) -> None:
    await browser.put_all(pieces)
    await browser.end()
    services = browser.edge.services
    for path in (
        f"/api/reports/{browser.session_id}/recording",
        f"/api/recordings/{browser.session_id}/media",
    ):
        url = sign_path(services.keys, path, 60, services.clock())
        answer = await browser.edge.client.get(url, headers={"Range": "bytes=0-"})
        assert answer.status == 206 and await pictures(answer) == 30
        assert (await browser.edge.client.get(path)).status == 401
        own = await browser.edge.client.get(path, headers=browser.headers)
        assert own.status == 403
    browser.edge.clock.forward(61)
    assert (await browser.edge.client.get(url)).status == 403


async def test_the_report_says_how_much_was_recorded(browser: Browser, pieces: list[bytes]) -> None:
    services = browser.edge.services
    state = await browser.edge.registry.state(browser.session_id)
    assert await services.recordings.report(state) is None
    browser.edge.clock.forward(3)
    await browser.put_all(pieces, X_Part_Start_S="0")
    await browser.end()
    state = await browser.edge.registry.state(browser.session_id)
    found = await services.recordings.report(state)
    assert found is not None and found.available and found.mime == "video/webm"
    percent = found.coverage_percent  # the clock goes on while a full machine stores the pieces
    assert percent is not None and 40 < percent <= 100
    assert re.fullmatch(rf"{percent:.0f} % of 0:0\d, no reconnect", found.statement)
    assert found.timeline[0].session_start_s == 0 and found.timeline[0].recording_start_s == 0
    assert found.timeline[0].duration_s == pytest.approx(3, abs=0.15)


async def test_a_recording_that_cannot_be_played_is_said_to_be_so(browser: Browser) -> None:
    await browser.put_all([b"no video at all" * 50])
    await browser.end()
    assert (await browser.media()).status == 404
    state = await browser.edge.registry.state(browser.session_id)
    found = await browser.edge.services.recordings.report(state)
    assert found is not None and not found.available and found.coverage_percent == 0
    assert found.reason == "A part of the recording cannot be read."


async def test_an_erased_session_leaves_no_recording(browser: Browser, pieces: list[bytes]) -> None:
    await browser.put_all(pieces)
    await browser.end()
    assert (await browser.media()).status == 200
    assert await erase(browser.edge.services, browser.session_id)
    assert await browser.edge.services.blobs.keys("recordings") == []
    assert (await browser.media()).status == 404
    assert (await browser.put(9, b"x")).status == 404
    assert not list((browser.edge.data_dir / "blobs" / "recordings").glob("*"))


async def test_completing_again_and_again_makes_no_work(
    edge: Edge, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What changes nothing asks for nothing, and ever new parts come to an end."""
    monkeypatch.setattr(recordings, "MAX_PARTS", 5)
    asked: list[str] = []
    put = edge.services.storage.jobs.enqueue

    async def counted(request: JobRequest) -> str:
        asked.append(request.kind)
        return await put(request)

    monkeypatch.setattr(edge.services.storage.jobs, "enqueue", counted)
    await browser.end()
    asked.clear()
    for _ in range(20):
        assert (await browser.complete(5)).status == 200
    assert asked == ["report"]
    statuses = [(await browser.complete(1, f"part-{n}")).status for n in range(20)]
    assert statuses == [200] * 4 + [413] * 16
    assert len(asked) == 5


async def test_the_interviewer_is_heard_in_the_recording_when_it_spoke(
    edge: Edge, pieces: list[bytes], tmp_path: Path
) -> None:
    session_id = (await edge.create())["session_id"]
    browser = Browser(edge, session_id)
    await edge.registry.command(session_id, StartSession(by="test"))
    joined = await edge.registry.command(session_id, JoinCandidate(connection_id="c"))
    assert joined.prompt is not None
    said = prompt(tmp_path, 1_000, 0, 0)
    key = f"speech/{session_id}/{joined.prompt.prompt_id}.wav"
    await edge.services.blobs.put(key, Path(said.path).read_bytes())  # noqa: ASYNC240
    edge.clock.forward(2)
    heard = DeliverPrompt(prompt_id=joined.prompt.prompt_id, played_s=1.0, duration_s=2.0)
    await edge.registry.command(session_id, heard)
    consent = GiveConsent(granted=True, text_version=CONSENT_TEXT_VERSION)
    await edge.registry.command(session_id, consent)
    await browser.put_all(pieces, X_Part_Start_S="0")
    await browser.complete(len(pieces))
    await browser.end()
    path = tmp_path / "recording.webm"
    path.write_bytes(await (await browser.media()).read())  # noqa: ASYNC240
    found = sound(str(path))
    assert loudness(found, 1_000, 1.2, 1.9) > 0.15
    assert loudness(found, 1_000, 0, 0.9) < HEARD > loudness(found, 1_000, 2.3, 2.9)
    assert loudness(found, 440, 0.2, 2.8) > 0.2, "the candidate is there as well"
