import { describe, expect, it } from "vitest";
import { mouthAt, REST } from "./avatar/visemes";
import { type Heard, Onset, leadMs } from "./onset";

const FRAME_MS = 1000 / 60;
const SHAPES = [
  { at_s: 0, duration_s: 0.12, shape: "sil" },
  { at_s: 0.12, duration_s: 0.2, shape: "aa" },
];

/** Watch a sound that is silent until `beginsMs`; when and how the watch ended. */
function watch(beginsMs: number, phaseMs: number, noise = 0): { how: Heard; atMs: number } {
  const onset = new Onset();
  for (let nowMs = phaseMs; ; nowMs += FRAME_MS) {
    const how = onset.hear(nowMs >= beginsMs ? 0.05 : noise, nowMs);
    if (how !== "waiting") return { how, atMs: nowMs };
  }
}

describe("onset", () => {
  it("starts the mouth within 40 ms of the sound, whatever the network added", () => {
    for (let delayMs = 20; delayMs < 900; delayMs += 7) {
      for (const phaseMs of [0, 4, 11, 16]) {
        const { how, atMs } = watch(delayMs + leadMs(SHAPES), phaseMs, 0.0005);
        expect(how).toBe("began");
        const startedAt = atMs - leadMs(SHAPES);
        expect(Math.abs(startedAt - delayMs)).toBeLessThan(40);
        expect(mouthAt(SHAPES, (delayMs + 220 - startedAt) / 1000).open).toBeGreaterThan(0.8);
      }
    }
  });
  it("leaves the estimate when something sounded already, or nothing ever does", () => {
    expect(watch(-1, 0).how).toBe("unknown");
    expect(watch(1e9, 0).how).toBe("unknown");
  });
  it("keeps the mouth at rest while the sound is still to come", () => {
    expect(mouthAt(SHAPES, Number.NEGATIVE_INFINITY)).toEqual(REST);
    expect(leadMs([])).toBe(0);
  });
});
