"""A new company's first day, in Chromium: from registering to erasing a candidate.

Nothing is prepared: the letters are read where they arrive, the answers are typed by one candidate
and recorded by another. Without a recogniser the recording is kept and nothing is heard in it; that
is what the report says.
"""

from __future__ import annotations

import asyncio
import re
import zipfile
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.browser import answer_by_typing, candidate_page
from tests.e2e.desk_page import staff_page
from tests.e2e.server_process import ServerProcess
from tests.e2e.test_browser_accounts import fill, log_in
from tests.server.platform.mail.postbox import Postbox, listening
from tests.server.platform.reports.test_pdf import text_of

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

WAIT_S = 30
LONG = WAIT_S * 1_000
QUESTION = "What does a database index do"
PEOPLE = """Name,E-mail
Ada Lovelace,ada@example.com
Bob Bush,bob@example.com
Eve,not an address
Cy Young,cy@example.com
"""


@dataclass
class Company:
    """The desk of whoever registered, and where letters arrive."""

    server: ServerProcess
    box: Postbox
    page: Page

    async def link(self, to: str, path: str, number: int = 1) -> str:
        """The link in the so-manieth letter to an address that has such a link."""
        async with asyncio.timeout(WAIT_S):
            while True:
                found = [link for letter in self.box.letters if (link := _link(letter, to, path))]
                if len(found) >= number:
                    return found[number - 1]
                await asyncio.sleep(0.1)

    async def go(self, name: str) -> None:
        """Follow an entry of the rail."""
        await self.page.get_by_label("Desk").get_by_role("link", name=name).click()


def _link(letter: EmailMessage, to: str, path: str) -> str:
    """The letter's link if it is to that address and leads to that path, else nothing."""
    body = letter.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    found = re.search(rf"https?://\S+{re.escape(path)}\S*", text)
    return found[0] if found and to in str(letter["To"]) else ""


async def test_a_new_companys_first_day(browser: Browser, tmp_path: Path) -> None:
    with listening() as (box, port):
        settings = {
            "VIVA_STT": "none",
            "VIVA_TTS": "none",
            "VIVA_PROCTORING": "false",
            "VIVA_SMTP_URL": f"smtp://127.0.0.1:{port}?tls=none",
            "VIVA_MAIL_FROM": "desk@vivavoce.example",
        }
        async with ServerProcess(tmp_path / "data", settings) as server:
            context, page = await staff_page(browser)
            company = Company(server, box, page)
            await come_in(company)
            await design(company)
            await invite(company)
            await live_by_text(company, browser)
            await switch_to_recorded(company)
            await recorded(company, browser)
            await remind(company)
            await compare_and_decide(company)
            await share(company, browser)
            await export_and_erase(company)
            await context.close()


async def come_in(company: Company) -> None:
    """Register, confirm by the letter, sign in."""
    page = company.page
    await page.goto(f"{company.server.url}/staff/register")
    await fill(
        page,
        company="New & Co",
        username="grace",
        email="grace@new.example",
        password="grace's password",
    )
    await expect(page.get_by_test_id("enter-done")).to_contain_text("grace@new.example")
    await page.goto(await company.link("grace@new.example", "/staff/verify"))
    await page.get_by_test_id("enter-submit").click()
    await page.get_by_role("link", name="Sign in").first.click()
    await log_in(page, "grace", "grace's password")


async def design(company: Company) -> None:
    """An interview with one question of the bank; nobody needs time to prepare for it."""
    page = company.page
    await company.go("Interviews")
    await expect(page.locator(".empty")).to_contain_text("No interviews yet")
    await page.get_by_test_id("interview-new").click()
    await page.get_by_test_id("plan-title").fill("Data engineer")
    await page.get_by_test_id("plan-from-bank").click()
    await page.get_by_test_id("bank-picker-starters").click()
    await page.get_by_label(QUESTION).check()
    await page.get_by_test_id("bank-picker-add").click()
    await page.get_by_test_id("plan-new1-edit").click()
    await page.get_by_test_id("plan-new1-preparation").fill("")
    await page.get_by_test_id("plan-proctoring-off").check()
    await page.get_by_test_id("plan-save").click()
    await expect(page.get_by_test_id("plan-said")).to_contain_text("Made.")


async def invite(company: Company) -> None:
    """Three people by a file; the one without an address is named and left out."""
    page = company.page
    await page.get_by_role("link", name="Invitations").click()
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": PEOPLE.encode()}
    await page.get_by_test_id("invite-file").set_input_files(files=file)  # type: ignore[arg-type]
    await expect(page.get_by_test_id("invite-wrong-line")).to_contain_text("Eve")
    await page.get_by_test_id("invite-send").click()
    await expect(page.get_by_test_id("invite-done")).to_contain_text("3 people are invited until")
    await expect(page.get_by_test_id("invite-done")).to_contain_text("3 letters are on their way.")
    await expect(page.get_by_test_id("invitation")).to_have_count(3)


async def stands(company: Company, name: str, *words: str) -> None:
    """What the list of invitations says of somebody, when it has been told."""
    row = company.page.get_by_test_id("invitation").filter(has_text=name)
    for each in words:
        await expect(row).to_contain_text(each, timeout=LONG)


async def live_by_text(company: Company, browser: Browser) -> None:
    """From the letter into the room; the answer is typed, and the interview ends by itself."""
    context, page = await candidate_page(browser)
    await page.goto(await company.link("ada@example.com", "/invitation"))
    await expect(page.get_by_text("Hello Ada Lovelace.")).to_be_visible()
    await stands(company, "Ada Lovelace", "Invited")
    await page.get_by_test_id("portal-begin").click()
    await page.get_by_test_id("consent-check").click(timeout=LONG)
    await page.get_by_test_id("consent-accept").click()
    await page.get_by_test_id("check-continue").click(timeout=LONG)
    await expect(page.get_by_test_id("room")).to_be_visible(timeout=LONG)
    await stands(company, "Ada Lovelace", "Live")
    await devices_fail(page)
    await answer_by_typing(page, QUESTION, "It keeps a sorted copy of a column, which writes cost.")
    await expect(page.get_by_test_id("thank-you")).to_be_visible(timeout=LONG)
    await context.close()
    await stands(company, "Ada Lovelace", "Completed")


async def devices_fail(page: Page) -> None:
    """A microphone without a sound and a camera that stops are said; both can be chosen anew."""
    await page.evaluate("() => window.__hush(true)")
    await expect(page.get_by_text("We can't hear you.")).to_be_visible()
    await expect(page.get_by_test_id("device-state")).to_contain_text("Microphone silent")
    await page.evaluate("() => window.__hush(false)")
    await expect(page.get_by_text("Your microphone is back")).to_be_visible()
    await page.locator("viva-room video").evaluate("(v) => v.srcObject.getVideoTracks()[0].stop()")
    await expect(page.get_by_text("Your camera has stopped")).to_be_visible()
    await expect(page.get_by_test_id("camera-state")).to_contain_text("Camera stopped")
    await page.get_by_test_id("btn-choose-device").click()
    await page.get_by_test_id("choose-video").select_option(label="No camera")
    await page.get_by_test_id("device-close").click()
    await expect(page.get_by_test_id("camera-state")).to_have_count(0)


async def switch_to_recorded(company: Company) -> None:
    """The others answer when it suits them; who has begun keeps the first version."""
    page = company.page
    await page.get_by_role("link", name="Design").click()
    await page.get_by_test_id("plan-mode-recorded").check()
    await page.get_by_test_id("plan-save").click()
    await expect(page.get_by_test_id("plan-said")).to_contain_text("Saved as version 2.")
    versions = page.get_by_test_id("plan-versions")
    await expect(versions).to_contain_text("1 session began with version 1")
    await page.get_by_role("link", name="Invitations").click()


async def recorded(company: Company, browser: Browser) -> None:
    """One answer into the microphone, sent in; what is said before it and after it."""
    context, page = await candidate_page(browser)
    await page.goto(f"{company.server.url}/invitation#cut")
    await expect(page.get_by_test_id("foot")).to_contain_text("Questions or trouble")
    await page.goto("about:blank")
    await page.goto(await company.link("bob@example.com", "/invitation"))
    await expect(page.get_by_test_id("deadline")).to_contain_text(re.compile(r"(AM|PM) \S+\.$"))
    await expect(page.locator(".facts")).to_contain_text(re.compile(r"(AM|PM) \S+\s*$"))
    await expect(page.get_by_role("link", name="More on privacy")).to_be_visible()
    await page.get_by_test_id("portal-agree").check()
    await page.get_by_test_id("portal-begin").click()
    await page.get_by_test_id("portal-start").click(timeout=LONG)
    await expect(page.get_by_role("heading", name=QUESTION)).to_be_visible(timeout=LONG)
    # Two minutes to answer: some seconds of it are over.
    await expect(page.locator("portal-recording output")).to_have_text(
        re.compile(r"^(1:5[0-7]|1:[0-4]\d|0:\d\d)$"), timeout=LONG
    )
    await context.set_offline(True)
    await page.get_by_test_id("portal-stop").click()
    kept = page.get_by_test_id("portal-kept")
    await expect(kept).to_have_text("Recorded, not sent yet", timeout=LONG)
    await expect(page.get_by_test_id("portal-again")).to_contain_text("this answer once more")
    await page.get_by_test_id("portal-next").click()
    await expect(page.get_by_text("recorded, not sent yet")).to_be_visible()
    await expect(page.get_by_test_id("portal-send")).to_be_disabled()
    await context.set_offline(False)
    await page.get_by_role("button", name="Record again").click()
    await expect(kept).to_have_text("Your answer is recorded", timeout=LONG)
    await on_the_board(company)
    await expect(page.get_by_test_id("portal-again")).to_contain_text("this answer once more")
    await page.get_by_test_id("portal-next").click()
    await page.get_by_test_id("portal-send").click()
    await expect(page.get_by_test_id("portal-thanks")).to_be_visible(timeout=LONG)
    for part in ("own-answers", "rating", "rights", "foot"):
        await expect(page.get_by_test_id(part)).to_be_visible()
    await page.get_by_test_id("star-4").check(force=True)
    await page.get_by_test_id("rating-send").click()
    await expect(page.get_by_test_id("rated")).to_contain_text("Thank you")
    await context.close()
    await stands(company, "Bob Bush", "Completed")


async def on_the_board(company: Company) -> None:
    """Who records has no connection that could be lost: the board says what is there."""
    page, before = company.page, company.page.url
    await page.goto(f"{company.server.url}/staff/live")
    card = page.locator("desk-board a.card", has_text="Bob Bush")
    await expect(card).to_contain_text("1 of 1 recorded")
    await expect(card).to_contain_text("Recording answers, not sent in yet")
    await expect(card).not_to_contain_text("Disconnected")
    await card.click()
    await expect(page.get_by_test_id("session-note")).to_have_text("1 of 1 recorded")
    await expect(page.get_by_role("link", name="Watch live")).to_have_count(0)
    await page.goto(before)


async def remind(company: Company) -> None:
    """Who has not come is written to once more, with the same link."""
    page = company.page
    await stands(company, "Cy Young", "Invited", "link not opened")
    first = await company.link("cy@example.com", "/invitation")
    await page.get_by_role("button", name="Remind: cy@example.com").click()
    said = page.get_by_test_id("invitations-said")
    await expect(said).to_contain_text("A reminder to cy@example.com is on its way.")
    assert await company.link("cy@example.com", "/invitation", 2) == first
    await stands(company, "Cy Young", "reminded")
    await expect(page.get_by_role("button", name=re.compile("^Remind: (ada|bob)"))).to_have_count(0)


async def compare_and_decide(company: Company) -> None:
    """Both answers in a row; an own scorecard, a decision with its reason, the list as a file."""
    page = company.page
    await page.get_by_role("link", name="Sessions").last.click()
    await expect(page.get_by_test_id("session-pick")).to_have_count(2)
    for pick in await page.get_by_test_id("session-pick").all():
        await pick.check()
    await page.get_by_test_id("sessions-compare").click()
    await expect(page.get_by_test_id("compare-candidate")).to_have_count(2)
    row = page.get_by_test_id("compare-row").first
    await expect(row).to_contain_text(QUESTION)
    await expect(row).to_contain_text("It keeps a sorted copy of a column", timeout=LONG)
    await page.get_by_role("button", name="Give your scorecard of Ada Lovelace").click()
    await page.get_by_test_id("judged-open").click()
    await page.get_by_test_id("judged-q1-clear").check(force=True)
    await page.get_by_test_id("judged-overall-clear").check(force=True)
    await page.get_by_test_id("judged-give").click()
    await expect(page.get_by_test_id("judged-card")).to_contain_text("Overall: clear evidence")
    await page.get_by_test_id("judged-decision-advance").check(force=True)
    await page.get_by_test_id("judged-why").fill("She knows what an index costs.")
    await page.get_by_test_id("judged-decide").click()
    await page.get_by_test_id("review-close").click()
    decision = page.get_by_test_id("compare-decision")
    await expect(decision).to_contain_text("She knows what an index costs.")
    async with page.expect_download() as download:
        await page.get_by_test_id("compare-csv").click()
    path = await (await download.value).path()
    table = await asyncio.to_thread(path.read_text, encoding="utf-8-sig")
    assert "Ada Lovelace" in table and "Bob Bush" in table


async def share(company: Company, browser: Browser) -> None:
    """Somebody without an account reads the report, and not what colleagues decided."""
    page = company.page
    await page.get_by_role("link", name="Ada Lovelace").click()
    await page.get_by_test_id("report-share").click()
    await page.get_by_test_id("share-note").fill("Head of data")
    await page.get_by_test_id("share-make").click()
    link = await page.locator("desk-secret input").input_value()
    stranger = await browser.new_context()
    answer = await stranger.request.get(link)
    shown = " ".join((await asyncio.to_thread(text_of, await answer.body())).split())
    assert "Ada Lovelace" in shown and "It keeps a sorted copy of a column" in shown
    assert "ada@example.com" not in shown and "She knows what an index costs." not in shown
    await stranger.close()
    await page.get_by_test_id("share-close").click()


async def export_and_erase(company: Company) -> None:
    """All that is held of one person as a file, then nothing any more; the others stay."""
    page = company.page
    await company.go("Privacy")
    await page.get_by_test_id("person-email").fill("bob@example.com")
    await page.get_by_test_id("person-find").click()
    await expect(page.get_by_test_id("person-said")).to_contain_text("Held of bob@example.com")
    async with page.expect_download() as download:
        await page.get_by_test_id("person-copy").click()
    names = zipfile.ZipFile(await (await download.value).path()).namelist()
    assert any(name.endswith("report.json") for name in names), names
    await page.get_by_test_id("person-erase").click()
    await page.get_by_test_id("confirm-yes").click()
    await expect(page.get_by_test_id("person-said")).to_contain_text("is erased")
    await company.go("Sessions")
    await expect(page.get_by_test_id("sessions-table")).to_contain_text("Ada Lovelace")
    await expect(page.get_by_test_id("sessions-table")).not_to_contain_text("Bob")
    await company.go("Interviews")
    await page.get_by_role("link", name="Data engineer").click()
    await page.get_by_role("link", name="Invitations").click()
    await stands(company, "Ada Lovelace", "Completed")
    await expect(page.get_by_text("bob@example.com")).to_have_count(0)
