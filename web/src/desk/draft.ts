// The form of a new session as data: what it holds, what is sent, where an error belongs. Pure.
import type { ProctoringProfile, QuestionKind } from "../protocol.gen";
import type { ListeningProfile } from "./listening";

export interface QuestionDraft {
  text: string;
  type: QuestionKind;
  timer: string;
  keywords: string;
  ideal: string;
}

export interface Draft {
  name: string;
  email: string;
  phone: string;
  title: string;
  language: string;
  maxQuestions: string;
  followUps: boolean;
  listening: ListeningProfile;
  /** A language model makes the questions from the two texts. */
  dynamic: boolean;
  jobText: string;
  resumeText: string;
  proctoring: ProctoringProfile;
  identity: boolean;
  cameraRequired: boolean;
  questions: QuestionDraft[];
}

export const TIMERS: Record<QuestionKind, number> = { text: 120, coding: 300 };

export function emptyQuestion(): QuestionDraft {
  return { text: "", type: "text", timer: "", keywords: "", ideal: "" };
}

export function emptyDraft(): Draft {
  return {
    name: "", email: "", phone: "", title: "", language: "en", maxQuestions: "", followUps: false,
    listening: "balanced",
    dynamic: false, jobText: "", resumeText: "", proctoring: "observe", identity: true, cameraRequired: false,
    questions: [emptyQuestion()],
  };
}

/** The request's body. Blank questions are left out; empty fields are not sent. */
export function bodyOf(draft: Draft): Record<string, unknown> {
  const body: Record<string, unknown> = {
    name: draft.name.trim(),
    email: draft.email.trim(),
    phone: draft.phone.trim(),
    language: draft.language,
    listening: draft.listening,
    follow_ups: draft.followUps,
    proctoring_profile: draft.proctoring,
    camera_required: draft.cameraRequired,
    proctoring_identity: draft.identity && draft.proctoring !== "off",
  };
  if (draft.dynamic) Object.assign(body, dynamicOf(draft));
  else body.question_items = asked(draft).map(itemOf);
  if (draft.title.trim()) body.title = draft.title.trim();
  if (draft.maxQuestions) body.max_questions = Number(draft.maxQuestions);
  return body;
}

function dynamicOf(draft: Draft): Record<string, unknown> {
  const body: Record<string, unknown> = { dynamic_questions: true };
  if (draft.jobText.trim()) body.job_text = draft.jobText.trim();
  if (draft.resumeText.trim()) body.resume_text = draft.resumeText.trim();
  return body;
}

function asked(draft: Draft): QuestionDraft[] {
  return draft.questions.filter((question) => question.text.trim());
}

function itemOf(question: QuestionDraft): Record<string, unknown> {
  const item: Record<string, unknown> = { text: question.text.trim(), type: question.type };
  if (question.timer) item.timer_s = Number(question.timer);
  const keywords = question.keywords.split(",").map((word) => word.trim()).filter(Boolean);
  if (keywords.length) item.keywords = keywords;
  if (question.ideal.trim()) item.ideal_answer = question.ideal.trim();
  return item;
}

/** Fields with what is wrong, by the id of their input; empty when it may be sent. */
export function faults(draft: Draft): Record<string, string> {
  const found: Record<string, string> = {};
  if (!draft.name.trim()) found.name = "Please enter the candidate's name.";
  if (!draft.email.trim()) found.email = "Please enter the candidate's e-mail address.";
  if (draft.dynamic) {
    if (!draft.jobText.trim() && !draft.resumeText.trim()) found["job-text"] = "Please paste the job text, the resume, or both.";
  } else if (asked(draft).length === 0) found["question-1"] = "Please write at least one question.";
  return found;
}

const INPUTS: Record<string, string> = {
  name: "name", email: "email", phone: "phone", title: "title", language: "language",
  max_questions: "max", follow_ups: "follow-ups", listening: "listening", job_text: "job-text", resume_text: "resume-text",
  dynamic_questions: "dynamic", proctoring_profile: "proctoring", proctoring_identity: "identity", camera_required: "cameraRequired",
};
const PARTS: Record<string, string> = {
  text: "question", timer_s: "timer", keywords: "keywords", ideal_answer: "ideal", type: "type",
};

/** The id of the input that the server's `field` means; null when it is none of the form's. */
export function inputOf(draft: Draft, field: string): string | null {
  const [area, place, part] = field.split(".");
  if (area === undefined) return null;
  if (area !== "question_items" && area !== "questions") return INPUTS[area] ?? null;
  const sent = asked(draft)[Number(place ?? 0)];
  const number = sent === undefined ? 1 : draft.questions.indexOf(sent) + 1;
  return `${PARTS[part ?? "text"] ?? "question"}-${number}`;
}

/** The server's words without its name of the field: "email: it is not …" -> "It is not …". */
export function plainFault(detail: string): string {
  const words = detail.replace(/^[\w.]+: /, "").replace(/^[a-z]+(_[a-z]+)+ /, "It ");
  const text = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
