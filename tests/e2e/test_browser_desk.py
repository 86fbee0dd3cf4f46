"""The staff desk in Chromium: sign in, create, watch live, read and play the report."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.e2e.browser import candidate_page, joined, launch, say
from tests.e2e.desk_page import PASSWORD, SIGN_IN, enter_room, sign_in, staff_page, turn_for
from tests.e2e.server_process import ServerProcess

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

QUESTIONS = ["How do you find a slow query?", "What did you learn from an outage?"]
TYPED = (
    "I read the query plan first, because it shows which index is used.",
    "We learned to test the backup every week, since a restore had failed in March.",
)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A headless Chromium."""
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        yield browser
        await browser.close()


@pytest.fixture
async def typing_server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """A server for typed interviews whose first account has a known password."""
    settings = {"VIVA_STT": "none", "VIVA_TTS": "none", **SIGN_IN}
    server = ServerProcess(tmp_path / "data", settings)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def speaking_server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """A server with the real recogniser and no voice."""
    server = ServerProcess(tmp_path / "data", {"VIVA_TTS": "none", **SIGN_IN})
    await server.start()
    yield server
    await server.stop()


async def change_password(page: Page, current: str, new: str) -> None:
    """Fill in the form of the settings page and send it."""
    await page.get_by_role("link", name="Settings").click()
    await page.get_by_label("Current password").fill(current)
    await page.get_by_label(re.compile("^New password \\(")).fill(new)
    await page.get_by_label("New password, again").fill(new)
    await page.get_by_test_id("password-submit").click()


async def create_session(page: Page, questions: list[str]) -> tuple[str, str]:
    """Use the form; returns the copied candidate link and the session's id."""
    await page.get_by_test_id("session-new").first.click()
    await page.get_by_test_id("create-name").fill("Ada Probe")
    await page.get_by_test_id("create-email").fill("ada@example.com")
    await page.get_by_test_id("create-title").fill("Backend engineer")
    for number, text in enumerate(questions, start=1):
        field = page.get_by_test_id(f"create-question-{number}")
        if not await field.is_visible():
            await page.get_by_test_id("create-add-question").click()
        await field.fill(text)
    await page.get_by_test_id("create-submit").click()
    await page.get_by_role("button", name="Copy").click()
    await expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    link = str(await page.evaluate("() => navigator.clipboard.readText()"))
    await page.get_by_role("link", name="Open the session").click()
    await expect(page).to_have_url(re.compile("/staff/sessions/[0-9a-f-]{36}$"))
    return link, page.url.rsplit("/", 1)[1]


async def seconds_left(page: Page) -> int:
    """The live view's clock."""
    shown = await page.get_by_test_id("live-clock").inner_text()
    minutes, seconds = shown.split(":")
    return int(minutes) * 60 + int(seconds)


async def open_report(page: Page) -> None:
    """From the live view of an ended session to its finished report."""
    await page.get_by_role("link", name="Report", exact=True).click(timeout=20_000)
    await expect(page.get_by_test_id("report-transcript")).to_be_visible(timeout=30_000)
    await expect(page.locator("video[data-testid=report-player]")).to_be_visible(timeout=60_000)
    await expect(page.get_by_test_id("report-score-overall")).to_be_visible()
    await expect(page.get_by_test_id("report-waveform")).to_be_visible(timeout=20_000)


async def review_it(page: Page) -> None:
    """Score, decide, note: it stands with the name, also after the page was loaded again."""
    await page.get_by_test_id("judged-open").click()
    await page.get_by_text("Clear evidence", exact=True).first.click()
    await page.get_by_test_id("judged-give").click()
    await page.get_by_text("Advance", exact=True).click()
    await page.get_by_test_id("judged-why").fill("Knows query plans")
    await page.get_by_test_id("judged-decide").click()
    await page.get_by_test_id("judged-note-text").fill("Ask about restores")
    await page.get_by_test_id("judged-note-add").click()
    await expect(page.get_by_test_id("judged-note")).to_contain_text("admin@localhost")
    await page.reload()
    await expect(page.get_by_test_id("judged-decision")).to_contain_text("Knows query plans")
    await expect(page.get_by_test_id("judged-card")).to_contain_text("clear evidence")
    await expect(page.get_by_test_id("judged-note")).to_contain_text("Ask about restores")
    await expect(page.locator("video[data-testid=report-player]")).to_be_visible()


async def assert_people_first(page: Page) -> None:
    """People's words stand above the software's scores; the recording stays beside each quote."""
    tops = "ids => ids.map(id => document.querySelector(`[data-testid=${id}]`).offsetTop)"
    above, below = await page.evaluate(tops, ["report-judged", "report-caveat"])
    assert above < below
    await page.locator("[data-testid=report-quote]:visible").last.click()
    await expect(page.get_by_test_id("report-player")).to_be_in_viewport()


async def assert_sorts(page: Page) -> None:
    """A column's head sorts the list, and says which way."""
    await page.get_by_role("link", name="Sessions", exact=True).first.click()
    head = page.locator("th", has=page.get_by_test_id("sort-name"))
    for way in ("ascending", "descending"):
        await page.get_by_test_id("sort-name").click()
        await expect(head).to_have_attribute("aria-sort", way)
        await expect(page.locator("tbody tr").first).to_contain_text("Ada Probe")


async def player_time(page: Page) -> float:
    """Where the recording stands."""
    script = "() => document.querySelector('video').currentTime"
    return float(await page.evaluate(script))


async def assert_plays(page: Page) -> None:
    """The picture moves on by itself and has a size."""
    await page.evaluate("() => document.querySelector('video').play()")
    began = await player_time(page)
    await page.wait_for_function(
        "from => document.querySelector('video').currentTime > from + 0.5",
        arg=began,
        timeout=20_000,
    )
    assert await page.evaluate("() => document.querySelector('video').videoWidth") > 0


async def assert_pdf(page: Page) -> None:
    """The button brings a PDF named after the candidate."""
    async with page.expect_download(timeout=60_000) as expected:
        await page.get_by_test_id("report-pdf").click()
    download = await expected.value
    assert download.suggested_filename == "interview_report_Ada_Probe.pdf"
    content = await asyncio.to_thread(Path(await download.path()).read_bytes)
    assert content.startswith(b"%PDF") and len(content) > 5_000


async def test_a_wrong_password_says_so_and_the_right_one_lets_in(
    browser: Browser, typing_server: ServerProcess
) -> None:
    context, page = await staff_page(browser)
    await sign_in(page, typing_server, "not-the-password")
    await expect(page.get_by_role("alert")).to_contain_text(re.compile("password", re.IGNORECASE))
    await expect(page.get_by_test_id("session-new")).to_have_count(0)
    await sign_in(page, typing_server)
    await expect(page.get_by_test_id("session-new").first).to_be_visible()
    await page.keyboard.press("?")
    await expect(page.get_by_test_id("help")).to_contain_text("Keyboard shortcuts")
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("help")).to_have_count(0)
    await change_password(page, "not-the-password", "another-long-password")
    await expect(page.get_by_text("That is not your current password.")).to_be_visible()
    await change_password(page, PASSWORD, "another-long-password")
    await expect(page.get_by_text("Your password has been changed.")).to_be_visible()
    await page.get_by_test_id("logout").click()
    await sign_in(page, typing_server, "another-long-password")
    await expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    await context.close()


async def test_staff_create_watch_and_read_an_interview(
    browser: Browser, typing_server: ServerProcess
) -> None:
    context, desk = await staff_page(browser)
    await sign_in(desk, typing_server)
    link, session_id = await create_session(desk, QUESTIONS)
    visitor, candidate = await candidate_page(browser)
    await enter_room(candidate, link)
    await desk.goto(f"{typing_server.url}/staff/live/{session_id}")
    talk = desk.get_by_test_id("live-transcript")
    await turn_for(candidate, QUESTIONS[0])
    await expect(talk).to_contain_text(QUESTIONS[0])
    await expect(desk.get_by_test_id("live-state")).to_contain_text("Candidate's turn")
    picture = desk.get_by_test_id("live-picture").locator("img")
    await expect(picture).to_be_visible(timeout=20_000)
    assert await picture.evaluate("async i => { await i.decode(); return i.naturalWidth; }") > 0
    began, before = time.monotonic(), await seconds_left(desk)
    await asyncio.sleep(2)
    gone = before - await seconds_left(desk)
    assert 1 <= gone <= time.monotonic() - began + 2
    for question, answer in zip(QUESTIONS, TYPED, strict=True):
        await turn_for(candidate, question)
        await candidate.get_by_test_id("typed-answer").fill(answer)
        await candidate.get_by_test_id("btn-send").click()
        await expect(talk).to_contain_text(answer)
    await expect(talk.locator("time").first).to_have_text(re.compile(r"^\d+:\d\d$"))
    await expect(candidate.get_by_test_id("thank-you")).to_be_visible(timeout=30_000)
    await expect(desk.get_by_test_id("live-state")).to_contain_text("ended")
    uploaded = candidate.get_by_test_id("upload-state")
    await expect(uploaded).to_contain_text("Everything is saved", timeout=30_000)
    await open_report(desk)
    transcript = desk.get_by_test_id("report-transcript")
    for text in (*QUESTIONS, *TYPED):
        await expect(transcript).to_contain_text(text)
    await expect(desk.get_by_test_id("report-quote").first).to_be_visible(timeout=30_000)
    await expect(desk.get_by_test_id("report-summary")).to_contain_text("Ada Probe answered all 2")
    await expect(desk.get_by_test_id("report-caveat")).to_contain_text("a person decides")
    await review_it(desk)
    await assert_people_first(desk)
    await assert_plays(desk)
    await assert_pdf(desk)
    await assert_sorts(desk)
    await visitor.close()
    await context.close()


@pytest.mark.models
@pytest.mark.alone
async def test_spoken_words_show_live_and_their_quotes_play(
    browser: Browser, speaking_server: ServerProcess, shared_dir: Path
) -> None:
    context, desk = await staff_page(browser)
    await sign_in(desk, speaking_server)
    link, session_id = await create_session(desk, ["Please tell us about John Dashwood."])
    visitor, candidate = await candidate_page(browser)
    await enter_room(candidate, link)
    await desk.goto(f"{speaking_server.url}/staff/live/{session_id}")
    await turn_for(candidate, "John Dashwood")
    clips = [shared_dir / "speech" / f"austen-08{n}0.wav" for n in (7, 9, 8, 7, 9)]
    speaking = asyncio.get_running_loop().time() + await say(candidate, joined(clips))
    listen = desk.get_by_test_id("live-listen")
    await listen.click()
    await expect(listen).to_have_attribute("data-heard-s", re.compile("^[1-9]"), timeout=30_000)
    now = desk.locator("[data-testid=live-transcript] .turn.open")
    await expect(now).to_contain_text(re.compile(r"\w{4}"), timeout=30_000)
    assert asyncio.get_running_loop().time() < speaking, "words came only after the answer"
    await expect(candidate.get_by_test_id("thank-you")).to_be_visible(timeout=90_000)
    await open_report(desk)
    quote = desk.get_by_test_id("report-quote").filter(has=desk.locator("time")).first
    await expect(quote).to_be_visible(timeout=60_000)
    began = time.monotonic()
    await quote.click()
    await expect(desk.locator(".word.quoted").first).to_be_visible()
    start_s = float(await desk.locator(".word.quoted").first.get_attribute("data-start") or "nan")
    report = await speaking_server.report(session_id)
    span = report["recording"]["timeline"][0]
    wanted = start_s - span["session_start_s"] + span["recording_start_s"]
    at_s = await player_time(desk)
    assert wanted - 1.0 <= at_s <= wanted + time.monotonic() - began + 1.0
    await assert_plays(desk)
    await visitor.close()
    await context.close()
