import { describe, expect, it } from "vitest";
import { PcmRing, RATE_HZ, base64Pcm, wavOf } from "./ring";

function filled(seconds: number, size_s: number): PcmRing {
  const ring = new PcmRing(size_s);
  for (let piece = 0; piece < seconds * 20; piece += 1) {
    ring.push(new Int16Array(800).fill(piece), 1000 + (piece + 1) * 50);
  }
  return ring;
}

describe("PcmRing", () => {
  it("gives what was heard since a moment, to the sample", () => {
    const pcm = filled(3, 10).since(1000 + 2000);
    expect(pcm?.length).toBe(RATE_HZ);
    expect(pcm?.[0]).toBe(40);
    expect(pcm?.at(-1)).toBe(59);
  });

  it("overwrites the oldest and says so", () => {
    const ring = filled(5, 2);
    expect(ring.oldestMs()).toBe(1000 + 3000);
    expect(ring.since(1000 + 1000)).toBeNull();
    expect(ring.since(1000 + 4000)?.length).toBe(RATE_HZ);
    expect(ring.since(1000 + 4000)?.[0]).toBe(80);
  });

  it("has nothing before the first sound", () => {
    expect(new PcmRing().since(0)).toBeNull();
  });
});

describe("encodings", () => {
  it("writes little-endian PCM", () => {
    expect(atob(base64Pcm(Int16Array.of(1, -2)))).toBe("\x01\x00\xfe\xff");
  });

  it("encodes more than one call's arguments can hold", () => {
    expect(atob(base64Pcm(new Int16Array(40_000))).length).toBe(80_000);
  });

  it("writes a WAV head that tells rate and length", async () => {
    const view = new DataView(await wavOf(new Int16Array(100)).arrayBuffer());
    expect(view.byteLength).toBe(244);
    expect(view.getUint32(24, true)).toBe(RATE_HZ);
    expect(view.getUint32(40, true)).toBe(200);
  });
});
