"""Proctoring over a real server with a real store; only the vision is scripted (rows 36-44)."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from aiohttp import WSMsgType
from aiohttp.test_utils import TestClient, TestServer

from interview.errors import Unavailable
from interview.nouns import Status
from proctoring.base import IdentityReading, PictureReading
from realtime.tracks import encode_jpeg
from server.app import build_app
from server.live import mouth
from server.live.watch import CAMERA_KINDS, settings_of
from server.settings import Settings
from server.wiring.process import assemble
from tests.fakes.vision import FACE, ScriptedVision
from tests.server.ws.test_interview_socket import Frame, Line, Sitting

WAIT_S = 30
COUNTED = ["paste", "copy", "tab_hidden"]


def picture() -> str:
    """A JPEG data URL."""
    samples = np.full((240, 320, 3), 110, dtype=np.uint8)
    jpeg = encode_jpeg(av.VideoFrame.from_ndarray(samples, format="rgb24"))
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()


PICTURE = picture()


class Watched(Sitting):
    """A sitting with a camera that sees what the test says."""

    vision: ScriptedVision

    async def begin(self, profile: str = "strict", **fields: Any) -> tuple[Frame, Line]:
        """A session in progress, consented, watched."""
        created = await self.create(proctoring_profile=profile, **fields)
        line = await self.join(created)
        await line.consent()
        await line.until("proctoring_state")
        return created, line

    async def camera(self, created: Frame) -> Line:
        """A `/ws/proctoring` connection of the candidate."""
        ticket = await self.candidate("POST", created, "/api/candidate/ticket")
        parameters = {"session_id": created["session_id"], "ticket": ticket["ticket"]}
        return Line(await self.client.ws_connect("/ws/proctoring", params=parameters))

    async def candidate(
        self, method: str, created: Frame, path: str, status: int = 200, **body: Any
    ) -> Frame:
        """A request with the candidate's token."""
        bearer = {"Authorization": f"Bearer {created['candidate_token']}"}
        answer = await self.client.request(method, path, headers=bearer, json=body or None)
        assert answer.status == status, await answer.text()
        reply: Frame = await answer.json()
        return reply

    async def service(self, method: str, path: str, status: int = 200, **body: Any) -> Frame:
        """A request with the service key."""
        answer = await self.client.request(method, path, headers=self.key, json=body or None)
        assert answer.status == status, await answer.text()
        reply: Frame = await answer.json()
        return reply

    async def state(self, created: Frame) -> Any:
        return await self.process.live.registry.state(created["session_id"])


@pytest.fixture(autouse=True)
def readers_are_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The greeting is read in no time."""
    monkeypatch.setattr(mouth, "READING_S_PER_WORD", 0.0)


@pytest.fixture
async def sitting(tmp_path: Path) -> AsyncIterator[Watched]:
    vision = ScriptedVision()
    settings = Settings(data_dir=tmp_path / "data", stt="none", tts="none", host="127.0.0.1")
    process = await assemble(settings, vision)
    client = TestClient(TestServer(build_app(process.services)))
    await client.start_server()
    await process.start()
    watched = Watched(process, client)
    watched.vision = vision
    yield watched
    await client.close()
    await process.close()


async def eventually(check: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(round(WAIT_S / 0.05)):
        if await check():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not happen")


async def send_frames(camera: Line, stop: asyncio.Event) -> None:
    while not stop.is_set():
        await camera.send(type="process_frame", session_id="someone-else", image_data=PICTURE)
        await asyncio.sleep(0.2)


async def three_signals(line: Line) -> None:
    """Three kinds that happen at once, so that no cool-down is waited for."""
    for name in COUNTED:
        await line.send(type="page_event", name=name)
    for _ in COUNTED:
        await line.until("proctoring_violation")


async def test_without_a_camera_nothing_of_it_is_watched_and_everybody_is_told(
    sitting: Watched,
) -> None:
    created, line = await sitting.begin("strict")
    watcher = await sitting.observe(created)
    await line.send(type="devices", camera=False, id="d")
    for told in (line, watcher):
        frame = await told.until(
            "proctoring_state", lambda f: "no_frames" in f["proctoring"]["unavailable"]
        )
        unseen = set(frame["proctoring"]["unavailable"])
        assert {"no_face", "no_frames", "virtual_camera", "second_voice"} <= unseen
        assert not {"paste", "tab_hidden"} & unseen
    state = await sitting.state(created)
    assert CAMERA_KINDS.isdisjoint(
        code for code, rule in settings_of(state).kinds.items() if rule.on
    )
    reasons = {c.reason for c in state.watch.capabilities if c.kind == "no_face"}
    assert reasons == {"The candidate takes part without a camera."}
    await line.send(type="devices", camera=True)
    await line.until(
        "proctoring_state", lambda f: "no_frames" not in f["proctoring"]["unavailable"]
    )


async def test_a_needed_camera_is_said_before_consent_and_stays_watched(sitting: Watched) -> None:
    created, line = await sitting.begin("strict", camera_required=True)
    shown = await sitting.candidate("GET", created, "/api/candidate/session")
    assert shown["camera_required"] is True and shown["in_room"] is True
    assert (shown["proctoring"]["limit"], shown["proctoring"]["pause_minutes"]) == (3, 10)
    await line.send(type="devices", camera=False, id="d")
    await line.until("ack")
    state = await sitting.state(created)
    assert state.watch.camera is False and not settings_of(state).kinds


async def test_a_result_has_all_fields_of_the_contract(sitting: Watched) -> None:
    created, _ = await sitting.begin("warn")
    camera = await sitting.camera(created)
    await camera.send(type="process_frame", session_id="another", image_data=PICTURE)
    result = (await camera.until("proctoring_result"))["result"]
    assert result["status"] == "success" and result["session_active"] is True
    assert result["face_count"] == 1 and result["gaze_direction"] == "CENTER"
    assert set(result["head_pose"]) == {"yaw", "pitch", "roll"}
    assert result["violations"] == [] and result["violation_count"] == 0
    assert result["max_violations"] == 3
    await camera.send(type="process_frame", image_data=PICTURE)
    skipped = (await camera.until("proctoring_result"))["result"]
    assert skipped["sampled"] is False and skipped["face_count"] == 1
    assert len(sitting.vision.looks) == 1, "the server samples"
    assert sitting.vision.looks[0].session_id == created["session_id"]


async def test_bad_pictures_are_errors_and_the_socket_lives_on(sitting: Watched) -> None:
    created, _ = await sitting.begin("warn")
    camera = await sitting.camera(created)
    await camera.send(type="process_frame", image_data="data:image/jpeg;base64,!!!")
    result = (await camera.until("proctoring_result"))["result"]
    assert result["status"] == "error" and "base64" in result["message"]
    await camera.send(type="process_frame")
    assert "image_data" in (await camera.until("error"))["message"]
    await camera.send(type="nonsense")
    assert (await camera.until("error"))["code"] == "invalid_frame"
    await camera.send(type="process_frame", image_data=PICTURE)
    assert (await camera.until("proctoring_result"))["result"]["status"] == "success"


async def test_before_consent_nothing_is_watched(sitting: Watched) -> None:
    created = await sitting.create(proctoring_profile="strict")
    camera = await sitting.camera(created)
    await camera.send(type="process_frame", image_data=PICTURE)
    assert (await camera.until("proctoring_result"))["result"]["status"] == "inactive"
    assert sitting.vision.looks == []


async def test_the_profile_off_watches_nothing(sitting: Watched) -> None:
    created = await sitting.create(proctoring_profile="off")
    line = await sitting.join(created)
    await line.consent()
    await line.question(1)
    camera = await sitting.camera(created)
    await camera.send(type="process_frame", image_data=PICTURE)
    assert (await camera.until("proctoring_result"))["result"]["status"] == "inactive"
    report = await sitting.service(
        "GET", f"/api/parallel_interview/session/{created['session_id']}/proctoring"
    )
    assert "not proctored" in report["integrity"]["statement"]


async def test_the_page_is_told_what_will_be_watched(sitting: Watched) -> None:
    for profile, watched in (("off", False), ("strict", True)):
        created = await sitting.create(proctoring_profile=profile)
        shown = await sitting.candidate("GET", created, "/api/candidate/session")
        told = shown["proctoring"]
        assert any("software watches" in text for text in shown["consent"]["text"]) is watched
        assert ("no_face" in told["kinds"] and "paste" in told["kinds"]) is watched
        assert told["profile"] == profile and told["identity"] is watched
        assert (
            told["biometric_consent"] is None and "removed 30 days" in told["biometric"]["text"][1]
        )
    created = await sitting.create(proctoring_kinds=["paste"], proctoring_identity=True)
    told = (await sitting.candidate("GET", created, "/api/candidate/session"))["proctoring"]
    assert told["kinds"] == ["paste"] and told["identity"] is False
    for field in ("proctoring_kinds", "proctoring_counted"):
        body = {"name": "A", "email": "a@b.c", "questions": ["?"], field: ["no_face", "no_nose"]}
        answer = await sitting.client.post(
            "/api/parallel_interview/create", json=body, headers=sitting.key
        )
        assert answer.status == 400 and (await answer.json())["field"] == f"{field}.1"


async def test_the_socket_wants_a_ticket_of_its_session(sitting: Watched) -> None:
    created, other = await sitting.create(), await sitting.create()
    for parameters in (
        {"session_id": created["session_id"], "ticket": "guess"},
        {"session_id": created["session_id"]},
    ):
        socket = await sitting.client.ws_connect("/ws/proctoring", params=parameters)
        message = await socket.receive(timeout=20)
        assert message.type is WSMsgType.CLOSE and message.data == 1008
    ticket = (await sitting.candidate("POST", other, "/api/candidate/ticket"))["ticket"]
    socket = await sitting.client.ws_connect(
        "/ws/proctoring", params={"session_id": created["session_id"], "ticket": ticket}
    )
    assert (await socket.receive(timeout=20)).data == 1008


@pytest.mark.e2e
async def test_warned_then_recorded_with_a_still_and_only_there(sitting: Watched) -> None:
    created, line = await sitting.begin("warn")
    other, other_line = await sitting.begin("warn")
    watcher = await sitting.observe(created)
    sitting.vision.parts = {"faces": (), "head": None}
    camera, stop = await sitting.camera(created), asyncio.Event()
    sending = asyncio.create_task(send_frames(camera, stop))
    warning = await line.until("proctoring_warning", lambda f: f["kind"] == "no_face")
    assert warning["active"] and 3 < warning["remaining_s"] <= 5 and warning["advice"]
    seen = await watcher.until("proctoring_violation", lambda f: f["kind"] == "no_face")
    shown = await line.until("proctoring_violation", lambda f: f["kind"] == "no_face")
    assert shown["severity"] == "medium" and shown["limit"] is None
    assert 5 <= seen["end_s"] - seen["start_s"] < 6.5 and seen["has_still"]
    sitting.vision.parts = {}
    over = await line.until("proctoring_warning", lambda f: not f["active"])
    assert over["kind"] == "no_face"
    stop.set()
    await sending
    timeline = await sitting.service(
        "GET", f"/api/parallel_interview/session/{created['session_id']}/proctoring"
    )
    found = timeline["violations"][0]
    assert found["code"] == "no_face" and found["model_sha256"] and found["engine"]
    picture_ = await sitting.client.get(found["still_url"])
    assert picture_.status == 200 and (await picture_.read()).startswith(b"\xff\xd8")
    assert (await sitting.client.get(found["still_url"].replace("sig=", "sig=0"))).status == 403
    assert not (await sitting.state(other)).watch.violations
    assert not [f for f in other_line.frames if f["type"] == "proctoring_violation"]


async def test_three_violations_pause_a_strict_session_and_a_person_ends_or_overrules(
    sitting: Watched,
) -> None:
    created, line = await sitting.begin("strict", proctoring_counted=COUNTED)
    await line.question(1)
    session = f"/api/parallel_interview/session/{created['session_id']}"
    await sitting.service("POST", f"{session}/pause", 409, go_on=True)
    await three_signals(line)
    paused = await line.until("state", lambda f: f["phase"] == "paused")
    assert paused["paused_until_at"] is not None
    told = await line.until("question", lambda f: f["purpose"] == "pause")
    assert "a person has been asked" in told["content"]
    clock = await line.until("timer", lambda f: f["timer"]["paused_reason"] == "review")
    await sitting.service("POST", f"{session}/pause", 400)
    went_on = await sitting.service("POST", f"{session}/pause", go_on=True, note="A poster.")
    assert went_on["session_status"] == "in_progress"
    assert (await line.question(1))["content"] == "What is a stack?"
    running = await line.until("timer", lambda f: f["timer"]["state"] == "running")
    assert abs(running["timer"]["remaining_s"] - clock["timer"]["remaining_s"]) < 0.5
    await line.until("proctoring_state", lambda f: f["proctoring"]["counted"] == 0)
    await three_signals(line)
    await line.until("state", lambda f: f["phase"] == "paused")
    ended = await sitting.service("POST", f"{session}/pause", go_on=False)
    assert ended["session_status"] == "terminated"
    concluded = await line.until("interview_concluded")
    assert concluded["status"] == "terminated" and concluded["reason"] == "integrity_violations"
    assert (await sitting.candidate("GET", created, "/api/candidate/session"))["status"] == (
        "terminated"
    )
    await sitting.service("POST", f"{session}/start", 409)
    assert (await sitting.service("GET", "/api/reviews"))["total"] == 1
    await sitting.service("POST", f"{session}/reopen", 400, reason="")
    reopened = await sitting.service("POST", f"{session}/reopen", reason="It was the form filler.")
    assert reopened["session_status"] == "in_progress"
    entries = await sitting.process.services.storage.audit.recent(target=created["session_id"])
    actions = [entry.action for entry in entries if entry.actor == "service"]
    assert actions.count("pause_settled") == 2 and "session_reopened" in actions
    back = await sitting.join(created)
    assert (await back.question(1))["content"] == "What is a stack?"
    await back.send(type="page_event", name="paste", fields={"chars": 400})
    await back.until("proctoring_violation")
    assert (await sitting.state(created)).status is Status.IN_PROGRESS


async def test_page_events_count_for_their_own_session_only(sitting: Watched) -> None:
    created, line = await sitting.begin("observe")
    other, _ = await sitting.begin("observe")
    watcher = await sitting.observe(created)
    await line.send(type="page_event", name="tab_hidden", id="1")
    await line.until("ack")
    await sitting.candidate(
        "POST", created, "/proctoring/fullscreen_event", event="exit_fullscreen",
        session_id=other["session_id"], severity="high",
    )  # fmt: skip
    seen = await watcher.until("proctoring_violation", lambda f: f["kind"] == "fullscreen_exit")
    assert seen["severity"] == "medium"
    assert not [f for f in line.frames if f["type"] == "proctoring_violation"], "only observed"
    assert not (await sitting.state(other)).watch.violations
    await sitting.candidate("POST", created, "/proctoring/fullscreen_event", 400, event="made_up")


async def test_a_reference_face_needs_consent_and_one_clear_face(sitting: Watched) -> None:
    created = await sitting.create(proctoring_profile="warn")
    await sitting.candidate("POST", created, "/capture_reference_face", 403, image_data=PICTURE)
    await sitting.candidate(
        "POST", created, "/api/candidate/biometric_consent", granted=True, text_version="2026-11"
    )
    for faces, says in (((), "face"), ((FACE, FACE), "one")):
        sitting.vision.findings = sitting.vision.findings.model_copy(update={"faces": faces})
        refused = await sitting.candidate(
            "POST", created, "/capture_reference_face", 422, image_data=PICTURE
        )
        assert refused["field"] == "image_data" and says in refused["detail"].lower()
    await sitting.candidate("POST", created, "/capture_reference_face", 422, image_data="AAAA")
    assert (await sitting.state(created)).watch.reference is None
    sitting.vision.findings = sitting.vision.findings.model_copy(update={"faces": (FACE,)})
    taken = await sitting.candidate("POST", created, "/capture_reference_face", image_data=PICTURE)
    assert taken["status"] == "success" and taken["session_id"] == created["session_id"]
    details = await sitting.service(
        "GET", f"/api/parallel_interview/session/{created['session_id']}"
    )
    assert details["session"]["reference_face_captured"] is True
    reference = (await sitting.state(created)).watch.reference
    stored = await sitting.process.services.blobs.get(reference.embedding)
    assert b"values" not in stored, "the embedding is encrypted"
    await sitting.candidate(
        "POST", created, "/api/candidate/biometric_consent", granted=False, text_version="2026-11"
    )
    assert (await sitting.state(created)).watch.reference is None
    assert await sitting.process.services.blobs.keys(f"proctoring/{created['session_id']}/") == []


@pytest.mark.e2e
async def test_another_person_is_an_identity_change_after_four_seconds(sitting: Watched) -> None:
    created = await sitting.create(proctoring_profile="warn")
    await sitting.candidate(
        "POST", created, "/api/candidate/biometric_consent", granted=True, text_version="2026-11"
    )
    camera, stop = await sitting.camera(created), asyncio.Event()
    await camera.send(type="set_reference_face", session_id="x", image_data=PICTURE)
    assert (await camera.until("reference_face_response"))["result"]["status"] == "success"
    line = await sitting.join(created)
    await line.consent()
    await line.until("proctoring_state", lambda f: f["proctoring"]["watching"])
    sitting.vision.parts = {"identity": IdentityReading(distance=0.8)}
    sending = asyncio.create_task(send_frames(camera, stop))
    seen = await line.until("proctoring_violation", lambda f: f["kind"] == "identity_change")
    stop.set()
    await sending
    assert seen["severity"] == "high" and 4 <= seen["end_s"] - seen["start_s"] < 6


@pytest.mark.e2e
async def test_a_still_camera_is_a_violation_and_a_lost_connection_is_not(
    sitting: Watched,
) -> None:
    created, line = await sitting.begin("warn")
    watcher = await sitting.observe(created)
    camera, stop = await sitting.camera(created), asyncio.Event()
    sending = asyncio.create_task(send_frames(camera, stop))
    await camera.until("proctoring_result")
    stop.set()
    await sending
    await line.until("proctoring_violation", lambda f: f["kind"] == "no_frames")
    before = len((await sitting.state(created)).watch.violations)
    await line.socket.close()
    await asyncio.sleep(8)
    assert len((await sitting.state(created)).watch.violations) == before
    await sitting.join(created)

    async def gap_is_noted() -> bool:
        return bool((await sitting.state(created)).watch.gaps)

    await eventually(gap_is_noted)
    gap = (await sitting.state(created)).watch.gaps[0]
    assert gap.cause == "paused" and gap.end_s - gap.start_s > 7
    told = await watcher.until("proctoring_gap")
    assert told["cause"] == "paused" and told["start_s"] == gap.start_s


async def test_review_explanation_and_erasure(sitting: Watched) -> None:
    created, line = await sitting.begin("warn")
    await line.send(type="page_event", name="fullscreen_exit")
    await line.until("proctoring_violation")
    session = f"/api/parallel_interview/session/{created['session_id']}"
    own = (await sitting.candidate("GET", created, "/api/candidate/violations"))["violations"]
    violation_id = own[0]["violation_id"]
    path = f"/api/candidate/violations/{violation_id}/explanation"
    await sitting.candidate("POST", created, path, 400, text=" ")
    told = await sitting.candidate("POST", created, path, text="I switched a screen off.")
    assert told["explanation"] == "I switched a screen off."
    review = f"{session}/violations/{violation_id}/review"
    await sitting.service("POST", review, 400, outcome="guilty")
    await sitting.service("POST", review, outcome="needs_second_look")
    waiting = await sitting.service("GET", "/api/reviews?search=ada&status=in_progress")
    assert (waiting["total"], waiting["signals"]) == (1, 1), "a second look is still to come"
    assert (await sitting.service("GET", "/api/reviews?status=completed"))["total"] == 0
    answer = await sitting.service("POST", review, outcome="dismissed", note="A screen.")
    assert answer["integrity"]["dismissed"] == 1
    look = answer["violations"][0]["reviews"][-1]
    assert look["by"] == "service" and look["outcome"] == "dismissed"
    assert answer["violations"][0]["explanation"] == "I switched a screen off."
    assert (await sitting.service("GET", "/api/reviews"))["total"] == 0
    await sitting.service("DELETE", session)
    assert await sitting.process.services.blobs.keys("proctoring/") == []


async def test_a_broken_worker_is_a_gap_and_never_a_violation(sitting: Watched) -> None:
    created, line = await sitting.begin("warn", proctoring_kinds=["no_face"])
    camera, stop = await sitting.camera(created), asyncio.Event()
    sitting.vision.fault = Unavailable("proctoring", "the worker died")
    sending = asyncio.create_task(send_frames(camera, stop))
    await asyncio.sleep(1.5)
    sitting.vision.fault = None
    sitting.vision.parts = {"picture": PictureReading(
        luma=118, spread=46, structure=40, detail=120, change=2.0, moved=0.1
    )}  # fmt: skip

    async def gap_is_noted() -> bool:
        return bool((await sitting.state(created)).watch.gaps)

    await eventually(gap_is_noted)
    stop.set()
    await sending
    assert (await sitting.state(created)).watch.gaps[0].cause == "vision_unavailable"
    assert not (await sitting.state(created)).watch.violations
    assert line.welcome
