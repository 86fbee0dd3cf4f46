import { describe, expect, it } from "vitest";
import { became, hoursWords, inZone, lineWords, linksCsv, localIn, previewWords, reminderWords, textOf, zones } from "./inviting";
import type { Invitation } from "./types";

const when = (iso: string): string => iso.slice(0, 10);
const INVITATION = {
  id: 1, link: "https://x/invitation#abc", candidate_name: "Ada", candidate_email: "ada@example.com", standing: "waiting", session_standing: null,
  expires_at: "2026-12-24T17:00:00Z", time_zone: "Europe/Berlin", max_attempts: 1, current_attempts: 0, session_ids: [], opened_at: null, completed_at: null,
  revoked_at: null, reminders: ["2026-12-20T17:00:00Z", "2026-12-23T17:00:00Z"], reminded: 0, reminded_at: null, reminder_due_at: null,
} as unknown as Invitation;

describe("a file of people", () => {
  it("is read as it was written", () => {
    const utf8 = new TextEncoder().encode("Zoë,zoe@example.com");
    expect(textOf(utf8)).toBe("Zoë,zoe@example.com");
    expect(textOf(Uint8Array.from([0x5a, 0x6f, 0xeb]))).toBe("Zoë");
    expect(textOf(Uint8Array.from([0xff, 0xfe, 0x5a, 0, 0x6f, 0, 0xeb, 0]))).toBe("Zoë");
    expect(textOf(Uint8Array.from([0xfe, 0xff, 0, 0x5a, 0, 0x6f, 0, 0xeb]))).toBe("Zoë");
    expect(textOf(new Uint8Array())).toBe("");
  });
  it("is shown line by line before anybody is invited", () => {
    const line = { number: 1, text: "x", person: null, problem: "", known: false };
    expect(lineWords({ ...line, problem: "it has no e-mail address" })).toEqual({ word: "It has no e-mail address", tone: "bad" });
    expect([lineWords(line).word, lineWords({ ...line, known: true }).word]).toEqual(["Will be invited", "Invited already"]);
    expect(previewWords({ ready: 2, wrong: 1, known: 1 })).toBe("2 people will be invited. 1 line cannot be used. 1 person is invited already.");
    expect(previewWords({ ready: 0, wrong: 2, known: 3 })).toBe("Nobody new will be invited. 2 lines cannot be used. 3 people are invited already.");
    expect(previewWords({ ready: 1, wrong: 0, known: 0 })).toBe("1 person will be invited.");
  });
});

describe("a deadline", () => {
  it("is a time of day somewhere", () => {
    const moment = new Date("2026-12-24T17:00:00Z");
    expect([localIn("Europe/Berlin", moment), localIn("UTC", moment), localIn("Asia/Kolkata", moment)]).toEqual(["2026-12-24T18:00", "2026-12-24T17:00", "2026-12-24T22:30"]);
    expect(localIn("Asia/Tokyo", new Date("2026-12-31T15:00:00Z"))).toBe("2027-01-01T00:00");
    expect(inZone("2026-12-24T17:00:00Z", "America/New_York", "en-GB")).toBe("24 Dec 2026, 12:00 (America/New York)");
    expect(zones("Mars/Base")).toEqual(expect.arrayContaining(["Europe/Berlin", "UTC", "Mars/Base"]));
    expect([24, 72, 2, 1].map(hoursWords)).toEqual(["1 day", "3 days", "2 hours", "1 hour"]);
  });
});

describe("what became of an invitation", () => {
  const of = (change: Partial<Invitation>) => became({ ...INVITATION, ...change }, when);
  it("is said in words", () => {
    expect(of({})).toMatchObject({ word: "Invited", note: "link not opened" });
    expect(of({ standing: "opened", opened_at: "2026-12-20T10:00:00Z" })).toMatchObject({ word: "Opened", note: "2026-12-20" });
    expect(of({ standing: "begun", session_standing: "live" })).toMatchObject({ word: "Live", tone: "busy" });
    expect(of({ standing: "begun", session_standing: "left_early" })).toMatchObject({ word: "Left early", tone: "warn" });
    expect(of({ standing: "begun", session_standing: "waiting" }).word).toBe("Begun");
    expect(of({ standing: "begun" }).note).toBe("the session was erased");
    expect(of({ standing: "begun", session_standing: "failed", max_attempts: 3, current_attempts: 2 }).note).toBe("attempt 2 of 3");
    expect(of({ standing: "completed", completed_at: "2026-12-21T10:00:00Z" })).toEqual({ word: "Completed", tone: "good", note: "2026-12-21" });
    expect([of({ standing: "expired" }).word, of({ standing: "revoked" }).word]).toEqual(["Expired", "Withdrawn"]);
  });
  it("says who was reminded, and who will be", () => {
    expect(reminderWords(INVITATION, when)).toBe("next 2026-12-20");
    expect(reminderWords({ ...INVITATION, reminded: 1, reminded_at: "2026-12-20T17:00:01Z" }, when)).toBe("reminded 2026-12-20, next 2026-12-23");
    expect(reminderWords({ ...INVITATION, standing: "completed" }, when)).toBe("");
    expect(reminderWords({ ...INVITATION, reminder_due_at: "2026-12-20T17:00:00Z" }, when)).toContain("send it yourself");
  });
  it("leaves as a table in which nothing is a formula", () => {
    expect(linksCsv([{ ...INVITATION, candidate_name: '=A1 "x"' }])).toBe('Name,E-mail,Link\r\n"\'=A1 ""x""","ada@example.com","https://x/invitation#abc"');
  });
});
