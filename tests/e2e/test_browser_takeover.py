"""The same link in a second tab: it takes over, and the first lets it. Nothing is kept there."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Browser, Page, WebSocket, expect

from tests.e2e.browser import answer_by_typing, bare_page, enter_check
from tests.e2e.server_process import ServerProcess

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

# A browser that lets a page keep nothing on the device, as some do in private windows.
FORBIDDEN = """
for (const name of ["localStorage", "sessionStorage", "indexedDB"])
  Object.defineProperty(window, name, {
    get() { throw new DOMException("The operation is insecure.", "SecurityError"); },
  });
"""
# Longer than the page's first waits before it would reconnect.
PEACE_S = 3.0


async def enter_without_devices(page: Page) -> None:
    """From the check into the room."""
    await page.get_by_test_id("check-skip-devices").click()
    await expect(page.get_by_test_id("room")).to_be_visible(timeout=20_000)


async def test_a_second_tab_takes_over_and_the_first_does_not_fight_back(
    browser: Browser, text_server: ServerProcess
) -> None:
    created = await text_server.create()
    context, first = await bare_page(browser)
    await context.add_init_script(FORBIDDEN)
    opened: list[WebSocket] = []
    first.on("websocket", lambda socket: opened.append(socket))
    await enter_check(first, created["candidate_url"])
    await enter_without_devices(first)
    await answer_by_typing(first, "Please read the first sentence.", "From the first tab.")
    await expect(first.get_by_test_id("question-text")).to_contain_text("second")

    second = await context.new_page()
    await second.goto(created["candidate_url"])
    await enter_without_devices(second)
    await expect(first.get_by_test_id("takeover")).to_contain_text("open somewhere else")
    await expect(first.get_by_test_id("deadline")).to_contain_text("Your link works until")
    sockets = len(opened)
    await asyncio.sleep(PEACE_S)
    assert len(opened) == sockets, "the first tab has connected again"
    await expect(first.get_by_test_id("takeover")).to_be_visible()
    await expect(second.get_by_test_id("reconnecting")).to_be_hidden()

    await answer_by_typing(second, "Please read the second sentence.", "From the second tab.")
    await expect(second.get_by_test_id("thank-you")).to_be_visible(timeout=20_000)
    report = await text_server.report(created["session_id"])
    given = [answer["content"] for answer in report["answers"]]
    assert given == ["From the first tab.", "From the second tab."]
    await context.close()
