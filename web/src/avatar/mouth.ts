// Mouth shapes and how one flows into the next. Pure.

import type { Viseme } from "../protocol.gen";

/** What is said, and when its sound began on the page's monotonic clock. */
export interface MouthCue {
  start_ms: number;
  visemes: readonly Viseme[];
}

/** What is drawn. All 0 to 1 but `wide` and `curve`, which go from -1 to 1. */
export interface Mouth {
  open: number;
  wide: number;
  round: number;
  teeth: number;
  tongue: number;
  press: number;
  tuck: number;
}

function shape(
  open: number, wide: number, round: number, teeth = 0, tongue = 0, press = 0, tuck = 0,
): Mouth {
  return { open, wide, round, teeth, tongue, press, tuck };
}

export const REST = shape(0, 0.08, 0);

/** The 15 shapes of the protocol. */
export const SHAPES: Record<string, Mouth> = {
  sil: REST,
  PP: shape(0, -0.12, 0.1, 0, 0, 1),
  FF: shape(0.16, 0.12, 0, 0.9, 0, 0, 1),
  TH: shape(0.3, 0.12, 0, 0.7, 1),
  DD: shape(0.3, 0.2, 0, 0.75, 0.65),
  kk: shape(0.36, 0.12, 0, 0.35, 0.15),
  CH: shape(0.3, -0.5, 0.7, 0.8, 0),
  SS: shape(0.18, 0.42, 0, 1, 0),
  nn: shape(0.22, 0.16, 0, 0.6, 0.8),
  RR: shape(0.32, -0.35, 0.55, 0.3, 0.3),
  aa: shape(0.95, 0.1, 0.12, 0.35, 0.25),
  E: shape(0.52, 0.46, 0, 0.5, 0.3),
  ih: shape(0.34, 0.52, 0, 0.7, 0.2),
  oh: shape(0.68, -0.45, 0.8, 0.12, 0.1),
  ou: shape(0.36, -0.85, 1, 0, 0),
};

const BEFORE_S = 0.06;
const AFTER_S = 0.07;

/** Smooth 0 to 1. */
export function ease(x: number): number {
  const t = Math.max(0, Math.min(1, x));
  return t * t * (3 - 2 * t);
}

/** How much a viseme shapes the mouth at `at_s`: it begins a little early and lets go a little late. */
export function weightOf(viseme: Viseme, at_s: number): number {
  const from = viseme.at_s - BEFORE_S;
  const full = viseme.at_s + Math.min(0.03, viseme.duration_s / 3);
  const end = viseme.at_s + viseme.duration_s;
  if (at_s <= from || at_s >= end + AFTER_S) return 0;
  if (at_s < full) return ease((at_s - from) / (full - from));
  const hold = Math.max(full, end - 0.03);
  return at_s <= hold ? 1 : ease((end + AFTER_S - at_s) / (end + AFTER_S - hold));
}

/** The mouth at a moment of the sound: neighbours are mixed, never switched. */
export function mouthAt(visemes: readonly Viseme[], at_s: number): Mouth {
  let total = 0;
  const sum: Mouth = { open: 0, wide: 0, round: 0, teeth: 0, tongue: 0, press: 0, tuck: 0 };
  for (const viseme of visemes) {
    if (viseme.at_s - BEFORE_S > at_s) break;
    const weight = weightOf(viseme, at_s);
    if (weight === 0) continue;
    total += weight;
    add(sum, SHAPES[viseme.shape] ?? REST, weight);
  }
  if (total < 1) add(sum, REST, 1 - total);
  return scale(sum, 1 / Math.max(1, total));
}

/** Part of the way from one mouth to another. */
export function towards(from: Mouth, to: Mouth, part: number): Mouth {
  const out = scale(from, 1 - part);
  add(out, to, part);
  return out;
}

function add(sum: Mouth, more: Mouth, weight: number): void {
  for (const key of Object.keys(sum) as (keyof Mouth)[]) sum[key] += more[key] * weight;
}

function scale(mouth: Mouth, by: number): Mouth {
  const out = { ...mouth };
  for (const key of Object.keys(out) as (keyof Mouth)[]) out[key] *= by;
  return out;
}

/** Curves of the mouth around (0, 0), about 90 wide: lips, the dark inside, teeth, tongue. */
export interface MouthPaths {
  upper: string;
  lower: string;
  inside: string;
  teeth: string;
  tongue: string;
  line: string;
  line_opacity: number;
}

const n = (value: number) => value.toFixed(2);

/** The mouth as SVG paths. */
export function mouthPaths(m: Mouth): MouthPaths {
  const half = 40 * (1 + 0.24 * m.wide - 0.34 * m.round);
  const gap = 46 * m.open * (1 - 0.12 * m.round);
  const top = -gap * 0.34 - 1.2 * m.round;
  const bottom = gap * 0.66 + 1.2 * m.round;
  const smile = (-9 + 4 * m.open) * Math.max(0, 1 - m.round * 1.4) - 2 * Math.max(0, m.wide);
  const thin = 1 - 0.62 * m.press;
  const up = (8.5 + 4 * m.round) * thin;
  const low = (10.5 + 4 * m.round) * thin * (1 - 0.7 * m.tuck);
  const k = 0.46 + 0.16 * m.round;
  const lowerTop = bottom - 8 * m.tuck * m.open;
  const corners = [`${n(-half)} ${n(smile)}`, `${n(half)} ${n(smile)}`] as const;
  const dip = top * 1.33 - smile * 0.33;
  const sag = lowerTop * 1.33 - smile * 0.33;
  const innerTop = `C ${n(-half * k)} ${n(dip)} ${n(half * k)} ${n(dip)} ${corners[1]}`;
  const innerBottom = `C ${n(half * k)} ${n(sag)} ${n(-half * k)} ${n(sag)} ${corners[0]}`;
  const bow = top - up;
  const edge = half + 3;
  const upper =
    `M ${n(-edge)} ${n(smile)} C ${n(-half * 0.72)} ${n(bow * 0.72 + smile * 0.3)} ` +
    `${n(-half * 0.36)} ${n(bow - 2.6)} ${n(-half * 0.14)} ${n(bow - 1.6)} ` +
    `Q 0 ${n(bow + 2.4)} ${n(half * 0.14)} ${n(bow - 1.6)} ` +
    `C ${n(half * 0.36)} ${n(bow - 2.6)} ${n(half * 0.72)} ${n(bow * 0.72 + smile * 0.3)} ` +
    `${n(edge)} ${n(smile)} L ${corners[1]} ` +
    `C ${n(half * k)} ${n(dip)} ${n(-half * k)} ${n(dip)} ${corners[0]} Z`;
  const swell = (lowerTop + low) * 1.33 - smile * 0.33;
  const lower =
    `M ${n(-edge)} ${n(smile)} L ${corners[0]} ` +
    `C ${n(-half * k)} ${n(sag)} ${n(half * k)} ${n(sag)} ${corners[1]} L ${n(edge)} ${n(smile)} ` +
    `C ${n(half * (k + 0.1))} ${n(swell)} ${n(-half * (k + 0.1))} ${n(swell)} ${n(-edge)} ${n(smile)} Z`;
  const depth = Math.min(gap * 0.42, 11) * m.teeth;
  const teethHalf = half * 0.82;
  const teeth =
    `M ${n(-teethHalf)} ${n(top - 6)} L ${n(teethHalf)} ${n(top - 6)} ` +
    `L ${n(teethHalf)} ${n(top + depth * 0.72)} Q 0 ${n(top + depth * 1.2)} ` +
    `${n(-teethHalf)} ${n(top + depth * 0.72)} Z`;
  const rise = lowerTop - gap * (0.2 + 0.42 * m.tongue);
  const tongue =
    `M ${n(-half * 0.66)} ${n(lowerTop + 8)} C ${n(-half * 0.5)} ${n(rise)} ` +
    `${n(half * 0.5)} ${n(rise)} ${n(half * 0.66)} ${n(lowerTop + 8)} Z`;
  return {
    upper,
    lower,
    inside: `M ${corners[0]} ${innerTop} ${innerBottom} Z`,
    teeth,
    tongue,
    line: `M ${corners[0]} ${innerTop}`,
    line_opacity: Math.max(0, 1 - gap / 6),
  };
}
