// The form of a job opening as data. Pure.
import { draftOfQuestion, questionBody, questionFaults, type QuestionDraft } from "./question";
import type { Job, JobStatus } from "./types";

export interface JobDraft {
  title: string;
  location: string;
  experience: string;
  description: string;
  status: JobStatus;
  /** The interview that is held; "" for questions of its own. */
  interview: string;
  questions: QuestionDraft[];
}

export function blankJob(): JobDraft {
  return { title: "", location: "", experience: "", description: "", status: "open", interview: "", questions: [] };
}

export function jobDraftOf(job: Job): JobDraft {
  return {
    title: job.title,
    location: job.location,
    experience: job.experience,
    description: job.description,
    status: job.status,
    interview: job.interview_id === null ? "" : String(job.interview_id),
    questions: job.questions.map((question) => draftOfQuestion(question, `q${question.id}`, null)),
  };
}

/** As the server takes it; an opening's questions have no numbers that last. */
export function jobBody(draft: JobDraft): Record<string, unknown> {
  return {
    title: draft.title.trim(),
    location: draft.location.trim(),
    experience: draft.experience.trim(),
    description: draft.description.trim(),
    status: draft.status,
    interview_id: draft.interview ? Number(draft.interview) : null,
    questions: draft.interview ? [] : draft.questions.map(questionBody),
  };
}

export function jobFaults(draft: JobDraft): Record<string, string> {
  const found: Record<string, string> = {};
  if (!draft.title.trim()) found.title = "Please give the job a title.";
  if (draft.interview) return found;
  if (draft.status === "open" && draft.questions.length === 0) found.interview = "Please choose an interview or write a question: whoever applies is asked at once.";
  return Object.assign(found, ...draft.questions.map(questionFaults)) as Record<string, string>;
}

export function sameJob(one: JobDraft, other: JobDraft): boolean {
  return JSON.stringify(jobBody(one)) === JSON.stringify(jobBody(other));
}
