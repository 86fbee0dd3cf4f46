import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PageEventName } from "../protocol.gen";
import { PageWatch, sizes, type Surroundings } from "./page-events";

class FakeElement extends EventTarget {
  closest = (): FakeElement | null => this;
}
class FakeBox extends FakeElement {
  value = "own words";
  selectionStart = 0;
  selectionEnd = 9;
}

const ALL = ["tab_hidden", "window_blur", "paste", "copy", "fullscreen_exit", "second_screen", "devtools_open", "no_frames", "virtual_camera"];

function browser() {
  const window = Object.assign(new EventTarget(), { outerWidth: 1280, outerHeight: 800, innerWidth: 1280, innerHeight: 710 });
  const document = Object.assign(new EventTarget(), {
    hidden: false, fullscreenElement: null as Element | null, focused: true,
    hasFocus(): boolean { return this.focused; },
  });
  const screen = Object.assign(new EventTarget(), { isExtended: false });
  return { window, document, screen, finePointer: true as boolean } satisfies Surroundings;
}

function camera(label = "HD Webcam") {
  return Object.assign(new EventTarget(), { label, readyState: "live", muted: false }) as EventTarget & { label: string; muted: boolean };
}

function clipboard(type: string, text: string, target: EventTarget = new FakeElement()): Event {
  const event = Object.assign(new Event(type), { clipboardData: { getData: () => text } });
  event.composedPath = () => [target];
  return event;
}

function watch(kinds: string[], around = browser(), track: ReturnType<typeof camera> | null = null) {
  const told: [PageEventName, object][] = [];
  const report = (name: PageEventName, fields: object) => void told.push([name, fields]);
  const page = new PageWatch(new Set(kinds), track as unknown as MediaStreamTrack, report, around);
  const names = () => told.splice(0).map(([name]) => name);
  return { page, told, names, ...around };
}

describe("page events", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("Element", FakeElement);
    vi.stubGlobal("HTMLTextAreaElement", FakeBox);
    vi.stubGlobal("HTMLInputElement", class extends FakeElement {});
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("does not take a page that is left or reloaded for a hidden tab", () => {
    const { page, names, window, document } = watch(["tab_hidden", "window_blur"]);
    page.begin();
    names();
    window.dispatchEvent(new Event("pagehide"));
    document.hidden = true;
    document.dispatchEvent(new Event("visibilitychange"));
    expect(names()).toEqual([]);
    window.dispatchEvent(new Event("pageshow"));
    document.dispatchEvent(new Event("visibilitychange"));
    expect(names()).toEqual(["tab_hidden"]);
  });

  it("says how the page is when the watch begins, and once more a little later", () => {
    const { page, told } = watch(ALL, browser(), camera());
    page.begin();
    const first = told.splice(0);
    expect(first).toContainEqual(["tab_visible", {}]);
    expect(first).toContainEqual(["window_focus", {}]);
    expect(first).toContainEqual(["screens", { extended: false }]);
    expect(first).toContainEqual(["camera", { label: "HD Webcam" }]);
    expect(first).toContainEqual(["camera_on", {}]);
    vi.advanceTimersByTime(5_000);
    expect(told).toEqual(first);
  });

  it("says nothing of kinds that are not looked for", () => {
    const { page, told, window, document, screen } = watch([], browser(), camera());
    page.begin();
    for (const [target, type] of [[document, "visibilitychange"], [window, "blur"], [document, "paste"], [document, "copy"], [screen, "change"], [window, "resize"]] as const) {
      target.dispatchEvent(clipboard(type, "x"));
    }
    vi.advanceTimersByTime(10_000);
    expect(told).toEqual([]);
  });

  it("makes one event of a hidden tab, although it loses the focus too", () => {
    const { page, names, window, document } = watch(["tab_hidden", "window_blur"]);
    page.begin();
    names();
    document.focused = false;
    window.dispatchEvent(new Event("blur"));
    document.hidden = true;
    document.dispatchEvent(new Event("visibilitychange"));
    vi.advanceTimersByTime(1_000);
    expect(names()).toEqual(["tab_hidden"]);
    document.hidden = false;
    document.focused = true;
    document.dispatchEvent(new Event("visibilitychange"));
    window.dispatchEvent(new Event("focus"));
    expect(names()).toEqual(["tab_visible", "window_focus"]);
  });

  it("reports a window in front, unless it goes at once", () => {
    const { page, names, window, document } = watch(["window_blur"]);
    page.begin();
    names();
    document.focused = false;
    window.dispatchEvent(new Event("blur"));
    vi.advanceTimersByTime(100);
    document.focused = true;
    window.dispatchEvent(new Event("focus"));
    vi.advanceTimersByTime(400);
    expect(names()).toEqual(["window_focus"]);
    document.focused = false;
    window.dispatchEvent(new Event("blur"));
    vi.advanceTimersByTime(300);
    expect(names()).toEqual(["window_blur"]);
  });

  it("tells how long a pasted text is, and not what it says", () => {
    const { page, told, document } = watch(["paste"]);
    page.begin();
    document.dispatchEvent(clipboard("paste", "from elsewhere"));
    expect(told).toEqual([["paste", { chars: 14 }]]);
    expect(JSON.stringify(told)).not.toContain("elsewhere");
  });

  it("lets candidates move their own words", () => {
    const { page, names, document } = watch(["paste", "copy"]);
    page.begin();
    document.dispatchEvent(clipboard("cut", "", new FakeBox()));
    document.dispatchEvent(clipboard("paste", "own words", new FakeBox()));
    expect(names()).toEqual([]);
    document.dispatchEvent(clipboard("paste", "other words", new FakeBox()));
    expect(names()).toEqual(["paste"]);
  });

  it("reports copying from the page, not from the own answer", () => {
    const { page, told, document } = watch(["copy"]);
    page.begin();
    document.dispatchEvent(clipboard("copy", "", new FakeBox()));
    const question = Object.assign(new FakeElement(), { closest: () => null });
    document.dispatchEvent(clipboard("copy", "The question", question));
    expect(told).toEqual([["copy", { chars: 12 }]]);
  });

  it("follows full screen, screens and the camera's switch", () => {
    const track = camera();
    const { page, told, names, document, screen } = watch(["fullscreen_exit", "second_screen", "no_frames"], browser(), track);
    page.begin();
    names();
    document.dispatchEvent(new Event("fullscreenchange"));
    screen.isExtended = true;
    screen.dispatchEvent(new Event("change"));
    track.muted = true;
    track.dispatchEvent(new Event("mute"));
    expect(told).toEqual([["fullscreen_exit", {}], ["screens", { extended: true }], ["camera_off", {}]]);
  });

  it("reports a window's size once it stands still, and never on a phone", () => {
    const { page, names, window } = watch(["devtools_open"]);
    page.begin();
    names();
    for (let n = 0; n < 5; n += 1) window.dispatchEvent(new Event("resize"));
    vi.advanceTimersByTime(600);
    expect(names()).toEqual(["window_size"]);
    const phone = watch(["devtools_open"], { ...browser(), finePointer: false });
    phone.page.begin();
    expect(phone.told).toEqual([]);
  });

  it("says nothing more once it has ended", () => {
    const { page, told, names, window, document } = watch(ALL);
    page.begin();
    names();
    page.end();
    window.dispatchEvent(new Event("blur"));
    document.dispatchEvent(clipboard("paste", "x"));
    vi.advanceTimersByTime(10_000);
    expect(told).toEqual([]);
  });
});

describe("window sizes", () => {
  const page = (innerWidth: number, innerHeight: number) =>
    sizes(Object.assign(new EventTarget(), { outerWidth: 1280, outerHeight: 800, innerWidth, innerHeight }));
  const missing = (found: ReturnType<typeof sizes>) =>
    Math.max(found.outer_width - found.inner_width, found.outer_height - found.inner_height);

  it("takes a zoomed page for what it is", () => {
    for (const zoom of [0.5, 1, 1.5, 2]) expect(missing(page(1280 / zoom, 710 / zoom))).toBeLessThan(200);
  });
  it("shows what is docked at the side, and below, zoomed or not", () => {
    for (const zoom of [1, 1.5]) {
      expect(missing(page(880 / zoom, 710 / zoom))).toBeGreaterThan(300);
      expect(missing(page(1280 / zoom, 400 / zoom))).toBeGreaterThan(300);
    }
  });
  it("shows a sidebar as less width and no less height", () => {
    const found = page(960, 710);
    expect(found.outer_height - found.inner_height).toBeLessThan(150);
  });
});
