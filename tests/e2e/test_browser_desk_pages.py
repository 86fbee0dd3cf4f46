"""Every page of the desk, empty and filled, wide and narrow: axe, the keyboard, nothing cut off."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.e2e.axe import AXE, faults
from tests.e2e.desk_page import SIGN_IN, sign_in
from tests.e2e.server_process import ServerProcess
from tests.e2e.ws_client import PlainClient

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

WIDE: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 390, "height": 844}
# Together they have every colour of the desk.
IN_THE_DARK = {"sessions", "watch", "report", "system", "compare"}
# What can be reached by Tab, as the page shows it: visible, enabled, not taken out on purpose; of
# a group of radio buttons one stands for all. Answers with what Tab never came to.
MARK = """() => {
  const all = [...document.querySelectorAll(
    "a[href], button:not(:disabled), input:not(:disabled), select, textarea, summary, "
    + "[tabindex='0']")];
  window.__todo = new Set(all.filter((e) => e.checkVisibility() && e.tabIndex >= 0
    && e.type !== "radio" && !e.closest("details:not([open]) > :not(summary)")));
  return window.__todo.size;
}"""
VISIT = """() => {
  const at = document.activeElement;
  window.__todo.delete(at);
  const style = getComputedStyle(at);
  return at === document.body || at.matches("video") || style.outlineStyle !== "none"
    || style.boxShadow !== "none" ? "" : at.outerHTML.slice(0, 120);
}"""
LEFT = "() => [...window.__todo].filter((e) => e.isConnected).map((e) => e.outerHTML.slice(0, 160))"
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


async def filled(server: ServerProcess) -> tuple[str, str, str]:
    """A session that waits, one that is running, and one with a report and a request."""
    waiting = await server.create(name="Wanda Wait", title="Data engineer")
    running = PlainClient(
        server, await server.create(name="Rune Running", proctoring_profile="off")
    )
    over = PlainClient(server, await server.create(name="Olga Over", title="Backend engineer"))
    for line in (running, over):
        await line.connect(media="text")
        await line.send(type="consent", granted=True, text_version="2026-11")
        await line.question(1)
    for number in (1, 2):
        await over.until("state", lambda f: f["phase"] == "answering")
        text = f"First I looked at the logs, because answer {number} asks why. Then I fixed it."
        await over.send(type="text_response", answer_id=f"a{number}", content=text)
        await over.until("processing_response")
    await server.report(over.session_id)
    await over.close()
    await planned(server)
    return waiting["session_id"], running.session_id, over.session_id


async def planned(server: ServerProcess) -> None:
    """An interview with two versions and an invitation, a question in the bank, an opening."""
    base = "/api/v1/interviewer"
    question = {
        "text": "What does an index cost?",
        "points": [{"text": "Writes", "approved": True}],
    }
    made = await server.api(
        "POST", f"{base}/interviews", json={"title": "Data engineer", "questions": [question]}
    )
    path = f"{base}/interviews/{made['id']}"
    await server.api("PUT", path, json={"listening": "patient"})
    people = [{"name": "Ida Invited", "email": "ida@example.com"}]
    await server.api("POST", f"{path}/invitations", json={"people": people})
    await server.api("POST", f"{base}/question-bank", json=question | {"category": "Data"})
    await server.api("POST", f"{base}/jobs", json={"title": "Analyst", "questions": [question]})


async def tabs_to_everything(page: Page, name: str) -> list[str]:
    """What Tab does not reach, and what does not show that it has the focus."""
    wrong: list[str] = []
    await page.evaluate("() => document.activeElement?.blur()")
    for _ in range(await page.evaluate(MARK) + 12):
        await page.keyboard.press("Tab")
        unseen = await page.evaluate(VISIT)
        wrong += [f"{name}: no focus to be seen on {unseen}"] if unseen else []
    return wrong + [f"{name}: not reached: {one}" for one in await page.evaluate(LEFT)]


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed (npm ci)")
async def test_every_page_of_the_desk_is_for_everybody(browser: Browser, tmp_path: Path) -> None:
    settings = {"VIVA_STT": "none", "VIVA_TTS": "none", **SIGN_IN}
    server = ServerProcess(tmp_path / "data", settings)
    await server.start()
    try:
        await _all(browser, server)
    finally:
        await server.stop()


async def _all(browser: Browser, server: ServerProcess) -> None:
    found: list[dict[str, Any]] = []
    wrong: list[str] = []
    context = await browser.new_context(viewport=WIDE)
    page = await context.new_page()
    await page.goto(server.url + "/staff/login")
    await expect(page.get_by_test_id("login-submit")).to_be_visible()
    found += await faults(page, "login")
    await sign_in(page, server)
    await expect(page.locator("nav[aria-label=Desk]")).to_be_visible()
    for empty in ("sessions", "live", "reviews", "requests", "interviews", "questions", "jobs"):
        await page.goto(f"{server.url}/staff/{empty}")
        await expect(page.locator(".empty")).to_be_visible()
        found += await faults(page, f"{empty}-empty")

    waiting, running, over = await filled(server)
    pages = {
        "sessions": "sessions",
        "create": "sessions/new",
        "session-waiting": f"sessions/{waiting}",
        "session-over": f"sessions/{over}",
        "board": "live",
        "watch": f"live/{running}",
        "report": f"reports/{over}",
        "reviews": "reviews",
        "requests-all": "requests?state=all",
        "system": "system",
        "settings": "settings",
        "figures": "figures",
        "programs": "programs",
        "interviews": "interviews",
        "interview-new": "interviews/new",
        "questions": "questions",
        "jobs": "jobs",
        "compare": f"compare?ids={over}",
        "compare-none": "compare",
        "lost": "nowhere",
    }
    looks: list[tuple[ViewportSize, Literal["light", "dark"]]] = [(WIDE, "light"), (NARROW, "dark")]
    for size, scheme in looks:
        await page.set_viewport_size(size)
        await page.emulate_media(color_scheme=scheme)
        for name, path in pages.items():
            await page.goto(f"{server.url}/staff/{path}")
            await expect(page.locator("main#content h1")).to_be_visible(timeout=20_000)
            await expect(page.get_by_text("Loading…")).to_have_count(0)
            await page.wait_for_timeout(150)  # figures and charts that come after the page
            if size is WIDE or name in IN_THE_DARK:
                found += await faults(page, f"{name}-{scheme}")
            if await page.evaluate(WIDER) > 1:
                wrong.append(f"{name} is wider than {size['width']} px")
            if size is WIDE:
                wrong += await tabs_to_everything(page, name)
    assert (found, wrong) == ([], [])
    await context.close()
