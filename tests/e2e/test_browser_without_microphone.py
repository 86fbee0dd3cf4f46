"""A browser that denies the microphone: the candidate types, and the interview completes."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.browser import answer_by_typing, bare_page, enter_check
from tests.e2e.server_process import ServerProcess

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

DENIED = """
navigator.mediaDevices.getUserMedia = () =>
  Promise.reject(new DOMException("Permission denied", "NotAllowedError"));
"""


async def test_a_denied_microphone_leaves_the_way_by_typing(
    browser: Browser, text_server: ServerProcess
) -> None:
    created = await text_server.create()
    context, page = await bare_page(browser)
    await context.add_init_script(DENIED)
    await enter_check(page, created["candidate_url"])

    trouble = page.get_by_test_id("device-trouble")
    await expect(trouble).to_contain_text("does not let this page use")
    await expect(trouble.get_by_role("img")).to_be_visible()
    await expect(trouble.get_by_role("listitem")).to_have_count(3)
    await page.get_by_test_id("check-skip-devices").click()
    await expect(page.get_by_test_id("room")).to_be_visible()
    await expect(page.get_by_test_id("device-state")).to_contain_text("Microphone blocked")

    await answer_by_typing(page, "Please read the first sentence.", "The first, typed.")
    await answer_by_typing(page, "Please read the second sentence.", "The second, typed.")
    await expect(page.get_by_test_id("thank-you")).to_be_visible(timeout=20_000)
    report = await text_server.report(created["session_id"])
    given = [answer["content"] for answer in report["answers"]]
    assert given == ["The first, typed.", "The second, typed."]
    await context.close()
