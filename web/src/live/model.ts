// What the candidate's views draw from and what they may do. No DOM here.
import type { Theme } from "../portal/api";
import type { Line } from "./network";
import type {
  AnswerOutcome, Phase, ProctoringProfile, Purpose, QuestionKind, Status, Viseme,
} from "../protocol.gen";

export interface Capability {
  available: boolean;
  reason: string;
}

/** What is watched in this interview. With the profile `off` the page says nothing of it. */
export interface WatchNotice {
  profile: ProctoringProfile;
  /** Machine codes of what is looked for. */
  kinds: string[];
  /** A consent and a picture of its own are asked for. */
  identity: boolean;
  /** At so many counted signals a strict interview pauses for a person; null where it never does. */
  limit: number | null;
  /** How long it waits for that person. */
  pause_minutes: number;
  biometric: { version: string; text: string[] };
  biometric_consent: boolean | null;
  reference_taken: boolean;
}

/** `GET /api/candidate/session`. */
export interface SessionInfo {
  session_id: string;
  status: Status;
  title: string;
  company: string;
  /** The organisation's colours and logo; null while it has chosen none. */
  theme: Theme | null;
  candidate_name: string;
  question_count: number;
  estimated_minutes: number;
  language: string;
  consent: { version: string; paragraphs: string[] };
  consent_received: boolean;
  /** Nobody may take part without a camera unless that is allowed. */
  camera_required: boolean;
  /** Somebody holds the seat now: another window, or this one until a moment ago. */
  in_room: boolean;
  /** For so long the place of whoever is gone is kept, and until when it is now. */
  grace_s: number;
  kept_until_at: string | null;
  /** It was closed because nobody came back in that time. */
  stayed_away: boolean;
  proctoring: WatchNotice;
  /** Whether the editor will be needed; older servers do not say. */
  has_coding?: boolean;
  capabilities: { stt: Capability; tts: Capability; recording: Capability };
  transport: string;
  /** A question to try with; nothing of it is stored. */
  practice: string;
  /** When the link ends. */
  deadline: Date | null;
}

export interface ClockView {
  state: "running" | "paused" | "idle";
  pausedReason: string | null;
  /** Seconds left when `at` (performance.now() in ms) was current; extrapolate while running. */
  remainingS: number | null;
  allottedS: number | null;
  /** Silence moves on in so many seconds, counted from `at`; null while it does not. */
  movingOnS: number | null;
  at: number;
}

export interface AnsweredItem {
  answerId: string;
  questionNumber: number;
  question: string;
  outcome: AnswerOutcome;
  content: string;
}

/** A condition that holds now and that the candidate can end. */
export interface WatchWarning {
  kind: string;
  advice: string;
  /** performance.now() at which it becomes a signal; null without a countdown. */
  dueAt: number | null;
}

/** What was recorded last, to be told once. `limit`: at so many it pauses; null when it does not count. */
export interface WatchNote {
  id: string;
  kind: string;
  counted: number;
  limit: number | null;
  at: number;
}

/** The watch over a session in progress. */
export interface WatchState {
  watching: boolean;
  /** Kinds that cannot be seen in this session. */
  unavailable: string[];
  /** How many signals count towards the pause so far. */
  counted: number;
  warnings: WatchWarning[];
  note: WatchNote | null;
}

/** A signal of the own session. */
export interface Flag {
  violation_id: string;
  code: string;
  message: string;
  at_s: number;
  end_s: number;
  recorded_at: string;
  /** The picture that staff see; null where there is none. */
  still_url: string | null;
  explanation: string | null;
  outcome: "confirmed" | "dismissed" | "needs_second_look" | null;
}

export type RequestKind = "accommodation" | "transcript" | "signals" | "explanation" | "correction" | "erasure";

/** What the candidate asked the company for, and what it answered. */
export interface OwnRequest {
  request_id: string;
  kind: RequestKind;
  text: string;
  asked_at: string;
  state: "open" | "done" | "declined";
  reply: string;
  settled_at: string | null;
}

/** `GET /api/candidate/own`. */
export interface Own {
  answers: { question_number: number; question: string; follow_up: boolean; outcome: AnswerOutcome; content: string; code: string | null }[];
  requests: OwnRequest[];
  rating: { stars: number; comment: string } | null;
}

/** The interview as the page sees it; replaced (never mutated) on every change. */
export interface RoomState {
  status: Status;
  phase: Phase | null;
  title: string;
  questionNumber: number | null;
  questionCount: number;
  question: string | null;
  questionKind: QuestionKind | null;
  /** The avatar's last line (greeting, gentle prompt, reprompt …) and why it was said. */
  line: string | null;
  linePurpose: Purpose | null;
  speechFailed: boolean;
  clock: ClockView;
  warningS: number | null;
  /** Words that will not change, and the tail that may. */
  committed: string;
  tentative: string;
  answered: AnsweredItem[];
  avatarSpeaking: boolean;
  visemes: { promptId: string; startedAt: number; shapes: Viseme[] } | null;
  candidateSpeaking: boolean;
  /** `ending`: the interviewer is about to go on; `reopened`: the answer before goes on. */
  turn: "open" | "ending" | "reopened";
  savingAnswer: boolean;
  /** performance.now() until which a moment, or the time to prepare, lasts. */
  thinkingUntil: number | null;
  /** performance.now() until which a skip can be taken back. */
  skippingUntil: number | null;
  /** Until then a person may let a paused interview go on. */
  pausedUntil: Date | null;
  momentsLeft: number;
  /** The candidate asked for longer pauses; it holds from then on. */
  morePatience: boolean;
  consentReceived: boolean;
  /** Null where nothing is watched. */
  watch: WatchState | null;
  concluded: { content: string; status: Status; reason: string } | null;
}

/** One sentence for the user, keyed by code elsewhere. `fatal` ends the page's work. */
export interface Notice {
  code: string;
  text: string;
  fatal: boolean;
}

export type AppState =
  | { kind: "loading" }
  | { kind: "lobby"; info: SessionInfo }
  | { kind: "checking"; info: SessionInfo }
  | { kind: "joining"; info: SessionInfo }
  | { kind: "live"; info: SessionInfo; room: RoomState; media: MediaView; notice: Notice | null }
  | { kind: "reconnecting"; info: SessionInfo; room: RoomState; media: MediaView; attempt: number }
  | { kind: "takeover"; info: SessionInfo }
  | { kind: "ended"; info: SessionInfo; concluded: RoomState["concluded"]; upload: UploadView; unsent?: UnsentView }
  | { kind: "failed"; notice: Notice; deadline: Date | null };

/** `lost`: it was there and is gone; `muted`: it is there and gives no sound. */
export type DeviceState = "on" | "off" | "denied" | "missing" | "lost" | "muted";

/** A device as the browser names it. */
export interface Choice {
  id: string;
  label: string;
}

/** What there is to choose from, and what is in use; `null` for none. */
export interface Choices {
  microphones: Choice[];
  cameras: Choice[];
  microphone: string | null;
  camera: string | null;
}

/** What the device check ended with; why a device is not there. */
export interface Devices {
  stream: MediaStream | null;
  microphone?: DeviceState;
  camera?: DeviceState;
}

export interface MediaView {
  microphone: DeviceState;
  camera: DeviceState;
  /** webrtc: live; websocket: PCM over the socket; text: none. */
  transport: "webrtc" | "websocket" | "text";
  recording: "on" | "off" | "failed";
  /** A code of `words.ts`, when it has failed. */
  recordingWhy: string;
}

export interface Unsent {
  question_number: number;
  content: string;
  code: string | null;
}

/** `known`: the answer has it already. */
export type Kept = "known" | "answer" | "late";

/** What was typed and not sent when the interview ended. `waiting`: on this device still; `late`: kept, marked as late. */
export type UnsentView = "none" | "waiting" | "kept" | "late";

export interface UploadView {
  /** Pieces that the server has not acknowledged yet. */
  waiting: number;
  /** The server refused a piece for good: that part of the recording is not kept. */
  failed: boolean;
  /** The last try did not get through; the next one comes by itself. */
  retrying?: boolean;
}

/** What the views may ask. Implemented by `app.ts`. */
export interface Actions {
  accept(): void;
  enterCheck(): void;
  join(devices: Devices): void;
  answerTyped(content: string, code?: string): void;
  /** What was typed for a question that closed before it was sent. */
  keepUnsent(questionNumber: number, unsent: { content?: string; code?: string }): void;
  /** Keys are pressed; `code` is what the editor holds now. */
  typing(code?: string): void;
  /** What can be chosen in the room. */
  choices(): Promise<Choices>;
  /** Use another microphone or camera from now on; null for none. Rejects with a Notice. */
  choose(kind: "audio" | "video", id: string | null): Promise<void>;
  repeat(): void;
  moment(): void;
  /** Longer pauses from now on; before the room it is kept until there is one. */
  patience(): void;
  skip(): void;
  undoSkip(): void;
  /** Somebody is there. */
  here(): void;
  done(): void;
  end(unsent?: { content?: string; code?: string }): void;
  retry(): void;
  /** A sentence of `words.ts` once more, by its code. */
  sayAgain(code: string): void;
  /** Recognise a short clip (the test sentence). Rejects with a Notice. */
  recognise(clip: Blob): Promise<string>;
  /** Allow or refuse the comparison of faces. Rejects with a Notice. */
  compareFaces(granted: boolean): Promise<void>;
  /** Give the reference picture, a data URL. Rejects with a Notice that says what is wrong. */
  giveFace(image: string): Promise<void>;
  /** What was noted in the own session. Rejects with a Notice. */
  flags(): Promise<Flag[]>;
  explain(violationId: string, text: string): Promise<Flag>;
  /** The practice question, spoken. Rejects with a Notice where there is no voice. */
  practice(): Promise<Blob>;
  /** The own answers, requests and rating. Rejects with a Notice. */
  own(): Promise<Own>;
  /** Ask the company for something. Rejects with a Notice that says what is wrong. */
  ask(kind: RequestKind, text: string): Promise<Own>;
  rate(stars: number, comment: string): Promise<Own>;
  /** Time the way to the server. Rejects with a Notice. */
  network(): Promise<Line>;
}

/** `app.ts` exports `createApp(): App`. */
export interface App {
  readonly state: AppState;
  /** Called after every change; returns how to stop. */
  subscribe(listener: (state: AppState) => void): () => void;
  /** 0..1, the candidate's microphone; for meters, read per animation frame. */
  level(): number;
  /** The own camera, for the preview; null without. */
  readonly preview: MediaStream | null;
  readonly actions: Actions;
}
