"""Proctoring from the camera to a reviewer's decision, in two real pages.

The candidate's camera plays a made clip: the sitter leaves, returns, and is joined by a second
face. Staff see it live, find it in the report with pictures and clips, and decide.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from tests.e2e.axe import faults
from tests.e2e.browser import FLAGS, candidate_page, chromium
from tests.e2e.camera_clip import away, build, camera_flag, joined, sitting
from tests.e2e.desk_page import SIGN_IN, enter_room, sign_in, staff_page, turn_for
from tests.e2e.server_process import ServerProcess
from tests.e2e.ws_client import PlainClient

pytestmark = [pytest.mark.e2e, pytest.mark.alone, pytest.mark.timeout(240)]

STORY = (sitting(8), away(10), sitting(3), joined(10), sitting(3))
QUESTION = "How do you find a slow query?"
WAIT_MS = 90_000  # the story comes round again, where a busy machine lost the first


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """A server for typed interviews whose first account has a known password."""
    settings = {"VIVA_STT": "none", "VIVA_TTS": "none", **SIGN_IN}
    process = ServerProcess(tmp_path / "data", settings)
    await process.start()
    yield process
    await process.stop()


@pytest.fixture
async def watched(tmp_path: Path, shared_dir: Path) -> AsyncIterator[Browser]:
    """A browser whose camera plays the story."""
    clip = await asyncio.to_thread(build, shared_dir, tmp_path / "camera.y4m", STORY)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=[*FLAGS, camera_flag(clip)], headless=True
        )
        yield browser
        await browser.close()


async def create_watched(desk: Page) -> tuple[str, str]:
    """Create a session that warns and compares no faces; its link and its id."""
    await desk.get_by_test_id("session-new").first.click()
    await desk.get_by_test_id("create-name").fill("Ada Probe")
    await desk.get_by_test_id("create-email").fill("ada@example.com")
    await desk.get_by_test_id("create-question-1").fill(QUESTION)
    await desk.get_by_test_id("create-timer-1").fill("300")
    await desk.get_by_test_id("create-proctoring-warn").check()
    await desk.get_by_test_id("create-identity").uncheck()
    await desk.get_by_test_id("create-submit").click()
    link = await desk.get_by_label(re.compile("link", re.IGNORECASE)).first.input_value()
    await desk.get_by_role("link", name="Open the session").click()
    await expect(desk).to_have_url(re.compile("/staff/sessions/[0-9a-f-]{36}$"))
    return link, desk.url.rsplit("/", 1)[1]


async def badge_shows(desk: Page, waiting: int) -> None:
    """The figure falls without a reload, to nothing at all when all is done."""
    count = desk.get_by_test_id("reviews-count")
    if waiting:
        await expect(count).to_have_text(re.compile(rf"^{waiting}\D"))
    else:
        await expect(count).to_have_count(0)


async def keep_typing(candidate: Page) -> None:
    """Until cancelled: who types is not taken for silent, however slow the machine is."""
    while True:
        await candidate.get_by_test_id("typed-answer").press_sequentially("I ")
        await asyncio.sleep(5)


async def seen_live(desk: Page, kind: str) -> None:
    """Warned of first, then recorded, both with the time on the session clock."""
    signals = desk.get_by_test_id("live-signals")
    row = signals.locator(f"[data-kind={kind}]").first
    await expect(row).to_contain_text("Warning, going on", timeout=WAIT_MS)
    await expect(row.locator("time")).to_have_text(re.compile(r"^\d+:\d\d$"))
    recorded = signals.locator(f"[data-testid=live-violation][data-kind={kind}]").first
    await expect(recorded).to_contain_text("Recorded for review", timeout=WAIT_MS)
    await assert_picture(recorded.locator("img"))


async def assert_picture(image: Locator) -> None:
    """It is loaded and has a size."""
    await expect(image).to_be_visible()
    script = "async i => { i.loading = 'eager'; await i.decode(); return i.naturalWidth; }"
    assert await image.evaluate(script) > 0


async def assert_clip(signal: Locator) -> None:
    """It plays from just before the signal, and ends soon after it."""
    await signal.get_by_test_id("signal-play").click()
    script = """async v => { v.muted = true; await v.play();
        const left = v.duration - v.currentTime, from = v.currentTime;
        while (v.currentTime < from + 0.3) await new Promise(requestAnimationFrame);
        v.pause(); return [v.videoWidth, left]; }"""
    width, left_s = await signal.get_by_test_id("signal-clip").evaluate(script)
    assert width > 0 and 5 < left_s < 15


async def test_staff_see_signals_live_and_a_reviewer_dismisses_one(
    watched: Browser, server: ServerProcess
) -> None:
    context, desk = await staff_page(watched)
    await sign_in(desk, server)
    link, session_id = await create_watched(desk)
    visitor, candidate = await candidate_page(watched)
    await desk.goto(f"{server.url}/staff/live/{session_id}")
    await enter_room(candidate, link)
    await turn_for(candidate, QUESTION)
    await expect(desk.get_by_test_id("live-watching")).to_contain_text("Watching.", timeout=WAIT_MS)
    typing = asyncio.create_task(keep_typing(candidate))
    for kind in ("no_face", "multiple_faces"):
        await seen_live(desk, kind)
    typing.cancel()
    await asyncio.gather(typing, return_exceptions=True)
    found = await faults(desk, "desk-live")
    await candidate.get_by_test_id("typed-answer").fill("I read the query plan first.")
    await candidate.get_by_test_id("btn-send").click()
    await expect(candidate.get_by_test_id("upload-state")).to_contain_text(
        "Everything is saved", timeout=WAIT_MS
    )
    await visitor.close()

    await desk.get_by_role("link", name="Report", exact=True).click()
    section = desk.get_by_test_id("report-integrity")
    await expect(section.get_by_test_id("integrity-statement")).to_contain_text(
        "not yet reviewed and not to be relied on", timeout=WAIT_MS
    )
    await expect(section.get_by_test_id("integrity-identity")).to_contain_text(
        "Faces were not compared: this interview does not ask for it."
    )
    for kind in ("no_face", "multiple_faces"):
        signal = section.locator(f"[data-testid=signal][data-kind={kind}]").first
        await assert_picture(signal.get_by_test_id("signal-still"))
        await assert_clip(signal)
    await desk.evaluate("() => scrollTo(0, 0)")
    found += await faults(desk, "desk-report")

    waiting = await section.get_by_test_id("signal").count()
    assert waiting >= 2
    await badge_shows(desk, waiting)  # the menu hears of the last one a little later
    first = section.locator("[data-testid=signal][data-kind=no_face]").first
    await first.get_by_label(re.compile("^Note")).fill("Bent down for a pen.")
    await first.get_by_test_id("signal-dismissed").click()
    await expect(first.get_by_test_id("signal-reviews")).to_contain_text(
        re.compile("Dismissed by admin@localhost, .+: Bent down for a pen.")
    )
    await expect(section.get_by_test_id("integrity-statement")).to_contain_text("1 dismissed")
    await badge_shows(desk, waiting - 1)

    await desk.get_by_role("link", name=re.compile("^Review")).click()
    entry = desk.get_by_test_id("reviews-session")
    await expect(entry).to_contain_text("Ada Probe")
    await entry.locator("summary").first.click()
    open_signals = entry.get_by_test_id("signal")
    await expect(open_signals.first).to_be_visible()
    found += await faults(desk, "desk-review")
    second = entry.locator("[data-testid=signal][data-kind=multiple_faces]").first
    await second.get_by_test_id("signal-confirmed").click()
    await expect(second.get_by_test_id("signal-reviews")).to_contain_text("Confirmed by")
    await badge_shows(desk, waiting - 2)
    integrity = (
        await server.api("GET", f"/api/parallel_interview/session/{session_id}/proctoring")
    )["integrity"]
    assert (integrity["confirmed"], integrity["dismissed"]) == (1, 1)
    assert found == []
    await context.close()


async def end_by_signals(server: ServerProcess) -> str:
    """A strict session that three pastes and copies have paused, and a person ended; its id."""
    created = await server.create(
        proctoring_profile="strict",
        proctoring_kinds=["paste", "copy"],
        proctoring_counted=["paste", "copy"],
        proctoring_identity=False,
    )
    line = PlainClient(server, created)
    await line.connect()
    await line.send(type="consent", granted=True, text_version="2026-11")
    await line.until("proctoring_state", lambda f: f["proctoring"]["watching"])
    for name in ("paste", "copy", "paste"):
        await line.send(type="page_event", name=name, fields={"chars": 400})
        found = await line.until("proctoring_violation")
        await asyncio.sleep(1.1 if found["counted"] < found["limit"] else 0)  # each kind rests 2 s
    decision = f"/api/parallel_interview/session/{line.session_id}/pause"
    await server.api("POST", decision, json={"go_on": False, "note": "Pasted throughout."})
    assert (await line.until("interview_concluded"))["status"] == "terminated"
    await line.close()
    return line.session_id


async def test_staff_reopen_a_session_that_signals_have_ended(
    browser: Browser, server: ServerProcess
) -> None:
    session_id = await end_by_signals(server)
    context, desk = await staff_page(browser)
    await sign_in(desk, server)
    await badge_shows(desk, 3)
    await desk.goto(f"{server.url}/staff/reports/{session_id}")
    section = desk.get_by_test_id("report-integrity")
    await expect(section.get_by_test_id("signal")).to_have_count(3, timeout=WAIT_MS)
    await section.get_by_test_id("report-reopen").click()
    await desk.get_by_test_id("confirm-yes").click()
    await expect(desk.get_by_test_id("confirm-reason")).to_be_focused()
    await desk.get_by_test_id("confirm-reason").fill("It was the form filler.")
    found = await faults(desk, "desk-reopen")
    await desk.keyboard.press("Enter")
    await expect(section).to_contain_text("The session is open again.")
    details = await server.api("GET", f"/api/parallel_interview/session/{session_id}")
    assert details["session"]["status"] == "in_progress"
    assert found == []
    await context.close()
