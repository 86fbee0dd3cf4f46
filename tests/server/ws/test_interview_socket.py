"""`/ws/interview` over a real server with a real store; no engines."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType
from aiohttp.test_utils import TestClient, TestServer

from interview.commands import SetTags
from interview.errors import Unavailable
from interview.events import PromptDelivered, StoredEvent
from interview.ports.speech import SpokenAudio
from server.app import build_app
from server.live import connection, mouth, voices
from server.live.speech import SpeechRequest
from server.settings import Settings
from server.wiring.process import Process, assemble
from tests.fakes.engines import ToneSynthesiser

Frame = dict[str, Any]


class Sitting:
    """One process with a client, and helpers to hold an interview."""

    def __init__(self, process: Process, client: TestClient[Any, Any]) -> None:
        self.process = process
        self.client = client
        self.key = {"X-API-Key": process.services.keys.service}

    async def create(self, **overrides: Any) -> Frame:
        body = {
            "name": "Ada",
            "email": "ada@example.com",
            "questions": ["What is a stack?", "What is a heap?"],
            **overrides,
        }
        answer = await self.client.post(
            "/api/parallel_interview/create", json=body, headers=self.key
        )
        assert answer.status == 200, await answer.text()
        created: Frame = await answer.json()
        return created

    async def join(self, created: Frame, **query: Any) -> Line:
        bearer = {"Authorization": f"Bearer {created['candidate_token']}"}
        answer = await self.client.post("/api/candidate/ticket", headers=bearer)
        return await self._open(created, (await answer.json())["ticket"], query)

    async def observe(self, created: Frame, **query: Any) -> Line:
        path = f"/api/parallel_interview/session/{created['session_id']}/ticket"
        answer = await self.client.post(path, headers=self.key)
        return await self._open(created, (await answer.json())["ticket"], query)

    async def _open(self, created: Frame, ticket: str, query: Frame) -> Line:
        parameters = {"session_id": created["session_id"], "ticket": ticket, **query}
        line = Line(await self.client.ws_connect("/ws/interview", params=parameters))
        line.welcome = await line.until("welcome")
        return line


class Line:
    """One socket; keeps every frame."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket
        self.frames: list[Frame] = []
        self.unread: list[Frame] = []
        self.welcome: Frame = {}

    async def send(self, **frame: Any) -> None:
        await self.socket.send_str(json.dumps(frame))

    async def until(self, kind: str, where: Callable[[Frame], bool] = lambda _: True) -> Frame:
        """The first frame of that kind that no earlier call has returned."""
        for early in self.unread:
            if early["type"] == kind and where(early):
                self.unread.remove(early)
                return early
        while True:
            message = await self.socket.receive(timeout=20)
            assert message.type is WSMsgType.TEXT, (message, [f["type"] for f in self.frames])
            frame: Frame = json.loads(message.data)
            self.frames.append(frame)
            if frame["type"] == kind and where(frame):
                return frame
            self.unread.append(frame)

    async def question(self, number: int) -> Frame:
        return await self.until("question", lambda f: f["question_number"] == number)

    async def closed(self) -> tuple[int | None, str]:
        """Read to the close frame; its code and reason."""
        while True:
            message = await self.socket.receive(timeout=20)
            if message.type is WSMsgType.CLOSE:
                return int(message.data), str(message.extra or "")
            assert message.type is WSMsgType.TEXT, message
            self.frames.append(json.loads(message.data))

    async def consent(self) -> None:
        await self.send(type="consent", granted=True, text_version="2026-11")


@pytest.fixture(autouse=True)
def readers_are_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A prompt without a voice waits for nobody to read it."""
    monkeypatch.setattr(mouth, "READING_S_PER_WORD", 0.0)


@pytest.fixture
async def sitting(tmp_path: Path) -> AsyncIterator[Sitting]:
    process = await assemble(
        Settings(data_dir=tmp_path / "data", stt="none", tts="none", host="127.0.0.1")
    )
    client = TestClient(TestServer(build_app(process.services)))
    await client.start_server()
    await process.start()
    yield Sitting(process, client)
    await client.close()
    await process.close()


async def test_handshake_order_greeting_consent_questions_conclusion(sitting: Sitting) -> None:
    created = await sitting.create()
    line = await sitting.join(created)
    assert line.welcome["snapshot"]["status"] == "initialized"
    await sitting.client.post(
        f"/api/parallel_interview/session/{created['session_id']}/start", headers=sitting.key
    )
    greeting = await line.until("question")
    assert greeting["purpose"] == "greeting" and greeting["start_recording"] is True
    assert greeting["proctoring_session_id"] == created["session_id"]
    await line.send(type="text_response", content="yes, I am ready")
    first = await line.question(1)
    assert first["timer_seconds"] == 120 and first["question_type"] == "text"
    await line.send(type="text_response", content="Last in, first out.", id="x")
    saved = await line.until("processing_response")
    ack = await line.until("ack")
    assert ack["ref"] == "x" and saved["question_number"] == 1
    second = await line.question(2)
    assert second["total_questions"] == 1
    await line.send(type="text_response", content="A tree that keeps its minimum at the root.")
    concluded = await line.until("interview_concluded")
    assert concluded["stop_recording"] and concluded["timer_seconds"] == 0
    assert concluded["status"] == "completed" and concluded["total_questions"] == 2


async def test_acknowledged_means_stored(sitting: Sitting) -> None:
    created = await sitting.create()
    line = await sitting.join(created)
    await line.consent()
    await line.question(1)
    await line.send(type="text_response", content="An answer.", answer_id="a", id="1")
    ack = await line.until("ack")
    stored = await sitting.process.services.storage.events.read(created["session_id"])
    recorded = [item for item in stored if item.event.type == "answer_recorded"]
    assert recorded[0].seq <= ack["last_seq"]
    await line.send(type="text_response", content="An answer.", answer_id="a", id="2")
    await line.until("ack", lambda f: f["ref"] == "2")
    again = await sitting.process.services.storage.events.read(created["session_id"])
    assert sum(item.event.type == "answer_recorded" for item in again) == 1


async def test_a_late_answer_is_refused_and_kept_for_the_record(sitting: Sitting) -> None:
    created = await sitting.create()
    line = await sitting.join(created)
    await line.consent()
    await line.question(1)
    await line.send(type="text_response", content="First.", answer_id="a", question_number=1)
    await line.question(2)
    await line.send(type="text_response", content="Late.", answer_id="b", question_number=1)
    assert (await line.until("error"))["code"] == "answer_late"
    state = await sitting.process.live.registry.state(created["session_id"])
    assert [answer.answer_id for answer in state.answers] == ["a"]
    assert [refusal.answer_id for refusal in state.refused] == ["b"]


async def test_a_clients_ids_are_free_after_answers_that_nobody_named(sitting: Sitting) -> None:
    created = await sitting.create(text_question_timer=1)
    line = await sitting.join(created)
    await line.consent()
    silent = await line.until("processing_response")
    assert silent["outcome"] == "no_response"
    await line.question(2)
    mine = silent["answer_id"]
    await line.send(type="text_response", content="A tree.", answer_id=mine, question_number=2)
    saved = await line.until("processing_response")
    assert saved["question_number"] == 2 and saved["answer_id"] != mine
    state = await sitting.process.live.registry.state(created["session_id"])
    assert [answer.content for answer in state.answers] == ["", "A tree."]


@pytest.mark.parametrize("number", [1, None])
async def test_an_answer_to_a_question_that_has_just_closed_stays_with_it(
    sitting: Sitting, monkeypatch: pytest.MonkeyPatch, number: int | None
) -> None:
    """Also without a number, as long as the next question has not been sent."""
    created = await sitting.create(text_question_timer=1)
    line = await sitting.join(created)
    await line.consent()
    await line.question(1)
    speech = sitting.process.live.registry.context.speech
    spoken = asyncio.Event()

    async def obtain(request: SpeechRequest) -> SpokenAudio:
        await spoken.wait()  # the second question is being synthesised
        raise Unavailable("tts", "none")

    monkeypatch.setattr(speech, "obtain", obtain)
    await line.until("processing_response")
    await line.send(type="text_response", content="late words", id="m1", question_number=number)
    await line.until("ack")
    spoken.set()
    again = await line.until("processing_response")
    assert (again["question_number"], again["outcome"]) == (1, "timed_out")
    await line.question(2)
    state = await sitting.process.live.registry.state(created["session_id"])
    assert [answer.content for answer in state.answers] == ["late words"]
    assert state.question_number == 2


async def test_resume_sends_only_what_was_missed(sitting: Sitting) -> None:
    created = await sitting.create()
    line = await sitting.join(created)
    await line.consent()
    await line.question(1)
    seen = max(frame["seq"] for frame in line.frames if frame.get("seq"))
    await line.send(type="text_response", content="While you look away.", answer_id="a", id="1")
    await line.until("ack")
    await line.socket.close()
    back = await sitting.join(created, last_seq=seen)
    assert back.welcome["resumed"] and back.welcome["last_seq"] > seen
    missed = await back.until("processing_response")
    assert missed["answer_id"] == "a" and missed["seq"] > seen
    assert back.welcome["snapshot"]["answered"][0]["content"] == "While you look away."


async def test_a_long_log_is_replayed_to_whoever_takes_it(
    sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    created = await sitting.create(questions=[f"Question {n}?" for n in range(1, 9)])
    line = await sitting.join(created)
    await line.consent()
    for number in range(1, 8):
        await line.question(number)
        await line.send(type="text_response", content=f"Answer {number}.", answer_id=f"a{number}")
    await line.question(8)
    await line.socket.close()
    monkeypatch.setattr(connection, "MAX_QUEUED_FRAMES", 8)
    for again in (
        await sitting.observe(created, last_seq=0),
        await sitting.join(created, last_seq=0),
    ):
        assert again.welcome["resumed"]
        await again.question(8)
        old = [frame["seq"] for frame in again.frames if frame.get("seq")]
        assert len(old) > 16 and old == sorted(old)


async def test_return_within_grace_same_question_no_new_greeting(sitting: Sitting) -> None:
    created = await sitting.create()
    line = await sitting.join(created)
    await line.consent()
    first = await line.question(1)
    await line.until("timer", lambda f: f["timer"]["state"] == "running")
    await line.socket.close()
    async with asyncio.timeout(20):
        state = await sitting.process.live.registry.state(created["session_id"])
        while state.phase != "reconnecting":
            await asyncio.sleep(0.02)
            state = await sitting.process.live.registry.state(created["session_id"])
    back = await sitting.join(created)
    shown = back.welcome["snapshot"]
    assert shown["question_number"] == 1 and shown["timer"]["remaining_s"] > 100
    again = await back.until("question")
    assert again["content"] == first["content"] and again["purpose"] == "question"


async def test_the_newer_tab_wins(sitting: Sitting) -> None:
    created = await sitting.create()
    first = await sitting.join(created)
    second = await sitting.join(created)
    await first.until("takeover")
    assert (await first.closed())[0] == 1008
    await second.send(type="ping", t=4.0)
    assert (await second.until("pong"))["t"] == 4.0


async def test_observers_watch_with_evaluations_and_cannot_act(sitting: Sitting) -> None:
    created = await sitting.create()
    line, watcher = await sitting.join(created), await sitting.observe(created)
    assert watcher.welcome["role"] == "observer"
    await watcher.send(type="skip", id="s")
    assert (await watcher.until("error"))["code"] == "forbidden"
    await line.consent()
    await line.question(1)
    await line.send(type="text_response", content="A stack is last in, first out.")
    saved = await watcher.until("processing_response")
    assert saved["answer"] == "A stack is last in, first out." and saved["question"]
    await watcher.until("answer_evaluation")
    await line.question(2)
    own = next(f for f in line.frames if f["type"] == "processing_response")
    assert own["answer_id"] == saved["answer_id"] and own["seq"] == saved["seq"]
    assert own["answer"] is None and own["question"] is None
    await line.send(type="end_interview", content="half an ans")
    await line.until("interview_concluded")
    await line.closed()
    assert not any("evaluation" in frame["type"] for frame in line.frames)
    assert not any(f.get("final_average_score") is not None for f in line.frames)
    state = await sitting.process.live.registry.state(created["session_id"])
    assert state.answers[1].content == "half an ans"


async def test_observers_see_code_as_it_is_typed_and_nothing_of_it_is_stored(
    sitting: Sitting,
) -> None:
    created = await sitting.create(question_types=["text", "coding"])
    line, watcher = await sitting.join(created), await sitting.observe(created)
    await line.consent()
    await line.question(1)
    await line.send(type="code_draft", question_number=1, code="no code here", id="a")
    await line.until("ack")
    await line.send(type="text_response", content="A stack is last in, first out.")
    await line.question(2)
    await line.send(type="code_draft", question_number=2, code="def f", id="b")
    await line.until("ack", lambda f: f["ref"] == "b")
    draft = await watcher.until("code_draft")
    assert (draft["question_number"], draft["code"], draft["seq"]) == (2, "def f", None)
    assert not any(frame["type"] == "code_draft" for frame in line.frames)
    await line.send(type="text_response", content="", code="def f(): pass", question_number=2)
    await watcher.until("interview_concluded")
    events = await sitting.process.services.storage.events.read(created["session_id"])
    assert not any("no code here" in item.model_dump_json() for item in events)


async def test_bad_frames_are_answered_and_survived(sitting: Sitting) -> None:
    created = await sitting.create()
    line = await sitting.join(created)
    for bad in ("{", "[]", "7", '{"type":"nonsense"}', '{"type":"text_response"}'):
        await line.socket.send_str(bad)
        assert (await line.until("error"))["code"] == "invalid_frame"
    await line.socket.send_bytes(b"\x01")
    assert (await line.until("error"))["field"] == "frame"
    await line.socket.send_str("z" * 300_000)
    assert (await line.until("error"))["code"] == "too_large"
    await line.send(type="repeat", id="r")
    assert (await line.until("error"))["ref"] == "r"
    await line.consent()
    assert (await line.until("question"))["purpose"] == "greeting"


async def test_a_socket_without_a_good_ticket_gets_1008_and_no_data(sitting: Sitting) -> None:
    created = await sitting.create()
    for parameters in (
        {"session_id": created["session_id"]},
        {"session_id": created["session_id"], "ticket": "no"},
        {"session_id": "11111111-1111-4111-8111-111111111111", "ticket": "no"},
    ):
        socket = await sitting.client.ws_connect("/ws/interview", params=parameters)
        message = await socket.receive(timeout=20)
        assert message.type is WSMsgType.CLOSE and socket.close_code == 1008


async def test_delete_closes_open_sockets(sitting: Sitting) -> None:
    created = await sitting.create()
    line = await sitting.join(created)
    path = f"/api/parallel_interview/session/{created['session_id']}"
    assert (await sitting.client.delete(path, headers=sitting.key)).status == 200
    assert (await line.closed())[0] == 1008
    assert (await sitting.client.get(path, headers=sitting.key)).status == 404


async def test_shutdown_tells_sockets_and_stops_the_clock(sitting: Sitting) -> None:
    created = await sitting.create()
    line = await sitting.join(created)
    await line.consent()
    await line.question(1)
    await sitting.process.live.registry.shutdown()
    assert (await line.until("error"))["code"] == "server_restarting"
    assert (await line.closed())[0] == 1012
    stored = await sitting.process.services.storage.events.read(created["session_id"])
    assert [item.event.type for item in stored[-2:]] == ["candidate_left", "room_closed"]


async def test_a_voice_that_fails_in_mid_interview_leaves_text_and_a_note(
    sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The question is there to be read at once, says why it is not heard, and the report too."""
    voice = ToneSynthesiser(char_s=0.002)
    monkeypatch.setattr(sitting.process.live.registry.context.speech, "_synthesiser", voice)
    created = await sitting.create(questions=["One?", "Two?", "Three?"])
    line = await sitting.join(created)
    await line.consent()
    first = await line.question(1)
    assert first["audio_file"] and not first["speech_failed"]
    await until(lambda: any("Two?" in text for text in voice.texts))  # prepared while One is asked
    voice.fail("the process ended")
    await line.send(type="text_response", content="Last in, first out.")
    assert (await line.question(2))["audio_file"], "what was prepared is still spoken"
    await line.send(type="text_response", content="A tree.")
    unspoken = await line.question(3)
    assert unspoken["content"].endswith("Three?")
    assert unspoken["speech_failed"] is True and unspoken["audio_file"] is None
    assert unspoken["timer_seconds"] == 120
    await line.send(type="text_response", content="An answer to what I read.")
    await line.until("interview_concluded")
    await line.closed()
    report = await report_of(sitting, created["session_id"])
    notes = [note for note in report["capability_notes"] if note["component"] == "tts"]
    assert len(notes) == 1 and "shown as text because" in notes[0]["note"]
    events = await sitting.process.services.storage.events.read(created["session_id"])
    failed = [e.event for e in events if isinstance(e.event, PromptDelivered) and e.event.failure]
    assert failed and {event.how for event in failed} == {"text"}


async def until(true: Callable[[], bool]) -> None:
    """Let the loop turn until something is so."""
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 - watched from outside, no event tells it
            await asyncio.sleep(0.01)


async def report_of(sitting: Sitting, session_id: str) -> Frame:
    """The report, when the jobs have written it."""
    async with asyncio.timeout(20):
        while True:
            answer = await sitting.client.get(f"/api/reports/{session_id}", headers=sitting.key)
            if answer.status == 200:
                body: Frame = (await answer.json())["report"]
                return body
            await asyncio.sleep(0.05)


async def test_offers_are_few(sitting: Sitting) -> None:
    """Each offer has packets sent to addresses that its sender names."""
    created = await sitting.create()
    line = await sitting.join(created)
    await line.consent()
    await line.question(1)
    codes = []
    for number in range(30):
        await line.send(type="webrtc_offer", sdp="v=0", id=f"o{number}")
        codes.append((await line.until("error"))["code"])
    assert codes[:12] == ["invalid_input"] * 12 and codes[13:] == ["rate_limited"] * 17


async def test_a_skip_is_announced_and_taken_back(sitting: Sitting) -> None:
    created = await sitting.create()
    line = await sitting.join(created)
    await line.consent()
    await line.question(1)
    await line.until("state", lambda f: f["phase"] == "answering")
    await asyncio.sleep(0.05)
    await line.send(type="skip", id="s")
    announced = await line.until("state", lambda f: f["skipping_until_at"] is not None)
    assert announced["question_number"] == 1
    await line.send(type="undo_skip", id="u")
    await line.until("state", lambda f: f["skipping_until_at"] is None)
    await line.until("ack", lambda f: f["ref"] == "u")


async def test_a_page_says_that_its_microphone_is_gone_and_there_again(
    sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[bool] = []
    monkeypatch.setattr(voices.VoiceDesk, "microphone", lambda desk, *, there: told.append(there))
    line = await sitting.join(await sitting.create())
    for number, said in enumerate(({}, {"microphone": False}, {"microphone": True})):
        await line.send(type="devices", camera=False, id=f"d{number}", **said)
        while (await line.until("ack"))["ref"] != f"d{number}":
            pass
    assert told == [False, True]


async def test_a_session_that_never_stands_still_lets_its_observers_in(
    sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the log is read something happens, each time: an observer misses and repeats none."""
    created = await sitting.create()
    line = await sitting.join(created)
    await line.consent()
    await line.question(1)
    registry, session_id = sitting.process.live.registry, created["session_id"]
    events = type(registry.context.storage.events)
    original, whole_reads = events.read, 0

    async def read(self: Any, of: str, after: int = 0) -> list[StoredEvent]:
        nonlocal whole_reads
        stored: list[StoredEvent] = await original(self, of, after)
        if of == session_id and after == 0 and whole_reads < 30:
            whole_reads += 1
            if whole_reads == 1:
                await line.send(type="text_response", content="Last in, first out.")
                await line.until("processing_response")
            await registry.command(session_id, SetTags(tags=(f"t{whole_reads}",), by="test"))
        return stored

    monkeypatch.setattr(events, "read", read)
    watcher = await sitting.observe(created, last_seq=0)
    assert whole_reads == 1, "the whole log is read once, whatever happens meanwhile"
    assert watcher.welcome["resumed"]
    await line.question(2)
    await watcher.question(2)
    told = [f for f in watcher.frames if f["type"] == "processing_response"]
    assert [f["answer"] for f in told] == ["Last in, first out."]
    numbers = [f["seq"] for f in watcher.frames if f["type"] in ("processing_response", "question")]
    assert numbers == sorted(set(numbers))
