"""A whole interview without a mouse: Tab, Space, Enter and typing, the code editor included."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.browser import bare_page
from tests.e2e.server_process import ServerProcess

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

MAX_TABS = 40

# The focused element through all shadow roots: its test id, and whether a ring is drawn on it
# or, for the editor, around it.
FOCUSED = """
() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  const ringed = (e) => e && getComputedStyle(e).outlineStyle !== "none"
    && parseFloat(getComputedStyle(e).outlineWidth) >= 2;
  return {
    id: at?.dataset?.testid ?? "", tag: at?.tagName ?? "",
    page: at === document.body, ring: Boolean(ringed(at) || ringed(at?.closest?.(".editor"))),
  };
}
"""


async def tab_to(page: Page, test_id: str) -> None:
    """Press Tab until the control has the focus; each stop on the way must show it."""
    await expect(page.get_by_test_id(test_id)).to_be_enabled(timeout=20_000)
    stops = []
    for _ in range(MAX_TABS):
        await page.keyboard.press("Tab")
        focus = await page.evaluate(FOCUSED)
        stops.append(focus)
        assert focus["page"] or focus["ring"], f"the focus cannot be seen: {focus}"
        if focus["id"] == test_id:
            return
    raise AssertionError(f"Tab never reached {test_id}: {stops}")


async def on_turn(page: Page, question: str) -> None:
    """Wait for the question and for the candidate's turn."""
    await expect(page.get_by_test_id("question-text")).to_contain_text(question, timeout=20_000)
    await expect(page.get_by_test_id("avatar-state")).to_contain_text("Your turn", timeout=20_000)


async def a_microphone_is_chosen(page: Page) -> None:
    """In the midst of the interview, which was entered without one."""
    meter = page.locator("viva-room .self viva-meter")
    await expect(meter).to_have_count(0)
    await tab_to(page, "btn-menu")
    await page.keyboard.press("Enter")
    await tab_to(page, "btn-devices")
    await page.keyboard.press("Enter")
    await tab_to(page, "choose-audio")
    await page.keyboard.press("Home")
    await tab_to(page, "device-close")
    await page.keyboard.press("Enter")
    await expect(meter).to_be_visible()


async def test_an_interview_by_keyboard_alone(browser: Browser, text_server: ServerProcess) -> None:
    created = await text_server.create(
        questions=["Why this post?", "Write a function that adds two numbers."],
        question_types=["text", "coding"],
    )
    context, page = await bare_page(browser)
    await page.goto(created["candidate_url"])
    await tab_to(page, "consent-check")
    await page.keyboard.press("Space")
    await tab_to(page, "consent-accept")
    await page.keyboard.press("Enter")
    await tab_to(page, "check-skip-devices")
    await page.keyboard.press("Enter")

    await on_turn(page, "Why this post?")
    await a_microphone_is_chosen(page)
    await tab_to(page, "typed-answer")
    await page.keyboard.type("Because of the work.")
    await tab_to(page, "btn-send")
    await page.keyboard.press("Enter")

    await on_turn(page, "Write a function")
    await tab_to(page, "code-editor")
    await page.keyboard.type("def add(a, b):\nreturn a + b")
    await page.reload()
    await tab_to(page, "check-skip-devices")
    await page.keyboard.press("Enter")
    await on_turn(page, "Write a function")
    await expect(page.get_by_test_id("code-editor")).to_contain_text("return a + b")
    await tab_to(page, "code-editor")
    await page.keyboard.press("Tab")
    assert (await page.evaluate(FOCUSED))["id"] == "code-editor", "Tab indents in the editor"
    await page.keyboard.press("Escape")
    await tab_to(page, "btn-submit-code")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("thank-you")).to_be_visible(timeout=20_000)

    report = await text_server.report(created["session_id"])
    first, second = report["answers"]
    assert first["content"] == "Because of the work."
    head, body = second["code"].splitlines()
    assert (head, body.strip()) == ("def add(a, b):", "return a + b")
    assert body.startswith("    "), "Tab has indented the line"
    await context.close()
