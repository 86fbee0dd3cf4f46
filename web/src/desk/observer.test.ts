import { describe, expect, it } from "vitest";
import type { ServerFrame, Snapshot } from "../protocol.gen";
import { lastWords, remaining, watch, type Watched } from "./observer";

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
    expect(seen.lines.at(-1)?.text).toBe("Typed.");
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
