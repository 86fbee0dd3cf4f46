// Watching a session: the frames of an observer folded into one picture. No DOM here.
import type { AnswerOutcome, Evaluation, Phase, ServerFrame, Snapshot, Status, TimerView } from "../protocol.gen";
import { clockNow, fresh, signalled, type WatchedSignals } from "./live-signals";
import { OUTCOME } from "./words";

export interface Line {
  by: "interviewer" | "candidate";
  text: string;
  note: string;
  /** What was submitted as code. */
  code?: string;
  /** On the session clock; null where it is not known. */
  atS: number | null;
}

export interface ClosedAnswer {
  answerId: string;
  questionNumber: number;
  question: string;
  outcome: AnswerOutcome;
  content: string;
  code: string | null;
  evaluation: Evaluation | null;
}

export interface Watched extends WatchedSignals {
  name: string;
  title: string;
  status: Status;
  phase: Phase | null;
  questionNumber: number | null;
  questionCount: number;
  question: string | null;
  timer: TimerView;
  /** When `timer` came, on the clock of the caller, in ms. */
  timerAt: number;
  lines: Line[];
  /** The open answer: words that stay, words that may still change. */
  said: string;
  live: string;
  tentative: string;
  /** The code in the candidate's editor, as it is typed. */
  code: string;
  speaking: boolean;
  connected: boolean;
  /** Until then a session at its limit waits for a person. */
  pausedUntil: string | null;
  /** The candidate asked for longer pauses. */
  morePatience: boolean;
  picture: string | null;
  /** Where the prompt that is being said can be heard; null before the first. */
  promptAudio: string | null;
  answers: ClosedAnswer[];
  recogniser: { available: boolean; reason: string };
}

const MAX_LINES = 400;

/** The picture after a frame that came at `nowMs`; null until the welcome. */
export function watch(seen: Watched | null, frame: ServerFrame, nowMs: number): Watched | null {
  if (frame.type === "welcome") {
    const recogniser = frame.stt;
    const now = opened(frame.snapshot, nowMs);
    const missed = seen === null || seen.question !== now.question || seen.answers.length !== now.answers.length;
    const lines = missed ? earlier(frame.snapshot) : seen.lines;
    return { ...now, ...fresh(seen, frame.snapshot, nowMs), recogniser, picture: seen?.picture ?? null, lines };
  }
  return seen === null ? null : { ...seen, ...change(seen, frame, nowMs), ...signalled(seen, frame, nowMs) };
}

function opened(s: Snapshot, nowMs: number): Omit<Watched, "recogniser" | "picture" | "lines" | keyof WatchedSignals> {
  return {
    name: s.candidate_name,
    title: s.title,
    status: s.status,
    phase: s.phase,
    questionNumber: s.question_number,
    questionCount: s.question_count,
    question: s.question,
    timer: s.timer,
    timerAt: nowMs,
    said: s.answer_text,
    live: "",
    tentative: "",
    code: "",
    speaking: false,
    connected: s.candidate_connected,
    promptAudio: null,
    pausedUntil: s.paused_until_at ?? null,
    morePatience: s.more_patience,
    answers: s.answered.map((answer) => ({
      answerId: answer.answer_id,
      questionNumber: answer.question_number,
      question: answer.question,
      outcome: answer.outcome,
      content: answer.content,
      code: answer.code,
      evaluation: answer.evaluation,
    })),
  };
}

/** What was said before we came, as far as the snapshot tells. */
function earlier(s: Snapshot): Line[] {
  const lines = s.answered.flatMap((answer): Line[] => [
    { by: "interviewer", text: answer.question, note: `Question ${answer.question_number}`, atS: answer.asked_s ?? null },
    closing(answer.content, answer.outcome, answer.at_s, answer.code),
  ]);
  const open = s.prompt?.text ?? s.question;
  const asks = s.prompt === null || s.prompt.purpose === "question" || s.prompt.purpose === "follow_up";
  const note = s.question_number === null || !asks ? "" : `Question ${s.question_number}`;
  if (open) lines.push({ by: "interviewer", text: open, note, atS: s.prompt?.at_s ?? null });
  return lines;
}

function change(seen: Watched, frame: ServerFrame, nowMs: number): Partial<Watched> {
  switch (frame.type) {
    case "question":
      return asked(seen, frame, clockNow(seen, nowMs));
    case "transcript":
      return heard(seen, frame);
    case "timer":
      return { timer: frame.timer, timerAt: nowMs };
    case "state":
      return { status: frame.status, phase: frame.phase, questionNumber: frame.question_number ?? seen.questionNumber, pausedUntil: frame.paused_until_at ?? null, morePatience: frame.more_patience };
    case "processing_response":
      return closed(seen, frame, clockNow(seen, nowMs));
    case "answer_evaluation":
      return { answers: seen.answers.map((one) => (one.answerId === frame.evaluation.answer_id ? { ...one, evaluation: frame.evaluation } : one)) };
    case "turn":
      return turned(seen, frame, clockNow(seen, nowMs));
    case "listening":
      return { speaking: frame.speaking };
    case "participant":
      return { connected: frame.connected, speaking: frame.connected && seen.speaking };
    case "code_draft":
      return frame.question_number === seen.questionNumber ? { code: frame.code } : {};
    case "picture":
      return { picture: frame.image };
    case "interview_concluded":
      return { status: frame.status, phase: null, live: "", tentative: "", lines: grown(seen, { by: "interviewer", text: frame.content, note: "", atS: clockNow(seen, nowMs) }) };
    default:
      return {};
  }
}

/** The acknowledgement is a line; that it was too early is a note. */
function turned(seen: Watched, frame: Extract<ServerFrame, { type: "turn" }>, atS: number | null): Partial<Watched> {
  if (frame.state === "reopened") return { lines: grown(seen, { by: "interviewer", text: "…", note: "The candidate goes on: the question is asked again", atS }) };
  return frame.state === "ending" && frame.content ? { lines: grown(seen, { by: "interviewer", text: frame.content, note: "", atS }) } : {};
}

function asked(seen: Watched, frame: Extract<ServerFrame, { type: "question" }>, atS: number | null): Partial<Watched> {
  const opens = frame.purpose === "question" || frame.purpose === "follow_up";
  const note = opens && frame.question_number !== null ? `Question ${frame.question_number}` : "";
  return {
    lines: grown(seen, { by: "interviewer", text: frame.content, note, atS }),
    questionCount: frame.question_count,
    promptAudio: frame.audio_file ?? null,
    ...(opens ? { question: frame.content, questionNumber: frame.question_number, said: "", live: "", tentative: "", code: "" } : {}),
  };
}

/** With `seq` an utterance is stored for good; without, it is the tail that still moves. */
function heard(seen: Watched, frame: Extract<ServerFrame, { type: "transcript" }>): Partial<Watched> {
  if (frame.seq === null) return { live: frame.committed, tentative: frame.tentative };
  const late = frame.question_number !== null && frame.question_number !== seen.questionNumber;
  if (late) return { answers: extended(seen.answers, frame.question_number, frame.committed) };
  return { said: frame.answer_text ?? [seen.said, frame.committed].filter(Boolean).join(" "), live: "", tentative: "" };
}

/** Words that were recognised after their answer had closed belong to it. */
function extended(answers: ClosedAnswer[], number: number | null, text: string): ClosedAnswer[] {
  const place = answers.map((one) => one.questionNumber).lastIndexOf(number ?? -1);
  return answers.map((one, index) => (index === place ? { ...one, content: [one.content, text].filter(Boolean).join(" ") } : one));
}

/** The same answer again: what was typed while its question closed has joined it. */
function completed(answers: ClosedAnswer[], frame: Extract<ServerFrame, { type: "processing_response" }>): ClosedAnswer[] {
  const now = (one: ClosedAnswer): ClosedAnswer => ({ ...one, outcome: frame.outcome, content: frame.answer ?? one.content, code: frame.code ?? one.code });
  return answers.map((one) => (one.answerId === frame.answer_id ? now(one) : one));
}

function closed(seen: Watched, frame: Extract<ServerFrame, { type: "processing_response" }>, atS: number | null): Partial<Watched> {
  const empty = { said: "", live: "", tentative: "", code: "" };
  const known = seen.answers.find((one) => one.answerId === frame.answer_id);
  if (known) {
    const lines = seen.lines.map((line) => (line.by === "candidate" && line.text === known.content && frame.answer ? { ...line, text: frame.answer } : line));
    return { lines, answers: completed(seen.answers, frame) };
  }
  const answer: ClosedAnswer = {
    answerId: frame.answer_id,
    questionNumber: frame.question_number,
    question: frame.question ?? seen.question ?? "",
    outcome: frame.outcome,
    content: frame.answer ?? seen.said,
    code: frame.code,
    evaluation: null,
  };
  return { ...empty, answers: [...seen.answers, answer], lines: grown(seen, closing(answer.content, frame.outcome, atS, answer.code)) };
}

/** An answer's line; one without words says how it closed. */
function closing(content: string, outcome: AnswerOutcome, atS: number | null, code: string | null): Line {
  const text = content || (code ? "" : `(${OUTCOME[outcome].toLowerCase()})`);
  return { by: "candidate", text, note: code ? "submitted code" : "", atS, ...(code ? { code } : {}) };
}

function grown(seen: Watched, line: Line): Line[] {
  return [...seen.lines, line].slice(-MAX_LINES);
}

/** Seconds left now; the server's figure goes on by itself while the clock runs. */
export function remaining(seen: Watched, nowMs: number): number | null {
  const { state, remaining_s } = seen.timer;
  if (remaining_s === null) return null;
  return state === "running" ? Math.max(0, remaining_s - (nowMs - seen.timerAt) / 1000) : remaining_s;
}

/** The last words, for a card. */
export function lastWords(seen: Watched, count: number): string {
  const text = [seen.said, seen.live, seen.tentative].filter(Boolean).join(" ");
  const words = text.split(/\s+/).filter(Boolean);
  return (words.length > count ? "… " : "") + words.slice(-count).join(" ");
}
