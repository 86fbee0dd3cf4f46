// The form of an interview as data: what it holds, what is sent, what two people made of it. Pure.
import type { ProctoringProfile } from "../../protocol.gen";
import type { ListeningProfile } from "../listening";
import { blankQuestion, draftOfQuestion, questionBody, questionFaults, type QuestionDraft } from "./question";
import type { Interview, Mode, Usual } from "./types";

export const MAX_QUESTIONS = 50;

export interface Rules {
  title: string;
  mode: Mode;
  retakes: string;
  questionsAhead: boolean;
  language: string;
  /** "" is the server's own. */
  voice: string;
  listening: ListeningProfile;
  followUps: boolean;
  maxQuestions: string;
  proctoring: ProctoringProfile;
  identity: boolean;
  cameraRequired: boolean;
}

export interface Draft extends Rules {
  questions: QuestionDraft[];
}

/** The fields of the rules, as people call them. */
export const NAMES: Record<keyof Rules, string> = {
  title: "Title", mode: "How it is held", retakes: "Recordings of an answer", questionsAhead: "Questions shown beforehand",
  language: "Language", voice: "Voice", listening: "Pauses in answers", followUps: "Follow-up questions", maxQuestions: "Ask at most",
  proctoring: "Proctoring", identity: "Comparing faces", cameraRequired: "Camera needed",
};

export function blankDraft(usual: Usual | null): Draft {
  return {
    title: "", mode: usual?.mode ?? "live", retakes: "1", questionsAhead: true, language: usual?.language ?? "en", voice: usual?.voice ?? "",
    listening: usual?.listening ?? "balanced", followUps: false, maxQuestions: "",
    proctoring: usual?.proctoring_profile ?? "observe", identity: true, cameraRequired: false, questions: [],
  };
}

export function draftOf(interview: Interview): Draft {
  return {
    title: interview.title,
    mode: interview.mode,
    retakes: String(interview.retakes),
    questionsAhead: interview.questions_ahead,
    language: interview.language,
    voice: interview.voice ?? "",
    listening: interview.listening,
    followUps: interview.follow_ups,
    maxQuestions: interview.max_questions === null ? "" : String(interview.max_questions),
    proctoring: interview.proctoring_profile,
    identity: interview.proctoring_identity,
    cameraRequired: interview.camera_required,
    questions: interview.questions.map((question) => draftOfQuestion(question, `q${question.id}`, question.id)),
  };
}

export function bodyOf(draft: Draft): Record<string, unknown> {
  return {
    title: draft.title.trim(),
    mode: draft.mode,
    retakes: Number(draft.retakes),
    questions_ahead: draft.questionsAhead,
    language: draft.language,
    voice: draft.voice || null,
    listening: draft.listening,
    follow_ups: draft.followUps,
    max_questions: draft.maxQuestions.trim() === "" ? null : Number(draft.maxQuestions),
    proctoring_profile: draft.proctoring,
    proctoring_identity: draft.identity && draft.proctoring !== "off",
    camera_required: draft.cameraRequired,
    questions: draft.questions.map(questionBody),
  };
}

/** Whether saving the one would change the other. */
export function same(one: Draft, other: Draft): boolean {
  return JSON.stringify(bodyOf(one)) === JSON.stringify(bodyOf(other));
}

/** What is wrong, by the id of its input. */
export function faults(draft: Draft): Record<string, string> {
  const found: Record<string, string> = {};
  if (!draft.title.trim()) found.title = "Please give the interview a title.";
  const most = Number(draft.maxQuestions);
  if (draft.maxQuestions.trim() && !(Number.isInteger(most) && most >= 1)) found.maxQuestions = "Please enter a whole number, or leave it empty for all.";
  return Object.assign(found, ...draft.questions.map(questionFaults)) as Record<string, string>;
}

const INPUTS: Record<string, keyof Rules> = {
  title: "title", mode: "mode", retakes: "retakes", questions_ahead: "questionsAhead", language: "language", voice: "voice", listening: "listening",
  follow_ups: "followUps", max_questions: "maxQuestions", proctoring_profile: "proctoring", proctoring_identity: "identity", camera_required: "cameraRequired",
};
const PARTS: Record<string, string> = {
  text: "text", preparation_time: "preparation", responding_time: "responding", pause_tolerance_s: "pause", keywords: "keywords", ideal_answer: "ideal", points: "text",
};

/** The id of the input that the server's `field` means; null when it is none of the form's. */
export function inputOf(draft: Draft, field: string): string | null {
  const [area = "", place, part = "text"] = field.split(".");
  if (area !== "questions") return INPUTS[area] ?? null;
  const question = draft.questions[Number(place)];
  return question === undefined ? null : `${question.key}-${PARTS[part] ?? "text"}`;
}

/** Minutes of all questions together, rounded up, as the lists and letters say it. */
export function minutesOf(questions: QuestionDraft[]): number {
  const seconds = questions.reduce((sum, each) => sum + (Number(each.preparation) || 0) + (Number(each.responding) || 0), 0);
  return Math.max(1, Math.ceil(seconds / 60));
}

export interface Merged {
  draft: Draft;
  /** What both changed, each in another way: mine stands in the draft. */
  both: string[];
  /** What was taken over from them. */
  taken: string[];
}

/**
 * What I typed and what somebody else saved, both from the same `base`: each one's changes, and mine
 * where both changed the same.
 */
export function merged(base: Draft, mine: Draft, theirs: Draft): Merged {
  const draft: Draft = { ...mine };
  const [both, taken]: [string[], string[]] = [[], []];
  for (const name of Object.keys(NAMES) as (keyof Rules)[]) {
    if (theirs[name] === base[name] || theirs[name] === mine[name]) continue;
    if (mine[name] !== base[name]) both.push(NAMES[name]);
    else {
      Object.assign(draft, { [name]: theirs[name] });
      taken.push(NAMES[name]);
    }
  }
  draft.questions = mergedQuestions(base, mine, theirs, both, taken);
  return { draft, both, taken };
}

function mergedQuestions(base: Draft, mine: Draft, theirs: Draft, both: string[], taken: string[]): QuestionDraft[] {
  const [before, ours, other] = [base, mine, theirs].map((draft) => new Map(draft.questions.map((each) => [each.id ?? each.key, each]))) as [QuestionMap, QuestionMap, QuestionMap];
  const chosen = new Map<number | string, QuestionDraft>();
  for (const [id, one] of ours) {
    const [old, now] = [before.get(id), other.get(id)];
    if (now === undefined) {
      if (old === undefined) chosen.set(id, one); // mine is new
      else if (!alike(old, one)) {
        chosen.set(id, { ...one, id: null }); // they took out what I changed: it stays, as a new one
        both.push(`“${short(one.text)}” (they removed it)`);
      } else taken.push(`“${short(one.text)}” removed`);
    } else if (old !== undefined && !alike(now, old) && !alike(now, one)) {
      const untouched = alike(old, one);
      chosen.set(id, untouched ? now : one);
      (untouched ? taken : both).push(`“${short(now.text)}”`);
    } else chosen.set(id, one);
  }
  for (const [id, now] of other) {
    if (ours.has(id)) continue;
    const old = before.get(id);
    if (old === undefined || !alike(old, now)) {
      chosen.set(id, now); // theirs is new, or they changed what I took out
      (old === undefined ? taken : both).push(`“${short(now.text)}”${old === undefined ? " added" : " (you removed it)"}`);
    }
  }
  const moved = order(mine) !== order(base, ours);
  return inOrder(chosen, moved ? mine : theirs);
}

type QuestionMap = Map<number | string, QuestionDraft>;

function alike(one: QuestionDraft, other: QuestionDraft): boolean {
  return JSON.stringify(questionBody(one)) === JSON.stringify(questionBody(other));
}

function order(draft: Draft, among?: QuestionMap): string {
  const known = draft.questions.filter((each) => each.id !== null && (among === undefined || among.has(each.id)));
  return known.map((each) => each.id).join();
}

function inOrder(chosen: QuestionMap, leader: Draft): QuestionDraft[] {
  const places = new Map(leader.questions.map((each, place) => [each.id ?? each.key, place]));
  const placed = [...chosen].map(([id, each], arrival) => ({ each, place: places.get(id) ?? leader.questions.length + arrival }));
  return placed.sort((a, b) => a.place - b.place).map(({ each }) => each);
}

function short(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39).trimEnd()}…` : text;
}

/** Names for new questions of a form, never one that is in use. */
export function freshKey(questions: QuestionDraft[]): string {
  const used = new Set(questions.map((each) => each.key));
  for (let number = 1; ; number += 1) if (!used.has(`new${number}`)) return `new${number}`;
}

export function withBlank(draft: Draft, usual: Usual | null): Draft {
  const fresh = blankQuestion(freshKey(draft.questions), usual ? usual.preparation_time : 30, usual?.responding_time ?? 60);
  return { ...draft, questions: [...draft.questions, fresh] };
}
