import { describe, expect, it } from "vitest";
import type { RoomState, SessionInfo } from "./model";
import { checkWords, clockText, coming, noticeWords, pausedWords, spanWords } from "./words";

describe("words", () => {
  it("counts whole seconds up, so that 0 means over", () => {
    expect([90, 59.2, 0.2, 0, -3].map(clockText)).toEqual(["01:30", "01:00", "00:01", "00:00", "00:00"]);
  });
  it("says how long a place is kept, and never more than is true", () => {
    expect([600, 119, 90.5, 60, 1, 3_659].map(spanWords)).toEqual(["10 minutes", "119 seconds", "90 seconds", "60 seconds", "1 second", "60 minutes"]);
  });
  it("says why the clock stands", () => {
    expect(pausedWords("fault")).toContain("our side");
    expect(pausedWords("a reason of tomorrow")).toBe("Paused");
    expect(pausedWords(null)).toBe("");
  });
  it("says that a question is asked only while one is", () => {
    expect(pausedWords("prompt", { turn: "open", phase: "asking" })).toBe("Paused while the question is asked");
    expect(pausedWords("prompt", { turn: "open", phase: "answering" })).toBe("Paused while the interviewer speaks");
    for (const turn of ["ending", "reopened"] as const) {
      for (const phase of ["asking", "answering"] as const) {
        const words = pausedWords("prompt", { turn, phase });
        expect(words).toContain("your answer");
        expect(words).not.toMatch(/asked|question/);
      }
    }
    expect(pausedWords("fault", { turn: "ending", phase: "answering" })).toContain("our side");
  });
  it("prefers the sentence of the code, then the server's words", () => {
    expect(noticeWords({ code: "microphone_lost", text: "x", fatal: false })).toContain("type your answer");
    expect(noticeWords({ code: "new_code", text: "The server says so.", fatal: false })).toBe("The server says so.");
    expect(noticeWords({ code: "new_code", text: "", fatal: false })).not.toBe("");
  });
});

describe("what comes by itself", () => {
  const clock = { state: "running", pausedReason: null, remainingS: 60, allottedS: 90, movingOnS: null, at: 1_000 };
  const room = { phase: "answering", skippingUntil: null, thinkingUntil: null, clock } as RoomState;

  it("is nothing in the midst of an answer", () => {
    expect(coming(room, 2_000)).toBeNull();
    expect(coming({ ...room, clock: { ...clock, state: "paused", remainingS: 2 } } as RoomState, 2_000)).toBeNull();
  });
  it("is counted down before silence moves on", () => {
    const quiet = { ...room, clock: { ...clock, movingOnS: 5 } } as RoomState;
    expect(coming(quiet, 1_000)?.words).toBe("Moving on in 5 s; speak or press a key to stay.");
    expect(coming(quiet, 3_200)?.words).toContain("in 3 s");
    expect(coming(quiet, 99_000)?.words).toContain("in 0 s");
  });
  it("is a skip that can be taken back, before all else", () => {
    const both = { ...room, skippingUntil: 6_000, clock: { ...clock, movingOnS: 5 } } as RoomState;
    expect(coming(both, 2_000)).toMatchObject({ what: "skip", words: "Skipping this question in 4 s." });
  });
  it("is the end of the time in its last five seconds", () => {
    expect(coming(room, 56_500)?.words).toContain("Time is up in 5 s");
    expect(coming(room, 55_900)).toBeNull();
  });
  it("is the end of a moment and of the time to prepare, after which the clock runs", () => {
    const still = { ...room, thinkingUntil: 31_000, clock: { ...clock, state: "paused" } } as RoomState;
    expect(coming({ ...still, phase: "thinking" }, 25_000)).toBeNull();
    expect(coming({ ...still, phase: "thinking" }, 27_500)?.words).toBe("Your moment is over in 4 s; then the clock runs.");
    expect(coming({ ...still, phase: "preparing" }, 27_500)?.words).toContain("Your time to prepare is over in 4 s");
  });
});

describe("the check says what is recorded", () => {
  const info = {
    status: "initialized", consent_received: false, in_room: false, kept_until_at: null,
    proctoring: { profile: "warn", identity: false, biometric_consent: null, reference_taken: false },
  } as unknown as SessionInfo;
  const identity = { ...info.proctoring, identity: true };

  it("nothing, before the interview", () => {
    expect(checkWords(info)).toMatch(/Nothing is recorded yet\.$/);
  });
  it("a picture, if that is agreed to", () => {
    expect(checkWords({ ...info, proctoring: identity })).toContain("one picture is stored if you agree");
    expect(checkWords({ ...info, proctoring: { ...identity, reference_taken: true } })).toContain("except the picture");
    expect(checkWords({ ...info, proctoring: { ...identity, biometric_consent: false } })).toMatch(/recorded yet\.$/);
  });
  it("never 'nothing yet' once the interview runs", () => {
    const back = { ...info, status: "in_progress" as const, consent_received: true };
    expect(checkWords(back)).toContain("Your interview is running. The clock stands");
    expect(checkWords({ ...back, kept_until_at: "2026-01-01T10:10:00Z" })).toMatch(/Your place is kept until \d+:10/);
    expect(checkWords({ ...back, in_room: true })).toContain("goes on there");
    for (const words of [checkWords(back), checkWords({ ...back, in_room: true })]) expect(words).not.toContain("yet");
  });
});
