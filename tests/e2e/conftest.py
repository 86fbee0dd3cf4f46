"""Real servers and browsers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright, expect

from tests.e2e.browser import launch
from tests.e2e.server_process import ServerProcess

# A full machine shows later what an empty one shows at once; a page that is wrong stays wrong.
expect.set_options(timeout=20_000)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A headless Chromium."""
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        yield browser
        await browser.close()


@pytest.fixture
async def text_server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """A server without recogniser and voice: quick to start, interviews by typing."""
    server = ServerProcess(tmp_path / "data", {"VIVA_STT": "none", "VIVA_TTS": "none"})
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def full_server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """The embedded defaults with the real recogniser and the real voice."""
    server = ServerProcess(tmp_path / "data")
    await server.start()
    yield server
    await server.stop()
