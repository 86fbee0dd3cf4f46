"""Candidates over aiortc, real recogniser, real voice."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from itertools import combinations
from pathlib import Path

import jiwer
import psutil
import pytest

from tests.e2e.rtc_client import RtcClient
from tests.e2e.server_process import ServerProcess

pytestmark = [pytest.mark.e2e, pytest.mark.models, pytest.mark.timeout(400)]

CLIPS = [f"harvard-{n}.wav" for n in range(1, 7)] + ["austen-0880.wav"]
TOGETHER = 20
SPEAKING_AT_ONCE = 3 * (os.cpu_count() or 2)  # the clients run on this machine too


def plain(text: str) -> str:
    """Words only."""
    kept = "".join(char if char.isalnum() or char == " " else " " for char in text.lower())
    return " ".join(kept.split())


def references(shared: Path) -> dict[str, str]:
    """What is said in each clip."""
    refs = json.loads((shared / "speech" / "refs.json").read_text())
    return {name: refs[name]["text"] for name in CLIPS}


def nearest_clip(refs: dict[str, str], words: str) -> str:
    """Which clip was said."""
    return min(refs, key=lambda name: float(jiwer.wer(refs[name], words or "-")))


async def hold(
    server: ServerProcess,
    shared: Path,
    number: int,
    clips: tuple[str, str],
    floor: asyncio.Semaphore,
) -> str:
    """One interview of two questions, one clip each; the session id."""
    created = await server.create(
        name=f"Candidate {number}",
        email=f"c{number}@example.com",
        questions=["Say the first.", "Say the second."],
        max_questions=2,
    )
    client = RtcClient(server, created)
    await client.connect(media="webrtc")
    async with floor:
        await client.call()
        await client.send(type="consent", granted=True, text_version="2026-11")
        for question, clip in enumerate(clips, start=1):
            await client.my_turn(question, timeout_s=100)
            client.microphone.say(shared / "speech" / clip)
            await client.microphone.finished.wait()
            await client.saved(question, timeout_s=100)
        await client.until("interview_concluded", timeout_s=60)
        await client.peer.close()
    assert client.heard_s > 1
    await client.close()
    return client.session_id


@pytest.mark.alone
async def test_twenty_interviews_at_once_keep_their_words_apart(
    full_server: ServerProcess, shared_dir: Path
) -> None:
    refs = references(shared_dir)
    pairs = list(combinations(CLIPS, 2))[:TOGETHER]
    assert len(set(pairs)) == TOGETHER
    floor = asyncio.Semaphore(SPEAKING_AT_ONCE)
    sessions = await asyncio.gather(
        *(hold(full_server, shared_dir, n, pair, floor) for n, pair in enumerate(pairs))
    )
    for number, (session, pair) in enumerate(zip(sessions, pairs, strict=True)):
        report = await full_server.report(session)
        assert report["candidate_name"] == f"Candidate {number}"
        assert report["candidate_email"] == f"c{number}@example.com"
        heard = [plain(answer["content"]) for answer in report["answers"]]
        assert len(heard) == 2
        for clip, words in zip(pair, heard, strict=True):
            nearest = nearest_clip(refs, words)
            assert nearest == clip, (number, clip, words)


def recogniser_pids(server: ServerProcess) -> list[int]:
    """The sidecars that recognise."""
    assert server.process is not None
    children = psutil.Process(server.process.pid).children(recursive=True)
    return [child.pid for child in children if "stt" in " ".join(child.cmdline())]


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGSTOP])
async def test_a_recogniser_that_dies_or_stands_still_is_replaced_and_no_word_is_lost(
    full_server: ServerProcess, shared_dir: Path, sent: signal.Signals
) -> None:
    refs = references(shared_dir)
    created = await full_server.create(questions=["Please read the sentence."])
    client = RtcClient(full_server, created)
    await client.connect(media="webrtc")
    await client.call()
    await client.send(type="consent", granted=True, text_version="2026-11")
    await client.my_turn(1)
    client.microphone.say(shared_dir / "speech" / "austen-0880.wav")
    await asyncio.sleep(1.5)
    victims = recogniser_pids(full_server)
    assert victims
    for pid in victims:
        os.kill(pid, sent)
    await client.until("interview_concluded", timeout_s=90)
    await client.close()
    report = await full_server.report(created["session_id"])
    heard = plain(report["answers"][0]["content"])
    assert float(jiwer.wer(refs["austen-0880.wav"], heard)) <= 0.25, heard
    assert set(recogniser_pids(full_server)).isdisjoint(victims)


async def test_no_speech_at_all_prompts_gently_then_goes_on(full_server: ServerProcess) -> None:
    created = await full_server.create(
        questions=["Say something, or nothing."], silence_prompt_s=2, silence_advance_s=5
    )
    client = RtcClient(full_server, created)
    await client.connect(media="webrtc")
    await client.call()
    await client.send(type="consent", granted=True, text_version="2026-11")
    await client.my_turn(1)
    gentle = await client.until("question", lambda f: f["purpose"] == "gentle_prompt")
    assert gentle["question_number"] == 1
    await client.until("interview_concluded", timeout_s=60)
    await client.close()
    report = await full_server.report(created["session_id"])
    answer = report["answers"][0]
    assert answer["outcome"] == "no_response" and answer["content"] == ""
    assert report["overall_score"] is None
