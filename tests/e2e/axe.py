"""What axe-core finds on a page, and a picture of it for people."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from playwright.async_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"


async def faults(page: Page, name: str) -> list[dict[str, Any]]:
    """What axe finds; the page's policy forbids script elements, so it is evaluated.

    Nothing where axe-core is not installed.
    """
    # One that is cancelled (its element went away) rejects: it is over, too.
    await page.evaluate("() => Promise.allSettled(document.getAnimations().map((a) => a.finished))")
    await picture(page, name)
    if not AXE.exists():
        return []
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = await page.evaluate(
        """async () => (await axe.run({
             rules: { "label-content-name-mismatch": { enabled: true } }
           })).violations.map((v) => ({
             rule: v.id, nodes: v.nodes.map((n) => [n.target, n.failureSummary]) }))"""
    )
    return [{"page": name, **one} for one in found]


async def picture(page: Page, name: str) -> None:
    """Keep a picture where VIVA_TEST_PICTURES names a folder, to be looked at."""
    folder = os.environ.get("VIVA_TEST_PICTURES")
    if folder:
        width = (page.viewport_size or {"width": 0})["width"]
        await page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
