import { describe, expect, it } from "vitest";
import { REST, VISEMES, mouthAt, shapeOf } from "./visemes";

const ALL = ["sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "ih", "oh", "ou"];
const spoken = [
  { at_s: 0.1, duration_s: 0.08, shape: "PP" },
  { at_s: 0.18, duration_s: 0.2, shape: "aa" },
  { at_s: 0.38, duration_s: 0.03, shape: "DD" },
  { at_s: 0.41, duration_s: 0.15, shape: "ou" },
];

describe("visemes", () => {
  it("draws each class the server names, each in its own way", () => {
    expect([...VISEMES].sort()).toEqual([...ALL].sort());
    expect(new Set(ALL.map((name) => JSON.stringify(shapeOf(name)))).size).toBe(ALL.length);
  });
  it("reaches each shape in its middle and rests outside", () => {
    expect(mouthAt(spoken, 0.14)).toEqual(shapeOf("PP"));
    expect(mouthAt(spoken, 0.28)).toEqual(shapeOf("aa"));
    expect(mouthAt(spoken, -1)).toEqual(REST);
    expect(mouthAt(spoken, 2).open).toBeCloseTo(0);
    expect(mouthAt([], 1)).toEqual(REST);
  });
  it("flows: no parameter jumps between two frames at 120 Hz", () => {
    let before = mouthAt(spoken, -0.2);
    for (let t = -0.2; t < 1; t += 1 / 120) {
      const now = mouthAt(spoken, t);
      for (const key of Object.keys(REST) as (keyof typeof REST)[]) {
        expect(Math.abs(now[key] - before[key])).toBeLessThan(0.3);
      }
      before = now;
    }
  });
  it("touches a very short sound only in passing", () => {
    expect(mouthAt(spoken, 0.395).tongue).toBeLessThan(shapeOf("DD").tongue);
    expect(mouthAt(spoken, 0.395).tongue).toBeGreaterThan(0.2);
  });
});
