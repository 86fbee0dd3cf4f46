// Proctoring frames into what the candidate is told. Pure: no DOM, time comes with the frame.
import type { ProctoringView, ProctoringWarning, ServerFrame, ViolationFrame } from "../protocol.gen";
import type { WatchState, WatchWarning } from "./model";

/** What the server says of the watch; null where the interview is not watched at all. */
export function watchOf(view: ProctoringView, before: WatchState | null): WatchState | null {
  if (view.profile === "off") return null;
  const { watching, unavailable, counted } = view;
  return { warnings: [], note: null, ...before, watching, unavailable, counted };
}

/** The watch after a frame; the same object when the frame is not about it. */
export function watchAfter(watch: WatchState | null, frame: ServerFrame, now: number): WatchState | null {
  if (frame.type === "proctoring_state") return watchOf(frame.proctoring, watch);
  if (watch === null) return null;
  if (frame.type === "proctoring_warning") return { ...watch, warnings: warned(watch.warnings, frame, now) };
  if (frame.type === "proctoring_violation" && !frame.hint) return noted(watch, frame, now);
  return watch;
}

/** In the order in which they began, so that nothing jumps while a countdown runs. */
function warned(warnings: WatchWarning[], frame: ProctoringWarning, now: number): WatchWarning[] {
  const { kind, advice } = frame;
  if (!frame.active) return warnings.filter((warning) => warning.kind !== kind);
  const left = frame.remaining_s ?? null;
  const next = { kind, advice, dueAt: left === null || left <= 0 ? null : now + left * 1000 };
  const known = warnings.some((warning) => warning.kind === kind);
  return known ? warnings.map((warning) => (warning.kind === kind ? next : warning)) : [...warnings, next];
}

function noted(watch: WatchState, frame: ViolationFrame, now: number): WatchState {
  const { kind, counted } = frame;
  // Other kinds do not count: their note must not tell the figure as if they did.
  const limit = counted === watch.counted ? null : (frame.limit ?? null);
  const note = { id: frame.violation_id, kind, counted, limit, at: now };
  const warnings = watch.warnings.map((warning) => (warning.kind === kind ? { ...warning, dueAt: null } : warning));
  return { ...watch, warnings, note, counted };
}
