// What the candidate's page knows: one union, no DOM. Views draw it, `reduce` changes it.

import type {
  InterviewConcluded,
  Phase,
  Purpose,
  QuestionKind,
  Status,
  TimerView,
} from "../protocol.gen";

/** Whether a part of the server works, and a sentence when it does not. */
export interface Part {
  available: boolean;
  reason: string;
}

/** What `GET /api/candidate/session` tells before the socket is open. */
export interface Invitation {
  session_id: string;
  status: Status;
  title: string;
  company: string;
  candidate_name: string;
  question_count: number;
  has_coding: boolean;
  estimated_minutes: number;
  language: string;
  consent: { version: string; text: string[] };
  consent_received: boolean;
  capabilities: { stt: Part; tts: Part; recording: Part };
  transport: string;
}

/** The clock as last told, and when that was on this page's own monotonic clock. */
export interface Clock {
  view: TimerView;
  told_ms: number;
}

/** The avatar's line. */
export interface Line {
  prompt_id: string;
  purpose: Purpose;
  text: string;
  audio_file: string | null;
  speech_failed: boolean;
}

/** What the room shows. */
export interface Room {
  epoch: string;
  seq: number;
  snapshot_seq: number;
  status: Status;
  phase: Phase | null;
  title: string;
  candidate_name: string;
  question_number: number | null;
  question_count: number;
  question: string | null;
  question_kind: QuestionKind | null;
  line: Line | null;
  clock: Clock | null;
  warning_s: number | null;
  answer_text: string;
  committed: string;
  tentative: string;
  heard: boolean;
  speaking: boolean;
  consent_received: boolean;
  consent_version: string;
  moments_left: number;
  thinking_until_at: string | null;
  stt: Part;
  tts: Part;
  recording: Part;
  notice: Notice | null;
  saved_answers: number;
}

/** A sentence under the question that goes away by itself; `key` tells two equal ones apart. */
export interface Notice {
  key: number;
  tone: "info" | "warning";
  code: string;
  text: string;
}

export type EndedBecause = "concluded" | "takeover" | "declined";

export type AppState =
  | { kind: "lobby"; invitation: Invitation | null }
  | { kind: "checking"; invitation: Invitation }
  | { kind: "joining"; invitation: Invitation }
  | { kind: "live"; invitation: Invitation; room: Room }
  | { kind: "reconnecting"; invitation: Invitation; room: Room | null; attempt: number }
  | {
      kind: "ended";
      because: EndedBecause;
      invitation: Invitation | null;
      room: Room | null;
      concluded: InterviewConcluded | null;
    }
  | { kind: "failed"; code: string; text: string | null };

export const START: AppState = { kind: "lobby", invitation: null };

/** The room of a state, where it has one. */
export function roomOf(state: AppState): Room | null {
  return "room" in state ? state.room : null;
}
