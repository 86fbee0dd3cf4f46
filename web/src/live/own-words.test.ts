import { describe, expect, it } from "vitest";
import type { OwnRequest } from "./model";
import { answersCopy, standWords } from "./own-words";

describe("the own copy", () => {
  it("has every question with what was said and written to it", () => {
    const item = { outcome: "answered" as const, follow_up: false, code: null };
    const copy = answersCopy("Backend", [
      { ...item, question_number: 1, question: "Why?", content: " Because. " },
      { ...item, question_number: 1, question: "Because?", content: "Yes.", follow_up: true },
      { ...item, question_number: 2, question: "How?", content: "It adds.", code: "a + b" },
      { ...item, question_number: 3, question: "When?", content: "", outcome: "skipped" },
    ]);
    expect(copy).toBe("Backend: my answers\n\n1. Why?\n\nBecause.\n\n1. Because? (follow-up)\n\nYes.\n\n2. How?\n\nIt adds.\n\na + b\n\n3. When?\n\n(skipped)\n");
  });
});

describe("a request", () => {
  it("is answered on the page", () => {
    const asked = { state: "open", asked_at: "2026-11-02T09:00:00Z", settled_at: null } as OwnRequest;
    expect(standWords(asked)).toContain("A person answers here");
    expect(standWords({ ...asked, state: "declined", settled_at: "2026-11-03T09:00:00Z" })).toMatch(/^Declined .*2026/);
  });
});
