import { describe, expect, it } from "vitest";
import { deadlineOf } from "./api";
import { deadlineWords } from "./words";

const token = (claims: object) => `e30.${btoa(JSON.stringify(claims)).replace(/=+$/, "")}.x`;

describe("until when a link works", () => {
  it("is read from the link itself", () => {
    expect(deadlineOf(token({ exp: 1_796_389_200 }))?.toISOString()).toBe("2026-12-04T13:00:00.000Z");
    for (const broken of ["", "a.b.c", token({}), token({ exp: "soon" })]) expect(deadlineOf(broken)).toBeNull();
  });
  it("is said with its day and time zone", () => {
    const until = new Date("2026-12-04T13:00:00Z");
    const words = deadlineWords(until, new Date(+until - 1));
    expect(words).toMatch(/^Your link works until/);
    expect(deadlineWords(until, until)).toMatch(/^Your link worked until/);
    expect(words).toMatch(/2026/);
    expect(words).toMatch(/(UTC|GMT|[A-Z]{3,4}|[+-]\d+)\.$/);
  });
});
