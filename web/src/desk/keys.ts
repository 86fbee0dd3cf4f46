// What a key press asks for, and when it asks for nothing. No element of its own.

export type Wish = "help" | "interviews" | "live" | "sessions" | "reviews" | "requests";

const AFTER_G: Record<string, Wish> = { i: "interviews", l: "live", s: "sessions", r: "reviews", q: "requests" };
const PATIENCE_MS = 1_200;

/** Folds key presses into wishes; "g" waits a moment for its second key. Pure but for the time given. */
export class KeyReader {
  private since = -Infinity;

  press(key: string, nowMs: number): Wish | null {
    const second = nowMs - this.since < PATIENCE_MS;
    this.since = key === "g" && !second ? nowMs : -Infinity;
    if (second && key in AFTER_G) return AFTER_G[key] ?? null;
    return key === "?" ? "help" : null;
  }
}

/** Whether this press belongs to somebody else: a field, a dialog, the browser. */
export function taken(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || event.isComposing) return true;
  if (document.querySelector("dialog[open]")) return true;
  const target = event.target instanceof HTMLElement ? event.target : null;
  return target !== null && (target.isContentEditable || target.matches("input, textarea, select"));
}

/** Where a step leads in a list of `count`, from outside it (-1) to its first; never past an end. */
export function stepped(now: number, by: number, count: number): number {
  return now < 0 ? 0 : Math.min(count - 1, Math.max(0, now + by));
}
