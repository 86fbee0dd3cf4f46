// What proctoring tells while a session runs, folded into a short list. No DOM here.
import type { ProctoringView, ServerFrame, Snapshot } from "../protocol.gen";
import { causeWords } from "./signal-words";
import type { ProctoringViolation } from "./types";

/** Times are on the session clock. A warning is `open` while its condition lasts. */
export interface LiveSignal {
  what: "warning" | "violation" | "hint" | "gap";
  kind: string;
  text: string;
  startS: number | null;
  endS: number | null;
  open: boolean;
  violationId: string | null;
}

export interface WatchedSignals {
  proctoring: ProctoringView | null;
  signals: LiveSignal[];
  /** The session clock, s, as it stood at `clockAt` (the caller's clock, ms). */
  clockS: number | null;
  clockAt: number;
}

const MAX_SIGNALS = 100;

/** After a welcome: what was seen before stays, as the connection may only have been renewed. */
export function fresh(before: WatchedSignals | null, snapshot: Snapshot, nowMs: number): WatchedSignals {
  const signals = (before?.signals ?? []).map((one) => ({ ...one, open: false }));
  return { proctoring: snapshot.proctoring, signals, clockS: snapshot.session_clock_s, clockAt: nowMs };
}

/** The session clock now; null before the session began. */
export function clockNow(seen: WatchedSignals, nowMs: number): number | null {
  return seen.clockS === null ? null : seen.clockS + (nowMs - seen.clockAt) / 1000;
}

/** What a frame changes; nothing for frames of other concerns. */
export function signalled(seen: WatchedSignals, frame: ServerFrame, nowMs: number): Partial<WatchedSignals> {
  switch (frame.type) {
    case "state": // the session begins while it is watched: its clock starts
      return frame.status === "in_progress" && seen.clockS === null ? { clockS: 0, clockAt: nowMs } : {};
    case "proctoring_state":
      return { proctoring: frame.proctoring };
    case "proctoring_warning":
      return { signals: frame.active ? began(seen, frame, nowMs) : over(seen.signals, frame.kind) };
    case "proctoring_violation":
      if (seen.signals.some((one) => one.violationId === frame.violation_id)) return {};
      return { signals: recorded(seen.signals, frame), proctoring: counted(seen.proctoring, frame) };
    case "proctoring_gap": {
      const text = `Nothing was watched: ${causeWords(frame.cause)}.`;
      const gap: LiveSignal = { what: "gap", kind: "gap", text, startS: frame.start_s, endS: frame.end_s, open: false, violationId: null };
      return { signals: grown(seen.signals, gap) };
    }
    default:
      return {};
  }
}

/** Frames tell a warning's countdown again and again: it is one warning. */
function began(seen: WatchedSignals, frame: Extract<ServerFrame, { type: "proctoring_warning" }>, nowMs: number): LiveSignal[] {
  if (seen.signals.some((one) => one.open && one.kind === frame.kind)) return seen.signals;
  const startS = clockNow(seen, nowMs);
  return grown(seen.signals, { what: "warning", kind: frame.kind, text: "", startS, endS: null, open: true, violationId: null });
}

function over(signals: LiveSignal[], kind: string): LiveSignal[] {
  return signals.map((one) => (one.open && one.kind === kind ? { ...one, open: false } : one));
}

/** The warning that led to a violation becomes it, and stays open while the condition lasts. */
function recorded(signals: LiveSignal[], frame: Extract<ServerFrame, { type: "proctoring_violation" }>): LiveSignal[] {
  const open = !frame.hint && signals.some((one) => one.open && one.kind === frame.kind);
  const rest = signals.filter((one) => !(one.what === "warning" && one.open && one.kind === frame.kind) || frame.hint);
  const what = frame.hint ? "hint" : "violation";
  return grown(
    rest.map((one) => (open && one.kind === frame.kind ? { ...one, open: false } : one)),
    { what, kind: frame.kind, text: frame.message, startS: frame.start_s, endS: frame.end_s, open, violationId: frame.violation_id },
  );
}

function counted(now: ProctoringView | null, frame: Extract<ServerFrame, { type: "proctoring_violation" }>): ProctoringView | null {
  if (now === null) return null;
  return { ...now, violations: now.violations + (frame.hint ? 0 : 1), counted: frame.counted, limit: frame.limit };
}

function grown(signals: LiveSignal[], one: LiveSignal): LiveSignal[] {
  return [...signals, one].slice(-MAX_SIGNALS);
}

/** Violations stored before this page was opened, in their place among what it saw itself. */
export function withEarlier(signals: LiveSignal[], stored: readonly ProctoringViolation[]): LiveSignal[] {
  const known = new Set(signals.map((one) => one.violationId));
  const earlier = stored
    .filter((one) => !known.has(one.violation_id))
    .map((one): LiveSignal => ({
      what: one.hint ? "hint" : "violation", kind: one.code, text: one.type,
      startS: one.at_s, endS: one.end_s, open: false, violationId: one.violation_id,
    }));
  return [...earlier, ...signals].sort((a, b) => (a.startS ?? 0) - (b.startS ?? 0));
}
