// Generated from server/live/messages.py by `make generate`. Do not edit.

export const PROTOCOL_VERSION = 1;

export interface Ack {
  seq: number | null;
  type: "ack";
  ref: string;
  last_seq: number;
}

export interface AnswerEvaluation {
  seq: number | null;
  type: "answer_evaluation";
  evaluation: Evaluation;
}

export type AnswerOutcome = "answered" | "timed_out" | "no_response" | "skipped";

export interface AnsweredView {
  question_number: number;
  question: string;
  answer_id: string;
  outcome: AnswerOutcome;
  content: string;
  code: string | null;
  at_s: number | null;
  asked_s: number | null;
  evaluation: Evaluation | null;
}

export interface AvatarFrame {
  seq: number | null;
  type: "avatar";
  event: "start" | "end" | "duck" | "resume";
  prompt_id: string;
  duration_s: number | null;
  visemes: Array<Viseme>;
  interrupted: boolean;
}

export interface BacklogRequest {
  seq: number | null;
  type: "backlog_request";
  gap_id: string;
  from_s: number;
}

export type Band = "clear" | "some" | "little" | "none";

export interface Capability {
  available: boolean;
  reason: string;
}

export interface CodeDraft {
  seq: number | null;
  type: "code_draft";
  question_number: number;
  code: string;
}

export interface CommandHeard {
  seq: number | null;
  type: "command_heard";
  command: "done" | "repeat" | "moment" | "skip" | "patience";
  words: string;
}

export interface ErrorFrame {
  seq: number | null;
  type: "error";
  content: string;
  code: string;
  ref: string | null;
  field: string | null;
  stop_recording: boolean;
  fatal: boolean;
}

export interface Evaluation {
  answer_id: string;
  question_number: number;
  status: EvaluationStatus;
  method: string;
  versions: Record<string, string>;
  scores: Record<string, Score>;
  points: Array<PointFinding>;
  strengths: Array<string>;
  weaknesses: Array<string>;
  feedback: string;
  follow_up_suggestion: string | null;
  measures: Record<string, number | number | string | null>;
  failure: string | null;
}

export type EvaluationStatus = "done" | "failed" | "not_scored";

export interface EvidenceQuote {
  quote: string;
  start_s: number | null;
  end_s: number | null;
}

export interface InterviewConcluded {
  seq: number | null;
  type: "interview_concluded";
  content: string;
  audio_file: string | null;
  stop_recording: boolean;
  start_recording: boolean;
  total_questions: number;
  question_type: QuestionKind | null;
  timer_seconds: number;
  status: Status;
  reason: string;
  final_average_score: number | null;
}

export interface ListeningFrame {
  seq: number | null;
  type: "listening";
  speaking: boolean;
}

export type Media = "webrtc" | "websocket" | "text";

export interface Participant {
  seq: number | null;
  type: "participant";
  connected: boolean;
  media: Media | null;
  reason: string | null;
}

export type Phase = "greeting" | "consent" | "preparing" | "asking" | "answering" | "thinking" | "reconnecting" | "paused" | "closing";

export interface Picture {
  seq: number | null;
  type: "picture";
  image: string;
  at: string;
}

export interface PointFinding {
  point: string;
  weight: number;
  status: PointStatus;
  evidence: Array<EvidenceQuote>;
  method: string;
}

export type PointStatus = "covered" | "contradicted" | "not_found";

export interface Pong {
  seq: number | null;
  type: "pong";
  t: number | null;
  server_time: string;
}

export interface ProcessingResponse {
  seq: number | null;
  type: "processing_response";
  content: string;
  answer_id: string;
  question_number: number;
  outcome: AnswerOutcome;
  question: string | null;
  answer: string | null;
  code: string | null;
}

export type ProctoringProfile = "off" | "observe" | "warn" | "strict";

export interface ProctoringView {
  profile: ProctoringProfile;
  watching: boolean;
  biometric_consent: boolean | null;
  identity_wanted: boolean;
  reference: boolean;
  violations: number;
  counted: number;
  limit: number | null;
  unavailable: Array<string>;
}

export interface ProctoringWarning {
  seq: number | null;
  type: "proctoring_warning";
  kind: string;
  active: boolean;
  advice: string;
  severity: Severity;
  remaining_s: number | null;
}

export interface PromptView {
  prompt_id: string;
  purpose: Purpose;
  text: string;
  audio_file: string | null;
  delivered: boolean;
  at_s: number | null;
}

export type Purpose = "greeting" | "consent_reprompt" | "question" | "reprompt" | "repeat" | "follow_up" | "gentle_prompt" | "pause" | "goodbye";

export interface QuestionFrame {
  seq: number | null;
  type: "question";
  content: string;
  audio_file: string | null;
  start_recording: boolean;
  stop_recording: boolean;
  proctoring_session_id: string | null;
  question_type: QuestionKind | null;
  timer_seconds: number | null;
  total_questions: number;
  prompt_id: string;
  purpose: Purpose;
  question_number: number | null;
  question_count: number;
  ask_no: number;
  preparation_seconds: number;
  speech_failed: boolean;
  audio_duration_s: number | null;
}

export type QuestionKind = "text" | "coding";

export interface Score {
  value: number | null;
  reason: string;
  evidence: Array<EvidenceQuote>;
  label: string;
  band: Band | null;
  uncertainty: number | null;
  method: string;
}

export type Severity = "low" | "medium" | "high";

export interface Snapshot {
  status: Status;
  phase: Phase | null;
  title: string;
  candidate_name: string;
  language: string;
  question_number: number | null;
  question_count: number;
  question: string | null;
  question_kind: QuestionKind | null;
  timer: TimerView;
  prompt: PromptView | null;
  answer_text: string;
  answered: Array<AnsweredView>;
  consent_received: boolean;
  consent_text_version: string;
  started_at: string | null;
  session_clock_s: number | null;
  thinking_until_at: string | null;
  skipping_until_at: string | null;
  paused_until_at: string | null;
  candidate_connected: boolean;
  moments_left: number;
  more_patience: boolean;
  proctoring: ProctoringView | null;
}

export interface StateFrame {
  seq: number | null;
  type: "state";
  status: Status;
  phase: Phase | null;
  question_number: number | null;
  thinking_until_at: string | null;
  skipping_until_at: string | null;
  paused_until_at: string | null;
  moments_left: number;
  more_patience: boolean;
}

export type Status = "initialized" | "in_progress" | "completed" | "terminated" | "abandoned" | "failed";

export interface Takeover {
  seq: number | null;
  type: "takeover";
  content: string;
}

export interface TimerFrame {
  seq: number | null;
  type: "timer";
  question_number: number | null;
  timer: TimerView;
  warning_s: number | null;
}

export interface TimerView {
  state: "running" | "paused" | "idle";
  paused_reason: string | null;
  remaining_s: number | null;
  allotted_s: number | null;
  moving_on_s: number | null;
  server_time: string;
}

export interface TranscriptFrame {
  seq: number | null;
  type: "transcript";
  question_number: number | null;
  utterance_id: string | null;
  committed: string;
  tentative: string;
  words: Array<Word>;
  answer_text: string | null;
}

export interface TurnFrame {
  seq: number | null;
  type: "turn";
  state: "ending" | "open" | "reopened";
  question_number: number;
  content: string;
  prompt_id: string | null;
  audio_file: string | null;
}

export interface ViolationFrame {
  seq: number | null;
  type: "proctoring_violation";
  violation_id: string;
  kind: string;
  message: string;
  advice: string;
  severity: Severity;
  start_s: number;
  end_s: number;
  hint: boolean;
  counted: number;
  limit: number | null;
  has_still: boolean;
}

export interface Viseme {
  at_s: number;
  duration_s: number;
  shape: string;
}

export interface WatchFrame {
  seq: number | null;
  type: "proctoring_state";
  proctoring: ProctoringView;
}

export interface WatchGapFrame {
  seq: number | null;
  type: "proctoring_gap";
  start_s: number;
  end_s: number;
  cause: string;
}

export interface WebRtcAnswer {
  seq: number | null;
  type: "webrtc_answer";
  sdp: string;
}

export interface Welcome {
  seq: number | null;
  type: "welcome";
  protocol: number;
  session_id: string;
  role: "candidate" | "observer";
  connection_id: string;
  epoch: string;
  last_seq: number;
  resumed: boolean;
  heartbeat_s: number;
  transport: "webrtc" | "livekit" | "websocket";
  ice_servers: Array<string>;
  stt: Capability;
  tts: Capability;
  recording: Capability;
  snapshot: Snapshot;
}

export interface Word {
  text: string;
  start_s: number;
  end_s: number;
  confidence: number;
}

export type ServerFrame =
  | Ack
  | AnswerEvaluation
  | AvatarFrame
  | BacklogRequest
  | CodeDraft
  | CommandHeard
  | ErrorFrame
  | InterviewConcluded
  | ListeningFrame
  | Participant
  | Picture
  | Pong
  | ProcessingResponse
  | ProctoringWarning
  | QuestionFrame
  | StateFrame
  | Takeover
  | TimerFrame
  | TranscriptFrame
  | TurnFrame
  | ViolationFrame
  | WatchFrame
  | WatchGapFrame
  | WebRtcAnswer
  | Welcome;

export interface BacklogFrame {
  id?: string | null;
  type: "backlog";
  gap_id: string;
  start_s: number;
  pcm: string;
  last?: boolean;
}

export interface CodeDraftFrame {
  id?: string | null;
  type: "code_draft";
  question_number: number;
  code: string;
}

export interface ConsentFrame {
  id?: string | null;
  type: "consent";
  granted: boolean;
  text_version: string;
}

export interface DevicesFrame {
  id?: string | null;
  type: "devices";
  camera: boolean;
  microphone?: boolean | null;
}

export interface DoneFrame {
  id?: string | null;
  type: "done";
  answer_id?: string | null;
}

export interface EndInterview {
  id?: string | null;
  type: "end_interview";
  question_number?: number | null;
  content?: string | null;
  code?: string | null;
}

export interface HereFrame {
  id?: string | null;
  type: "here";
}

export interface MomentFrame {
  id?: string | null;
  type: "moment";
}

export interface PageEventFrame {
  id?: string | null;
  type: "page_event";
  name: PageEventName;
  fields?: Record<string, number | number | string | boolean>;
}

export type PageEventName = "fullscreen_exit" | "fullscreen_enter" | "tab_hidden" | "tab_visible" | "window_blur" | "window_focus" | "paste" | "copy" | "screens" | "camera" | "camera_off" | "camera_on" | "window_size";

export interface PatienceFrame {
  id?: string | null;
  type: "patience";
}

export interface PingFrame {
  id?: string | null;
  type: "ping";
  t?: number | null;
}

export interface PlaybackFrame {
  id?: string | null;
  type: "playback";
  prompt_id: string;
  event: "started" | "finished";
  position_s?: number;
}

export interface RepeatFrame {
  id?: string | null;
  type: "repeat";
}

export interface SkipFrame {
  id?: string | null;
  type: "skip";
}

export interface TextResponse {
  id?: string | null;
  type: "text_response";
  content: string;
  timeout_submission?: boolean;
  answer_id?: string | null;
  question_number?: number | null;
  code?: string | null;
}

export interface TypingFrame {
  id?: string | null;
  type: "typing";
}

export interface UndoSkipFrame {
  id?: string | null;
  type: "undo_skip";
}

export interface WebRtcCandidate {
  id?: string | null;
  type: "webrtc_candidate";
  candidate: string;
  sdp_mid?: string | null;
  sdp_m_line_index?: number | null;
}

export interface WebRtcClose {
  id?: string | null;
  type: "webrtc_close";
}

export interface WebRtcOffer {
  id?: string | null;
  type: "webrtc_offer";
  sdp: string;
}

export type ClientFrame =
  | BacklogFrame
  | CodeDraftFrame
  | ConsentFrame
  | DevicesFrame
  | DoneFrame
  | EndInterview
  | HereFrame
  | MomentFrame
  | PageEventFrame
  | PatienceFrame
  | PingFrame
  | PlaybackFrame
  | RepeatFrame
  | SkipFrame
  | TextResponse
  | TypingFrame
  | UndoSkipFrame
  | WebRtcCandidate
  | WebRtcClose
  | WebRtcOffer;
