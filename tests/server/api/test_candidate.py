"""What a candidate's link opens, and what it never shows."""

from __future__ import annotations

import io
import wave
from collections.abc import Sequence
from typing import Any

import aiohttp
import numpy as np
import pytest

from interview.errors import Unauthenticated, Unavailable
from interview.nouns import Word
from interview.ports.speech import EngineHealth, Hypothesis, RecogniserStream, SpokenAudio
from server.edge.auth.tickets import take_ticket
from tests.realtime.clips import encoded, sweep
from tests.server.doors import BASE, Edge, bearer


class OneWordASecond:
    """A recogniser that hears one word in each second that is not silent."""

    name = "fake"

    def __init__(self, failure: str = "") -> None:
        self.failure = failure
        self.heard: list[tuple[int, str | None]] = []
        self.unheard: tuple[tuple[float, float], ...] = ()

    async def start(self) -> None: ...

    def open_stream(
        self, *, language: str | None, hotwords: Sequence[str] = ()
    ) -> RecogniserStream:
        raise Unavailable("stt", "not in this test")

    async def transcribe(self, pcm: bytes, *, language: str | None) -> Hypothesis:
        if self.failure:
            raise Unavailable("stt", self.failure)
        samples = np.frombuffer(pcm, np.int16)
        self.heard.append((len(samples), language))
        words = [
            Word(text=f"word{n}", start_s=float(n), end_s=n + 0.5, confidence=0.5)
            for n in range(len(samples) // 16_000)
            if np.abs(samples[n * 16_000 : (n + 1) * 16_000]).max() > 1_000
        ]
        unheard = self.unheard
        return Hypothesis(tuple(words), "", len(samples) / 16_000, final=True, unheard=unheard)

    def health(self) -> EngineHealth:
        return EngineHealth("fake", available=not self.failure, reason=self.failure)

    async def aclose(self) -> None: ...


def clip(seconds: float, level: int = 8_000, rate: int = 8_000) -> bytes:
    """A WAV with a tone."""
    t = np.arange(int(seconds * rate)) / rate
    tone = (np.sin(2 * np.pi * 220 * t) * level).astype("<i2")
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(tone.tobytes())
    return buffer.getvalue()


TRANSCRIBE = "/api/candidate/transcribe"


async def test_session_shows_what_the_page_needs_and_no_more(edge: Edge) -> None:
    body = await edge.create(
        question_types=["text", "coding"], title="Backend", text_question_timer=90
    )
    answer = await edge.client.get(
        "/api/candidate/session", headers=bearer(body["candidate_token"])
    )
    shown = await answer.json()
    assert shown["session_id"] == body["session_id"]
    assert (shown["title"], shown["candidate_name"]) == ("Backend", "Ada Probe")
    assert (shown["question_count"], shown["has_coding"]) == (2, True)
    assert shown["estimated_minutes"] == 7  # 30 + 90 + 300 s
    assert (shown["grace_s"], shown["kept_until_at"], shown["stayed_away"]) == (600, None, False)
    assert shown["consent"]["version"] and len(shown["consent"]["text"]) >= 3
    assert shown["capabilities"]["stt"]["available"] is False
    assert "typed" in shown["capabilities"]["stt"]["reason"]
    text = await answer.text()
    for hidden in ("One?", "ada@example.com", "average_score", "evaluation"):
        assert hidden not in text


async def test_capabilities_tell_the_engines_own_reason(edge: Edge) -> None:
    edge.services.recogniser = OneWordASecond("The model file is missing.")
    body = await edge.create()
    answer = await edge.client.get(
        "/api/candidate/session", headers=bearer(body["candidate_token"])
    )
    stt = (await answer.json())["capabilities"]["stt"]
    assert stt == {"available": False, "engine": "fake", "reason": "The model file is missing."}


async def test_link_of_a_deleted_session_finds_nothing(edge: Edge) -> None:
    body = await edge.create()
    await edge.client.delete(f"{BASE}/session/{body['session_id']}", headers=edge.service)
    for method, path in (
        ("GET", "/api/candidate/session"),
        ("POST", "/api/candidate/ticket"),
        ("POST", TRANSCRIBE),
    ):
        headers = bearer(body["candidate_token"])
        answer = await edge.client.request(method, path, headers=headers, data=clip(1))
        assert answer.status == 404, path


async def test_ticket_works_once_within_half_a_minute(edge: Edge) -> None:
    body = await edge.create()

    async def fetch() -> str:
        answer = await edge.client.post(
            "/api/candidate/ticket", headers=bearer(body["candidate_token"])
        )
        given = await answer.json()
        assert given["session_id"] == body["session_id"]
        assert (given["expires_in_s"], given["role"]) == (30, "candidate")
        assert given["transport"] == "webrtc"
        return str(given["ticket"])

    first = await fetch()
    grant = await take_ticket(edge.services, first)
    assert (grant.session_id, grant.role) == (body["session_id"], "candidate")
    with pytest.raises(Unauthenticated):
        await take_ticket(edge.services, first)
    late = await fetch()
    edge.clock.forward(31)
    for bad in (late, "guess", "", "x" * 500):
        with pytest.raises(Unauthenticated):
            await take_ticket(edge.services, bad)


async def test_link_expires_after_a_week(edge: Edge) -> None:
    body = await edge.create()
    edge.clock.forward(7 * 86_400 + 1)
    answer = await edge.client.get(
        "/api/candidate/session", headers=bearer(body["candidate_token"])
    )
    assert answer.status == 401
    assert "expired" in (await answer.json())["detail"]


async def test_clip_is_recognised_with_words_segments_and_confidence(edge: Edge) -> None:
    recogniser = OneWordASecond()
    edge.services.recogniser = recogniser
    body = await edge.create(language="de")
    answer = await edge.client.post(
        TRANSCRIBE, data=clip(3), headers=bearer(body["candidate_token"])
    )
    heard = await answer.json()
    assert answer.status == 200, heard
    assert heard["success"] and heard["transcript"] == "word0 word1 word2"
    assert heard["confidence"] == 0.5 and heard["language"] == "de"
    assert heard["duration_s"] == pytest.approx(3, abs=0.05)
    assert [w["start_s"] for w in heard["words"]] == [0, 1, 2]
    assert [s["text"] for s in heard["segments"]] == ["word0 word1 word2"]
    samples, language = recogniser.heard[0]
    assert samples == pytest.approx(48_000, abs=400) and language == "de"


async def test_clip_as_a_form_names_its_language(edge: Edge) -> None:
    edge.services.recogniser = OneWordASecond()
    form = aiohttp.FormData()
    form.add_field("language", "fr")
    form.add_field("audio", clip(1), filename="clip.wav", content_type="audio/wav")
    answer = await edge.client.post(TRANSCRIBE, data=form, headers=edge.service)
    body = await answer.json()
    assert (body["transcript"], body["language"]) == ("word0", "fr")


async def test_a_voice_without_words_makes_the_answer_incomplete(edge: Edge) -> None:
    edge.services.recogniser = recogniser = OneWordASecond()
    answer = await edge.client.post(TRANSCRIBE, data=clip(3), headers=edge.service)
    body = await answer.json()
    assert (body["complete"], body["note"], body["unheard"]) == (True, "", [])
    recogniser.unheard = ((1.25, 2.5),)
    answer = await edge.client.post(TRANSCRIBE, data=clip(3), headers=edge.service)
    body = await answer.json()
    assert (answer.status, body["complete"], body["missing_s"]) == (200, False, 0)
    assert body["unheard"] == [{"start_s": 1.25, "end_s": 2.5}]
    assert "could not be made out: 1.2 to 2.5 s" in body["note"]


async def test_how_much_is_missing_is_no_number_where_the_file_does_not_tell(edge: Edge) -> None:
    edge.services.recogniser = OneWordASecond()
    content = encoded(sweep(3.0), "adts", "aac", 44_100)
    answer = await edge.client.post(
        TRANSCRIBE, data=content[: len(content) * 2 // 3], headers=edge.service
    )
    body = await answer.json()
    assert (answer.status, body["complete"], body["missing_s"]) == (200, False, None)
    assert "missing" in body["note"]


async def test_silence_is_empty_text_without_confidence(edge: Edge) -> None:
    edge.services.recogniser = OneWordASecond()
    answer = await edge.client.post(TRANSCRIBE, data=clip(2, level=0), headers=edge.service)
    body = await answer.json()
    assert answer.status == 200
    assert (body["transcript"], body["confidence"], body["segments"]) == ("", None, [])


@pytest.mark.parametrize(
    "content", [b"", b"not audio at all", b"RIFF\x00\x00\x00\x00WAVE", b"\x00" * 999]
)
async def test_unreadable_clip_is_an_error(edge: Edge, content: bytes) -> None:
    edge.services.recogniser = OneWordASecond()
    answer = await edge.client.post(TRANSCRIBE, data=content, headers=edge.service)
    assert answer.status == 422, await answer.text()
    assert (await answer.json())["field"] == "audio"


async def test_clip_limits(edge: Edge) -> None:
    edge.services.recogniser = OneWordASecond()
    large = await edge.client.post(TRANSCRIBE, data=bytes(10_500_000), headers=edge.service)
    assert large.status == 413
    bad = await edge.client.post(f"{TRANSCRIBE}?language=x y", data=clip(1), headers=edge.service)
    assert (bad.status, (await bad.json())["field"]) == (400, "language")
    form = aiohttp.FormData()
    form.add_field("other", clip(1), filename="clip.wav")
    missing = await edge.client.post(TRANSCRIBE, data=form, headers=edge.service)
    assert (missing.status, (await missing.json())["field"]) == (400, "audio")


async def test_clips_are_limited_for_each_principal(edge: Edge) -> None:
    edge.services.recogniser = OneWordASecond()
    tokens = [(await edge.create())["candidate_token"] for _ in range(2)]
    content = clip(0.2)
    statuses = [
        (await edge.client.post(TRANSCRIBE, data=b"", headers=bearer(tokens[0]))).status
        for _ in range(21)
    ]
    assert statuses == [422] * 20 + [429]  # one that cannot be read counts as well
    other = await edge.client.post(TRANSCRIBE, data=content, headers=bearer(tokens[1]))
    assert other.status == 200


async def test_missing_recogniser_says_so(edge: Edge) -> None:
    answer = await edge.client.post(TRANSCRIBE, data=clip(1), headers=edge.service)
    body = await answer.json()
    assert (answer.status, body["code"], body["retryable"]) == (503, "unavailable", True)
    edge.services.recogniser = OneWordASecond("The recogniser is restarting.")
    answer = await edge.client.post(TRANSCRIBE, data=clip(1), headers=edge.service)
    assert answer.status == 503
    assert "restarting" in (await answer.json())["detail"]


async def test_prompt_audio_in_whole_and_in_ranges(edge: Edge) -> None:
    body = await edge.create()
    headers = bearer(body["candidate_token"])
    path = f"/audio/{body['session_id']}/p1.wav"
    assert (await edge.client.get(path, headers=headers)).status == 404
    await edge.services.blobs.put(f"speech/{body['session_id']}/p1.wav", b"0123456789")
    whole = await edge.client.get(path, headers=headers)
    assert (whole.status, whole.content_type) == (200, "audio/wav")
    assert await whole.read() == b"0123456789"
    for asked, content in (
        ("2-4", b"234"),
        ("7-", b"789"),
        ("-3", b"789"),
        ("0-99", b"0123456789"),
    ):
        part = await edge.client.get(path, headers=headers | {"Range": f"bytes={asked}"})
        assert (part.status, await part.read()) == (206, content)
    outside = await edge.client.get(path, headers=headers | {"Range": "bytes=10-"})
    assert outside.status == 416
    assert outside.headers["Content-Range"] == "bytes */10"
    strange = await edge.client.get(
        f"/audio/{body['session_id']}/..%2F..%2Fsecret.wav", headers=headers
    )
    assert strange.status == 404


async def test_what_refers_to_other_places_is_no_clip(edge: Edge) -> None:
    edge.services.recogniser = OneWordASecond()
    body = await edge.create()
    for content in (
        b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        b"m=audio 20000 RTP/AVP 0\r\n",
        b"#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/x.ts\n",
        b"ffconcat version 1.0\nfile '/etc/passwd'\n",
    ):
        answer = await edge.client.post(
            TRANSCRIBE, data=content, headers=bearer(body["candidate_token"])
        )
        refused = await answer.json()
        assert (answer.status, refused["field"]) == (422, "audio"), refused
        assert "no kind of audio" in refused["detail"]


class OneTone:
    """A voice that says everything as half a second of sound."""

    name = "fake"

    async def start(self) -> None: ...

    async def synthesise(
        self, text: str, *, language: str, voice: str | None = None, rate: float = 1.0
    ) -> SpokenAudio:
        self.said = text
        return SpokenAudio(b"\x10\x10" * 8_000, 16_000, (), "fake", "fake")

    def health(self) -> EngineHealth:
        return EngineHealth("fake", available=True, reason="")

    async def aclose(self) -> None: ...


async def test_the_practice_question_is_said_and_leaves_nothing_behind(edge: Edge) -> None:
    body = await edge.create()
    headers = bearer(body["candidate_token"])
    path = "/api/candidate/practice"
    assert (await edge.client.get(path, headers=headers)).status == 503
    voice = edge.services.synthesiser = OneTone()
    before = await edge.services.live.state(body["session_id"])
    answer = await edge.client.get(path, headers=headers)
    assert (answer.status, answer.content_type) == (200, "audio/wav")
    with wave.open(io.BytesIO(await answer.read())) as file:
        assert file.getnframes() == 8_000
    shown = await (await edge.client.get("/api/candidate/session", headers=headers)).json()
    assert shown["practice"] in voice.said and "nothing of it is kept" in voice.said
    after = await edge.services.live.state(body["session_id"])
    assert (after.dialogue, after.answers) == (before.dialogue, ())
    assert await edge.services.blobs.keys(f"speech/{body['session_id']}") == []


async def test_the_room_has_the_theme_that_the_organisation_chose(edge: Edge) -> None:
    own = bearer((await edge.create())["candidate_token"])

    async def session() -> dict[str, Any]:
        answer = await edge.client.get("/api/candidate/session", headers=own)
        found: dict[str, Any] = await answer.json()
        return found

    assert (await session())["theme"] is None
    put = await edge.client.put(
        "/api/v1/interviewer/settings/theme",
        json={"primary_color": "#8a145a"},
        headers=edge.service,
    )
    assert put.status == 200
    shown = await session()
    assert shown["theme"]["primary_color"] == "#8a145a" and shown["company"] == "Default"
