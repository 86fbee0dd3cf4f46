// What the desk reads from the server's JSON. The server's models are the source; see /docs.
import type { AnswerOutcome, Band, Evaluation, ProctoringProfile, QuestionKind, Status, Word } from "../protocol.gen";

export type Standing =
  | "waiting" | "live" | "disconnected" | "completed" | "left_early" | "ended_early" | "declined" | "not_taken" | "failed";

export interface User {
  username: string;
  company: string;
  role: string;
  roles: string[];
  must_change_password: boolean;
}

export interface UserDetails {
  name: string;
  email: string;
  phone: string;
}

export interface SessionItem {
  session_id: string;
  user_details: UserDetails;
  status: Status;
  standing: Standing;
  mode: "live" | "recorded";
  title: string;
  created_at: string;
  link_opened_at: string | null;
  started_at: string | null;
  completed_at: string | null;
  max_questions: number;
  questions_answered: number;
  questions_recorded: number;
  average_score: number | null;
  end_reason: string | null;
  decision: DecisionOutcome | null;
  tags: string[];
  assignee: string | null;
  proctoring_violations_count: number;
  violations_unreviewed: number;
  blind: boolean;
}

export interface Counters {
  by_standing: Record<Standing, number>;
}

/** `blind`: names come with one's own scorecard, and nobody is found by name. */
export interface SessionPage {
  blind: boolean;
  sessions: SessionItem[];
  total: number;
  limit: number;
  offset: number;
}

/** `total` sessions match; `signals` wait for a decision in all sessions together. */
export interface ReviewPage extends SessionPage {
  signals: number;
}

export type RequestKind = "accommodation" | "transcript" | "signals" | "explanation" | "correction" | "erasure";

/** What a candidate asks for; staff answer it. */
export interface RequestTask {
  request_id: string;
  session_id: string;
  kind: RequestKind;
  text: string;
  asked_at: string;
  state: "open" | "done" | "declined";
  reply: string;
  settled_at: string | null;
  settled_by: string | null;
  name: string;
  title: string;
  over: boolean;
  camera_required: boolean;
}

export interface RequestPage {
  requests: RequestTask[];
  total: number;
  open: number;
  limit: number;
  offset: number;
}

/** How candidates found their interviews, without names. */
export interface Ratings {
  count: number;
  average: number | null;
  stars: Record<string, number>;
  comments: string[];
}

export type ReviewOutcome = "confirmed" | "dismissed" | "needs_second_look";

export interface ViolationReview {
  outcome: ReviewOutcome;
  by: string;
  at: string;
  note: string;
}

/** A signal with its evidence; `type` is the sentence for people. */
export interface ProctoringViolation {
  violation_id: string;
  timestamp: string;
  type: string;
  code: string;
  severity: number;
  at_s: number;
  end_s: number;
  confidence: number | null;
  measures: Record<string, number | string | null>;
  engine: string;
  model_sha256: string | null;
  counted: boolean;
  hint: boolean;
  still_url: string | null;
  outcome: ReviewOutcome | null;
  reviews: ViolationReview[];
  explanation: string | null;
}

export interface Integrity {
  monitored: boolean;
  statement: string;
  profile: ProctoringProfile;
  identity: string;
  confirmed: number;
  dismissed: number;
  unreviewed: number;
  kinds: { code: string; available: boolean; reason: string }[];
  gaps: { start_s: number; end_s: number; cause: string }[];
}

/** All signals of a session; `clips` are addresses by `violation_id`. */
export interface Watch {
  session_id: string;
  integrity: Integrity;
  violations: ProctoringViolation[];
  clips: Record<string, string>;
}

export interface Details {
  session: {
    session_id: string;
    status: Status;
    standing: Standing;
    mode: "live" | "recorded";
    questions_recorded: number;
    link_opened_at: string | null;
    title: string;
    language: string;
    user_details: UserDetails;
    camera_required: boolean;
    camera_waived: boolean;
    max_questions: number;
    total_questions: number;
    questions_answered: number;
    current_question_index: number;
    consent_received: boolean;
    average_score: number | null;
    created_at: string;
    started_at: string | null;
    completed_at: string | null;
    interview_id: number | null;
    assignee: string | null;
    blind: boolean;
    end_reason: string | null;
  };
  questions: {
    number: number;
    text: string;
    kind: QuestionKind;
    timer_s: number;
    preparation_s: number;
    keywords: string[];
    ideal_answer: string | null;
    outcome: AnswerOutcome | null;
  }[];
  interview_state: { phase: string | null; text_question_timer: number; coding_question_timer: number };
  transport: string;
  candidate_url: string | null;
  report_status: string | null;
}

export interface Created {
  session_id: string;
  candidate_url: string;
  warning: string | null;
  user_details: UserDetails;
}

export interface TranscriptEntry {
  role: "interviewer" | "candidate";
  content: string;
  timestamp: string;
  start_s: number | null;
  end_s: number | null;
  question_number: number | null;
  answer_id: string | null;
  utterance_id: string | null;
  purpose: string | null;
  interrupted: boolean;
  is_code: boolean;
}

/** Bands that people gave beside the software's, by method; null where it cannot be computed. */
export interface Agreement {
  method: string;
  n: number;
  kappa: number | null;
  r: number | null;
  statement: string;
}

/** Whether scores by software are shown, and who chose so. */
export interface ScoringChoice {
  shown: boolean;
  by: string;
  at: string | null;
  reason: string;
}

export interface AgreementReply {
  sessions: number;
  agreement: Agreement[];
  scoring: ScoringChoice;
}

/** An answer scored again: what counted before, and what came. */
export interface Rescored {
  at: string;
  by: string;
  reason: string;
  earlier: Evaluation;
  method: string;
  changes: { name: string; before: number | null; after: number | null }[];
  failure: string | null;
}

export interface AnswerReport {
  answer_id: string;
  question_number: number;
  question: string;
  kind: QuestionKind;
  is_follow_up: boolean;
  outcome: AnswerOutcome;
  source: string;
  content: string;
  code: string | null;
  words: Word[];
  /** Whether the spoken words are those of the whole sound or the live captions; null: typed. */
  heard: "captions" | "whole" | null;
  start_s: number | null;
  end_s: number | null;
  allotted_s: number | null;
  clock_used_s: number;
  response_delay_s: number | null;
  evaluation_state: "done" | "failed" | "not_scored" | "pending";
  evaluation_reason: string | null;
  evaluation: Evaluation | null;
  rescored: Rescored[];
}

export interface Kpis {
  communication: number | null;
  technical: number | null;
  problem_solving: number | null;
  confidence: number | null;
  clarity: number | null;
  relevance: number | null;
  depth: number | null;
  response_time_avg: number | null;
  questions_answered: number;
  questions_planned: number;
  completion_rate: number;
  engagement: string | null;
  speech_rate_wpm: number | null;
  filler_share_percent: number | null;
  silence_share_percent: number | null;
  spoken_s: number;
  words_spoken: number;
}

export interface RecordingSpan {
  session_start_s: number;
  recording_start_s: number;
  duration_s: number;
}

export interface TimelineEntry {
  at: string;
  at_s: number | null;
  end_s: number | null;
  kind: string;
  label: string;
  question_number: number | null;
}

export interface Rating {
  question_number: number;
  band: Band;
  comment: string;
}

export type DecisionOutcome = "advance" | "hold" | "reject" | "undecided";

export interface Decision {
  outcome: DecisionOutcome;
  reason: string;
  by: string;
  at: string;
}

/** What people make of it: the scorecard that stands of each person, the decision that stands. */
export interface Judged {
  scorecards: { by: string; at: string; ratings: Rating[]; overall: Band | null; comment: string }[];
  decision: Decision | null;
  decisions: Decision[];
  notes: { note_id: string; text: string; by: string; at: string }[];
  tags: string[];
  /** Who looks after it, as logs of actions name people. */
  assignee: string | null;
}

/** One score of the whole interview, 0-10. */
export interface ScoreLine {
  name: string;
  label: string;
  value: number | null;
  band: Band | null;
  uncertainty: number | null;
  method: string;
  answers: number;
  of: number;
  reason: string | null;
}

export interface ReportBody {
  judged: Judged;
  session_id: string;
  title: string;
  status: Status;
  standing: Standing | null;
  end_reason: string | null;
  report_status: string;
  revision: number;
  candidate_name: string;
  candidate_email: string;
  interview_date: string;
  duration_s: number;
  overall_score: number | null;
  scores: ScoreLine[];
  summary: string[];
  caveat: string;
  score_reason: string | null;
  detailed_feedback: string;
  strengths: string[];
  areas_for_improvement: string[];
  interview_transcript: TranscriptEntry[];
  kpis: Kpis;
  proctoring_violations: ProctoringViolation[];
  integrity: Integrity;
  answers: AnswerReport[];
  refused_answers: { answer_id: string; question_number: number | null; reason: string; content: string; at: string }[];
  coverage: { evaluated: number; to_evaluate: number; statement: string };
  weights: { note: string };
  recording: {
    available: boolean;
    url: string | null;
    mime: string | null;
    duration_s: number | null;
    statement: string;
    reason: string | null;
    timeline: RecordingSpan[];
  };
  timeline: TimelineEntry[];
  capability_notes: { component: string; note: string }[];
  provenance: {
    source: string;
    last_seq: number;
    events: number;
    built_at: string;
    consent_at: string | null;
    consent_text_version: string | null;
    engines: { role: string; name: string; version: string | null; note: string | null }[];
    evaluation_methods: Record<string, number>;
  };
  reading_note: string;
}

export interface ReportReply {
  status: string;
  revision: number;
  blind: boolean;
  report: ReportBody | null;
  message: string | null;
}

export interface EngineView {
  name: string;
  available: boolean;
  reason: string;
  queue: number;
  lag_s: number;
  restarts: number;
}

/** `GET /stats/history`: the oldest first, `at` in seconds of the epoch. */
export interface History {
  samples: {
    at: number;
    active_sessions: number;
    connections: number;
    loop_lag_p99_ms: number | null;
    recogniser_queue: number | null;
    recogniser_lag_s: number | null;
    cpu_percent: number;
    memory_bytes: number;
    sidecar_memory_bytes: number;
  }[];
}

export interface Stats {
  by_standing: Record<Standing, number>;
  stats: { total_sessions: number; active_sessions: number; completed_sessions: number; initialized_sessions: number };
  livekit: string;
  connections: { candidates: number; observers: number };
  audio_peers: number;
  loop_lag_ms: { p50: number | null; p99: number | null };
  recogniser: EngineView | null;
  synthesiser: EngineView | null;
  jobs: Record<string, number>;
  cpu_percent: number;
  memory_bytes: number;
  sidecar_memory_bytes: number;
  uptime_s: number;
  version: string;
}

export interface Ready {
  status: "ready" | "degraded" | "unready";
  parts: Record<string, { available: boolean; reason: string }>;
  missing_models: string[];
}
