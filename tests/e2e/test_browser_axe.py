"""axe-core finds nothing on the candidate's pages."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.axe import AXE, faults
from tests.e2e.browser import answer_by_typing, bare_page
from tests.e2e.server_process import ServerProcess

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed (npm ci)")
@pytest.mark.parametrize("width", [1280, 390])
async def test_axe_finds_nothing_from_welcome_to_thanks(
    browser: Browser, text_server: ServerProcess, width: int
) -> None:
    created = await text_server.create(
        questions=["Tell me about a production outage that you fixed.", "Write a function."],
        question_types=["text", "coding"],
        title="Backend engineer",
    )
    context, page = await bare_page(browser, width)
    await page.goto(created["candidate_url"])
    await expect(page.get_by_test_id("consent-check")).to_be_visible()
    found = await faults(page, "welcome")
    await page.get_by_test_id("consent-check").click()
    await page.get_by_test_id("consent-accept").click()
    measured = re.compile("Good|slowly|narrow")  # as full as the machine is
    await expect(page.get_by_test_id("check-network")).to_contain_text(measured)
    found += await faults(page, "check")
    await page.get_by_test_id("check-skip-devices").click()
    await expect(page.get_by_test_id("avatar-state")).to_contain_text("Your turn", timeout=20_000)
    found += await faults(page, "room")
    await answer_by_typing(page, "production outage", "I restarted it.")
    await expect(page.get_by_test_id("code-editor")).to_be_visible(timeout=20_000)
    await expect(page.get_by_test_id("avatar-state")).to_contain_text("Your turn", timeout=20_000)
    found += await faults(page, "coding")
    await context.set_offline(True)
    await page.evaluate("() => window.__vivaKillSocket()")
    await expect(page.get_by_test_id("reconnecting")).to_be_visible()
    found += await faults(page, "reconnecting")
    await context.set_offline(False)
    await expect(page.get_by_test_id("reconnecting")).to_be_hidden(timeout=20_000)
    await page.get_by_placeholder("Explain your solution").fill("I would add the two.")
    await page.get_by_test_id("btn-submit-code").click()
    await expect(page.get_by_test_id("thank-you")).to_be_visible(timeout=20_000)
    found += await faults(page, "thanks")
    assert found == []
    await context.close()
