import { describe, expect, it } from "vitest";
import { clockText, noticeWords, pausedWords } from "./words";

describe("words", () => {
  it("counts whole seconds up, so that 0 means over", () => {
    expect([90, 59.2, 0.2, 0, -3].map(clockText)).toEqual(["01:30", "01:00", "00:01", "00:00", "00:00"]);
  });
  it("says why the clock stands", () => {
    expect(pausedWords("fault")).toContain("our side");
    expect(pausedWords("a reason of tomorrow")).toBe("Paused");
    expect(pausedWords(null)).toBe("");
  });
  it("prefers the sentence of the code, then the server's words", () => {
    expect(noticeWords({ code: "stt_failed", text: "x", fatal: false })).toContain("type your answer");
    expect(noticeWords({ code: "new_code", text: "The server says so.", fatal: false })).toBe("The server says so.");
    expect(noticeWords({ code: "new_code", text: "", fatal: false })).not.toBe("");
  });
});
