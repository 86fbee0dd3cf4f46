// Frames into the room's state. Pure: no DOM, time comes with the frame.
//
// A welcome carries the whole state, so replayed frames that it already covers change nothing.
import type {
  PromptView, QuestionFrame, ServerFrame, StateFrame, TimerView, TranscriptFrame, Welcome,
} from "../protocol.gen";
import type { AnsweredItem, ClockView, RoomState } from "./model";
import { watchAfter, watchOf } from "./watching";

/** The room with what only the logic needs. */
export interface Room extends RoomState {
  epoch: string;
  /** The newest stored event that this page knows of: where a new connection goes on. */
  seq: number;
  /** Everything up to here was in the welcome's snapshot. */
  coveredSeq: number;
  /** Utterances of the open answer that are stored; the live tail comes after. */
  stored: string;
  prompt: { id: string; audioFile: string | null } | null;
  consentVersion: string;
  /** Milliseconds to add to performance.now() to get the server's time. */
  serverOffsetMs: number;
}

/** The room that a welcome describes. `before` is what the page showed until now. */
export function welcomed(frame: Welcome, before: Room | null, now: number): Room {
  const { snapshot } = frame;
  const serverOffsetMs = Date.parse(snapshot.timer.server_time) - now;
  const prompt = snapshot.prompt ?? null;
  return {
    epoch: frame.epoch,
    seq: frame.last_seq,
    coveredSeq: frame.last_seq,
    status: snapshot.status,
    phase: snapshot.phase ?? null,
    title: snapshot.title,
    questionNumber: snapshot.question_number ?? null,
    questionCount: snapshot.question_count,
    question: snapshot.question ?? null,
    questionKind: snapshot.question_kind ?? null,
    line: prompt?.text ?? null,
    linePurpose: prompt?.purpose ?? null,
    speechFailed: false,
    clock: clockOf(snapshot.timer, now),
    warningS: null,
    stored: snapshot.answer_text,
    committed: snapshot.answer_text,
    tentative: "",
    answered: snapshot.answered.map(answeredOf),
    avatarSpeaking: false,
    visemes: null,
    candidateSpeaking: false,
    turn: "open",
    savingAnswer: false,
    thinkingUntil: localTime(snapshot.thinking_until_at, serverOffsetMs),
    skippingUntil: localTime(snapshot.skipping_until_at, serverOffsetMs),
    pausedUntil: dated(snapshot.paused_until_at),
    momentsLeft: snapshot.moments_left,
    morePatience: snapshot.more_patience,
    consentReceived: snapshot.consent_received,
    watch: snapshot.proctoring ? watchOf(snapshot.proctoring, null) : null,
    concluded: before?.concluded ?? null,
    prompt: promptOf(prompt),
    consentVersion: snapshot.consent_text_version,
    serverOffsetMs,
  };
}

/** The room after a frame; the same object when nothing changed. */
export function roomAfter(room: Room, frame: ServerFrame, now: number): Room {
  if (frame.type === "welcome") return welcomed(frame, room, now);
  if (frame.type === "interview_concluded") {
    const { content, status, reason } = frame;
    const prompt = { id: GOODBYE, audioFile: frame.audio_file ?? null };
    return {
      ...room, ...advanced(room, frame), status, prompt, concluded: { content, status, reason },
    };
  }
  if (typeof frame.seq === "number" && frame.seq <= room.coveredSeq) return room;
  const next = changed(room, frame, now);
  return typeof frame.seq === "number" ? { ...next, ...advanced(room, frame) } : next;
}

function changed(room: Room, frame: ServerFrame, now: number): Room {
  switch (frame.type) {
    case "question":
      return asked(room, frame);
    case "transcript":
      return heard(room, frame);
    case "timer":
      return { ...room, clock: clockOf(frame.timer, now), warningS: frame.warning_s ?? null };
    case "state":
      return moved(room, frame);
    case "avatar":
      return spoken(room, frame, now);
    case "turn":
      return floor(room, frame);
    case "listening":
      return { ...room, candidateSpeaking: frame.speaking };
    case "processing_response":
      return saved(room, { ...frame, question: room.question ?? "" });
    case "error":
      return room.savingAnswer ? { ...room, savingAnswer: false } : room;
    default:
      return seen(room, frame, now);
  }
}

function seen(room: Room, frame: ServerFrame, now: number): Room {
  const watch = watchAfter(room.watch, frame, now);
  return watch === room.watch ? room : { ...room, watch };
}

function asked(room: Room, frame: QuestionFrame): Room {
  const next: Room = {
    ...room,
    line: frame.content,
    linePurpose: frame.purpose,
    turn: "open",
    speechFailed: frame.speech_failed,
    questionCount: frame.question_count,
    prompt: { id: frame.prompt_id, audioFile: frame.audio_file ?? null },
  };
  if (frame.purpose !== "question" && frame.purpose !== "follow_up") return next;
  return {
    ...next,
    question: frame.content,
    questionKind: frame.question_type ?? room.questionKind,
    questionNumber: frame.question_number ?? null,
    warningS: null,
    savingAnswer: false,
    ...NO_WORDS,
  };
}

function heard(room: Room, frame: TranscriptFrame): Room {
  if (typeof frame.seq !== "number") {
    return {
      ...room,
      committed: joined(room.stored, frame.committed),
      tentative: frame.tentative,
    };
  }
  const late = room.answered.findIndex((item) => item.questionNumber === frame.question_number);
  if (late >= 0 && frame.question_number !== room.questionNumber) {
    return { ...room, answered: extended(room.answered, late, frame.committed) };
  }
  const stored = frame.answer_text ?? joined(room.stored, frame.committed);
  return { ...room, stored, committed: stored, tentative: "" };
}

function moved(room: Room, frame: StateFrame): Room {
  return {
    ...room,
    status: frame.status,
    phase: frame.phase ?? null,
    questionNumber: frame.question_number ?? null,
    thinkingUntil: localTime(frame.thinking_until_at, room.serverOffsetMs),
    skippingUntil: localTime(frame.skipping_until_at, room.serverOffsetMs),
    pausedUntil: dated(frame.paused_until_at),
    momentsLeft: frame.moments_left,
    morePatience: frame.more_patience,
    savingAnswer: listens(frame.phase) && room.savingAnswer,
    candidateSpeaking: listens(frame.phase) && room.candidateSpeaking,
  };
}

/** The interviewer is about to go on, or lets go of it again. */
function floor(room: Room, frame: ServerFrame & { type: "turn" }): Room {
  const said = frame.audio_file && frame.prompt_id ? { id: frame.prompt_id, audioFile: frame.audio_file } : room.prompt;
  return { ...room, turn: frame.state, prompt: said };
}

function spoken(room: Room, frame: ServerFrame & { type: "avatar" }, now: number): Room {
  if (frame.event === "start") {
    const visemes = { promptId: frame.prompt_id, startedAt: now, shapes: frame.visemes };
    return { ...room, avatarSpeaking: true, visemes };
  }
  return frame.event === "end" ? { ...room, avatarSpeaking: false, visemes: null } : room;
}

function saved(room: Room, frame: Parameters<typeof answeredOf>[0]): Room {
  const known = room.answered.findIndex((item) => item.answerId === frame.answer_id);
  if (known >= 0) {
    // Once more: what was on its way when its question closed has joined it. The open one is not touched.
    const answered = room.answered.map((item, i) =>
      i === known ? { ...item, outcome: frame.outcome, content: frame.answer ?? item.content } : item);
    return { ...room, answered };
  }
  const content = joined(room.committed, room.tentative);
  return {
    ...room,
    answered: [...room.answered, answeredOf({ ...frame, content })],
    savingAnswer: false,
    candidateSpeaking: false,
    turn: "open",
    ...NO_WORDS,
  };
}

/** The address of what the avatar begins to say. */
export function audioOf(room: Room, promptId: string): string | null {
  const known = room.prompt?.id === promptId || room.prompt?.id === GOODBYE;
  return known ? (room.prompt?.audioFile ?? null) : null;
}

/** What was typed belongs to the answer that is being saved. */
export function typedInto(room: Room, content: string): Room {
  return { ...room, committed: joined(room.stored, content), tentative: "", savingAnswer: true };
}

/** The end names no prompt: only the goodbye is said after it. */
const GOODBYE = "goodbye";
const NO_WORDS = { stored: "", committed: "", tentative: "" };

function advanced(room: Room, frame: ServerFrame): { seq: number } {
  return { seq: Math.max(room.seq, frame.seq ?? 0) };
}

function answeredOf(item: {
  answer_id: string; question_number: number; question: string; outcome: AnsweredItem["outcome"]; content: string;
  answer?: string | null;
}): AnsweredItem {
  const { question, outcome, content } = item;
  return { answerId: item.answer_id, questionNumber: item.question_number, question, outcome, content };
}

function extended(items: AnsweredItem[], index: number, words: string): AnsweredItem[] {
  return items.map((item, i) =>
    i === index ? { ...item, content: joined(item.content, words) } : item);
}

function promptOf(prompt: PromptView | null): Room["prompt"] {
  return prompt && { id: prompt.prompt_id, audioFile: prompt.audio_file ?? null };
}

function clockOf(timer: TimerView, at: number): ClockView {
  return {
    state: timer.state,
    pausedReason: timer.paused_reason ?? null,
    remainingS: timer.remaining_s ?? null,
    allottedS: timer.allotted_s ?? null,
    movingOnS: timer.moving_on_s ?? null,
    at,
  };
}

function listens(phase: Room["phase"] | undefined): boolean {
  return phase === "answering" || phase === "consent";
}

function localTime(utc: string | null | undefined, serverOffsetMs: number): number | null {
  return utc ? Date.parse(utc) - serverOffsetMs : null;
}

function dated(utc: string | null | undefined): Date | null {
  return utc ? new Date(utc) : null;
}

function joined(first: string, second: string): string {
  return [first, second].filter((text) => text !== "").join(" ");
}
