import { describe, expect, it } from "vitest";
import { RATE_HZ, Ring, base64Pcm } from "./ring";

const second = (value: number) => new Int16Array(RATE_HZ).fill(value);

function filled(seconds: number, kept = 3): Ring {
  const ring = new Ring(kept);
  for (let i = 1; i <= seconds; i += 1) ring.push(second(i), i * 1_000);
  return ring;
}

describe("ring", () => {
  it("gives what was heard since a time", () => {
    const got = filled(3).since(1_500);
    expect(got?.startMs).toBe(1_500);
    expect(got?.pcm).toHaveLength(1.5 * RATE_HZ);
    expect([got?.pcm[0], got?.pcm.at(-1)]).toEqual([2, 3]);
  });

  it("keeps the order across its end, in pieces that do not fit its size", () => {
    const ring = new Ring(1);
    const count = Int16Array.from({ length: 7_000 }, (_, i) => i);
    for (let i = 1; i <= 5; i += 1) ring.push(count, i * 437.5);
    const pcm = ring.since(5 * 437.5 - 1_000)?.pcm ?? new Int16Array();
    expect(pcm).toHaveLength(RATE_HZ);
    expect([...pcm.slice(-7_001)]).toEqual([6_999, ...count]);
    expect(pcm[0]).toBe(5_000);
  });

  it("gives the rest when the beginning was overwritten", () => {
    const got = filled(5).since(1_000);
    expect(got?.startMs).toBe(2_000);
    expect(got?.pcm[0]).toBe(3);
  });

  it("gives nothing when it was not listening yet", () => {
    const ring = new Ring(3);
    ring.push(second(1), 9_000);
    expect(ring.since(5_000)).toBeNull();
    expect(new Ring(1).since(0)).toBeNull();
  });

  it("gives nothing of the future", () => {
    expect(filled(2).since(9_000)).toBeNull();
  });

  it("writes little-endian base64", () => {
    expect(base64Pcm(Int16Array.from([1, -2]))).toBe("AQD+/w==");
  });
});
