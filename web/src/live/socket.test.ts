import { describe, expect, it } from "vitest";
import { verdictOf, waitMs } from "./socket";

describe("socket", () => {
  it("comes back after every cut, and once more after a refused ticket", () => {
    expect([1000, 1001, 1006, 1011, 1012].map((code) => verdictOf(code, "", 0))).toEqual(
      ["again", "again", "again", "again", "again"],
    );
    expect(verdictOf(1008, "The ticket is used", 1)).toBe("again");
    expect(verdictOf(1008, "The ticket is used", 2)).toBe("failed");
  });

  it("does not come back after the end", () => {
    expect(verdictOf(1000, "interview_concluded", 0)).toBe("over");
  });

  it("leaves the interview to the other window", () => {
    expect(verdictOf(1008, "taken_over", 1)).toBe("taken_over");
  });

  it("waits from 0.3 s to 5 s", () => {
    expect([1, 2, 3, 4, 5, 6, 50].map((attempt) => waitMs(attempt, 1))).toEqual(
      [300, 600, 1_200, 2_400, 4_800, 5_000, 5_000],
    );
    expect(waitMs(50, 0)).toBe(4_000);
  });
});
