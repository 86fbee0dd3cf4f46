import { expect, test } from "vitest";
import { Mixer } from "./mixing";

const tone = Float32Array.from({ length: 512 }, (_, i) => Math.sin(i / 3) / 2);
const turned = tone.map((sample) => -sample);
const silent = new Float32Array(512);
const loudness = (samples: Float32Array) =>
  Math.sqrt(samples.reduce((sum, s) => sum + s * s, 0) / samples.length);

test.each([
  ["only in the first", [tone, silent]],
  ["only in the second", [silent, tone]],
  ["in both", [tone, tone]],
  ["in both, reversed", [tone, turned]],
])("a voice %s channel is heard at its level", (_, channels) => {
  expect(loudness(new Mixer().mix(channels))).toBeCloseTo(loudness(tone), 3);
});

test("one channel and silence pass as they are", () => {
  expect(new Mixer().mix([tone])).toBe(tone);
  expect(loudness(new Mixer().mix([silent, silent]))).toBe(0);
});
