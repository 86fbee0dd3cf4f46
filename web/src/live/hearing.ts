// Whether the microphone can be heard: from its track and its level. Pure; time comes with the look.
import type { DeviceState } from "./model";

/** Not one sample but zero for so long: muted by a switch of its own, or by the system. */
export const DEAF_MS = 2_000;

export interface TrackLook {
  live: boolean;
  muted: boolean;
  /** The loudest sample since the last look. Rooms are never quite silent: 0 is no sound at all. */
  level: number;
}

/** Looks at one microphone after the other. */
export class Hearing {
  private deafSinceMs: number | null = null;
  private heard = false;

  look({ live, muted, level }: TrackLook, nowMs: number): DeviceState {
    if (!live) return "lost";
    if (muted) return "muted";
    if (level > 0) {
      this.heard = true;
      this.deafSinceMs = null;
      return "on";
    }
    // Before its first sound the browser may hold it back until a key or a click.
    if (!this.heard) return "on";
    this.deafSinceMs ??= nowMs;
    return nowMs - this.deafSinceMs >= DEAF_MS ? "muted" : "on";
  }

  /** Another microphone. */
  renew(): void {
    this.deafSinceMs = null;
    this.heard = false;
  }
}
