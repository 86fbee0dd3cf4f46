import { describe, expect, it } from "vitest";
import { bodyOf, emptyDraft, emptyQuestion, faults, inputOf, plainFault } from "./draft";
import { brief } from "./charts";
import { KeyReader, stepped } from "./keys";
import { barsPath, peaks } from "./peaks";
import { compareAddress, filterQuery, listAddress, placeOf, safeNext, serverQuery } from "./router";
import { EventReader } from "./stream";
import { causeWords, kindWords, measured, reviewer, seenBy } from "./signal-words";
import { fileName, fileTime, sessionTime, wordAt, wordsByEntry } from "./sync";
import type { AnswerReport, TranscriptEntry } from "./types";
import { bytes, clock, duration, recordingNote, score, standingNote, standingOf } from "./words";

const place = (address: string) => {
  const url = new URL(address, "http://desk");
  return placeOf(url.pathname, url.searchParams);
};

const ALL = { standing: "", search: "", sort: "", offset: 0, assignee: "", interview: "", job: "" };

describe("addresses", () => {
  it("name who is compared, each once", () => {
    const address = compareAddress({ ids: ["a", "b c"], interview: "7", job: "" });
    expect(address).toBe("/staff/compare?ids=a,b%20c&interview=7");
    expect(place(address)).toEqual({ view: "compare", ids: ["a", "b c"], interview: "7", job: "" });
    expect(place("/staff/compare?ids=a,a,,b")).toMatchObject({ ids: ["a", "b"] });
    expect(compareAddress({})).toBe("/staff/compare");
    expect(safeNext("/staff/compare?ids=a,b&interview=7")).toBe("/staff/compare?ids=a,b&interview=7");
  });
  it("name whose sessions are listed, in the words of the server", () => {
    const filters = { assignee: "me", interview: "7", job: "j", sort: "-name" };
    expect(place(listAddress(filters))).toMatchObject(filters);
    expect(serverQuery(filters).toString()).toBe("sort=name&assignee=me&interview_id=7&job_id=j&order=desc");
  });
  it("name their views", () => {
    expect(place("/staff")).toEqual({ view: "sessions", ...ALL });
    expect(place("/staff/sessions?standing=completed&search=Ada&offset=25")).toMatchObject({ standing: "completed", search: "Ada", offset: 25 });
    expect(place("/staff/sessions/new").view).toBe("create");
    expect(place("/staff/live/a%20b")).toEqual({ view: "watch", id: "a b" });
    expect(place("/staff/reports/x/")).toEqual({ view: "report", id: "x", at: null });
    expect(place("/staff/reports/x?at=83.5")).toMatchObject({ at: 83.5 });
    expect(place("/staff/reports/x?at=-1")).toMatchObject({ at: null });
    expect(place("/staff/reviews?search=Ada")).toEqual({ view: "reviews", ...ALL, search: "Ada" });
    expect(place("/staff/reports").view).toBe("lost");
    expect(place("/staff/system/x").view).toBe("lost");
  });
  it("keep only good offsets and leave out empty filters", () => {
    expect(place("/staff/sessions?offset=-3")).toMatchObject({ offset: 0 });
    expect(listAddress({ standing: "", search: "a b", offset: 0 })).toBe("/staff/sessions?search=a+b");
    expect(listAddress({ offset: 20 }, "reviews")).toBe("/staff/reviews?offset=20");
    expect(filterQuery({ standing: "completed", search: "", offset: 0 }).toString()).toBe("standing=completed");
  });
  it("never lead off the desk after signing in", () => {
    expect(safeNext("/staff/reports/4?x=1")).toBe("/staff/reports/4?x=1");
    for (const bad of ["//evil.example", "https://evil.example", "/staffx", "/staff/..//evil", null]) {
      expect(safeNext(bad)).toBe("/staff/sessions");
    }
  });
});

describe("a new session", () => {
  it("sends what is filled in, without blank questions", () => {
    const draft = emptyDraft();
    Object.assign(draft, { name: " Ada ", email: "ada@example.org", maxQuestions: "2" });
    draft.questions = [emptyQuestion(), { text: "Why?", type: "coding", timer: "60", keywords: "a, ,b", ideal: " x " }];
    expect(bodyOf(draft)).toEqual({
      name: "Ada", email: "ada@example.org", phone: "", language: "en", listening: "balanced", follow_ups: false, max_questions: 2,
      proctoring_profile: "observe", proctoring_identity: true, camera_required: false,
      question_items: [{ text: "Why?", type: "coding", timer_s: 60, keywords: ["a", "b"], ideal_answer: "x" }],
    });
    expect(inputOf(draft, "question_items.0.timer_s")).toBe("timer-2");
    expect(inputOf(draft, "email")).toBe("email");
    expect(inputOf(draft, "job_id")).toBeNull();
  });
  it("has its questions made from the texts instead", () => {
    const draft = { ...emptyDraft(), name: "Ada", email: "ada@example.org", dynamic: true };
    expect(Object.keys(faults(draft))).toEqual(["job-text"]);
    const body = bodyOf({ ...draft, jobText: " Rust. " });
    expect(body).toMatchObject({ dynamic_questions: true, job_text: "Rust." });
    expect(["question_items", "resume_text"].filter((key) => key in body)).toEqual([]);
    expect(inputOf(draft, "dynamic_questions")).toBe("dynamic");
  });
  it("asks for no comparison of faces where nothing is watched", () => {
    expect(bodyOf({ ...emptyDraft(), proctoring: "off" })).toMatchObject({ proctoring_profile: "off", proctoring_identity: false });
  });
  it("says what is missing", () => {
    expect(Object.keys(faults(emptyDraft()))).toEqual(["name", "email", "question-1"]);
    expect(plainFault("email: it is not an e-mail address")).toBe("It is not an e-mail address.");
    expect(plainFault("question_items.0.timer_s: input should be greater than 0")).toBe("Input should be greater than 0.");
  });
});

describe("the recording beside the words", () => {
  const spans = [
    { session_start_s: 2, recording_start_s: 0, duration_s: 10 },
    { session_start_s: 20, recording_start_s: 10, duration_s: 5 },
  ];
  it("finds a moment in the file and back", () => {
    expect(fileTime(spans, 5)).toBe(3);
    expect(fileTime(spans, 15)).toBe(10);
    expect(fileTime(spans, 22)).toBe(12);
    expect(fileTime(spans, 26)).toBeNull();
    expect(sessionTime(spans, 12)).toBe(22);
    expect(sessionTime(spans, 99)).toBeNull();
  });
  it("finds the word being said", () => {
    const words = [{ start_s: 1, end_s: 1.4 }, { start_s: 2, end_s: 2.5 }];
    expect([0, 1.2, 1.8, 2, 3].map((s) => wordAt(words, s))).toEqual([-1, 0, -1, 1, -1]);
  });
  it("gives each word to one entry only", () => {
    const entry = (start_s: number, end_s: number) => ({ role: "candidate", answer_id: "a", start_s, end_s }) as TranscriptEntry;
    const entries = [entry(0, 2), entry(2, 4)];
    const word = (text: string, start_s: number) => ({ text, start_s, end_s: start_s + 0.3, confidence: 1 });
    const answer = { answer_id: "a", words: [word("it", 1), word("Then", 2), word("slept", 3)] } as AnswerReport;
    const found = wordsByEntry(entries, [answer]);
    expect(entries.map((one) => found.get(one)?.map((w) => w.text))).toEqual([["it"], ["Then", "slept"]]);
  });
  it("reads the file's name", () => {
    expect(fileName("attachment; filename=\"r.pdf\"; filename*=UTF-8''r%C3%A9.pdf", "x")).toBe("ré.pdf");
    expect(fileName('attachment; filename="r.pdf"', "x")).toBe("r.pdf");
    expect(fileName(null, "x")).toBe("x");
  });
});

describe("words", () => {
  it("never shows a missing score as a number", () => {
    expect([score(null), score(undefined), score(0), score(7.25)]).toEqual(["not scored", "not scored", "0.0", "7.3"]);
  });
  it("says times and sizes", () => {
    expect([clock(75), clock(0.2), clock(3723)]).toEqual(["1:15", "0:01", "1:02:03"]);
    expect([duration(47), duration(130), duration(3725)]).toEqual(["47 s", "2 min 10 s", "1 h 2 min"]);
    expect([bytes(999), bytes(135_000_000)]).toEqual(["999 B", "135 MB"]);
  });
});

describe("signals in words", () => {
  it("know the kinds, and say unknown ones as they are", () => {
    expect([kindWords("multiple_faces"), kindWords("new_kind"), causeWords("paused")]).toEqual(["More than one face", "New kind", "the candidate was not connected"]);
  });
  it("name who reviewed", () => {
    expect([reviewer("staff:ann@example.org"), reviewer("service")]).toEqual(["ann@example.org", "your system"]);
  });
  it("leave out what was not measured, and round", () => {
    expect(measured({ face_count: 2, blur: 0.123456, side: "LEFT", nothing: null })).toEqual([["Face count", "2"], ["Blur", "0.123"], ["Side", "LEFT"]]);
    expect(measured({ chars: 25, switched_off: 0 })).toEqual([["Characters", "25"], ["Camera switched off", "no"]]);
    expect([seenBy("page"), seenBy("yunet")]).toEqual(["Rules, without a model", "yunet"]);
  });
});

describe("the stream of figures", () => {
  it("joins events that come in pieces", () => {
    const reader = new EventReader();
    expect(reader.push('event: stats\ndata: {"a"')).toEqual([]);
    expect(reader.push(":1}\n\nevent: stats\ndata: 2\n\n: ping\n\n")).toEqual(['{"a":1}', "2"]);
  });
});

describe("keys", () => {
  it("read ? at once and g with its second key only in time", () => {
    const keys = new KeyReader();
    expect(keys.press("?", 0)).toBe("help");
    expect([keys.press("g", 10), keys.press("l", 500)]).toEqual([null, "live"]);
    expect([keys.press("g", 1_000), keys.press("s", 9_000)]).toEqual([null, null]);
    expect([keys.press("g", 10_000), keys.press("x", 10_100), keys.press("s", 10_200)]).toEqual([null, null, null]);
  });
});

describe("a step in a list", () => {
  it("begins at the first and stays inside", () => {
    expect([stepped(-1, 1, 3), stepped(-1, -1, 3)]).toEqual([0, 0]);
    expect([stepped(0, 1, 3), stepped(2, 1, 3), stepped(0, -1, 3)]).toEqual([1, 2, 0]);
  });
});

describe("the waveform", () => {
  const spans = [
    { session_start_s: 0, recording_start_s: 0, duration_s: 1 },
    { session_start_s: 3, recording_start_s: 1, duration_s: 1 },
  ] as Parameters<typeof peaks>[2];
  it("lies where the session was, with gaps empty", () => {
    const samples = new Float32Array(200).fill(0.25, 0, 100).fill(-0.5, 106);
    const [first, second, third, last] = peaks(samples, 100, spans, 4, 4);
    expect([second, third, last]).toEqual([0, 0, 1]);
    expect(first).toBeGreaterThan(0.45);
  });
  it("does not blow up the noise of a silent room", () => {
    const noise = new Float32Array(200).map((_, index) => (index % 2 ? 0.002 : -0.002));
    expect(Math.max(...peaks(noise, 100, spans, 4, 4))).toBeLessThan(0.1);
  });
  it("of silence is flat", () => {
    expect(peaks(new Float32Array(200), 100, spans, 4, 2)).toEqual([0, 0]);
    expect(barsPath([0])).toBe("M0.5 0.970V1.030");
  });
});

describe("states", () => {
  const one = { standing: "completed", link_opened_at: null, questions_answered: 1, max_questions: 3 } as const;
  it("look finished only when all was answered", () => {
    expect(standingOf(one)).toEqual({ word: "Completed", tone: "plain" });
    expect(standingOf({ ...one, questions_answered: 3 }).tone).toBe("good");
    expect(standingOf({ standing: "left_early" })).toEqual({ word: "Left early", tone: "warn" });
  });
  it("leave out of the line what nobody could notice", () => {
    expect(brief({ kind: "outage", at_s: 3, end_s: 3.2 })).toBe(true);
    expect(brief({ kind: "fault", at_s: 3, end_s: 5 }) || brief({ kind: "outage", at_s: 3, end_s: null }) || brief({ kind: "signal", at_s: 3, end_s: 3 })).toBe(false);
  });
  it("say what is known beside the word", () => {
    expect(standingNote({ ...one, standing: "waiting" })).toBe("link not opened");
    expect(standingNote({ ...one, standing: "waiting", link_opened_at: "2026-11-21T10:00:00Z" })).toMatch(/^link opened /);
    expect(standingNote(one)).toBe("1 of 3 answered");
    expect(standingNote({ ...one, standing: "not_taken" })).toBe("");
    const sitting = { ...one, standing: "live", mode: "recorded", questions_answered: 0, questions_recorded: 2 } as const;
    expect(standingNote(sitting)).toBe("2 of 3 recorded");
    expect(standingNote({ ...sitting, standing: "completed", questions_answered: 2 })).toBe("2 of 3 answered");
    expect(recordingNote({ ...sitting, mode: "live" })).toBeNull();
  });
  it("are asked of the server in its own words", () => {
    expect(serverQuery({ sort: "-average_score", standing: "live" }).toString()).toBe("standing=live&sort=average_score&order=desc");
    expect(serverQuery({ sort: "name" }).toString()).toBe("sort=name&order=asc");
    expect(serverQuery({}).toString()).toBe("");
  });
});
