// Mouth shapes for the 15 visemes and how one flows into the next. Pure; times in seconds.
// Source: the 15 viseme classes of the Oculus lip-sync set, as interview/nouns.py names them.
import type { Viseme } from "../../protocol.gen";

/** All 0..1 but `width` (-1 narrow .. 1 wide). */
export interface Mouth {
  /** How far the jaw is down. */
  open: number;
  width: number;
  /** Lips pushed forward. */
  round: number;
  /** Lips pressed together. */
  press: number;
  /** Lower lip under the upper teeth. */
  tuck: number;
  teethTop: number;
  teethBottom: number;
  tongue: number;
}

export const REST: Mouth = { open: 0, width: 0, round: 0, press: 0, tuck: 0, teethTop: 0, teethBottom: 0, tongue: 0 };

const SHAPES: Readonly<Record<string, Partial<Mouth>>> = {
  sil: {},
  PP: { press: 1, width: -0.1 },
  FF: { open: 0.16, tuck: 1, teethTop: 1, width: 0.05 },
  TH: { open: 0.26, teethTop: 0.8, tongue: 1, width: 0.1 },
  DD: { open: 0.24, teethTop: 0.8, tongue: 0.55, width: 0.15 },
  kk: { open: 0.3, teethTop: 0.5, tongue: 0.25, width: 0.1 },
  CH: { open: 0.24, round: 0.65, teethTop: 0.9, teethBottom: 0.8, width: -0.35 },
  SS: { open: 0.15, teethTop: 1, teethBottom: 1, width: 0.45 },
  nn: { open: 0.2, teethTop: 0.6, tongue: 0.7, width: 0.1 },
  RR: { open: 0.26, round: 0.5, teethTop: 0.4, tongue: 0.3, width: -0.3 },
  aa: { open: 1, teethTop: 0.7, tongue: 0.35, width: 0.05 },
  E: { open: 0.52, teethTop: 0.85, tongue: 0.4, width: 0.55 },
  ih: { open: 0.34, teethTop: 0.9, tongue: 0.3, width: 0.65 },
  oh: { open: 0.68, round: 0.7, teethTop: 0.25, tongue: 0.2, width: -0.4 },
  ou: { open: 0.34, round: 1, teethTop: 0, tongue: 0.1, width: -0.75 },
};

/** The names this file can draw. */
export const VISEMES: readonly string[] = Object.keys(SHAPES);

/** The full shape of a viseme; an unknown name is rest. */
export function shapeOf(name: string): Mouth {
  return { ...REST, ...SHAPES[name] };
}

export function mix(from: Mouth, to: Mouth, part: number): Mouth {
  const between = (a: number, b: number) => a + (b - a) * part;
  return {
    open: between(from.open, to.open),
    width: between(from.width, to.width),
    round: between(from.round, to.round),
    press: between(from.press, to.press),
    tuck: between(from.tuck, to.tuck),
    teethTop: between(from.teethTop, to.teethTop),
    teethBottom: between(from.teethBottom, to.teethBottom),
    tongue: between(from.tongue, to.tongue),
  };
}

export function smooth(part: number): number {
  const x = Math.min(1, Math.max(0, part));
  return x * x * (3 - 2 * x);
}

/** Shapes are held for the middle of their time and flow into each other around the edges. */
const HOLD_FROM = 0.35;
const HOLD_TO = 0.65;
/** From rest into the first shape and out of the last. */
const EDGE_S = 0.09;
/** Lips that close must close: these are reached however short they are. */
const FIRM = new Set(["PP", "FF", "sil"]);
const SHORT_S = 0.06;

/** The mouth at `t_s` after the start of the audio. */
export function mouthAt(shapes: readonly Viseme[], t_s: number): Mouth {
  const index = lastBefore(shapes, t_s);
  const now = index >= 0 ? shapes[index] : undefined;
  const next = shapes[index + 1];
  const target = now ? reached(now) : REST;
  const from = now ? now.at_s + now.duration_s * HOLD_TO : (next?.at_s ?? t_s) - EDGE_S;
  if (now && t_s < now.at_s + now.duration_s * HOLD_FROM) {
    const before = shapes[index - 1];
    const start = before ? before.at_s + before.duration_s * HOLD_TO : now.at_s - EDGE_S;
    const end = now.at_s + now.duration_s * HOLD_FROM;
    return mix(before ? reached(before) : REST, target, smooth((t_s - start) / (end - start)));
  }
  if (t_s <= from) return target;
  const to = next ? next.at_s + next.duration_s * HOLD_FROM : from + EDGE_S * 2;
  return mix(target, next ? reached(next) : REST, smooth((t_s - from) / Math.max(0.001, to - from)));
}

/** A short sound is only touched in passing. */
function reached(viseme: Viseme): Mouth {
  const shape = shapeOf(viseme.shape);
  if (FIRM.has(viseme.shape) || viseme.duration_s >= SHORT_S) return shape;
  return mix(REST, shape, 0.55 + 0.45 * (viseme.duration_s / SHORT_S));
}

function lastBefore(shapes: readonly Viseme[], t_s: number): number {
  let low = 0;
  let high = shapes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((shapes[middle]?.at_s ?? Infinity) <= t_s) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
