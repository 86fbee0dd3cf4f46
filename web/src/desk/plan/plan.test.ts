import { describe, expect, it } from "vitest";
import { blankDraft, bodyOf, draftOf, faults, freshKey, inputOf, merged, minutesOf, same, withBlank, type Draft } from "./design";
import { blankJob, jobBody, jobFaults, sameJob } from "./job-draft";
import { keyed, moved, placeAt } from "./order";
import { narrowedAddress, narrowedQuery, planPlace } from "./places";
import { blankPoint, blankQuestion, questionBody, questionFaults, questionNote, spell, type QuestionDraft } from "./question";
import type { Interview } from "./types";

const INTERVIEW = {
  id: 7, slug: "nurse", title: "Nurse", version: 3, revision: 5, mode: "live", retakes: 1, questions_ahead: true, language: "en", voice: null,
  listening: "balanced", follow_ups: false, max_questions: null, job_text: null, proctoring_profile: "observe", proctoring_identity: true, camera_required: false,
  created_at: "2026-11-01T10:00:00Z", updated_at: "2026-11-02T10:00:00Z", updated_by: "staff:ann",
  questions: [1, 2, 3].map((id) => ({
    id, order: id, text: `Question ${id}?`, type: "text", preparation_time: 30, responding_time: 60, pause_tolerance_s: null,
    keywords: ["a", "b"], ideal_answer: null,
    points: [{ text: "Says why", weight: 2, wordings: ["because"], wrong: "", drafted_by: "rules", approved_by: "staff:ann" }],
  })),
} as unknown as Interview;

const changed = (change: (draft: Draft) => void): Draft => {
  const draft = draftOf(INTERVIEW);
  change(draft);
  return draft;
};
const at = (draft: Draft, place: number): QuestionDraft => draft.questions[place] as QuestionDraft;

describe("the form of an interview", () => {
  it("sends back what it was given, and loses nothing that it does not show", () => {
    const body = bodyOf(draftOf(INTERVIEW)) as unknown as Interview;
    expect(body).toMatchObject({ title: "Nurse", mode: "live", voice: null, max_questions: null });
    expect(body.questions[0]).toEqual({
      id: 1, text: "Question 1?", type: "text", preparation_time: 30, responding_time: 60, pause_tolerance_s: null, keywords: ["a", "b"], ideal_answer: null,
      points: [{ text: "Says why", weight: 2, wrong: "", wordings: ["because"], drafted_by: "rules", approved: true }],
    });
    expect(same(draftOf(INTERVIEW), changed((draft) => (draft.title = " Nurse ")))).toBe(true);
    expect(same(draftOf(INTERVIEW), changed((draft) => (draft.title = "Doctor")))).toBe(false);
  });
  it("begins with what the organisation usually wants", () => {
    const usual = { language: "de", voice: null, mode: "recorded", listening: "patient", proctoring_profile: "off", preparation_time: null, responding_time: 90, expires_in_hours: 72, time_zone: "UTC", remind_hours_before: [] } as const;
    const draft = withBlank(blankDraft({ ...usual, remind_hours_before: [] }), { ...usual, remind_hours_before: [] });
    expect(draft).toMatchObject({ language: "de", mode: "recorded", listening: "patient", proctoring: "off" });
    expect(questionBody(at(draft, 0))).toMatchObject({ preparation_time: null, responding_time: 90 });
    expect(bodyOf(draft)).toMatchObject({ proctoring_identity: false });
  });
  it("names what is wrong at its input", () => {
    const draft = changed((each) => {
      each.title = " ";
      each.maxQuestions = "2.5";
      Object.assign(at(each, 0), { text: "", responding: "0", preparation: "x", pause: "99" });
      at(each, 1).points.push({ ...blankPoint(), text: "Names it", weight: "11" });
    });
    expect(Object.keys(faults(draft))).toEqual(["title", "maxQuestions", "q1-text", "q1-responding", "q1-preparation", "q1-pause", "q2-weight-1"]);
    expect(questionFaults(blankQuestion("n"))).toEqual({ "n-text": "Please write the question." });
    expect([inputOf(draft, "questions.1.responding_time"), inputOf(draft, "voice"), inputOf(draft, "questions.9.text"), inputOf(draft, "nonsense")])
      .toEqual(["q2-responding", "voice", null, null]);
  });
  it("says how long it takes", () => {
    expect(minutesOf(draftOf(INTERVIEW).questions)).toBe(5);
    expect(minutesOf([])).toBe(1);
    expect([spell(45), spell("60"), spell(150)]).toEqual(["45 s", "1 min", "2 min 30 s"]);
    expect(questionNote(at(draftOf(INTERVIEW), 0))).toBe("By speaking · 30 s to prepare · 1 min to answer · 1 rubric point");
  });
  it("gives new questions names of their own", () => {
    const draft = withBlank(withBlank(draftOf(INTERVIEW), null), null);
    expect(draft.questions.map((each) => each.key)).toEqual(["q1", "q2", "q3", "new1", "new2"]);
    expect(freshKey([])).toBe("new1");
  });
});

describe("two people at one interview", () => {
  const base = draftOf(INTERVIEW);
  it("keep each other's changes", () => {
    const mine = changed((draft) => (at(draft, 0).text = "Mine?"));
    const theirs = changed((draft) => {
      draft.title = "Theirs";
      at(draft, 1).text = "Theirs?";
    });
    const { draft, both, taken } = merged(base, mine, theirs);
    expect([draft.title, ...draft.questions.map((each) => each.text)]).toEqual(["Theirs", "Mine?", "Theirs?", "Question 3?"]);
    expect([both, taken]).toEqual([[], ["Title", "“Theirs?”"]]);
  });
  it("are told what both changed, and what was typed stands", () => {
    const mine = changed((draft) => ((draft.title = "Mine"), (at(draft, 0).text = "Mine?")));
    const theirs = changed((draft) => ((draft.title = "Theirs"), (at(draft, 0).text = "Theirs?")));
    const { draft, both } = merged(base, mine, theirs);
    expect([draft.title, at(draft, 0).text]).toEqual(["Mine", "Mine?"]);
    expect(both).toEqual(["Title", "“Theirs?”"]);
  });
  it("lose no question that one added or changed and the other took out", () => {
    const mine = changed((draft) => {
      at(draft, 0).text = "Changed by me?";
      draft.questions.splice(1, 1);
      draft.questions.push({ ...blankQuestion("new1"), text: "New of mine?" });
    });
    const theirs = changed((draft) => {
      at(draft, 1).text = "Changed by them?";
      draft.questions.splice(0, 1);
      draft.questions.push({ ...blankQuestion("q4"), id: 4, text: "New of theirs?" });
    });
    const { draft, both, taken } = merged(base, mine, theirs);
    expect(new Set(draft.questions.map((each) => each.text))).toEqual(new Set(["Changed by me?", "Changed by them?", "Question 3?", "New of mine?", "New of theirs?"]));
    expect(draft.questions.find((each) => each.text === "Changed by me?")?.id).toBeNull();
    expect(both).toEqual(["“Changed by me?” (they removed it)", "“Changed by them?” (you removed it)"]);
    expect(taken).toEqual(["“New of theirs?” added"]);
  });
  it("have the order of whoever moved something", () => {
    const theirs = changed((draft) => (draft.questions = moved(draft.questions, 2, 0)));
    expect(merged(base, changed((draft) => (draft.title = "Mine")), theirs).draft.questions.map((each) => each.id)).toEqual([3, 1, 2]);
    const mine = changed((draft) => (draft.questions = moved(draft.questions, 0, 2)));
    expect(merged(base, mine, theirs).draft.questions.map((each) => each.id)).toEqual([2, 3, 1]);
  });
});

describe("an order", () => {
  it("is changed by moving one", () => {
    expect(moved(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
    expect(moved(["a", "b", "c"], 2, -5)).toEqual(["c", "a", "b"]);
    const same = ["a"];
    expect(moved(same, 0, 3)).toBe(same);
    expect(moved(same, 4, 0)).toBe(same);
  });
  it("follows a drag past the middles of the others", () => {
    expect([5, 30, 55, 99].map((y) => placeAt([10, 40, 70], 0, y))).toEqual([0, 0, 1, 2]);
  });
  it("follows the keys, and never past an end", () => {
    expect([keyed("ArrowUp", 0, 3), keyed("ArrowDown", 1, 3), keyed("End", 0, 3), keyed("Home", 2, 3), keyed("x", 0, 3)]).toEqual([0, 2, 2, 0, null]);
  });
});

describe("the addresses of planning", () => {
  const place = (address: string) => {
    const url = new URL(address, "http://desk");
    const [, , area = "", id, part] = url.pathname.split("/");
    return planPlace(area, id, part, url.searchParams);
  };
  it("name their views", () => {
    expect(place("/staff/interviews?search=Nur&sort=-title&offset=25")).toEqual({ view: "interviews", search: "Nur", sort: "-title", only: "", offset: 25 });
    expect(place("/staff/interviews/new")).toEqual({ view: "design", id: "new" });
    expect(place("/staff/interviews/night%20nurse")).toEqual({ view: "design", id: "night nurse" });
    expect(place("/staff/interviews/7/invitations?offset=x")).toMatchObject({ view: "invitations", id: "7", offset: 0 });
    expect(place("/staff/jobs?only=open")).toMatchObject({ view: "jobs", only: "open" });
    expect(place("/staff/jobs/7")).toEqual({ view: "job", id: "7" });
    expect(place("/staff/questions")?.view).toBe("questions");
    expect([place("/staff/interviews/new/invitations"), place("/staff/jobs/7/x"), place("/staff/questions/7"), place("/staff/sessions")]).toEqual([null, null, null, null]);
  });
  it("say only what narrows, and ask the server in its words", () => {
    expect(narrowedAddress("/staff/jobs", { search: "", only: "open", offset: 0 })).toBe("/staff/jobs?only=open");
    expect(narrowedAddress("/staff/jobs", {})).toBe("/staff/jobs");
    const wanted = { search: "a b", sort: "-title", only: "open", offset: 50 };
    expect(narrowedQuery(wanted, "status", 25).toString()).toBe("limit=25&offset=50&search=a+b&status=open&sort=title&order=desc");
    expect(narrowedQuery({ ...wanted, search: "", sort: "title" }, "", 25).toString()).toBe("limit=25&offset=50&sort=title&order=asc");
  });
});

describe("the form of a job opening", () => {
  const own = { ...blankQuestion("new1"), text: "Why us?" };
  it("asks an interview or questions of its own, never both", () => {
    const draft = { ...blankJob(), title: " Analyst ", questions: [own] };
    expect(jobBody(draft)).toMatchObject({ title: "Analyst", interview_id: null, questions: [{ text: "Why us?" }] });
    expect(jobBody({ ...draft, interview: "7" })).toMatchObject({ interview_id: 7, questions: [] });
    expect(sameJob(draft, { ...draft, title: "Analyst" })).toBe(true);
  });
  it("says what is missing before anybody can apply", () => {
    expect(Object.keys(jobFaults(blankJob()))).toEqual(["title", "interview"]);
    expect(jobFaults({ ...blankJob(), title: "Analyst", status: "draft" })).toEqual({});
    expect(jobFaults({ ...blankJob(), title: "Analyst", interview: "7" })).toEqual({});
    expect(Object.keys(jobFaults({ ...blankJob(), title: "Analyst", questions: [{ ...own, text: "" }] }))).toEqual(["new1-text"]);
  });
});
