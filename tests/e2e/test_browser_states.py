"""Every scripted state of the room by rule: nothing spills, is covered, cut or too small.

The states are those of `web/src/live/dev-app.ts`, which only builds for development have.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser

from tests.e2e.server_process import ROOT

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

VITE = ROOT / "node_modules" / ".bin" / "vite"
LOOKS = (Path(__file__).parent / "looks.js").read_text(encoding="utf-8")
DEMO = (ROOT / "web" / "src" / "live" / "dev-app.ts").read_text(encoding="utf-8")
# What is drawn after a change of size is there, too.
TWO_FRAMES = "() => new Promise((d) => requestAnimationFrame(() => requestAnimationFrame(d)))"
STATES = re.findall(r"^  (\w+): \(\) =>", DEMO, re.MULTILINE)


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[str]:
    """The candidate's page built with its scripted states; its address."""
    if not VITE.exists():
        pytest.skip("vite is not installed (npm ci)")
    built = tmp_path / "dist"
    vite = await asyncio.create_subprocess_exec(
        str(VITE), "build", "--outDir", str(built), "--emptyOutDir", "--logLevel", "error",
        cwd=ROOT, env={**os.environ, "NODE_ENV": "development"},
    )  # fmt: skip
    assert await vite.wait() == 0
    app = web.Application()
    app.router.add_static("/", built)
    async with TestServer(app) as server:
        yield str(server.make_url("/candidate.html"))


async def test_no_state_of_the_room_hides_cuts_or_spills_what_it_shows(
    browser: Browser, demo: str
) -> None:
    assert len(STATES) > 30
    found = []
    for width, height, touch in ((1280, 640, False), (390, 700, True)):
        context = await browser.new_context(
            viewport={"width": width, "height": height}, has_touch=touch, is_mobile=touch
        )
        page = await context.new_page()
        await page.goto(f"{demo}?demo=lobby")
        await page.wait_for_function("() => window.__go")
        for state in STATES:
            await page.evaluate("(state) => window.__go(state)", state)
            await page.evaluate(TWO_FRAMES)
            found += [(width, state, one) for one in await page.evaluate(LOOKS)]
        await page.evaluate("() => window.__go('unrecorded')")
        why = await page.get_by_test_id("not-recorded").get_attribute("title")
        assert why is not None and "cannot record" in why and "answers are saved" in why
        await context.close()
    assert found == []
