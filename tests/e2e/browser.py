"""Headless Chromium as a candidate: a fake camera, a microphone that plays clips on cue."""

from __future__ import annotations

import base64
import io
import shutil
import wave
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Playwright, expect

FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
]

BREATH_S = 0.3

MICROPHONE = """
(() => {
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  let context, out, quiet;
  const open = () => {
    if (context) return;
    context = new AudioContext({ sampleRate: 48000 });
    out = context.createMediaStreamDestination();
    const hum = context.createOscillator();
    quiet = context.createGain();
    quiet.gain.value = 0.0005; hum.connect(quiet).connect(out); hum.start();
  };
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = new MediaStream();
    if (wanted.video) {
      const camera = await real({ video: wanted.video });
      for (const track of camera.getVideoTracks()) stream.addTrack(track);
    }
    if (wanted.audio) {
      open();
      const track = out.stream.getAudioTracks()[0].clone();
      window.__microphones = [...(window.__microphones ?? []), track];
      stream.addTrack(track);
    }
    return stream;
  };
  // Unplugged: its track ends by itself, and the next one that is asked for is another.
  window.__unplug = () => window.__microphones.at(-1).stop();
  // Muted by a switch of its own, or by the system: not one sample but zero.
  window.__hush = (on) => { quiet.gain.value = on ? 0 : 0.0005; };
  window.__say = async (base64) => {
    open(); await context.resume();
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const buffer = await context.decodeAudioData(bytes.buffer);
    const source = context.createBufferSource();
    source.buffer = buffer; source.connect(out);
    const ended = new Promise((done) => { source.onended = done; });
    source.start();
    window.__lastSaid = ended;
    return buffer.duration;
  };
})();
"""


def chromium() -> str:
    """The browser's path, or a skip that says why."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path is not None:
            return path
    pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")


async def launch(playwright: Playwright, *more: str) -> Browser:
    """Start the browser, with `more` arguments."""
    args = [*FLAGS, *more]
    return await playwright.chromium.launch(executable_path=chromium(), args=args, headless=True)


async def candidate_page(browser: Browser) -> tuple[BrowserContext, Page]:
    """A fresh profile with camera and microphone allowed."""
    context = await browser.new_context(
        viewport={"width": 1280, "height": 800}, permissions=["camera", "microphone"]
    )
    await context.add_init_script(MICROPHONE)
    return context, await context.new_page()


async def bare_page(browser: Browser, width: int = 1280) -> tuple[BrowserContext, Page]:
    """A fresh profile as Chromium gives it, without our microphone."""
    height = 800 if width > 700 else 844
    context = await browser.new_context(viewport={"width": width, "height": height})
    return context, await context.new_page()


async def enter_check(page: Page, link: str) -> None:
    """Welcome and consent, up to the device check."""
    await page.goto(link)
    await page.get_by_test_id("consent-check").click()
    await page.get_by_test_id("consent-accept").click()


async def answer_by_typing(page: Page, question: str, answer: str) -> None:
    """Wait for the question, type, send."""
    await expect(page.get_by_test_id("question-text")).to_contain_text(question, timeout=20_000)
    await expect(page.get_by_test_id("avatar-state")).to_contain_text("Your turn", timeout=20_000)
    await page.get_by_test_id("typed-answer").fill(answer)
    await page.get_by_test_id("btn-send").click()


async def say(page: Page, clip: bytes) -> float:
    """Play a clip into the microphone; returns its length in seconds at once."""
    return float(await page.evaluate("b => window.__say(b)", base64.b64encode(clip).decode()))


def joined(clips: list[Path], pauses: Mapping[int, float] = MappingProxyType({})) -> bytes:
    """Several WAV clips of one format as one WAV; `pauses` in seconds after some, else a breath."""
    out = io.BytesIO()
    with wave.open(out, "wb") as target:
        for number, clip in enumerate(clips):
            with wave.open(str(clip), "rb") as source:
                if number == 0:
                    target.setparams(source.getparams())
                else:
                    frames = int(pauses.get(number - 1, BREATH_S) * source.getframerate())
                    target.writeframes(b"\0\0" * frames * source.getnchannels())
                target.writeframes(source.readframes(source.getnframes()))
    return out.getvalue()
