// What the pages of planning read from the server's JSON. The server's models are the source; see /docs.
import type { ProctoringProfile, QuestionKind } from "../../protocol.gen";
import type { ListeningProfile } from "../listening";
import type { Standing } from "../types";

export type Mode = "live" | "recorded";

export interface Paged<T> {
  items: T[];
  total: number;
  limit: number;
  offset: number;
}

export interface Point {
  text: string;
  weight: number;
  wordings: string[];
  wrong: string;
  drafted_by: string;
  approved_by: string;
}

export interface QuestionFields {
  text: string;
  type: QuestionKind;
  preparation_time: number | null;
  responding_time: number;
  pause_tolerance_s: number | null;
  keywords: string[];
  ideal_answer: string | null;
  points: Point[];
}

export interface PlanQuestion extends QuestionFields {
  id: number;
  order: number;
}

export interface BankQuestion extends QuestionFields {
  id: number;
  category: string;
  created_at: string;
  created_by: string;
}

export interface BankPage extends Paged<BankQuestion> {
  categories: Record<string, number>;
}

export interface Interview {
  id: number;
  slug: string;
  title: string;
  version: number;
  revision: number | null;
  mode: Mode;
  retakes: number;
  questions_ahead: boolean;
  language: string;
  voice: string | null;
  listening: ListeningProfile;
  follow_ups: boolean;
  max_questions: number | null;
  job_text: string | null;
  proctoring_profile: ProctoringProfile;
  proctoring_identity: boolean;
  camera_required: boolean;
  questions: PlanQuestion[];
  created_at: string | null;
  updated_at: string;
  updated_by: string;
}

export interface InterviewItem {
  id: number;
  slug: string;
  title: string;
  version: number;
  mode: Mode;
  language: string;
  total_questions: number;
  minutes: number;
  invitations: number;
  sessions: number;
  created_at: string;
  updated_at: string;
  created_by: string;
}

export interface VersionItem {
  version: number;
  title: string;
  total_questions: number;
  made_at: string;
  made_by: string;
  sessions: number;
}

export interface VersionPage extends Paged<VersionItem> {
  version: number;
  sessions: number;
}

export interface Options {
  dynamic_questions: { available: boolean; reason: string };
  languages: { code: string; name: string; spoken: boolean }[];
  voices: { name: string; language: string }[];
}

export interface Usual {
  language: string;
  voice: string | null;
  mode: Mode;
  listening: ListeningProfile;
  proctoring_profile: ProctoringProfile;
  preparation_time: number | null;
  responding_time: number;
  expires_in_hours: number;
  time_zone: string;
  remind_hours_before: number[];
}

export interface Invitation {
  id: number;
  interview_id: number;
  link: string;
  candidate_name: string;
  candidate_email: string;
  standing: "waiting" | "opened" | "begun" | "completed" | "expired" | "revoked";
  session_standing: Standing | null;
  opens_at: string | null;
  expires_at: string;
  time_zone: string;
  max_attempts: number;
  current_attempts: number;
  session_ids: string[];
  created_at: string;
  opened_at: string | null;
  completed_at: string | null;
  revoked_at: string | null;
  reminders: string[];
  reminded: number;
  reminded_at: string | null;
  reminder_due_at: string | null;
  link_sent_at: string | null;
}

export interface Person {
  name: string;
  email: string;
  phone: string;
}

export interface ReadLine {
  number: number;
  text: string;
  person: Person | null;
  problem: string;
  known: boolean;
}

export interface Preview {
  lines: ReadLine[];
  ready: number;
  wrong: number;
  known: number;
}

export interface Invited {
  items: { again: boolean; invitation: Invitation }[];
  invited: number;
  again: number;
  mailed: boolean;
  note: string;
}

export type JobStatus = "open" | "closed" | "draft";

export interface Job {
  id: number;
  title: string;
  description: string;
  location: string;
  experience: string;
  status: JobStatus;
  interview_id: number | null;
  questions: PlanQuestion[];
  text_question_timer: number;
  coding_question_timer: number;
  share_url: string;
  created_at: string;
  updated_at: string;
  created_by: string;
}
