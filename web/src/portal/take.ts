// One answer: time to prepare, time to answer, and what comes after. Pure; time is given.
export type Step = "ready" | "preparing" | "recording" | "recorded";

export interface Take {
  step: Step;
  /** When the step began, in seconds of the page's clock. */
  since: number;
}

export interface Times {
  preparation_time: number | null;
  responding_time: number;
}

export const READY: Take = { step: "ready", since: 0 };

/** Seconds that the step still has; null where it has no end of its own. */
export function left(take: Take, times: Times, now: number): number | null {
  if (take.step !== "preparing" && take.step !== "recording") return null;
  const whole = take.step === "preparing" ? (times.preparation_time ?? 0) : times.responding_time;
  return Math.max(0, whole - Math.max(0, now - take.since));
}

/** Begin: with the time to prepare where there is one. */
export function begun(times: Times, now: number): Take {
  return { step: times.preparation_time ? "preparing" : "recording", since: now };
}

/** What time alone makes of it. */
export function passed(take: Take, times: Times, now: number): Take {
  if (left(take, times, now) !== 0) return take;
  return { step: take.step === "preparing" ? "recording" : "recorded", since: now };
}
