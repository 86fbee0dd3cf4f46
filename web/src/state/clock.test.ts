import { describe, expect, it } from "vitest";
import type { Clock } from "./app";
import { clockText, moodOf, remainingS } from "./clock";

const clock = (state: "running" | "paused" | "idle", remaining_s: number | null): Clock => ({
  told_ms: 1_000,
  view: { state, paused_reason: null, remaining_s, allotted_s: 120, server_time: "2026-01-01T00:00:00Z" },
});

describe("clock", () => {
  it("counts on between two frames, and never below nothing", () => {
    expect(remainingS(clock("running", 60), 3_500)).toBe(57.5);
    expect(remainingS(clock("running", 1), 60_000)).toBe(0);
    expect(remainingS(clock("running", 60), 500)).toBe(60);
  });

  it("stands while paused and has nothing to say without a question", () => {
    expect(remainingS(clock("paused", 42), 90_000)).toBe(42);
    expect(remainingS(clock("idle", null), 90_000)).toBeNull();
    expect(remainingS(null, 0)).toBeNull();
  });

  it("is quiet, amber, red", () => {
    expect([31, 30, 11, 10, 0].map((s) => moodOf(s))).toEqual(["quiet", "amber", "amber", "red", "red"]);
    expect(moodOf(null)).toBe("quiet");
  });

  it("shows 0:00 only at the end", () => {
    expect([102, 59.2, 0.4, 0].map((s) => clockText(s))).toEqual(["1:42", "1:00", "0:01", "0:00"]);
  });
});
