// How the desk says things: states, times, scores. Pure.
import type { AnswerOutcome, Band, Phase } from "../protocol.gen";
import type { DecisionOutcome, Standing } from "./types";

export type Tone = "good" | "warn" | "bad" | "busy" | "plain";

/** Where a session stands for people; the server decides which (`interview/standing.py`). */
export const STANDING: Record<Standing, { word: string; tone: Tone }> = {
  waiting: { word: "Waiting", tone: "plain" },
  live: { word: "Live", tone: "busy" },
  disconnected: { word: "Disconnected", tone: "warn" },
  completed: { word: "Completed", tone: "good" },
  left_early: { word: "Left early", tone: "warn" },
  ended_early: { word: "Ended early", tone: "warn" },
  declined: { word: "Declined", tone: "plain" },
  not_taken: { word: "Not taken", tone: "plain" },
  failed: { word: "Failed", tone: "bad" },
};

/** Only an interview that was answered in full looks like one. */
export function standingOf(one: { standing: Standing; questions_answered?: number; max_questions?: number }): { word: string; tone: Tone } {
  const { word, tone } = STANDING[one.standing];
  const partly = one.standing === "completed" && one.questions_answered !== undefined && one.questions_answered < (one.max_questions ?? 0);
  return { word, tone: partly ? "plain" : tone };
}

/** What is known beyond the word: whether the link was opened, how much was answered. */
export function standingNote(one: { standing: Standing; link_opened_at: string | null; questions_answered: number; max_questions: number } & Recorded): string {
  if (one.standing === "waiting") return one.link_opened_at === null ? "link not opened" : `link opened ${day(one.link_opened_at)}`;
  if (one.standing === "not_taken" || one.standing === "declined") return "";
  return recordingNote(one) ?? `${one.questions_answered} of ${one.max_questions} answered`;
}

interface Recorded {
  mode?: "live" | "recorded";
  questions_recorded?: number;
}

/** How far somebody is who records answers one by one; null for any other session, and once they are sent in. */
export function recordingNote(one: { standing: Standing; max_questions: number } & Recorded): string | null {
  if (one.mode !== "recorded" || one.standing !== "live") return null;
  return `${one.questions_recorded ?? 0} of ${one.max_questions} recorded`;
}

/** Of a recorded interview that was begun: it has no connection that could tell whether somebody is at it. */
export const RECORDING = "Recording answers, not sent in yet";

export const PHASE: Record<Phase, string> = {
  greeting: "Greeting",
  consent: "Asking for consent",
  preparing: "Preparation time",
  asking: "Asking the question",
  answering: "Candidate's turn",
  thinking: "Candidate takes a moment",
  reconnecting: "Candidate reconnecting",
  paused: "Paused: you are asked",
  closing: "Saying goodbye",
};

export const OUTCOME: Record<AnswerOutcome, string> = {
  answered: "Answered",
  timed_out: "Time ran out",
  no_response: "No response",
  skipped: "Skipped",
};

/** A language by its name, as people say it: "en" is English. */
export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames("en", { type: "language" }).of(code) ?? code;
  } catch (error) {
    if (error instanceof RangeError) return code; // no code of a language at all
    throw error;
  }
}

const PAUSED: Record<string, string> = {
  idle: "Clock has not started",
  prompt: "Paused while the interviewer speaks",
  disconnected: "Paused: connection lost",
  thinking: "Paused: taking a moment",
  review: "Paused: you are asked",
  skipping: "Paused: about to skip",
  fault: "Paused: a fault on our side",
  preparing: "Preparation time",
};

export function pausedWords(reason: string | null): string {
  return reason === null ? "Paused" : (PAUSED[reason] ?? "Paused");
}

/** How much evidence a score or a person finds: the words of page, PDF and scorecard. */
export const BAND: Record<Band, string> = {
  clear: "Clear evidence",
  some: "Some evidence",
  little: "Little evidence",
  none: "No evidence",
};

export const DECISION: Record<DecisionOutcome, { word: string; tone: Tone }> = {
  advance: { word: "Advance", tone: "good" },
  hold: { word: "Hold", tone: "warn" },
  reject: { word: "Reject", tone: "bad" },
  undecided: { word: "Undecided", tone: "plain" },
};

/** "± 1.5 · by rules": how sure a number is, and what made it. */
export function sureWords(score: { uncertainty: number | null; method: string; value: number | null }): string {
  if (score.value === null) return "";
  return [score.uncertainty === null ? "" : `± ${score.uncertainty.toFixed(1)}`, score.method ? `by ${plainMethod(score.method)}` : ""].filter(Boolean).join(" · ");
}

function plainMethod(method: string): string {
  return method.replaceAll(/llm:/g, "the language model ").replaceAll("+", "and");
}

const SCORE_NAMES: Record<string, string> = {
  overall: "Overall",
  technical_accuracy: "Technical accuracy",
  communication_clarity: "Communication",
  relevance: "Relevance",
  depth: "Depth",
  confidence: "Confidence",
  problem_solving: "Problem solving",
};

export function scoreName(key: string): string {
  return SCORE_NAMES[key] ?? plainWords(key);
}

/** `ended_by_staff` as people write it. */
export function plainWords(code: string): string {
  const words = code.replaceAll("_", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Why words were not taken as an answer. */
export const REFUSED: Readonly<Record<string, string>> = {
  late: "came when it was closed",
  out_of_turn: "came before it was asked",
  duplicate_id_other_content: "came again with other words",
};

/** Why a session ended. */
export function endWords(reason: string): string {
  return ENDS[reason] ?? plainWords(reason);
}

const ENDS: Record<string, string> = {
  all_questions_answered: "All questions were asked",
  ended_by_candidate: "The candidate ended it",
  ended_by_staff: "Staff ended it",
  ended_by_agent: "The program that asks ended it",
  ended_before_start: "Ended before it began",
  sent_in: "All answers were sent in",
  not_sent_in: "The answers were not sent in",
  agent_gone: "The program that asks did not come back",
  candidate_gone: "The candidate did not come back",
  candidate_never_came: "The candidate did not come",
  consent_declined: "The candidate did not consent",
  consent_withdrawn: "The candidate withdrew the consent",
  consent_unclear: "No clear consent was given",
  consent_not_given: "No consent was given in time",
  integrity_violations: "Ended by integrity signals",
};

/** 0-10 or 0-100 with one decimal, as in the PDF; a missing score is said, never shown as 0. */
export function score(value: number | null | undefined): string {
  if (value === null || value === undefined) return "not scored";
  return value.toFixed(1);
}

/** 75 -> "1:15"; over an hour "1:02:03". */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds - 0.001));
  return format(whole);
}

/** A place in the interview, rounded down as players do. */
export function at(seconds: number): string {
  return format(Math.max(0, Math.floor(seconds)));
}

function format(whole: number): string {
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const two = (n: number): string => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** 3725 -> "1 h 2 min". */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  const rest = Math.round(seconds % 60);
  if (minutes < 60) return rest ? `${minutes} min ${rest} s` : `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}

export function day(iso: string | null): string {
  if (iso === null) return "–";
  const date = new Date(iso);
  const sameYear = date.getFullYear() === new Date().getFullYear();
  return date.toLocaleString(undefined, {
    day: "numeric",
    month: "short",
    ...(sameYear ? {} : { year: "numeric" }),
    hour: "2-digit",
    minute: "2-digit",
  });
}

export function bytes(count: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
