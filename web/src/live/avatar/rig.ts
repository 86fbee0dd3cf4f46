// What the face does besides speaking: blinks, glances, breath, nods, brows. Pure but for the dice.
import type { Mood } from "../words";
import { REST, smooth, type Mouth } from "./visemes";

export interface Pose {
  mouth: Mouth;
  smile: number;
  /** 0 closed .. 1 calm. */
  lids: number;
  gazeX: number;
  gazeY: number;
  browLeft: number;
  browRight: number;
  /** Degrees; positive leans to the reader's right. */
  tilt: number;
  /** -1..1, the turn and the nod of the head: features move more than the skull. */
  turn: number;
  nod: number;
  breath: number;
}

export const CALM: Pose = {
  mouth: REST, smile: 0.55, lids: 1, gazeX: 0, gazeY: 0, browLeft: 0, browRight: 0, tilt: 0, turn: 0, nod: 0, breath: 0,
};

interface Bearing {
  smile: number; lids: number; gazeX: number; gazeY: number; browLeft: number; browRight: number; tilt: number; turn: number; nod: number;
}

const BEARINGS: Readonly<Record<Mood, Bearing>> = {
  speaking: { smile: 0.5, lids: 1, gazeX: 0, gazeY: 0, browLeft: 0.1, browRight: 0.1, tilt: 0, turn: 0, nod: 0 },
  listening: { smile: 0.9, lids: 1.06, gazeX: 0, gazeY: 0, browLeft: 0.5, browRight: 0.5, tilt: 3.4, turn: 0.12, nod: 0.1 },
  thinking: { smile: 0.35, lids: 0.96, gazeX: -0.75, gazeY: -0.75, browLeft: 0.75, browRight: 0.15, tilt: -2.4, turn: -0.4, nod: -0.35 },
  waiting: { smile: 0.4, lids: 0.9, gazeX: 0, gazeY: 0.1, browLeft: 0.15, browRight: 0.15, tilt: 0, turn: 0, nod: 0.1 },
  idle: { smile: 0.75, lids: 0.97, gazeX: 0, gazeY: 0, browLeft: 0, browRight: 0, tilt: 0, turn: 0, nod: 0 },
};

const BLINK_S = 0.17;
const NOD_S = 1.1;

/** The pose of a mood without any movement of its own (reduced motion, still pictures). */
export function still(mood: Mood, mouth: Mouth): Pose {
  return { ...CALM, ...BEARINGS[mood], mouth };
}

export class Rig {
  private now: Bearing = { ...BEARINGS.idle };
  private blinkAt = 1.4;
  private glance = { from: 3, until: 0, x: 0, y: 0 };
  private nodAt = 2.5;
  private eyesX = 0;
  private eyesY = 0;

  constructor(private readonly dice: () => number = Math.random) {}

  /** One frame later. `t_s` counts up, `dt_s` since the last frame. */
  step(t_s: number, dt_s: number, mood: Mood, mouth: Mouth): Pose {
    this.settle(BEARINGS[mood], dt_s);
    const eyes = this.look(t_s, dt_s, mood);
    const sway = Math.sin(t_s * 0.61) * 0.6 + Math.sin(t_s * 0.37 + 1) * 0.4;
    const talk = mood === "speaking" ? Math.sin(t_s * 2.1) * 0.5 + Math.sin(t_s * 3.37 + 2) * 0.35 : 0;
    const lift = mood === "speaking" ? Math.max(0, Math.sin(t_s * 1.3) * Math.sin(t_s * 0.47)) : 0;
    return {
      mouth,
      smile: this.now.smile,
      lids: this.now.lids * this.blink(t_s),
      gazeX: eyes.x,
      gazeY: eyes.y,
      browLeft: this.now.browLeft + lift * 0.8,
      browRight: this.now.browRight + lift * 0.8,
      tilt: this.now.tilt + sway * 0.7 + talk * 0.9,
      turn: this.now.turn + sway * 0.14 + talk * 0.16,
      nod: this.now.nod + this.nod(t_s, mood) + mouth.open * 0.08 + talk * 0.1,
      breath: Math.sin(t_s * 1.55),
    };
  }

  private settle(to: Bearing, dt_s: number): void {
    const part = 1 - Math.exp(-dt_s / 0.22);
    for (const key of Object.keys(to) as (keyof Bearing)[]) this.now[key] += (to[key] - this.now[key]) * part;
  }

  /** Irregular, now and then twice. */
  private blink(t_s: number): number {
    const since = t_s - this.blinkAt;
    if (since > BLINK_S) this.blinkAt = t_s + (this.dice() < 0.14 ? 0.12 : 2 + this.dice() * 3.8);
    if (since < 0 || since > BLINK_S) return 1;
    const part = since / BLINK_S;
    return part < 0.4 ? 1 - smooth(part / 0.4) : smooth((part - 0.4) / 0.6);
  }

  /** At the reader, now and then briefly away; eyes jump, they do not glide. */
  private look(t_s: number, dt_s: number, mood: Mood): { x: number; y: number } {
    const { glance } = this;
    if (t_s > glance.from && t_s > glance.until) {
      const away = this.dice() < (mood === "listening" ? 0.2 : 0.45);
      glance.x = away ? (this.dice() - 0.5) * 1.1 : (this.dice() - 0.5) * 0.14;
      glance.y = away ? (this.dice() - 0.6) * 0.7 : (this.dice() - 0.5) * 0.1;
      glance.until = t_s + (away ? 0.45 + this.dice() * 0.7 : 1.2 + this.dice() * 2.4);
      glance.from = glance.until;
    }
    const part = 1 - Math.exp(-dt_s / 0.035);
    this.eyesX += (this.now.gazeX + glance.x - this.eyesX) * part;
    this.eyesY += (this.now.gazeY + glance.y - this.eyesY) * part;
    return { x: clamp(this.eyesX), y: clamp(this.eyesY) };
  }

  private nod(t_s: number, mood: Mood): number {
    if (mood !== "listening") {
      this.nodAt = t_s + 1.5;
      return 0;
    }
    const since = t_s - this.nodAt;
    if (since > NOD_S) this.nodAt = t_s + 2.6 + this.dice() * 4;
    if (since < 0 || since > NOD_S) return 0;
    const part = since / NOD_S;
    return Math.sin(part * Math.PI * 4 - Math.PI / 2) * 0.5 * (1 - part) + 0.5 * (1 - part) * smooth(part * 6);
  }
}

function clamp(value: number): number {
  return Math.min(1, Math.max(-1, value));
}
