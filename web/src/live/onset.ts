// When a sound really begins, heard from its level frame by frame. Pure; times in milliseconds.

/** Above the noise of a silent connection, below the softest consonant that opens a prompt. */
const LOUD = 0.004;
/** After this long without a sound the estimate stays. */
const PATIENCE_MS = 1_500;

export type Heard = "waiting" | "began" | "unknown";

export class Onset {
  private quiet = false;
  private fromMs: number | null = null;

  /** One frame. "unknown" ends the watch: loud from the first frame on, or silent for too long. */
  hear(level: number, nowMs: number): Heard {
    this.fromMs ??= nowMs;
    if (level >= LOUD) return this.quiet ? "began" : "unknown";
    this.quiet = true;
    return nowMs - this.fromMs > PATIENCE_MS ? "unknown" : "waiting";
  }
}

/** Silence before the first mouth shape that is not rest. */
export function leadMs(shapes: readonly { at_s: number; shape: string }[]): number {
  return (shapes.find(({ shape }) => shape !== "sil")?.at_s ?? 0) * 1000;
}
