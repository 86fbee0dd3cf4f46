"""Planning at the desk: an interview, two people at it at once, invitations without mail, a job."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.axe import faults
from tests.e2e.desk_page import SIGN_IN, sign_in, staff_page
from tests.e2e.server_process import ServerProcess

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

BASE = "/api/v1/interviewer"
PEOPLE = "Name;E-mail\nZoë Zimmer;zoe@example.com\nEve;not an address\nBob;bob@example.com\n"


@pytest.fixture
async def server(tmp_path: Any) -> Any:
    """Without mail, recogniser and voice."""
    process = ServerProcess(tmp_path / "data", {"VIVA_STT": "none", "VIVA_TTS": "none", **SIGN_IN})
    await process.start()
    yield process
    await process.stop()


async def order(page: Page) -> list[str]:
    """The questions' words in the order shown."""
    texts = await page.locator(".plan-questions .words").all_inner_texts()
    return [text.split("\n")[0] for text in texts]


async def in_order(page: Page, *texts: str) -> None:
    """The questions are shown in this order, or will be."""
    await expect(page.locator(".plan-questions .words")).to_contain_text(list(texts))


async def said(page: Page, text: str | re.Pattern[str]) -> None:
    await expect(page.get_by_test_id("plan-said")).to_contain_text(text)


async def write(page: Page, text: str) -> None:
    """One more question, written by hand."""
    await page.get_by_test_id("plan-add-question").click()
    last = page.locator(".plan-questions > li").last
    await expect(last.locator("textarea").first).to_be_focused()
    await page.keyboard.type(text)


async def test_an_interview_is_planned_and_people_are_invited_without_mail(
    browser: Browser, server: ServerProcess
) -> None:
    context, page = await staff_page(browser)
    await sign_in(page, server)
    await page.get_by_role("link", name="Interviews").first.click()
    await page.get_by_test_id("interview-new").click()
    found = await make(page)
    interview = page.url.rsplit("/", 1)[1]
    await put_in_order(page)
    await keep_what_was_typed(page)
    await two_at_once(page, server, interview)
    found += await faults(page, "design")
    found += await invite_without_mail(page)
    found += await open_a_job(page)
    await page.goto(f"{server.url}/staff/interviews")
    await page.get_by_role("button", name="Delete: Nurse at night").click()
    await expect(page.locator("dialog")).to_contain_text("Delete “Nurse at night”?")
    await expect(page.locator("dialog")).to_contain_text("links of 2 invitations stop working")
    await page.get_by_test_id("confirm-yes").click()
    await expect(page.get_by_test_id("interview")).to_have_count(0)
    assert found == []
    await context.close()


async def make(page: Page) -> list[dict[str, Any]]:
    """Questions of the bank and of one's own; what is missing is said where it is missing."""
    await page.get_by_test_id("plan-save").click()
    await expect(page.locator("#title-wrong")).to_contain_text("give the interview a title")
    await page.get_by_test_id("plan-title").fill("Nurse")
    await page.get_by_test_id("plan-from-bank").click()
    await page.get_by_test_id("bank-picker-starters").click()
    await page.get_by_test_id("bank-picker-question").nth(1).check()
    await page.get_by_test_id("bank-picker-question").nth(3).check()
    found = await faults(page, "bank-picker")
    await page.get_by_test_id("bank-picker-add").click()
    await expect(page.locator(".plan-questions > li")).to_have_count(2)
    await write(page, "What do you do first?")
    await page.get_by_test_id("plan-new3-responding").fill("0")
    await page.get_by_test_id("plan-save").click()
    await expect(page.locator("#new3-responding-wrong")).to_contain_text("from 1 to")
    await page.get_by_test_id("plan-new3-responding").fill("45")
    await page.get_by_test_id("plan-new3-add-point").click()
    await page.get_by_test_id("plan-new3-point-0").fill("Looks at the patient")
    await page.get_by_test_id("plan-new3-keep").click()
    await expect(page.get_by_text("It is in the question bank now.")).to_be_visible()
    await page.get_by_test_id("plan-new3-keep").click()
    await expect(page.get_by_text("reads the same is in the bank already")).to_be_visible()
    await page.get_by_test_id("plan-save").click()
    await said(page, "Made. Now invite somebody.")
    await expect(page.get_by_test_id("plan-versions")).to_contain_text("It is the first one.")
    return found


async def put_in_order(page: Page) -> None:
    """By key and by drag."""
    first, second, third = await order(page)
    await page.get_by_role("button", name="Move question 3", exact=True).focus()
    await page.keyboard.press("ArrowUp")
    await expect(page.get_by_text("It is question 2 of 3 now.")).to_be_attached()
    await page.keyboard.press("Home")
    await in_order(page, third, first, second)
    grip = page.get_by_role("button", name="Move question 1", exact=True)
    last = await page.locator(".plan-questions > li").last.bounding_box()
    assert last is not None
    await grip.hover()
    await page.mouse.down()
    await page.mouse.move(last["x"] + 20, last["y"] + last["height"] - 4, steps=8)
    await page.mouse.up()
    await in_order(page, first, second, third)
    await page.keyboard.press("Home")
    await page.keyboard.press("Control+s")
    await said(page, "Saved as version 2.")
    await in_order(page, third, first, second)
    versions = page.get_by_test_id("plan-versions")
    await expect(versions).to_contain_text("Version 2 is in force.")
    await expect(versions).to_contain_text("No session began with version 1")


async def keep_what_was_typed(page: Page) -> None:
    """A page that is loaded again has what was not saved; thrown away it is gone."""
    await page.get_by_test_id("plan-title").fill("Something else")
    await said(page, "Not saved yet.")
    await page.reload()
    await expect(page.get_by_test_id("plan-title")).to_have_value("Something else")
    await expect(page.get_by_test_id("plan-news")).to_contain_text("did not save is here again")
    await page.get_by_test_id("plan-throw-away").click()
    await page.get_by_test_id("confirm-yes").click()
    await expect(page.get_by_test_id("plan-title")).to_have_value("Nurse")
    await page.reload()
    await expect(page.get_by_test_id("plan-title")).to_have_value("Nurse")
    await expect(page.get_by_test_id("plan-news")).to_have_count(0)


async def two_at_once(page: Page, server: ServerProcess, interview: str) -> None:
    """Somebody else saves meanwhile: both changes stand, and it is said whose is whose."""
    await page.get_by_test_id("plan-title").fill("Nurse at night")
    path = f"{BASE}/interviews/{interview}"
    await server.api("PUT", path, json={"title": "Night nurse", "listening": "patient"})
    await page.get_by_test_id("plan-save").click()
    news = page.get_by_test_id("plan-news")
    await expect(news).to_contain_text("saved version 3 while you were editing")
    await expect(news).to_contain_text("Taken over from there: Pauses in answers.")
    await expect(news).to_contain_text("Both of you changed Title; yours stands here.")
    await expect(page.get_by_test_id("plan-title")).to_have_value("Nurse at night")
    await page.get_by_test_id("plan-save").click()
    await said(page, "Saved as version 4.")
    after = await server.api("GET", path)
    assert (after["title"], after["listening"]) == ("Nurse at night", "patient")
    assert len(after["questions"]) == 3


async def invite_without_mail(page: Page) -> list[dict[str, Any]]:
    """A file with a bad line; links to copy; a state in words; a withdrawal."""
    await page.get_by_role("link", name="Invitations").click()
    await expect(page.get_by_test_id("invite-no-mail")).to_contain_text("copy their links")
    file = {"name": "p.csv", "mimeType": "text/csv", "buffer": PEOPLE.encode("cp1252")}
    await page.get_by_test_id("invite-file").set_input_files(files=file)  # type: ignore[arg-type]
    preview = page.get_by_test_id("invite-preview")
    await expect(preview).to_contain_text("2 people will be invited. 1 line cannot be used.")
    await expect(preview).to_contain_text("Zoë Zimmer")
    await expect(page.get_by_test_id("invite-wrong-line")).to_contain_text("Eve")
    await expect(page.get_by_test_id("plan-deadline")).not_to_have_value("")
    found = await faults(page, "inviting")
    await page.get_by_test_id("invite-send").click()
    done = page.get_by_test_id("invite-done")
    await expect(done).to_contain_text("2 people are invited until")
    await expect(done).to_contain_text("E-mail is not set up on this server")
    await page.get_by_test_id("invite-copy-all").click()
    table = await page.evaluate("() => navigator.clipboard.readText()")
    link = await page.get_by_test_id("invite-link").first.input_value()
    assert link in table and "zoe@example.com" in table
    people = page.get_by_test_id("invitation")
    await expect(people.filter(has_text="zoe@example.com")).to_contain_text("Invited")
    await page.get_by_role("button", name="Withdraw: bob@example.com").click()
    await expect(page.locator("dialog")).to_contain_text("bob@example.com")
    await page.get_by_test_id("confirm-yes").click()
    await expect(people.filter(has_text="bob@example.com")).to_contain_text("Withdrawn")
    await expect(page.get_by_role("button", name=re.compile("^Remind"))).to_have_count(0)
    return found + await faults(page, "invitations")


async def open_a_job(page: Page) -> list[dict[str, Any]]:
    """An opening with the interview: its link works until it is closed."""
    await page.get_by_role("link", name="Jobs").click()
    await page.get_by_test_id("job-new").click()
    await page.get_by_test_id("job-save").click()
    await expect(page.locator("#title-wrong")).to_contain_text("give the job a title")
    await page.get_by_test_id("plan-title").fill("Night shift")
    await page.reload()
    await expect(page.get_by_test_id("job-news")).to_contain_text("did not save is here again")
    await expect(page.get_by_test_id("plan-title")).to_have_value("Night shift")
    await page.get_by_test_id("plan-interview").select_option(label="Nurse at night")
    await page.get_by_test_id("job-save").click()
    link = await page.get_by_test_id("job-link").input_value()
    found = await faults(page, "job")
    other = await page.context.new_page()
    await other.goto(link)
    await expect(other.get_by_role("heading", name="Night shift")).to_be_visible()
    await page.get_by_test_id("job-toggle").click()
    await expect(page.get_by_test_id("job-said")).to_contain_text("It is closed.")
    await other.reload()
    await expect(other.get_by_text("not open any more")).to_be_visible()
    await other.close()
    await page.get_by_test_id("job-delete").click()
    await expect(page.locator("dialog")).to_contain_text("Delete “Night shift”?")
    await page.get_by_test_id("confirm-yes").click()
    await expect(page.locator(".empty")).to_contain_text("No job openings yet")
    return found
