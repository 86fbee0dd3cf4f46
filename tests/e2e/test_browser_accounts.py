"""A new company comes in: register, confirm by the letter, invite, join, suspend, read the log."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.axe import faults
from tests.e2e.desk_page import SIGN_IN, sign_in, staff_page
from tests.e2e.server_process import ServerProcess
from tests.server.platform.mail.postbox import Postbox, listening

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]


async def link_of_letter(box: Postbox, number: int) -> str:
    """The link of the so-manieth letter that came by SMTP."""
    body = (await box.letter(number)).get_body(("plain",))
    assert body is not None
    found = re.search(r"https?://\S+", body.get_content())
    assert found is not None
    return found[0]


async def log_in(page: Page, username: str, password: str) -> None:
    await page.get_by_test_id("login-username").fill(username)
    await page.get_by_test_id("login-password").fill(password)
    await page.get_by_test_id("login-submit").click()


async def fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        await page.get_by_test_id(f"enter-{name}").fill(value)
    await page.get_by_test_id("enter-submit").click()


async def test_a_company_comes_in_by_letter_and_brings_a_colleague(
    browser: Browser, tmp_path: Path
) -> None:
    with listening() as (box, port):
        settings = {
            "VIVA_STT": "none",
            "VIVA_TTS": "none",
            **SIGN_IN,
            "VIVA_SMTP_URL": f"smtp://127.0.0.1:{port}?tls=none",
            "VIVA_MAIL_FROM": "desk@vivavoce.example",
        }
        async with ServerProcess(tmp_path / "data", settings) as server:
            await _story(browser, server, box)


async def _story(browser: Browser, server: ServerProcess, box: Postbox) -> None:
    mine, page = await staff_page(browser)
    await page.goto(f"{server.url}/staff/login?why=forbidden")
    await expect(page.get_by_role("alert")).to_contain_text("Ask for an invitation")
    await page.goto(f"{server.url}/staff/login?why=Call+us+now")
    await expect(page.get_by_test_id("login-submit")).to_be_visible()
    assert "Call" not in await page.inner_text("body"), "no link brings its own words"
    await page.goto(f"{server.url}/staff/register")
    await fill(page, company="North", username="nora", email="nora@north.example", password="short")
    await expect(page.locator("#password-wrong")).to_contain_text("at least 8 characters")
    found = await faults(page, "register")
    await fill(page, password="nora's password")
    await expect(page.get_by_test_id("enter-done")).to_contain_text("nora@north.example")
    await page.goto(await link_of_letter(box, 1))
    await expect(page).not_to_have_url(re.compile("#t="))  # no shoulder reads the secret
    await page.get_by_test_id("enter-submit").click()
    await expect(page.get_by_test_id("enter-done")).to_contain_text("sign in as nora")

    await page.get_by_role("link", name="Sign in").first.click()
    await log_in(page, "nora", "nora's password")
    await page.get_by_role("link", name="People").click()
    await expect(page.get_by_test_id("person")).to_have_count(1)
    await expect(page.get_by_role("link", name="System")).to_have_count(0)
    await page.get_by_test_id("invite-email").fill("ben@north.example")
    await page.get_by_test_id("invite-role").select_option("reviewer")
    await page.get_by_test_id("invite-submit").click()
    await expect(page.get_by_test_id("people-said")).to_contain_text("A letter to ben@north")
    await expect(page.get_by_test_id("people-invited")).to_contain_text("ben@north.example")
    found += await faults(page, "people")

    theirs, other = await staff_page(browser)
    await other.goto(await link_of_letter(box, 2))
    await expect(other.get_by_test_id("enter-join")).to_contain_text("nora invites you")
    await fill(other, name="Ben", password="ben's password")
    await expect(other.get_by_test_id("enter-done")).to_contain_text("Welcome")
    await other.get_by_role("link", name="Sign in").first.click()
    await log_in(other, "ben@north.example", "ben's password")
    await expect(other.get_by_role("link", name="Sessions")).to_be_visible()
    await expect(other.get_by_role("link", name="Audit log")).to_have_count(0)

    await page.reload()
    await page.get_by_role("button", name="Suspend: ben@north.example").click()
    await expect(page.get_by_test_id("people-list")).to_contain_text("Suspended")
    await other.reload()
    await expect(other.get_by_test_id("login-submit")).to_be_visible()
    await page.get_by_role("link", name="Audit log").click()
    await expect(page.get_by_test_id("audit-list")).to_contain_text("Colleague changed")
    found += await faults(page, "audit")
    await page.get_by_role("link", name="Privacy").click()
    await page.get_by_test_id("sessions_days").fill("30")
    await expect(page.get_by_test_id("retention-preview")).to_contain_text("Nothing would go")
    await page.get_by_test_id("retention-save").click()
    await expect(page.get_by_text("Saved. It is acted on within the hour.")).to_be_visible()
    await page.get_by_test_id("person-email").fill("nobody@north.example")
    await page.get_by_test_id("person-find").click()
    await expect(page.get_by_test_id("person-said")).to_contain_text("Nothing is held of nobody")
    found += await faults(page, "privacy")
    await page.get_by_test_id("logout").click()
    await sign_in(page, server)  # whoever administers the server sees both companies' people
    await page.get_by_role("link", name="Accounts").click()
    await expect(page.get_by_test_id("account")).to_have_count(3)
    await expect(page.get_by_test_id("accounts-list")).to_contain_text("North")
    found += await faults(page, "accounts")
    assert found == []
    await mine.close()
    await theirs.close()
