"""A candidate's way from the link to the last page, in Chromium, when not all is as it should be.

Each journey holds several promises of the page at once: a browser costs seconds.
"""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.browser import answer_by_typing, bare_page, enter_check
from tests.e2e.held import V1, interview
from tests.e2e.server_process import ServerProcess

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(150)]

DENIED = """
navigator.mediaDevices.getUserMedia = () =>
  Promise.reject(new DOMException("Permission denied", "NotAllowedError"));
"""
FOCUSED = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at?.dataset?.testid ?? "";
}"""
WITH_ZONE = re.compile(r"Your link works until .+ (AM|PM) \S+\.$")
CURSOR = "(box) => [box.selectionStart, box.selectionEnd]"
# The detectors' five seconds and the two that they wait before, and then some.
WATCHED_S = 9.0
# Longer than the page waits for what it sent over a line that is there.
GIVES_UP_S = 6.5


async def without_devices(page: Page) -> None:
    """From the check into the room."""
    await page.get_by_test_id("check-skip-devices").click()
    await expect(page.get_by_test_id("room")).to_be_visible(timeout=20_000)


async def turn(page: Page, question: str) -> Locator:
    """Wait for the question and the candidate's turn; the box."""
    await expect(page.get_by_test_id("question-text")).to_contain_text(question, timeout=20_000)
    await expect(page.get_by_test_id("avatar-state")).to_contain_text("Your turn", timeout=20_000)
    return page.get_by_test_id("typed-answer")


async def cut(context: BrowserContext, page: Page) -> None:
    """The network is gone, and the page has noticed."""
    await context.set_offline(True)
    await page.evaluate("() => window.__vivaKillSocket()")
    await expect(page.get_by_test_id("reconnecting")).to_be_visible()


async def test_denied_devices_a_cut_while_typing_and_a_skip_that_was_a_mistake(
    browser: Browser, text_server: ServerProcess
) -> None:
    kinds = ["no_face", "no_frames", "camera_covered"]  # a second tab is opened in this journey
    created = await text_server.create(proctoring_profile="strict", proctoring_kinds=kinds)
    context, page = await bare_page(browser)
    await context.add_init_script(DENIED)
    await page.goto(created["candidate_url"])
    await expect(page.get_by_text("When 3 are noted, the interview pauses")).to_be_visible()
    await enter_check(page, created["candidate_url"])

    trouble = page.get_by_test_id("device-trouble")
    await expect(trouble).to_contain_text("does not let this page use")
    await expect(trouble.get_by_role("img")).to_be_visible()
    await expect(trouble.get_by_role("listitem")).to_have_count(3)
    await expect(page.get_by_test_id("check-lead")).to_contain_text("Nothing is recorded yet")
    await without_devices(page)
    await expect(page.get_by_test_id("device-state")).to_contain_text("Microphone blocked")

    # What is typed survives a cut and a reload, and the cursor stays where it was.
    box = await turn(page, "Please read the first sentence.")
    await box.click()
    await page.keyboard.type("The first, ")
    await cut(context, page)
    await expect(page.get_by_test_id("reconnecting")).to_contain_text("kept for 10 minutes")
    await page.keyboard.type("typed.")
    assert await page.evaluate(FOCUSED) == "typed-answer"
    await context.set_offline(False)
    await expect(page.get_by_test_id("reconnecting")).to_be_hidden(timeout=20_000)
    assert await page.evaluate(FOCUSED) == "typed-answer"
    await expect(box).to_have_value("The first, typed.")
    for _ in range(6):
        await page.keyboard.press("ArrowLeft")
    second = await context.new_page()
    await second.add_init_script(DENIED)
    await second.goto(created["candidate_url"])
    await expect(second.get_by_test_id("check-lead")).to_contain_text("goes on there")
    await second.close()
    await page.reload()
    lead = page.get_by_test_id("check-lead")
    await expect(lead).to_contain_text("The clock stands until you are back", timeout=20_000)
    await expect(lead).to_contain_text(re.compile(r"Your place is kept until \d+:\d\d"))
    await without_devices(page)
    box = await turn(page, "Please read the first sentence.")
    await expect(box).to_have_value("The first, typed.")
    assert await box.evaluate(CURSOR) == [11, 11]
    await page.get_by_test_id("btn-send").click()

    # A skip is taken back.
    await turn(page, "Please read the second sentence.")
    await page.get_by_test_id("btn-skip").click()
    await expect(page.get_by_test_id("coming")).to_contain_text("Skipping this question")
    await page.get_by_test_id("btn-undo-skip").click()
    await expect(page.get_by_test_id("coming")).to_be_hidden()
    await asyncio.sleep(WATCHED_S)
    await answer_by_typing(page, "Please read the second sentence.", "The second, typed.")
    await expect(page.get_by_test_id("thank-you")).to_be_visible(timeout=20_000)
    await expect(page.get_by_test_id("flags-none")).to_be_visible()
    await expect(page.get_by_test_id("deadline")).to_contain_text(WITH_ZONE)
    assert await page.evaluate("() => Object.keys(localStorage).length") == 0

    report = await text_server.report(created["session_id"])
    given = [answer["content"] for answer in report["answers"]]
    assert given == ["The first, typed.", "The second, typed."]
    assert report["proctoring_violations"] == []
    await context.close()


async def dead_end(page: Page, link: str, *words: str) -> None:
    """A link that opens nothing: why, and whom to ask."""
    await page.goto("about:blank")
    await page.goto(link)
    for each in words:
        await expect(page.get_by_role("main")).to_contain_text(each)
    foot = page.get_by_test_id("foot")
    await expect(foot).to_contain_text("Acme. Questions or trouble: people@acme.example.")
    await expect(foot.get_by_role("link", name="Privacy")).to_be_visible()


async def test_a_link_that_opens_nothing_says_why_and_whom_to_ask(
    browser: Browser, tmp_path: Path
) -> None:
    settings = {"VIVA_COMPANY": "Acme", "VIVA_CONTACT_EMAIL": "people@acme.example"}
    silent = {"VIVA_STT": "none", "VIVA_TTS": "none", "VIVA_PROCTORING": "false"}
    async with ServerProcess(tmp_path / "data", settings | silent) as server:
        context, page = await bare_page(browser)
        first, second = await server.create(), await server.create()
        path, _ = first["candidate_url"].split("#")
        _, other = second["candidate_url"].split("#")
        await dead_end(page, path, "This address is not complete")
        await dead_end(page, f"{path}#t=cut", "This link does not work")
        await dead_end(page, f"{path}#{other}", "This link does not open this interview")
        await expect(page.get_by_test_id("deadline")).to_contain_text(WITH_ZONE)

        planned = f"{V1}/{(await interview(server))['id']}"
        late = {"opens_at": (datetime.now(UTC) + timedelta(hours=1)).isoformat()}
        token = await server.api("POST", f"{planned}/tokens", json=late)
        door = f"{server.url}/invitation#"
        said = re.compile(r"it opens on \d\d \w+ \d{4}, \d\d:\d\d \(UTC\)")
        await dead_end(page, door + token["token_value"])
        await expect(page.get_by_text(said)).to_be_visible()
        await server.api("POST", f"{planned}/tokens/{token['id']}/revoke", json={})
        await dead_end(page, door + token["token_value"], "This invitation was withdrawn")
        token = await server.api("POST", f"{planned}/tokens", json={})
        start = {"interview_token": token["token_value"]}
        await server.api("POST", "/api/interview/session/start", json=start)
        await dead_end(
            page, door + token["token_value"], "Every attempt of this link has been used"
        )
        await context.close()


async def test_what_was_typed_and_not_sent_is_kept(
    browser: Browser, text_server: ServerProcess
) -> None:
    """Over silence, while the line is away, when staff end it, and when it is too long to send."""
    created = await text_server.create(
        questions=["One, please.", "Two, please.", "Three, please."],
        question_types=["text", "coding", "coding"],
        silence_prompt_s=3,
        silence_advance_s=10,  # a slow machine fills the boxes below well before
    )
    context, page = await bare_page(browser)
    await context.add_init_script(DENIED)
    await enter_check(page, created["candidate_url"])
    await without_devices(page)
    box = await turn(page, "One, please.")
    await box.fill("Typed, and then in thought")

    # Nothing is cut off a paste; what was submitted while the line was away waits for it.
    box = await turn(page, "Two, please.")
    await box.fill("e" * 20_001)
    await expect(page.get_by_test_id("excess")).to_contain_text("That is 1 character too long")
    await expect(page.get_by_test_id("btn-submit-code")).to_be_disabled()
    await box.fill("A loop.")
    await page.get_by_test_id("code-editor").click()
    await page.keyboard.type("x = 1")
    await cut(context, page)
    await page.get_by_test_id("btn-submit-code").click()
    await expect(box).to_have_attribute("placeholder", "Your answer is on its way")
    await page.keyboard.type("2")  # would be lost: it was sent without
    await asyncio.sleep(GIVES_UP_S)
    await expect(page.get_by_test_id("btn-submit-code")).to_be_disabled()
    await expect(box).to_have_value("")
    await context.set_offline(False)

    box = await turn(page, "Three, please.")
    await box.fill("Half of my answ")
    path = f"/api/parallel_interview/session/{created['session_id']}/end"
    await text_server.api("POST", path)
    await expect(page.get_by_test_id("unsent")).to_contain_text("marked as late")
    assert await page.evaluate("() => Object.keys(localStorage).length") == 0
    report: dict[str, Any] = {}
    async with asyncio.timeout(60):
        while not report.get("refused_answers"):  # what came after the end makes a report anew
            report = await text_server.report(created["session_id"])
            await asyncio.sleep(0.3)  # noqa: ASYNC110 - another process brings it about
    given = [(answer["content"], answer["code"]) for answer in report["answers"]]
    assert given == [("Typed, and then in thought", None), ("A loop.", "x = 1")]
    late = [(one["question_number"], one["content"]) for one in report["refused_answers"]]
    assert late == [(3, "Half of my answ")]
    await context.close()
