import { describe, expect, it } from "vitest";
import type { ServerFrame, Snapshot } from "../protocol.gen";
import { withEarlier } from "./live-signals";
import { lastWords, remaining, watch, type Watched } from "./observer";
import type { ProctoringViolation } from "./types";

const timer = { state: "running", paused_reason: null, remaining_s: 60, allotted_s: 120, server_time: "2026-11-21T10:00:00Z" } as const;
const snapshot = {
  status: "in_progress", phase: "answering", title: "Engineer", candidate_name: "Ada", question_number: 1, question_count: 2,
  question: "Why?", timer, prompt: null, answer_text: "", answered: [], candidate_connected: true,
} as unknown as Snapshot;
const frame = (type: string, more: object): ServerFrame => ({ seq: null, type, ...more }) as unknown as ServerFrame;
const welcome = (over: object = {}) => frame("welcome", { stt: { available: true, reason: "" }, snapshot: { ...snapshot, ...over } });

function after(...frames: ServerFrame[]): Watched {
  const seen = frames.reduce<Watched | null>((now, next) => watch(now, next, 1_000), watch(null, welcome(), 1_000));
  if (seen === null) throw new Error("no welcome");
  return seen;
}

describe("watching", () => {
  it("knows nothing before the welcome", () => {
    expect(watch(null, frame("listening", { speaking: true }), 0)).toBeNull();
  });
  it("replaces the live tail, and keeps what is stored", () => {
    const live = after(frame("transcript", { committed: "I was", tentative: "look" }));
    expect([live.said, live.live, live.tentative]).toEqual(["", "I was", "look"]);
    const stored = watch(live, frame("transcript", { seq: 9, question_number: 1, committed: "I was looking.", tentative: "", answer_text: "I was looking." }), 0);
    expect([stored?.said, stored?.live, stored?.tentative]).toEqual(["I was looking.", "", ""]);
  });
  it("shows code as it is typed until its question is closed", () => {
    const typed = after(frame("code_draft", { question_number: 1, code: "def f" }), frame("code_draft", { question_number: 2, code: "late" }));
    expect(typed.code).toBe("def f");
    const closed = watch(typed, frame("processing_response", { answer_id: "c", question_number: 1, outcome: "answered", content: "", code: "def f(): 1" }), 0);
    expect([closed?.code, closed?.answers[0]?.code]).toEqual(["", "def f(): 1"]);
  });
  it("says when each line was said, on the session clock", () => {
    const began = watch(null, welcome({ session_clock_s: 60, answered: [{ question_number: 1, question: "Why?", answer_id: "a", outcome: "answered", content: "So.", code: null, at_s: 42, asked_s: 12, evaluation: null }], prompt: { text: "And?", purpose: "question", at_s: 50 } }), 1_000);
    expect(began?.lines.map((line) => line.atS)).toEqual([12, 42, 50]);
    const next = watch(began, frame("question", { content: "And?", purpose: "question", question_number: 2, question_count: 2 }), 6_000);
    expect(next?.lines.at(-1)?.atS).toBeCloseTo(65);
  });
  it("closes an answer once and fills in its evaluation", () => {
    const closed = frame("processing_response", { answer_id: "a", question_number: 1, outcome: "answered", content: "ok" });
    const said = frame("transcript", { seq: 3, question_number: 1, committed: "So.", tentative: "", answer_text: "So." });
    const seen = after(said, closed, closed, frame("answer_evaluation", { evaluation: { answer_id: "a", scores: {} } }));
    expect(seen.answers).toHaveLength(1);
    expect(seen.answers[0]).toMatchObject({ content: "So.", question: "Why?", evaluation: { answer_id: "a" } });
    expect(seen.lines.map((line) => line.text)).toEqual(["Why?", "So."]);
    expect(seen.said).toBe("");
  });
  it("shows a typed answer and its code as soon as it is closed", () => {
    const typed = frame("processing_response", { answer_id: "a", question_number: 1, outcome: "answered", content: "", question: "Why?", answer: "Typed.", code: "x = 1" });
    const seen = after(typed);
    expect(seen.answers[0]).toMatchObject({ content: "Typed.", code: "x = 1", question: "Why?" });
    expect(seen.lines.at(-1)).toMatchObject({ text: "Typed.", code: "x = 1", note: "submitted code" });
  });
  it("takes the talk from the snapshot when it missed something", () => {
    const answered = [{ answer_id: "a", question_number: 1, question: "Why?", outcome: "answered", content: "Typed.", code: null, evaluation: null }];
    const again = watch(after(), welcome({ answered, question: "How?", question_number: 2 }), 0);
    expect(again?.lines.map((line) => line.text)).toEqual(["Why?", "Typed.", "How?"]);
  });
  it("gives late words to the answer that they belong to", () => {
    const said = frame("transcript", { seq: 3, question_number: 1, committed: "So.", tentative: "", answer_text: "So." });
    const done = frame("processing_response", { answer_id: "a", question_number: 1, outcome: "answered", content: "" });
    const next = frame("question", { content: "How?", purpose: "question", question_number: 2, question_count: 2 });
    const late = frame("transcript", { seq: 8, question_number: 1, committed: "And then.", tentative: "", answer_text: "" });
    const seen = after(said, done, next, late);
    expect(seen.answers[0]?.content).toBe("So. And then.");
    expect(seen.said).toBe("");
  });
  it("adds what was typed while the question closed", () => {
    const out = frame("processing_response", { answer_id: "server.1", question_number: 1, outcome: "no_response", content: "", answer: "", code: null });
    const late = frame("processing_response", { answer_id: "server.1", question_number: 1, outcome: "timed_out", content: "", answer: "late words", code: null });
    expect(after(out, late).answers).toMatchObject([{ content: "late words", outcome: "timed_out" }]);
  });
  it("lets better words take the captions' place, and leaves what is said now alone", () => {
    const captions = frame("processing_response", { answer_id: "a", question_number: 1, outcome: "answered", content: "", answer: "a cue" });
    const next = frame("question", { content: "How?", purpose: "question", question_number: 2, question_count: 2 });
    const now = frame("transcript", { committed: "With care", tentative: "" });
    const better = frame("processing_response", { answer_id: "a", question_number: 1, outcome: "answered", content: "", answer: "a queue" });
    const seen = after(captions, next, now, better);
    expect(seen.answers).toMatchObject([{ content: "a queue" }]);
    expect(seen.lines.map((line) => line.text)).toEqual(["Why?", "a queue", "How?"]);
    expect(seen.live).toBe("With care");
  });
  it("says how an answer without words was closed", () => {
    const seen = after(frame("processing_response", { answer_id: "a", question_number: 1, outcome: "no_response", content: "" }));
    expect(seen.lines.at(-1)?.text).toBe("(no response)");
  });
  it("lets the clock run on only while it runs", () => {
    const seen = after();
    expect(remaining(seen, 11_000)).toBe(50);
    const paused = after(frame("timer", { timer: { ...timer, state: "paused", remaining_s: 42 } }));
    expect(remaining(paused, 99_000)).toBe(42);
  });
  it("keeps the picture and the talk over a reconnect", () => {
    const before = after(frame("picture", { image: "data:x", at: "" }));
    const again = watch(before, welcome(), 2_000);
    expect(again?.picture).toBe("data:x");
    expect(again?.lines).toEqual(before.lines);
  });
  it("shortens the last words from the front", () => {
    const seen = after(frame("transcript", { committed: "one two three", tentative: "four" }));
    expect(lastWords(seen, 2)).toBe("… three four");
  });
});

describe("signals while watching", () => {
  const clocked = { session_clock_s: 40, proctoring: { profile: "warn", violations: 0, counted: 0, limit: null, unavailable: [] } };
  const warning = (active: boolean, kind = "no_face") => frame("proctoring_warning", { kind, active, advice: "", severity: "low", remaining_s: 4 });
  const violation = (id: string, over: object = {}) =>
    frame("proctoring_violation", { violation_id: id, kind: "no_face", message: "No face.", start_s: 44, end_s: 49, hint: false, counted: 1, limit: null, ...over });
  const begun = () => watch(null, welcome(clocked), 1_000) as Watched;
  const then = (seen: Watched, nowMs: number, ...frames: ServerFrame[]): Watched => frames.reduce<Watched>((now, next) => watch(now, next, nowMs) as Watched, seen);

  it("begin on the session clock, once, and end", () => {
    const open = then(begun(), 5_000, warning(true), warning(true));
    expect(open.signals).toMatchObject([{ what: "warning", kind: "no_face", startS: 44, open: true }]);
    expect(then(open, 6_000, warning(false)).signals).toMatchObject([{ what: "warning", open: false }]);
  });
  it("know the clock of a session that begins while it is watched", () => {
    const waiting = watch(null, welcome({ ...clocked, status: "initialized", session_clock_s: null }), 0) as Watched;
    const begins = then(waiting, 3_000, frame("state", { status: "in_progress", phase: "greeting" }));
    const later = then(begins, 8_000, frame("state", { status: "in_progress", phase: "asking" }), warning(true));
    expect(later.signals[0]?.startS).toBe(5);
  });
  it("turn from a warning into a violation that stays open until the condition ends", () => {
    const found = then(begun(), 5_000, warning(true), violation("v1"), violation("v1"));
    expect(found.signals).toMatchObject([{ what: "violation", text: "No face.", startS: 44, endS: 49, open: true }]);
    expect(found.proctoring?.violations).toBe(1);
    const again = then(found, 9_000, warning(true), violation("v2", { start_s: 51, end_s: 56 }));
    expect(again.signals.map((one) => [one.violationId, one.open])).toEqual([["v1", false], ["v2", true]]);
    expect(then(again, 9_500, warning(false)).signals.every((one) => !one.open)).toBe(true);
  });
  it("keep hints apart, and say what was not watched", () => {
    const seen = then(begun(), 5_000, warning(true), violation("h", { hint: true }), frame("proctoring_gap", { start_s: 50, end_s: 58, cause: "paused" }));
    expect(seen.signals.map((one) => one.what)).toEqual(["warning", "hint", "gap"]);
    expect(seen.signals.at(-1)?.text).toBe("Nothing was watched: the candidate was not connected.");
    expect(seen.proctoring?.violations).toBe(0);
  });
  it("are kept over a reconnect, but no warning stays open by itself", () => {
    const again = then(then(begun(), 5_000, warning(true)), 6_000, welcome(clocked));
    expect(again.signals).toMatchObject([{ what: "warning", open: false }]);
  });
  it("take their place among those stored before", () => {
    const stored = [{ violation_id: "v0", code: "paste", type: "Pasted.", at_s: 12, end_s: 12, hint: false }, { violation_id: "v1" }] as ProctoringViolation[];
    const all = withEarlier(then(begun(), 5_000, violation("v1")).signals, stored);
    expect(all.map((one) => [one.violationId, one.startS])).toEqual([["v0", 12], ["v1", 44]]);
  });
});
