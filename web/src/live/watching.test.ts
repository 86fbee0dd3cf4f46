import { describe, expect, it } from "vitest";
import type { ProctoringView, ServerFrame } from "../protocol.gen";
import type { WatchState } from "./model";
import { watchAfter, watchOf } from "./watching";

const VIEW: ProctoringView = {
  profile: "warn", watching: true, biometric_consent: null, identity_wanted: true, reference: false,
  violations: 0, counted: 0, limit: null, unavailable: ["second_voice"],
};

function warning(kind: string, remaining_s: number | null, active = true): ServerFrame {
  return { seq: null, type: "proctoring_warning", kind, active, advice: `Mend ${kind}.`, severity: "low", remaining_s };
}

function violation(kind: string, more: object = {}): ServerFrame {
  return {
    seq: 5, type: "proctoring_violation", violation_id: `v-${kind}`, kind, message: "m", advice: "a", severity: "medium",
    start_s: 1, end_s: 6, hint: false, counted: 1, limit: 3, has_still: true, ...more,
  };
}

function after(...frames: ServerFrame[]): WatchState | null {
  return frames.reduce<WatchState | null>((watch, frame) => watchAfter(watch, frame, 1_000), watchOf(VIEW, null));
}

describe("watching", () => {
  it("is not there when the profile is off", () => {
    expect(watchOf({ ...VIEW, profile: "off" }, null)).toBeNull();
    expect(watchAfter(null, warning("no_face", 5), 0)).toBeNull();
  });

  it("keeps one warning a kind, in the order in which they began", () => {
    const watch = after(warning("no_face", 5), warning("camera_dark", null), warning("no_face", 4));
    expect(watch?.warnings).toEqual([
      { kind: "no_face", advice: "Mend no_face.", dueAt: 5_000 },
      { kind: "camera_dark", advice: "Mend camera_dark.", dueAt: null },
    ]);
  });

  it("takes a warning back when the condition is over", () => {
    expect(after(warning("no_face", 5), warning("no_face", null, false))?.warnings).toEqual([]);
  });

  it("ends the countdown of what was recorded, and says so once", () => {
    const watch = after(warning("no_face", 1), violation("no_face"));
    expect(watch?.warnings).toEqual([{ kind: "no_face", advice: "Mend no_face.", dueAt: null }]);
    expect(watch?.note).toEqual({ id: "v-no_face", kind: "no_face", counted: 1, limit: 3, at: 1_000 });
  });

  it("tells no figure with a kind that does not count", () => {
    const watch = after(violation("paste"), violation("no_face"));
    expect(watch?.note).toMatchObject({ kind: "no_face", limit: null });
    expect(after(violation("paste"), violation("paste", { counted: 2 }))?.note).toMatchObject({ counted: 2, limit: 3 });
  });

  it("does not tell of hints", () => {
    expect(after(violation("motionless_face", { hint: true }))?.note).toBeNull();
  });

  it("keeps what is warned of when the state is told anew", () => {
    const state: ServerFrame = { seq: 6, type: "proctoring_state", proctoring: { ...VIEW, unavailable: [] } };
    const watch = after(warning("no_face", 5), state);
    expect(watch?.warnings).toHaveLength(1);
    expect(watch?.unavailable).toEqual([]);
  });

  it("leaves other frames alone", () => {
    const before = watchOf(VIEW, null);
    expect(watchAfter(before, { seq: null, type: "listening", speaking: true }, 0)).toBe(before);
  });
});
