"""Chromium, a fake camera, human voices, the real recogniser and the real voice."""

from __future__ import annotations

import asyncio
import io
import json
import re
import wave
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jiwer
import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.e2e.browser import candidate_page, joined, launch, say
from tests.e2e.server_process import ServerProcess
from tests.e2e.told import log_of

pytestmark = [pytest.mark.e2e, pytest.mark.models, pytest.mark.alone, pytest.mark.timeout(420)]

QUESTIONS = [
    "Please tell us about John Dashwood.",
    "What is the best part of the week?",
    "What kind of man was he?",
]
LONG_ANSWER = ["austen-0870.wav", "austen-0880.wav", "austen-0890.wav"] + [
    f"harvard-{number}.wav" for number in (3, 4, 1)
]
THINKING = {0: 2.0, 2: 3.0}  # seconds of silence after those clips of the first answer
MID_SENTENCE = (2.945, 1.2)  # seconds into it ("... leisure to"), and how long
ANSWERS = [LONG_ANSWER, ["harvard-5.wav", "harvard-3.wav"], ["austen-0890.wav"]]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A headless Chromium."""
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        yield browser
        await browser.close()


def spoken(
    shared: Path, names: list[str], pauses: dict[int, float] | None = None
) -> tuple[bytes, str]:
    """The clips as one WAV with `pauses` after some of them, and what is said in it."""
    refs = json.loads((shared / "speech" / "refs.json").read_text())
    clips = [shared / "speech" / name for name in names]
    return joined(clips, pauses or {}), " ".join(refs[name]["text"] for name in names)


def with_pause(wav: bytes, at_s: float, pause_s: float) -> bytes:
    """The same speech with silence put into it."""
    out = io.BytesIO()
    with wave.open(io.BytesIO(wav), "rb") as source, wave.open(out, "wb") as target:
        target.setparams(source.getparams())
        rate_hz = source.getframerate()
        target.writeframes(source.readframes(round(at_s * rate_hz)))
        target.writeframes(b"\0\0" * round(pause_s * rate_hz) * source.getnchannels())
        target.writeframes(source.readframes(source.getnframes()))
    return out.getvalue()


def word_error_rate(said: str, heard: str) -> float:
    """Words wrong per word said, case and punctuation aside."""
    return float(jiwer.wer(plain(said), plain(heard)))


def assert_transcript(said: list[str], heard: list[str]) -> None:
    """One word in ten wrong at most; each answer with its own words ("coldhearted" costs two)."""
    assert word_error_rate(" ".join(said), " ".join(heard)) <= 0.1, (said, heard)
    for one, other in zip(said, heard, strict=True):
        assert word_error_rate(one, other) <= 0.2, (one, other)


def said_twice(text: str) -> list[str]:
    """Words that say once more what directly precedes them."""
    words = plain(text).split()
    return [one for one, other in zip(words, words[1:], strict=False) if one == other]


def plain(text: str) -> str:
    """Lower case words without marks; "Mr." as it is said."""
    kept = "".join(char if char.isalnum() else " " for char in text.lower())
    return " ".join("mister" if word == "mr" else word for word in kept.split())


def any_word_of(text: str) -> re.Pattern[str]:
    """Matches a caption with one of the longer words."""
    return re.compile("|".join(word for word in text.split() if len(word) > 4), re.IGNORECASE)


async def watch_captions(page: Page, seen: set[str]) -> None:
    """Note what the captions show, until cancelled."""
    while True:
        for text in await page.get_by_test_id("captions").all_text_contents():
            seen.add(text.strip())
        await asyncio.sleep(0.2)


async def enter_room(page: Page, link: str) -> None:
    """Welcome, consent, device check, room."""
    await page.goto(link)
    await page.get_by_test_id("consent-check").click()
    await page.get_by_test_id("consent-accept").click()
    await page.get_by_test_id("check-continue").click(timeout=20_000)
    await expect(page.get_by_test_id("room")).to_be_visible(timeout=20_000)


async def question_shown(page: Page, text: str) -> None:
    """Wait until a question is on the page and the candidate has the floor."""
    await expect(page.get_by_test_id("question-text")).to_contain_text(text, timeout=60_000)
    await expect(page.get_by_test_id("avatar-state")).to_contain_text("Your turn", timeout=60_000)


async def assert_recording(server: ServerProcess, report: dict[str, Any], least: float) -> None:
    """The recording is there, playable from the middle, and covers the interview."""
    recording = report["recording"]
    assert recording["available"], recording
    told = {name: recording[name] for name in ("statement", "reason", "duration_s", "timeline")}
    assert recording["coverage_percent"] >= least, told


async def change_microphone(page: Page, after_s: float) -> None:
    """Unplug it in mid-answer: noticed, said, and followed by another."""
    await asyncio.sleep(after_s)
    await page.evaluate("() => window.__unplug()")
    notice = page.get_by_text("We hear you through another microphone now")
    await expect(notice).to_be_visible()
    assert await page.evaluate("() => window.__microphones.length") == 2


async def test_a_spoken_interview_from_link_to_report(
    browser: Browser, full_server: ServerProcess, shared_dir: Path
) -> None:
    """The first answer has over sixty words and stops for 1.2, 2 and 3 s: it is one answer, whole.

    Whatever the avatar began to say in between, the next question is asked once, after it.
    In the midst of the second answer the microphone is another one.
    """
    created = await full_server.create(questions=QUESTIONS)
    context, page = await candidate_page(browser)
    await enter_room(page, created["candidate_url"])
    captions: set[str] = set()
    watching = asyncio.create_task(watch_captions(page, captions))
    references: list[str] = []
    for question, clips in zip(QUESTIONS, ANSWERS, strict=True):
        await question_shown(page, question)
        first = not references
        wav, text = spoken(shared_dir, clips, THINKING if first else None)
        references.append(text)
        lasts_s = await say(page, with_pause(wav, *MID_SENTENCE) if first else wav)
        if len(references) == 2:
            await change_microphone(page, lasts_s / 2)
    await expect(page.get_by_test_id("thank-you")).to_be_visible(timeout=90_000)
    watching.cancel()
    assert any_word_of(" ".join(references)).search(" ".join(captions)), captions
    report = await full_server.report(created["session_id"])
    heard = [answer["content"] for answer in report["answers"]]
    assert len(heard) == 3, heard
    assert len(references[0].split()) >= 60
    # Between the microphones there is up to 2 s that no device heard: those words are nowhere.
    assert_transcript(references[::2], heard[::2])
    assert word_error_rate(references[1], heard[1]) <= 0.4, (references[1], heard[1])
    lines = report["interview_transcript"]
    asked = [line["content"] for line in lines if line["role"] == "interviewer"]
    assert [content for content in asked if content in QUESTIONS] == QUESTIONS, "each asked once"
    second = next(n for n, line in enumerate(lines) if line["content"] == QUESTIONS[1])
    assert {line["question_number"] for line in lines[:second] if line["utterance_id"]} == {1}
    assert all(line["question_number"] != 1 for line in lines[second:])
    await assert_recording(full_server, report, 90)
    await context.close()


async def cut_network(context: BrowserContext, page: Page, seconds: float) -> None:
    """Take the network away and kill the socket, then give it back."""
    await context.set_offline(True)
    await page.evaluate("() => window.__vivaKillSocket?.()")
    await asyncio.sleep(seconds)
    await context.set_offline(False)


# Records as Safari does, which knows no WebM; and says yes to a codec that it cannot encode.
MP4_ALONE = "MediaRecorder.isTypeSupported = (type) => /mp4/.test(type);"


async def test_an_interview_survives_a_network_cut_and_a_killed_server(
    browser: Browser, full_server: ServerProcess, shared_dir: Path
) -> None:
    """In a browser that records MP4 alone."""
    created = await full_server.create(questions=QUESTIONS)
    context, page = await candidate_page(browser)
    await context.add_init_script(MP4_ALONE)
    await enter_room(page, created["candidate_url"])
    references = []

    await question_shown(page, QUESTIONS[0])
    wav, text = spoken(shared_dir, ["austen-0870.wav", "austen-0890.wav"])
    references.append(text)
    await say(page, wav)
    await asyncio.sleep(3)
    await cut_network(context, page, 3)

    await question_shown(page, QUESTIONS[1])
    wav, text = spoken(shared_dir, ANSWERS[1])
    references.append(text)
    await say(page, wav)

    await question_shown(page, QUESTIONS[2])
    await asyncio.sleep(1)
    url = f"sqlite:///{full_server.data_dir / 'vivavoce.db'}"
    before = await log_of(url, created["session_id"])
    await full_server.kill()
    left_s = before.left_s(datetime.now(UTC))
    await expect(page.get_by_test_id("reconnecting")).to_be_visible(timeout=20_000)
    await full_server.start()
    await expect(page.get_by_test_id("reconnecting")).to_be_hidden(timeout=40_000)
    await question_shown(page, QUESTIONS[2])
    after = await log_of(url, created["session_id"])
    assert -10 < left_s - after.left_s(after.last("candidate_joined")) <= 0.5
    await asyncio.sleep(1)
    wav, text = spoken(shared_dir, ANSWERS[2])
    references.append(text)
    await say(page, wav)
    await expect(page.get_by_test_id("thank-you")).to_be_visible(timeout=90_000)

    report = await full_server.report(created["session_id"])
    heard = [answer["content"] for answer in report["answers"]]
    assert len(heard) == 3, heard
    assert_transcript(references, heard)
    assert not said_twice(heard[0]), f"at the seam of the cut: {heard[0]}"
    await assert_recording(full_server, report, 80)
    await context.close()
