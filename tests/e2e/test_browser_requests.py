"""By thumb at 390 px: a candidate asks for another way, takes part, and asks for what is kept."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.e2e.axe import faults
from tests.e2e.desk_page import SIGN_IN, sign_in, staff_page
from tests.e2e.server_process import ServerProcess

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

NO_CAMERA = """
navigator.mediaDevices.getUserMedia = () =>
  Promise.reject(new DOMException("none", "NotFoundError"));
"""
PHONE: ViewportSize = {"width": 390, "height": 844}
COVERED = """(el) => {
  const box = el.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  let top = document.elementFromPoint(x, y);
  while (top?.shadowRoot?.elementFromPoint(x, y)) {
    const next = top.shadowRoot.elementFromPoint(x, y);
    if (next === top) break;
    top = next;
  }
  const inside = x >= 0 && y >= 0 && x <= innerWidth && y <= innerHeight;
  return !inside || !(el === top || el.contains(top));
}"""


async def settle(page: Page, kind: str, words: str) -> None:
    """Staff grant what is asked for."""
    task = page.locator(f"[data-testid=request][data-kind={kind}]")
    await task.get_by_test_id("request-answer").click(timeout=20_000)
    await page.get_by_test_id("request-reply").fill(words)
    await page.get_by_test_id("request-grant").click()
    await expect(task).to_have_count(0)


async def test_a_thumb_from_the_link_to_the_rights_when_a_camera_is_asked_for_and_there_is_none(
    browser: Browser, tmp_path: Path
) -> None:
    settings = {"VIVA_STT": "none", "VIVA_TTS": "none", **SIGN_IN}
    server = ServerProcess(tmp_path / "data", settings)
    await server.start()
    try:
        await _story(browser, server)
    finally:
        await server.stop()


async def _story(browser: Browser, server: ServerProcess) -> None:
    created = await server.create(
        camera_required=True,
        questions=["One, please.", "Two, please."],
        question_types=["text", "coding"],
    )
    context = await browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    await context.add_init_script(NO_CAMERA)
    page = await context.new_page()
    await page.goto(created["candidate_url"])

    # Said before consent, with a way to ask; the way on is closed until a person allows it.
    await expect(page.get_by_test_id("camera-required")).to_contain_text("needs a camera")
    found = await faults(page, "camera-required")
    await page.get_by_test_id("consent-check").tap()
    await page.get_by_test_id("consent-accept").tap()
    needed = page.get_by_test_id("camera-needed")
    await expect(needed).to_be_visible()
    await expect(page.get_by_test_id("check-skip-devices")).to_have_count(0)
    await expect(page.get_by_test_id("check-continue")).to_have_count(0)
    await needed.get_by_test_id("ask-accommodation").tap()
    await expect(needed.get_by_test_id("ask-send")).to_be_disabled()
    await needed.get_by_test_id("ask-text").fill("My phone's camera is broken.")
    await needed.get_by_test_id("ask-send").tap()
    await expect(needed.get_by_test_id("asked-accommodation")).to_contain_text("Sent")
    found += await faults(page, "camera-needed")

    desk, staff = await staff_page(browser)
    await sign_in(staff, server)
    await expect(staff.get_by_test_id("requests-count")).to_contain_text("1")
    await staff.goto(server.url + "/staff/requests")
    await expect(staff.get_by_test_id("request")).to_contain_text("My phone's camera is broken.")
    await staff.get_by_test_id("request-answer").click()
    found += await faults(staff, "requests")
    await expect(staff.get_by_test_id("request-without")).to_be_checked()
    await staff.get_by_test_id("request-reply").fill("Of course: take part without one.")
    await staff.get_by_test_id("request-grant").click()
    await expect(staff.get_by_test_id("requests-empty")).to_be_visible()

    # Practice is kept nowhere and says so.
    await page.get_by_test_id("practice-start").tap()
    await page.get_by_test_id("practice-text").fill("I enjoyed a long walk.")
    await page.get_by_test_id("practice-done").tap()
    await expect(page.get_by_test_id("practice-heard")).to_have_text("I enjoyed a long walk.")
    await expect(page.get_by_test_id("practice-gone")).to_contain_text("was not stored")
    found += await faults(page, "practised")
    await page.get_by_test_id("check-skip-devices").tap(timeout=20_000)
    for number, question in enumerate(("One", "Two")):
        await expect(page.get_by_test_id("question-text")).to_contain_text(question, timeout=20_000)
        await expect(page.get_by_test_id("avatar-state")).to_contain_text(
            "Your turn", timeout=20_000
        )
        await page.get_by_test_id("typed-answer").tap()
        await page.get_by_test_id("typed-answer").fill(f"Answer {number + 1} by thumb.")
        said = await page.get_by_test_id("device-state").bounding_box()
        assert said is not None and said["x"] + said["width"] <= PHONE["width"]
        assert said["height"] < 32, "why there is no microphone is one line"
        send = page.get_by_test_id("btn-submit-code" if number else "btn-send")
        if number:
            await page.get_by_test_id("code-editor").tap()
            await page.keyboard.type("x = 2")
        assert not await send.evaluate(COVERED)
        found += await faults(page, f"room-by-thumb-{number}")
        # One thing to press: Send while there are words, else Done.
        assert await page.locator("viva-answer button.main:visible").count() == 1
        assert "main" in (await send.get_attribute("class") or "")
        await send.tap()
    await expect(page.get_by_test_id("thank-you")).to_be_visible(timeout=20_000)
    await expect(page.get_by_test_id("upload-state")).to_contain_text("You can close this page")
    report = await server.report(created["session_id"])
    given = [(answer["content"], answer["code"]) for answer in report["answers"]]
    assert given == [("Answer 1 by thumb.", None), ("Answer 2 by thumb.", "x = 2")]
    assert (report["standing"], report["proctoring_violations"]) == ("completed", [])

    # What comes next, the own answers, a rating, and what may be asked for.
    await expect(page.get_by_test_id("next")).to_contain_text("What happens next")
    own = page.get_by_test_id("own-answers")
    await own.get_by_text("Read your 2 answers").tap()
    await expect(own).to_contain_text("Answer 2 by thumb.")
    async with page.expect_download() as copied:
        await page.get_by_test_id("btn-copy").tap()
    kept = await (await copied.value).path()
    copy = await asyncio.to_thread(kept.read_text)
    assert "1. One, please.\n\nAnswer 1 by thumb." in copy and "long walk" not in copy
    await page.get_by_test_id("star-4").tap()
    await page.get_by_test_id("rating-send").tap()
    await expect(page.get_by_test_id("rated")).to_be_visible()
    for kind in ("transcript", "signals", "explanation", "correction", "erasure"):
        await page.get_by_test_id(f"ask-{kind}").tap()
        await page.get_by_test_id("ask-text").fill(f"About my {kind}.")
        await page.get_by_test_id("ask-send").tap()
        await expect(page.get_by_test_id(f"asked-{kind}")).to_contain_text("Sent")
    found += await faults(page, "rights")
    await expect(staff.get_by_test_id("request")).to_have_count(5, timeout=20_000)
    await settle(staff, "transcript", "It is on your page.")
    await page.reload()
    await expect(page.get_by_test_id("reply-transcript")).to_have_text("It is on your page.")
    left = [path for path in server.data_dir.rglob("*") if path.is_file()]
    assert left and not any(b"long walk" in path.read_bytes() for path in left)
    assert found == []
    await context.close()
    await desk.close()
