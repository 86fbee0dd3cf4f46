"""A plain client that talks on: real voice activity, real recogniser, real voice, no browser."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import jiwer
import pytest

from tests.e2e.server_process import ServerProcess
from tests.e2e.ws_client import Frame, PlainClient
from tests.fakes.conversation import RATE_HZ, clip

pytestmark = [pytest.mark.e2e, pytest.mark.models, pytest.mark.alone, pytest.mark.timeout(240)]

PIECE = RATE_HZ // 10 * 2  # 100 ms
QUESTIONS = [
    "Please tell us about John Dashwood.",
    "Which of your skills matter most for this role, and where have you used them so far?",
]
FIRST, MORE, SECOND = "austen-0870.wav", "austen-0880.wav", "harvard-5.wav"
FIRST_WORDS = (
    "and mister john dashwood had then leisure to consider how much there might be prudently in his"
    " power to do for them"
)
MORE_WORDS = "he was not an ill disposed young man"
SECOND_WORDS = "sunday is the best part of the week"


class Microphone:
    """Sends silence in real time, and what it is given to say."""

    def __init__(self, client: PlainClient) -> None:
        self._client = client
        self._waiting = bytearray()

    def say(self, pcm: bytes) -> None:
        """Speak from now on."""
        self._waiting += pcm

    async def run(self) -> None:
        """Until cancelled."""
        loop = asyncio.get_running_loop()
        due_s = loop.time()
        while True:
            piece, self._waiting = bytes(self._waiting[:PIECE]), self._waiting[PIECE:]
            assert self._client.socket is not None
            await self._client.socket.send(piece.ljust(PIECE, b"\0"))
            due_s += 0.1
            await asyncio.sleep(max(0.0, due_s - loop.time()))


@contextlib.asynccontextmanager
async def speaking(client: PlainClient) -> AsyncIterator[Microphone]:
    """A microphone that is open."""
    microphone = Microphone(client)
    task = asyncio.create_task(microphone.run())
    try:
        yield microphone
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def floor(client: PlainClient, number: int) -> None:
    """Wait until the candidate may answer question `number`."""
    await client.until(
        "state",
        lambda f: f["phase"] == "answering" and f["question_number"] == number,
        timeout_s=60,
    )


def plain(text: str) -> str:
    """Words only."""
    kept = "".join(char if char.isalnum() else " " for char in text.lower())
    return " ".join("mister" if word == "mr" else word for word in kept.split())


def asked(client: PlainClient, number: int) -> list[Frame]:
    """How question `number` was asked."""
    return [f for f in client.frames if f["type"] == "question" and f["question_number"] == number]


async def test_words_said_over_the_next_question_join_the_answer_before(
    full_server: ServerProcess, shared_dir: Path
) -> None:
    """Over a third of the next question: it stops, waits, and is asked again after the answer."""
    created = await full_server.create(questions=QUESTIONS)
    client = PlainClient(full_server, created)
    await client.connect(media="websocket")
    async with speaking(client) as microphone:
        await client.send(type="consent", granted=True, text_version="2026-11")
        await floor(client, 1)
        microphone.say(clip(shared_dir / "speech" / FIRST))
        ending = await client.until("turn", lambda f: f["state"] == "ending", timeout_s=60)
        assert ending["content"] and ending["audio_file"]
        question = await client.question(2)
        await client.until("avatar", lambda f: f["prompt_id"] == question["prompt_id"])
        await asyncio.sleep(question["audio_duration_s"] / 3)
        microphone.say(clip(shared_dir / "speech" / MORE))
        reopened = await client.until("turn", lambda f: f["state"] == "reopened")
        assert reopened["question_number"] == 1
        again = await client.until("question", lambda f: f.get("ask_no") == 2, timeout_s=60)
        assert again["content"] == QUESTIONS[1] and len(asked(client, 2)) == 2
        clocks = [f["timer"] for f in client.frames if f["type"] == "timer"]
        assert clocks[-1]["state"] != "running", "the next question's clock has not run"
        await floor(client, 2)
        microphone.say(clip(shared_dir / "speech" / SECOND))
        await client.until("interview_concluded", timeout_s=60)
    report = await full_server.report(created["session_id"])
    heard = [plain(answer["content"]) for answer in report["answers"]]
    said = [f"{FIRST_WORDS} {MORE_WORDS}", SECOND_WORDS]
    assert len(heard) == 2, heard
    for one, other in zip(said, heard, strict=True):
        assert jiwer.wer(one, other) <= 0.2, (one, other)
