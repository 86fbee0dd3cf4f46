"""The staff desk in a browser, and a candidate beside it: the steps that tests share."""

from __future__ import annotations

from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.e2e.server_process import ServerProcess

PASSWORD = "a-password-for-the-desk"
SIGN_IN = {"VIVA_ADMIN_PASSWORD": PASSWORD}


async def staff_page(browser: Browser) -> tuple[BrowserContext, Page]:
    """A fresh profile that may use the clipboard."""
    context = await browser.new_context(
        viewport={"width": 1280, "height": 800},
        permissions=["clipboard-read", "clipboard-write"],
        accept_downloads=True,
    )
    return context, await context.new_page()


async def sign_in(page: Page, server: ServerProcess, password: str = PASSWORD) -> None:
    """Fill in the form and send it."""
    if not page.url.startswith(server.url):
        await page.goto(server.url + "/staff")
    await page.get_by_test_id("login-username").fill("admin@localhost")
    await page.get_by_test_id("login-password").fill(password)
    await page.get_by_test_id("login-submit").click()


async def enter_room(page: Page, link: str) -> None:
    """Welcome, consent, device check, room."""
    await page.goto(link)
    await page.get_by_test_id("consent-check").click()
    await page.get_by_test_id("consent-accept").click()
    await page.get_by_test_id("check-continue").click(timeout=20_000)
    await expect(page.get_by_test_id("room")).to_be_visible(timeout=20_000)


async def turn_for(page: Page, question: str) -> None:
    """Wait until the candidate has the floor for that question."""
    await expect(page.get_by_test_id("question-text")).to_contain_text(question, timeout=30_000)
    await expect(page.get_by_test_id("avatar-state")).to_contain_text("Your turn", timeout=30_000)
