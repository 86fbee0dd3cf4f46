// Frames and happenings into the next state. Pure: time comes with the input.
//
// Several frames may carry one `seq` (an event changes the clock and the phase at once), so a frame
// is old only when its `seq` is smaller than one already seen, or not newer than the snapshot.

import type {
  ErrorFrame,
  QuestionFrame,
  ServerFrame,
  StateFrame,
  TimerFrame,
  TranscriptFrame,
  Welcome,
} from "../protocol.gen";
import type { AppState, EndedBecause, Invitation, Line, Notice, Room } from "./app";
import { roomOf } from "./app";
import { noticeText } from "./sentences";

export type Input =
  | { kind: "invited"; invitation: Invitation }
  | { kind: "consented" }
  | { kind: "declined" }
  | { kind: "checked" }
  | { kind: "back" }
  | { kind: "lost"; attempt: number }
  | { kind: "failed"; code: string; text?: string }
  | { kind: "notice"; code: string; tone?: Notice["tone"]; now_ms: number }
  | { kind: "frame"; frame: ServerFrame; now_ms: number };

/** The state after an input. Unknown or late inputs leave it as it is. */
export function reduce(state: AppState, input: Input): AppState {
  switch (input.kind) {
    case "invited":
      return invited(state, input.invitation);
    case "consented":
      return state.kind === "lobby" && state.invitation !== null
        ? { kind: "checking", invitation: state.invitation }
        : state;
    case "declined":
      return ended(state, "declined");
    case "checked":
      return state.kind === "checking" ? { kind: "joining", invitation: state.invitation } : state;
    case "back":
      return state.kind === "checking" ? { kind: "lobby", invitation: state.invitation } : state;
    case "lost":
      return lost(state, input.attempt);
    case "failed":
      return state.kind === "ended"
        ? state
        : { kind: "failed", code: input.code, text: input.text ?? null };
    case "notice":
      return withNotice(state, input.code, input.tone ?? "info", "", input.now_ms);
    case "frame":
      return frameIn(state, input.frame, input.now_ms);
  }
}

function invited(state: AppState, invitation: Invitation): AppState {
  if (state.kind !== "lobby" && state.kind !== "failed") return state;
  const over = invitation.status !== "initialized" && invitation.status !== "in_progress";
  if (over) return { kind: "ended", because: "concluded", invitation, room: null, concluded: null };
  return { kind: "lobby", invitation };
}

function lost(state: AppState, attempt: number): AppState {
  if (state.kind === "joining" || state.kind === "live" || state.kind === "reconnecting") {
    return { kind: "reconnecting", invitation: state.invitation, room: roomOf(state), attempt };
  }
  return state;
}

function ended(state: AppState, because: EndedBecause): AppState {
  const invitation = "invitation" in state ? state.invitation : null;
  const concluded = state.kind === "ended" ? state.concluded : null;
  return { kind: "ended", because, invitation, room: roomOf(state), concluded };
}

function frameIn(state: AppState, frame: ServerFrame, now_ms: number): AppState {
  if (state.kind === "ended" || state.kind === "failed" || state.kind === "lobby") return state;
  if (frame.type === "takeover") return ended(state, "takeover");
  if (frame.type === "welcome" && state.kind !== "checking") {
    return { kind: "live", invitation: state.invitation, room: welcomed(frame, roomOf(state), now_ms) };
  }
  if (frame.type === "interview_concluded") {
    return { ...(ended(state, "concluded") as AppState & { kind: "ended" }), concluded: frame };
  }
  if (state.kind !== "live") return state;
  const room = inRoom(state.room, frame, now_ms);
  return room === state.room ? state : { ...state, room };
}

function welcomed(frame: Welcome, before: Room | null, now_ms: number): Room {
  const { snapshot } = frame;
  const prompt = snapshot.prompt;
  return {
    epoch: frame.epoch,
    seq: frame.last_seq,
    snapshot_seq: frame.last_seq,
    status: snapshot.status,
    phase: snapshot.phase,
    title: snapshot.title,
    candidate_name: snapshot.candidate_name,
    question_number: snapshot.question_number,
    question_count: snapshot.question_count,
    question: snapshot.question,
    question_kind: snapshot.question_kind,
    line: prompt && { ...prompt, speech_failed: false },
    clock: { view: snapshot.timer, told_ms: now_ms },
    warning_s: null,
    answer_text: snapshot.answer_text,
    committed: "",
    tentative: "",
    heard: false,
    speaking: false,
    consent_received: snapshot.consent_received,
    consent_version: snapshot.consent_text_version,
    moments_left: snapshot.moments_left,
    thinking_until_at: snapshot.thinking_until_at,
    stt: frame.stt,
    tts: frame.tts,
    recording: frame.recording,
    notice: before?.notice ?? null,
    saved_answers: snapshot.answered.length,
  };
}

function inRoom(room: Room, frame: ServerFrame, now_ms: number): Room {
  const seq = frame.seq ?? null;
  if (seq !== null) {
    if (seq <= room.snapshot_seq || seq < room.seq) return room;
    room = { ...room, seq };
  }
  switch (frame.type) {
    case "question":
      return questionIn(room, frame, now_ms);
    case "transcript":
      return transcriptIn(room, frame);
    case "timer":
      return timerIn(room, frame, now_ms);
    case "state":
      return stateIn(room, frame);
    case "avatar":
      if (frame.event === "start") return { ...room, speaking: true };
      return frame.event === "end" ? { ...room, speaking: false } : room;
    case "listening":
      return room.heard === frame.speaking ? room : { ...room, heard: frame.speaking };
    case "processing_response":
      return {
        ...room, saved_answers: room.saved_answers + 1, answer_text: "", committed: "", tentative: "",
      };
    case "error":
      return errorIn(room, frame, now_ms);
    default:
      return room;
  }
}

function questionIn(room: Room, frame: QuestionFrame, now_ms: number): Room {
  const asks = frame.purpose === "question" || frame.purpose === "follow_up";
  const line: Line = {
    prompt_id: frame.prompt_id,
    purpose: frame.purpose,
    text: frame.content,
    audio_file: frame.audio_file,
    speech_failed: frame.speech_failed,
  };
  let next: Room = { ...room, line, question_count: frame.question_count };
  if (asks) {
    next = {
      ...next,
      question: frame.content,
      question_kind: frame.question_type ?? room.question_kind,
      question_number: frame.question_number,
      answer_text: "",
      committed: "",
      tentative: "",
    };
  }
  return frame.speech_failed ? noted(next, "speech_failed", "info", "", now_ms) : next;
}

function transcriptIn(room: Room, frame: TranscriptFrame): Room {
  if (frame.seq === null || frame.seq === undefined) {
    return { ...room, committed: frame.committed, tentative: frame.tentative };
  }
  const answer_text = frame.answer_text ?? `${room.answer_text} ${frame.committed}`.trim();
  return { ...room, answer_text, committed: "", tentative: "" };
}

function timerIn(room: Room, frame: TimerFrame, now_ms: number): Room {
  return {
    ...room,
    clock: { view: frame.timer, told_ms: now_ms },
    warning_s: frame.warning_s ?? null,
  };
}

function stateIn(room: Room, frame: StateFrame): Room {
  const consented = room.consent_received || (frame.phase !== "greeting" && frame.phase !== "consent"
    && frame.status === "in_progress" && frame.phase !== null);
  return {
    ...room,
    status: frame.status,
    phase: frame.phase,
    question_number: frame.question_number,
    thinking_until_at: frame.thinking_until_at,
    moments_left: frame.moments_left,
    consent_received: consented,
    heard: frame.phase === "answering" || frame.phase === "consent" ? room.heard : false,
  };
}

function errorIn(room: Room, frame: ErrorFrame, now_ms: number): Room {
  return noted(room, frame.code, "warning", frame.content, now_ms);
}

function noted(room: Room, code: string, tone: Notice["tone"], given: string, now_ms: number): Room {
  return { ...room, notice: { key: now_ms, tone, code, text: noticeText(code, given) } };
}

function withNotice(
  state: AppState, code: string, tone: Notice["tone"], given: string, now_ms: number,
): AppState {
  if (state.kind !== "live") return state;
  return { ...state, room: noted(state.room, code, tone, given, now_ms) };
}
