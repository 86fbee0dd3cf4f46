"""Deciding in a browser: compare, rate, decide, share, export; names hidden until one has rated."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.axe import AXE, faults
from tests.e2e.desk_page import SIGN_IN, sign_in, staff_page
from tests.e2e.held import QUESTIONS, held, interview
from tests.e2e.server_process import ServerProcess

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(150)]

ADA = (
    "First I looked at the connection pool, because no connection was free. Then I raised its"
    " limit, and wrote an alert so that it cannot happen unseen. I am Ada.",
    "I choose PostgreSQL when data has relations and must be consistent.",
)
BEN = ("I restarted the server and it was fine.",)
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed (npm ci)")
async def test_two_candidates_are_compared_rated_decided_shared_and_exported(
    browser: Browser, tmp_path: Path
) -> None:
    settings = {"VIVA_STT": "none", "VIVA_TTS": "none", **SIGN_IN}
    async with ServerProcess(tmp_path / "data", settings) as server:
        await _story(browser, server, tmp_path)


async def _story(browser: Browser, server: ServerProcess, tmp_path: Path) -> None:
    designed = await interview(server)
    ada = await held(server, designed["id"], "Ada Lovelace", ADA)
    ben = await held(server, designed["id"], "Ben Okafor", BEN)
    for session_id in (ada, ben):
        await server.report(session_id)
    rules = await server.api("GET", "/api/interview/rules")
    await server.api("PUT", "/api/interview/rules", json=rules | {"blind": True})

    context, page = await staff_page(browser)
    await sign_in(page, server)
    await expect(page.get_by_test_id("bell-count")).to_have_text("2", timeout=20_000)
    await page.goto(f"{server.url}/staff/compare?interview={designed['id']}")
    found = await _compared(page)
    await _rated_and_decided(page)
    found += await _shared(page, server, ada)
    await _exported(page, server, designed["id"], tmp_path)
    found += await _told(page)
    assert found == []
    await context.close()


async def _compared(page: Page) -> list[object]:
    """Side by side, without names; nothing is cut off on a phone."""
    table = page.get_by_test_id("compare-table")
    await expect(table).to_be_visible(timeout=20_000)
    await expect(page.get_by_test_id("compare-blind")).to_be_visible()
    await expect(table).not_to_contain_text("Lovelace")
    await expect(table).to_contain_text("I am [name].")
    row = page.get_by_test_id("compare-row").filter(has_text=QUESTIONS[1])
    await expect(row).to_contain_text("Not asked")
    await expect(row).to_contain_text("consistent")
    found: list[object] = list(await faults(page, "compare"))
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.emulate_media(color_scheme="dark")
    assert await page.evaluate(WIDER) <= 1
    found += await faults(page, "compare-narrow-dark")
    await page.set_viewport_size({"width": 1280, "height": 800})
    await page.emulate_media(color_scheme="light")
    return found


async def _rated_and_decided(page: Page) -> None:
    """The own scorecard brings the name; then a decision with its reason."""
    column = page.get_by_test_id("compare-score").nth(1)  # the newest comes first
    await column.click()
    dialog = page.get_by_test_id("review-dialog")
    await expect(dialog.get_by_test_id("judged-decision-advance")).to_have_count(0)
    await dialog.get_by_test_id("judged-open").click()
    await dialog.get_by_test_id("judged-q1-clear").check(force=True)
    await dialog.get_by_test_id("judged-overall-clear").check(force=True)
    await dialog.get_by_test_id("judged-give").click()
    await dialog.get_by_test_id("judged-decision-advance").check(force=True)
    await dialog.get_by_test_id("judged-why").fill("Found the cause, and made it visible.")
    await dialog.get_by_test_id("judged-decide").click()
    await expect(dialog.get_by_test_id("judged-decision")).to_contain_text("Advance")
    await dialog.get_by_test_id("assignee").select_option(label="admin@localhost (you)")
    await expect(dialog.get_by_text("Saved", exact=True)).to_be_visible()
    await page.get_by_test_id("review-close").click()
    table = page.get_by_test_id("compare-table")
    await expect(table).to_contain_text("Ada Lovelace")
    await expect(table).not_to_contain_text("Okafor")
    await expect(page.get_by_test_id("compare-decision")).to_contain_text("made it visible")


async def _shared(page: Page, server: ServerProcess, session_id: str) -> list[object]:
    """A link that a stranger can open until it is withdrawn."""
    await page.get_by_role("link", name="Ada Lovelace").click()
    await page.get_by_test_id("report-share").click()
    await page.get_by_test_id("share-note").fill("Head of engineering")
    await page.get_by_test_id("share-make").click()
    url = await page.get_by_test_id("secret").locator("input").input_value()
    assert url.startswith(f"{server.url}/shared/")
    await expect(page.get_by_test_id("report-mail-off")).to_be_visible(timeout=20_000)
    found: list[object] = list(await faults(page, "share"))
    read = await page.request.get(url)
    assert (read.status, read.headers["content-type"]) == (200, "application/pdf")
    await page.get_by_test_id("share-withdraw").click()
    await expect(page.get_by_test_id("share")).to_contain_text("Withdrawn")
    assert (await page.request.get(url)).status == 410
    await page.get_by_test_id("share-close").click()
    return found


async def _exported(page: Page, server: ServerProcess, interview_id: int, tmp_path: Path) -> None:
    """One's own of one interview, as a spreadsheet."""
    await page.goto(f"{server.url}/staff/sessions?interview={interview_id}")
    await page.get_by_test_id("sessions-mine").select_option("me")
    await expect(page.get_by_test_id("sessions-table").locator("tbody tr")).to_have_count(1)
    async with page.expect_download() as begun:
        await page.get_by_test_id("sessions-csv").click()
    file = tmp_path / "candidates.csv"
    await (await begun.value).save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        (line,) = csv.DictReader(lines)
    assert (line["name"], line["decision"]) == ("Ada Lovelace", "advance")
    assert line["assignee"] == "admin@localhost"


async def _told(page: Page) -> list[object]:
    """The bell: what ended, without a name where one has not rated; read, it is quiet."""
    await page.get_by_test_id("bell").click()
    notices = page.get_by_test_id("notice")
    await expect(notices).to_have_count(2)
    await expect(notices.filter(has_text="Ada Lovelace has finished")).to_have_count(1)
    await expect(page.get_by_test_id("notices")).not_to_contain_text("Okafor")
    found: list[object] = list(await faults(page, "notices"))
    await page.get_by_test_id("notices-read").click()
    await expect(page.get_by_test_id("bell-count")).to_have_count(0)
    await page.get_by_test_id("notices-close").click()
    return found
