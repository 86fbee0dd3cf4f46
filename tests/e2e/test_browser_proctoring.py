"""The candidate's side of proctoring in Chromium: consent, picture, warnings, flags, explanation.

The camera plays a made clip: the sitter leaves, returns, and is joined by a second face. The
vision, the page events, the recording and the evidence are the real ones.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright, expect

from proctoring.models import DLIB_FACES, YUNET
from tests.e2e.axe import faults
from tests.e2e.browser import answer_by_typing, candidate_page, enter_check, launch
from tests.e2e.camera_clip import away, build, camera_flag, joined, sitting
from tests.e2e.server_process import ServerProcess
from tests.proctoring.conftest import gathered

pytestmark = [pytest.mark.e2e, pytest.mark.alone, pytest.mark.timeout(180)]

STORY = (sitting(12), away(9), sitting(5), joined(9), sitting(5))
KINDS = ["no_face", "multiple_faces", "identity_change", "virtual_camera", "paste", "tab_hidden"]
QUESTIONS = ["What is an index?", "What is a lock?"]
PASTED = "An index is a sorted copy of a column, found elsewhere."
SEEN_S = 40.0
WARNINGS_SHOWN = """() => {
  const inside = (root, name) => root?.querySelector(name)?.shadowRoot;
  window.__shown = [];
  setInterval(() => {
    const room = inside(inside(document, "viva-candidate"), "viva-room");
    for (const row of inside(room, "viva-warnings")?.querySelectorAll("[data-kind]") ?? []) {
      window.__shown.push([row.dataset.kind, row.innerText]);
    }
  }, 100);
}"""
BLACK_PICTURES = """() => {
  const real = CanvasRenderingContext2D.prototype.drawImage;
  CanvasRenderingContext2D.prototype.drawImage = () => {};
  window.__seeAgain = () => { CanvasRenderingContext2D.prototype.drawImage = real; };
}"""


@pytest.fixture
async def text_server(tmp_path: Path, shared_dir: Path) -> AsyncIterator[ServerProcess]:
    """A server for typed interviews that has every model about pictures."""
    models = await asyncio.to_thread(gathered, shared_dir, tmp_path / "models")
    for asset in (DLIB_FACES, YUNET):
        if models.missing(asset):
            pytest.skip(f"{asset.name} has not been fetched (python -m server models)")
    settings = {"VIVA_STT": "none", "VIVA_TTS": "none", "VIVA_MODELS_DIR": str(tmp_path / "models")}
    server = ServerProcess(tmp_path / "data", settings)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def watched(tmp_path: Path, shared_dir: Path) -> AsyncIterator[Browser]:
    """A browser whose camera plays the story."""
    clip = await asyncio.to_thread(build, shared_dir, tmp_path / "virtual-camera.y4m", STORY)
    async with async_playwright() as playwright:
        browser = await launch(playwright, camera_flag(clip))
        yield browser
        await browser.close()


async def page_for(browser: Browser) -> tuple[BrowserContext, Page]:
    """A candidate who may use the clipboard."""
    context, page = await candidate_page(browser)
    await context.grant_permissions(["camera", "microphone", "clipboard-read", "clipboard-write"])
    return context, page


async def paste(page: Page, text: str) -> None:
    """Put a text on the clipboard elsewhere, and paste it into the answer."""
    await page.evaluate("text => navigator.clipboard.writeText(text)", text)
    await page.get_by_test_id("typed-answer").focus()
    await page.keyboard.press("Control+V")


async def give_face(page: Page) -> None:
    """Agree, be refused for a black picture, take a good one."""
    await page.get_by_test_id("identity-agree").click()
    await page.evaluate(BLACK_PICTURES)
    await page.get_by_test_id("identity-take").click()
    await expect(page.get_by_test_id("identity-problem")).to_contain_text("too dark")
    await page.evaluate("() => window.__seeAgain()")
    await page.get_by_test_id("identity-take").click()
    await expect(page.get_by_test_id("identity-taken")).to_be_visible(timeout=20_000)


async def fetched(server: ServerProcess, address: str) -> tuple[int, bytes]:
    """A signed address, without any other right."""
    async with aiohttp.ClientSession() as http:
        async with http.get(server.url + address) as answer:
            return answer.status, await answer.read()


async def timeline(server: ServerProcess, session_id: str) -> dict[str, Any]:
    """What staff are told."""
    path = f"/api/parallel_interview/session/{session_id}/proctoring"
    body: dict[str, Any] = await server.api("GET", path)
    return body


async def test_a_candidate_is_warned_and_explains_what_was_noted(
    watched: Browser, text_server: ServerProcess
) -> None:
    created = await text_server.create(
        questions=QUESTIONS, proctoring_profile="warn", proctoring_kinds=KINDS
    )
    context, page = await page_for(watched)
    await page.goto(created["candidate_url"])
    await expect(page.get_by_role("term").last).to_contain_text("Software watches")
    await enter_check(page, created["candidate_url"])
    await expect(page.get_by_test_id("identity-agree")).to_be_visible()
    found = await faults(page, "proctoring-check")
    await give_face(page)
    found += await faults(page, "proctoring-taken")
    await page.get_by_test_id("check-continue").click()

    await page.evaluate(WARNINGS_SHOWN)
    await the_panel_opens_by_keyboard(page)
    await answer_by_typing(page, QUESTIONS[0], "A sorted copy of a column.")
    await is_told(page, "no_face", "We can't see your face.")
    found += await faults(page, "proctoring-noted")
    await is_told(page, "multiple_faces", "someone else in view")
    await expect(told(page, "multiple_faces")).to_be_hidden(timeout=20_000)
    await paste(page, PASTED)
    await expect(page.locator("[data-kind=paste]").first).to_be_visible()
    await answer_by_typing(page, QUESTIONS[1], "It keeps two writers apart.")

    await expect(page.get_by_test_id("thank-you")).to_be_visible(timeout=20_000)
    await explains(page, "no_face", "I picked up my pen from the floor.")
    await expect(page.get_by_test_id("upload-state")).to_contain_text("saved", timeout=20_000)
    found += await faults(page, "proctoring-thanks")
    assert found == []
    await context.close()
    await the_evidence_is_there(text_server, created["session_id"])


def told(page: Page, kind: str) -> Locator:
    """The warning of a kind; Chromium names the camera by its file."""
    return page.locator(f"[data-testid=watch-warning][data-kind={kind}]")


async def is_told(page: Page, kind: str, advice: str) -> None:
    """A warning with its countdown, then that it was noted."""
    for words in (advice, "Noted in", "Noted\n"):
        await eventually_shown(page, kind, words)


async def eventually_shown(page: Page, kind: str, words: str) -> None:
    """Whether a warning of the kind has said so; on a busy machine it may be gone by now."""
    async with asyncio.timeout(SEEN_S):
        while True:
            shown: list[list[str]] = await page.evaluate("() => window.__shown")
            if any(of == kind and words in text + "\n" for of, text in shown):
                return
            await asyncio.sleep(0.2)


async def the_panel_opens_by_keyboard(page: Page) -> None:
    """What is watched, and that it can be read without a mouse."""
    sign = page.get_by_test_id("watch-sign")
    await expect(sign).to_have_text("Watching", timeout=20_000)
    await sign.focus()
    await page.keyboard.press("Enter")
    panel = page.get_by_test_id("watch-panel")
    await expect(panel).to_contain_text("Whether you are in the picture")
    await expect(panel).to_contain_text("Whether it is still you")
    await expect(panel).not_to_contain_text("second screen")
    await page.keyboard.press("Escape")
    await expect(panel).to_be_hidden()


async def explains(page: Page, kind: str, words: str) -> None:
    """Own words about one of the flags."""
    flag = page.locator(f"[data-testid=flag][data-kind={kind}]").first
    await expect(flag).to_contain_text("You were not in the picture")
    await flag.get_by_test_id("flag-explain").click()
    await flag.get_by_test_id("flag-text").fill(words)
    await flag.get_by_test_id("flag-send").click()
    await expect(flag.get_by_test_id("flag-explanation")).to_have_text(words)


async def the_evidence_is_there(server: ServerProcess, session_id: str) -> None:
    """Violations with times, stills and clips; what was pasted is nowhere."""
    shown = await timeline(server, session_id)
    seen = {item["code"]: item for item in reversed(shown["violations"]) if not item["hint"]}
    assert set(seen) == {"no_face", "multiple_faces", "virtual_camera", "paste"}
    assert seen["no_face"]["explanation"] == "I picked up my pen from the floor."
    assert seen["no_face"]["at_s"] < seen["multiple_faces"]["at_s"] < seen["paste"]["at_s"]
    assert seen["paste"]["measures"] == {"chars": len(PASTED)}
    assert PASTED not in str(shown)
    for code in ("no_face", "multiple_faces"):
        assert 5 <= seen[code]["end_s"] - seen[code]["at_s"] < 7
        status, still = await fetched(server, seen[code]["still_url"])
        assert status == 200 and still.startswith(b"\xff\xd8")
        status, clip = await fetched(server, shown["clips"][seen[code]["violation_id"]])
        assert status == 200 and clip.startswith(b"\x1a\x45\xdf\xa3")
    report = await server.report(session_id)
    assert {"no_face", "multiple_faces"} <= {v["code"] for v in report["proctoring_violations"]}


async def test_a_refusal_turns_only_identity_off_and_the_third_paste_pauses_it(
    browser: Browser, text_server: ServerProcess
) -> None:
    created = await text_server.create(
        questions=QUESTIONS,
        proctoring_profile="strict",
        proctoring_kinds=["identity_change", "paste"],
        proctoring_counted=["paste"],
    )
    context, page = await page_for(browser)
    await enter_check(page, created["candidate_url"])
    if await page.get_by_test_id("identity-refuse").is_visible():
        await page.get_by_test_id("identity-refuse").click()
        await expect(page.get_by_test_id("identity-off")).to_contain_text("is off")
    await page.get_by_test_id("check-continue").click()
    await answer_by_typing(page, QUESTIONS[0], "A sorted copy.")
    await expect(page.get_by_test_id("question-text")).to_contain_text(QUESTIONS[1])
    for count in (1, 2):
        await paste(page, f"From elsewhere, number {count}.")
        await expect(page.get_by_test_id("watch-note")).to_contain_text(f"{count} of 3")
        await asyncio.sleep(2.2)  # the policy's cool-down
    await paste(page, "From elsewhere once more.")
    paused = page.get_by_test_id("paused")
    await expect(paused).to_contain_text("a person has been asked to look", timeout=20_000)
    await expect(paused.get_by_test_id("flag")).to_have_count(3)
    await paused.get_by_test_id("flag-explain").first.click()
    await paused.get_by_test_id("flag-text").fill("My notes of yesterday.")
    await paused.get_by_test_id("flag-send").click()
    await expect(paused.get_by_test_id("flag-explanation")).to_contain_text("yesterday")
    assert await faults(page, "paused") == []
    session = f"/api/parallel_interview/session/{created['session_id']}"
    await text_server.api("POST", f"{session}/pause", json={"go_on": False})
    thanks = page.get_by_test_id("thank-you")
    await expect(thanks).to_contain_text("rules about the camera or the page", timeout=20_000)
    await expect(thanks.get_by_role("heading", level=1)).to_have_text("The interview has ended")
    await expect(page.get_by_test_id("flag")).to_have_count(3)
    await context.close()


async def test_where_the_profile_is_off_nothing_of_it_is_visible(
    browser: Browser, text_server: ServerProcess
) -> None:
    created = await text_server.create(questions=QUESTIONS[:1], proctoring_profile="off")
    context, page = await page_for(browser)
    await page.goto(created["candidate_url"])
    await expect(page.get_by_test_id("consent-check")).to_be_visible()
    await expect(page.get_by_text("watches")).to_have_count(0)
    await enter_check(page, created["candidate_url"])
    await expect(page.get_by_test_id("check-continue")).to_be_visible()
    await expect(page.get_by_text("Check that it is you")).to_have_count(0)
    await page.get_by_test_id("check-continue").click()
    await answer_by_typing(page, QUESTIONS[0], "A sorted copy.")
    await expect(page.get_by_test_id("watch-sign")).to_have_count(0)
    await expect(page.get_by_test_id("thank-you")).to_be_visible(timeout=20_000)
    await expect(page.get_by_test_id("upload-state")).to_contain_text("saved", timeout=20_000)
    await expect(page.locator("viva-flags")).to_have_count(0)
    await context.close()


async def test_without_webrtc_the_pictures_go_over_a_socket(
    browser: Browser, text_server: ServerProcess
) -> None:
    created = await text_server.create(
        questions=QUESTIONS[:1], proctoring_profile="warn", proctoring_kinds=["no_face"]
    )
    context, page = await page_for(browser)
    await page.add_init_script("delete window.RTCPeerConnection")
    await enter_check(page, created["candidate_url"])
    await page.get_by_test_id("check-continue").click()
    await expect(told(page, "no_face")).to_contain_text("We can't see your face.", timeout=20_000)
    await page.get_by_test_id("watch-sign").click()
    await expect(page.get_by_test_id("watch-panel")).not_to_contain_text("still you")
    await context.close()
