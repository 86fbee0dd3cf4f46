// What this page tells of itself while the interview is watched: that something happened, never
// what was pasted or copied. Only what the interview's plan looks for.
import type { PageEventFrame, PageEventName } from "../protocol.gen";

type Fields = NonNullable<PageEventFrame["fields"]>;
export type Report = (name: PageEventName, fields: Fields) => void;

/** A hidden tab loses the focus as well: one act, one event. */
const BLUR_MS = 300;
const RESIZE_MS = 500;
/** After a restart the server may begin to look a little after it has let us in. */
const AGAIN_MS = 5_000;
/** What a browser's own bars take of the height, about. */
const BARS_PX = 90;

/** The parts of a browser that are looked at. */
export interface Surroundings {
  window: EventTarget & Pick<Window, "outerWidth" | "outerHeight" | "innerWidth" | "innerHeight">;
  document: EventTarget & Pick<Document, "hidden" | "fullscreenElement" | "hasFocus">;
  screen: Partial<EventTarget> & { readonly isExtended?: boolean };
  /** A mouse: on a phone the keyboard takes half of the window. */
  finePointer: boolean;
}

export function surroundings(): Surroundings {
  const { screen } = window as unknown as Pick<Surroundings, "screen">; // Chromium's has more than TypeScript knows
  return { window, document, screen, finePointer: matchMedia("(pointer: fine)").matches };
}

export class PageWatch {
  private stopping: AbortController | null = null;
  private blurring: ReturnType<typeof setTimeout> | undefined;
  private resizing: ReturnType<typeof setTimeout> | undefined;
  private again: ReturnType<typeof setTimeout> | undefined;
  private leaving = false;
  /** What was copied out of an answer here; stays in this page. */
  private own = "";

  constructor(
    private readonly kinds: ReadonlySet<string>,
    private camera: MediaStreamTrack | null,
    private readonly report: Report,
    private readonly around: Surroundings = surroundings(),
  ) {}

  /** Follow the page and say how it is now. Once more: only say how it is now. */
  begin(): void {
    if (this.stopping === null) this.follow();
    this.tell();
    clearTimeout(this.again);
    this.again = setTimeout(() => this.tell(), AGAIN_MS);
  }

  /** Another camera, or none. */
  use(camera: MediaStreamTrack | null): void {
    const running = this.stopping !== null;
    this.end();
    this.camera = camera;
    if (running) this.begin();
  }

  end(): void {
    this.stopping?.abort();
    this.stopping = null;
    for (const timer of [this.blurring, this.resizing, this.again]) clearTimeout(timer);
  }

  private follow(): void {
    const { window, document, screen } = this.around;
    this.stopping = new AbortController();
    const { signal } = this.stopping;
    const on = (kind: string, target: Partial<EventTarget>, type: string, then: (event: Event) => void) => {
      if (this.kinds.has(kind)) target.addEventListener?.(type, then, { signal });
    };
    // A page that is left or reloaded is hidden last of all: that is no other tab.
    for (const [type, leaving] of [["pagehide", true], ["pageshow", false]] as const) {
      on("tab_hidden", window, type, () => (this.leaving = leaving));
    }
    on("tab_hidden", document, "visibilitychange", () => this.seen());
    on("window_blur", window, "blur", () => this.blurred());
    on("window_blur", window, "focus", () => this.focused());
    on("paste", document, "paste", (event) => this.pasted(event as ClipboardEvent));
    on("copy", document, "copy", (event) => this.copied(event as ClipboardEvent));
    for (const type of ["copy", "cut"]) on("paste", document, type, (event) => this.keep(event as ClipboardEvent));
    on("fullscreen_exit", document, "fullscreenchange", () => this.filled());
    on("second_screen", screen, "change", () => this.screens());
    on("devtools_open", window, "resize", () => this.resized());
    for (const type of ["ended", "mute", "unmute"]) {
      if (this.camera) on("no_frames", this.camera, type, () => this.switched());
    }
  }

  /** Everything that holds for a while. Missing an end would leave the candidate warned for ever. */
  private tell(): void {
    if (this.kinds.has("tab_hidden")) this.seen();
    if (this.kinds.has("window_blur")) (this.around.document.hasFocus() ? this.focused() : this.blurred());
    if (this.kinds.has("second_screen")) this.screens();
    if (this.kinds.has("devtools_open")) this.sized();
    if (this.kinds.has("no_frames")) this.switched();
    if (this.kinds.has("virtual_camera") && this.camera?.label) {
      this.report("camera", { label: this.camera.label.slice(0, 120) });
    }
  }

  private seen(): void {
    const { hidden } = this.around.document;
    if (hidden && this.leaving) return;
    if (hidden) clearTimeout(this.blurring);
    this.report(hidden ? "tab_hidden" : "tab_visible", {});
  }

  private blurred(): void {
    clearTimeout(this.blurring);
    this.blurring = setTimeout(() => {
      const counted = (this.around.document.hidden || this.leaving) && this.kinds.has("tab_hidden");
      if (!counted && !this.around.document.hasFocus()) this.report("window_blur", {});
    }, BLUR_MS);
  }

  private focused(): void {
    clearTimeout(this.blurring);
    this.report("window_focus", {});
  }

  private pasted(event: ClipboardEvent): void {
    const text = event.clipboardData?.getData("text") ?? "";
    if (text === "" || text !== this.own) this.report("paste", { chars: text.length });
  }

  private copied(event: ClipboardEvent): void {
    if (!editable(event)) this.report("copy", { chars: copiedText(event).length });
  }

  /** Moving one's own words about is not pasting. */
  private keep(event: ClipboardEvent): void {
    this.own = editable(event) ? copiedText(event) : "";
  }

  private filled(): void {
    const full = this.around.document.fullscreenElement !== null;
    this.report(full ? "fullscreen_enter" : "fullscreen_exit", {});
  }

  private screens(): void {
    const { isExtended } = this.around.screen;
    if (typeof isExtended === "boolean") this.report("screens", { extended: isExtended });
  }

  private resized(): void {
    clearTimeout(this.resizing);
    this.resizing = setTimeout(() => this.sized(), RESIZE_MS);
  }

  private sized(): void {
    if (this.around.finePointer) this.report("window_size", sizes(this.around.window));
  }

  private switched(): void {
    if (this.camera === null) return;
    const on = this.camera.readyState === "live" && !this.camera.muted;
    this.report(on ? "camera_on" : "camera_off", {});
  }
}

/** The window and its page in pixels of the same size: a zoomed page would look shrunk. */
export function sizes(window: Surroundings["window"]) {
  const { outerWidth, outerHeight, innerWidth, innerHeight } = window;
  const zoom = Math.min(outerWidth / innerWidth, (outerHeight - BARS_PX) / innerHeight);
  const scale = Number.isFinite(zoom) && zoom > 0 ? zoom : 1;
  return {
    outer_width: outerWidth, inner_width: Math.round(innerWidth * scale),
    outer_height: outerHeight, inner_height: Math.round(innerHeight * scale),
  };
}

function editable(event: Event): boolean {
  const [target] = event.composedPath();
  return target instanceof Element && target.closest("textarea, input, [contenteditable=true]") !== null;
}

/** Selections in boxes are not the document's; CodeMirror puts its own text on the clipboard. */
function copiedText(event: ClipboardEvent): string {
  const [target] = event.composedPath();
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement) {
    return target.value.slice(target.selectionStart ?? 0, target.selectionEnd ?? 0);
  }
  return event.clipboardData?.getData("text") || String(getSelection() ?? "");
}
