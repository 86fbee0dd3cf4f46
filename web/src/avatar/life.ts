// What keeps the face alive between words: blinks at irregular times, a gaze that wanders and
// returns, breath, nods. Pure but for the random numbers it is given.

import { ease } from "./mouth";

/** What the interviewer does, as a posture. */
export type AvatarMood = "idle" | "speaking" | "listening" | "thinking" | "waiting";

export interface Pose {
  /** 0 open, 1 closed. */
  lids: number;
  gaze_x: number;
  gaze_y: number;
  brow: number;
  brow_tilt: number;
  nod: number;
  tilt: number;
  breath: number;
}

interface Target {
  gaze_x: number;
  gaze_y: number;
  brow: number;
  brow_tilt: number;
  tilt: number;
  lids: number;
}

const BASE: Record<AvatarMood, Target> = {
  idle: { gaze_x: 0, gaze_y: 0, brow: 0, brow_tilt: -5, tilt: 0, lids: 0.04 },
  waiting: { gaze_x: 0, gaze_y: 2, brow: 0, brow_tilt: -5, tilt: 0, lids: 0.16 },
  speaking: { gaze_x: 0, gaze_y: 0, brow: 1.5, brow_tilt: -5.5, tilt: 0, lids: 0 },
  listening: { gaze_x: 0, gaze_y: 0.5, brow: 3.2, brow_tilt: -8, tilt: 2.6, lids: 0 },
  thinking: { gaze_x: 7, gaze_y: -6, brow: 2, brow_tilt: -7, tilt: -2.2, lids: 0.1 },
};

/** Steps through time; `random` gives 0 to 1. */
export class Life {
  private readonly at: Target = { ...BASE.idle };
  private blink_s = 2;
  private blink_from = -1;
  private glance_s = 3;
  private glance = { x: 0, y: 0, until_s: 0 };
  private nod_s = 2.5;
  private nod_from = -1;
  private accent = 0;

  constructor(private readonly random: () => number = Math.random) {}

  /** The pose at `now_s`, `step_s` after the last one. `voice` is how open the mouth is. */
  pose(mood: AvatarMood, now_s: number, step_s: number, voice: number): Pose {
    this.plan(mood, now_s);
    const target = BASE[mood];
    const part = 1 - Math.exp(-step_s * 5);
    const quick = 1 - Math.exp(-step_s * 16);
    for (const key of ["brow", "brow_tilt", "tilt", "lids"] as const) {
      this.at[key] += (target[key] - this.at[key]) * part;
    }
    this.at.gaze_x += (target.gaze_x + this.glance.x - this.at.gaze_x) * quick;
    this.at.gaze_y += (target.gaze_y + this.glance.y - this.at.gaze_y) * quick;
    this.accent += ((mood === "speaking" ? voice : 0) - this.accent) * part;
    const sway = Math.sin(now_s * 0.9) * 0.7 + Math.sin(now_s * 0.37) * 0.5;
    return {
      lids: Math.max(this.at.lids, this.blink(now_s)),
      gaze_x: this.at.gaze_x,
      gaze_y: this.at.gaze_y,
      brow: this.at.brow + this.accent * 2.4,
      brow_tilt: this.at.brow_tilt,
      nod: this.nodding(now_s) + this.accent * 1.6,
      tilt: this.at.tilt + sway * (mood === "speaking" ? 1 : 0.5),
      breath: Math.sin(now_s * 1.35),
    };
  }

  private plan(mood: AvatarMood, now_s: number): void {
    if (now_s > this.blink_s) {
      this.blink_from = now_s;
      const double = this.random() < 0.14;
      this.blink_s = now_s + (double ? 0.32 : 1.8 + this.random() * 4.2);
    }
    if (now_s > this.glance.until_s) this.glance = { ...this.glance, x: 0, y: 0 };
    if (now_s > this.glance_s) {
      const far = mood === "speaking" ? 5 : mood === "thinking" ? 3 : 2.2;
      const x = (this.random() - 0.5) * 2 * far;
      this.glance = { x, y: (this.random() - 0.6) * far * 0.7, until_s: now_s + 0.4 + this.random() };
      this.glance_s = now_s + 2.4 + this.random() * 4;
    }
    if (mood === "listening" && now_s > this.nod_s) {
      this.nod_from = now_s;
      this.nod_s = now_s + 3.4 + this.random() * 5;
    }
  }

  private blink(now_s: number): number {
    const t = now_s - this.blink_from;
    if (this.blink_from < 0 || t > 0.2) return 0;
    return t < 0.07 ? ease(t / 0.07) : 1 - ease((t - 0.09) / 0.11);
  }

  private nodding(now_s: number): number {
    const t = now_s - this.nod_from;
    if (this.nod_from < 0 || t > 0.9) return 0;
    return Math.sin((t / 0.9) * Math.PI * 2) * 3.4 * (1 - t / 1.4) + Math.sin((t / 0.9) * Math.PI) * 2;
  }
}
