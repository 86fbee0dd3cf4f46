// The fair clock between two frames. The server decides; the page only counts on.

import type { Clock } from "./app";

export type ClockMood = "quiet" | "amber" | "red";

/** Seconds left at `now_ms` (the page's monotonic clock); null when no time is kept. */
export function remainingS(clock: Clock | null, now_ms: number): number | null {
  const left = clock?.view.remaining_s;
  if (clock === null || left === null || left === undefined) return null;
  if (clock.view.state !== "running") return Math.max(0, left);
  return Math.max(0, left - Math.max(0, now_ms - clock.told_ms) / 1000);
}

/** Quiet until 30 s, amber to 10 s, red after. */
export function moodOf(remaining_s: number | null): ClockMood {
  if (remaining_s === null || remaining_s > 30) return "quiet";
  return remaining_s > 10 ? "amber" : "red";
}

/** `1:42`; a started second counts whole, so that the clock shows 0:00 only when time is up. */
export function clockText(remaining_s: number): string {
  const whole = Math.ceil(remaining_s - 1e-6);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
