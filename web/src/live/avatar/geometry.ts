// Paths of the moving parts, in the face's own units (400 x 400). Pure.
import type { Mouth } from "./visemes";

const n = (value: number) => value.toFixed(2);

/** Skull and jaw; `drop` is how far the chin is down. */
export function headPath(drop: number): string {
  const chin = 289 + drop;
  const jaw = 258 + drop * 0.7;
  return `M136 166C136 116 160 90 200 90C240 90 264 116 264 166C264 204 259 234 ${n(243)} ${n(jaw)}C${n(230)} ${n(chin - 11)} 216 ${n(chin)} 200 ${n(chin)}C184 ${n(chin)} 170 ${n(chin - 11)} 157 ${n(jaw)}C141 234 136 204 136 166Z`;
}

/** An eye around its own middle; `open` 0 closed .. 1 calm .. 1.15 attentive. */
export function eyePaths(open: number): { white: string; lash: string; crease: string } {
  const top = 7 - 18.5 * open;
  const low = 9.5 - 2 * (1 - open);
  return {
    white: `M-17 2C-10 ${n(top)} 9 ${n(top)} 17 1C9 ${n(low)} -9 ${n(low)} -17 2Z`,
    lash: `M-18.2 3C-10.5 ${n(top - 0.6)} 9.5 ${n(top - 0.8)} 18.2 0.6`,
    crease: `M-15 ${n(-6 + (1 - open) * 3)}C-8 ${n(top - 6.5 + (1 - open) * 2)} 8 ${n(top - 6.5 + (1 - open) * 2)} 16 ${n(-6 + (1 - open) * 3)}`,
  };
}

export interface MouthPaths {
  lips: string;
  inside: string;
  upper: string;
  lower: string;
  teethTop: string;
  teethBottom: string;
  tongue: { cy: number; rx: number; ry: number };
  /** The line between closed lips; its strength falls as they part. */
  seam: string;
  seamOpacity: number;
  /** How far the lower lip reaches down, for the shadow under it. */
  bottom: number;
  drop: number;
}

/** Lips, teeth and tongue around the middle of the closed mouth. `smile` 0..1 lifts the corners. */
export function mouthPaths(mouth: Mouth, smile: number): MouthPaths {
  const half = 25.5 + 5.5 * mouth.width - 8 * mouth.round + 2.2 * smile * (1 - mouth.round);
  const inner = half - 2.6 - 1.4 * mouth.round;
  const height = mouth.open * 23 * (1 - 0.35 * mouth.tuck);
  const up = height * 0.3 + mouth.tuck * 2.6;
  const down = height * 0.7 - mouth.tuck * 1.2;
  const thickUp = 5.4 + 1.6 * mouth.round - 3 * mouth.press - 0.8 * Math.max(0, mouth.width);
  const thickLow = (7 + 2 * mouth.round - 3.6 * mouth.press) * (1 - 0.42 * mouth.tuck);
  const sag = 1.6 + 2.6 * smile * (1 - mouth.open) * (1 - mouth.round);
  const curve = 0.5 + 0.38 * mouth.round;
  const full = 1 + 0.3 * mouth.round;
  const bow = 2.4 * (1 - 0.75 * mouth.round);
  const corner = -smile * 4.6 * (1 - 0.5 * mouth.open) + mouth.press * 0.4;
  const inUp = sag - up * 1.33;
  const inLow = sag + down * 1.33;
  const top = -up - thickUp;
  const low = down + thickLow + 1.2 + 0.75 * (sag - 1.6);
  const upperIn = `C${n(inner * curve)} ${n(inUp)} ${n(-inner * curve)} ${n(inUp)} ${n(-inner)} ${n(corner)}`;
  const upperOut = `M${n(-half)} ${n(corner)}C${n(-half * Math.min(0.96, 0.64 * full))} ${n(corner * 0.4 + top * 0.62)} ${n(-half * 0.32)} ${n(top)} ${n(-half * 0.16)} ${n(top)}Q0 ${n(top + bow)} ${n(half * 0.16)} ${n(top)}C${n(half * 0.32)} ${n(top)} ${n(half * Math.min(0.96, 0.64 * full))} ${n(corner * 0.4 + top * 0.62)} ${n(half)} ${n(corner)}`;
  const lowerOut = `C${n(half * Math.min(0.98, 0.72 * full))} ${n(low * 0.86)} ${n(half * 0.38 * full)} ${n(low)} 0 ${n(low)}C${n(-half * 0.38 * full)} ${n(low)} ${n(-half * Math.min(0.98, 0.72 * full))} ${n(low * 0.86)} ${n(-half)} ${n(corner)}Z`;
  const teeth = 2 + 6.4 * mouth.teethTop;
  return {
    lips: upperOut + lowerOut,
    upper: `${upperOut}L${n(inner)} ${n(corner)}${upperIn}Z`,
    lower: `M${n(half)} ${n(corner)}${lowerOut.slice(0, -1)}L${n(-inner)} ${n(corner)}C${n(-inner * curve)} ${n(inLow)} ${n(inner * curve)} ${n(inLow)} ${n(inner)} ${n(corner)}Z`,
    inside: `M${n(-inner)} ${n(corner)}C${n(-inner * curve)} ${n(inUp)} ${n(inner * curve)} ${n(inUp)} ${n(inner)} ${n(corner)}C${n(inner * curve)} ${n(inLow)} ${n(-inner * curve)} ${n(inLow)} ${n(-inner)} ${n(corner)}Z`,
    teethTop: mouth.teethTop < 0.03 ? "" : `M${n(-inner)} ${n(-up - 6)}H${n(inner)}V${n(-up + teeth - 3.4)}Q0 ${n(-up + teeth + 1.6)} ${n(-inner)} ${n(-up + teeth - 3.4)}Z`,
    teethBottom: mouth.teethBottom < 0.03 ? "" : `M${n(-inner)} ${n(down + 8)}H${n(inner)}V${n(down - 1 - 4 * mouth.teethBottom)}Q0 ${n(down + 2.2 - 4 * mouth.teethBottom)} ${n(-inner)} ${n(down - 1 - 4 * mouth.teethBottom)}Z`,
    tongue: { cy: down + 7 - mouth.tongue * (2.5 + height * 0.34), rx: Math.max(4, inner * 0.66), ry: 7.5 },
    seam: `M${n(-half + 0.5)} ${n(corner)}C${n(-half * 0.5)} ${n(inUp + 0.2)} ${n(half * 0.5)} ${n(inUp + 0.2)} ${n(half - 0.5)} ${n(corner)}`,
    seamOpacity: Math.max(0, 1 - height / 4),
    bottom: low,
    drop: mouth.open * 9,
  };
}
