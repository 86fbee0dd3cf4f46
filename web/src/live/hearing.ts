// Whether the microphone can be heard: from its track and its level. Pure; time comes with the look.
import type { DeviceState } from "./model";

/** Not one sample but zero for so long: muted by a switch of its own, or by the system.
 * With the looks before and after it that is said within two seconds. */
export const DEAF_MS = 1_500;
export const LOOK_MS = 200;

export interface TrackLook {
  live: boolean;
  muted: boolean;
  /** The loudest sample since the last look. Rooms are never quite silent: 0 is no sound at all. */
  level: number;
}

/** Looks at one microphone after the other. */
export class Hearing {
  private deafSinceMs: number | null = null;
  private lookedMs: number | null = null;
  private heard = false;

  look(track: TrackLook, nowMs: number): DeviceState {
    const found = this.found(track, nowMs);
    this.lookedMs = nowMs;
    return found;
  }

  private found({ live, muted, level }: TrackLook, nowMs: number): DeviceState {
    if (!live) return "lost";
    if (muted) return "muted";
    if (level > 0) {
      this.heard = true;
      this.deafSinceMs = null;
      return "on";
    }
    // Before its first sound the browser may hold it back until a key or a click.
    if (!this.heard) return "on";
    // The level is that of the time since the last look.
    this.deafSinceMs ??= this.lookedMs ?? nowMs;
    return nowMs - this.deafSinceMs >= DEAF_MS ? "muted" : "on";
  }

  /** Another microphone. */
  renew(): void {
    this.deafSinceMs = null;
    this.heard = false;
  }
}
