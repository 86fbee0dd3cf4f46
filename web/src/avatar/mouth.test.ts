import { describe, expect, it } from "vitest";
import { REST, SHAPES, mouthAt, mouthPaths, towards } from "./mouth";

const NAMES = ["sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "ih", "oh", "ou"];
const SAID = [
  { at_s: 0.1, duration_s: 0.1, shape: "PP" },
  { at_s: 0.2, duration_s: 0.2, shape: "aa" },
  { at_s: 0.4, duration_s: 0.15, shape: "ou" },
];

describe("mouth", () => {
  it("has a shape of its own for each viseme of the protocol", () => {
    expect(Object.keys(SHAPES).sort()).toEqual([...NAMES].sort());
    const drawn = NAMES.map((name) => JSON.stringify(mouthPaths(SHAPES[name] ?? REST)));
    expect(new Set(drawn).size).toBe(NAMES.length);
  });

  it("rests before and after the words", () => {
    expect(mouthAt(SAID, 0)).toEqual(REST);
    expect(mouthAt(SAID, 1)).toEqual(REST);
    expect(mouthAt([], 0.3)).toEqual(REST);
  });

  it("reaches the shape in the middle of its sound", () => {
    const mouth = mouthAt(SAID, 0.31);
    expect(mouth.open).toBeCloseTo(SHAPES.aa?.open ?? 0, 5);
    expect(mouthAt(SAID, 0.15).press).toBeGreaterThan(0.6);
  });

  it("never jumps between two drawn frames", () => {
    for (let at_s = 0; at_s < 0.8; at_s += 1 / 120) {
      const step = Math.abs(mouthAt(SAID, at_s).open - mouthAt(SAID, at_s + 1 / 120).open);
      expect(step).toBeLessThan(0.2);
    }
  });

  it("goes part of the way", () => {
    const half = towards(REST, { ...REST, open: 1 }, 0.5);
    expect(half.open).toBeCloseTo(0.5);
    expect(half.wide).toBeCloseTo(REST.wide);
  });
});
