import { describe, expect, it } from "vitest";
import type {
  InterviewConcluded, QuestionFrame, ServerFrame, StateFrame, TranscriptFrame, Welcome,
} from "../protocol.gen";
import { type AppState, type Invitation, START, roomOf } from "./app";
import { type Input, reduce } from "./reduce";

const PART = { available: true, reason: "" };
const INVITATION: Invitation = {
  session_id: "s", status: "initialized", title: "Engineer", company: "Acme", candidate_name: "A",
  question_count: 2, has_coding: false, estimated_minutes: 5, language: "en",
  consent: { version: "1", text: ["We record."] }, consent_received: false,
  capabilities: { stt: PART, tts: PART, recording: PART }, transport: "webrtc",
};

function welcome(last_seq: number, more: Partial<Welcome["snapshot"]> = {}): Welcome {
  return {
    type: "welcome", seq: null, protocol: 1, session_id: "s", role: "candidate",
    connection_id: "c", epoch: "e", last_seq, resumed: false, heartbeat_s: 10,
    transport: "webrtc", ice_servers: [], stt: PART, tts: PART, recording: PART,
    snapshot: {
      status: "in_progress", phase: "answering", title: "Engineer", candidate_name: "A",
      language: "en", question_number: 1, question_count: 2, question: "First?",
      question_kind: "text",
      timer: {
        state: "running", paused_reason: null, remaining_s: 60, allotted_s: 120,
        server_time: "2026-01-01T00:00:00Z",
      },
      prompt: null, answer_text: "", answered: [], consent_received: true,
      consent_text_version: "1", started_at: null, session_clock_s: 3, thinking_until_at: null,
      candidate_connected: true, moments_left: 1, ...more,
    },
  };
}

const question = (seq: number, text: string, purpose: QuestionFrame["purpose"] = "question") =>
  ({
    type: "question", seq, content: text, audio_file: null, start_recording: true,
    stop_recording: false, proctoring_session_id: null, question_type: "text", timer_seconds: 120,
    total_questions: 1, prompt_id: `p${seq}`, purpose, question_number: 2, question_count: 2,
    ask_no: 1, preparation_seconds: 0, speech_failed: false, audio_duration_s: null,
  }) satisfies QuestionFrame;

const phase = (seq: number, value: StateFrame["phase"]): StateFrame => ({
  type: "state", seq, status: "in_progress", phase: value, question_number: 2,
  thinking_until_at: null, moments_left: 1,
});

const words = (seq: number | null, committed: string, tentative = ""): TranscriptFrame => ({
  type: "transcript", seq, question_number: 1, utterance_id: seq === null ? null : "u",
  committed, tentative, words: [], answer_text: seq === null ? null : committed,
});

const concluded: InterviewConcluded = {
  type: "interview_concluded", seq: 30, content: "Bye", audio_file: null, stop_recording: true,
  start_recording: false, total_questions: 2, question_type: null, timer_seconds: 0,
  status: "completed", reason: "all_answered", final_average_score: null,
};

function after(...inputs: (Input | ServerFrame)[]): AppState {
  return inputs.reduce<AppState>((state, item) => {
    const input: Input = "kind" in item ? item : { kind: "frame", frame: item, now_ms: 1_000 };
    return reduce(state, input);
  }, START);
}

const ENTER: Input[] = [
  { kind: "invited", invitation: INVITATION }, { kind: "consented" }, { kind: "checked" },
];

describe("the way in", () => {
  it("goes lobby, checking, joining, live", () => {
    expect(after(...ENTER.slice(0, 1)).kind).toBe("lobby");
    expect(after(...ENTER.slice(0, 2)).kind).toBe("checking");
    expect(after(...ENTER).kind).toBe("joining");
    expect(after(...ENTER, welcome(5)).kind).toBe("live");
  });

  it("shows the end at once when the interview is over", () => {
    const over = { ...INVITATION, status: "completed" as const };
    expect(after({ kind: "invited", invitation: over }).kind).toBe("ended");
  });

  it("does not let frames skip consent", () => {
    expect(after({ kind: "invited", invitation: INVITATION }, welcome(5)).kind).toBe("lobby");
  });
});

describe("order", () => {
  it("takes several frames of one event and refuses older ones", () => {
    const room = roomOf(after(...ENTER, welcome(5), question(7, "Second?"), phase(7, "asking"), phase(6, "thinking")));
    expect(room?.question).toBe("Second?");
    expect(room?.phase).toBe("asking");
    expect(room?.seq).toBe(7);
  });

  it("does not let a replay undo the snapshot", () => {
    const room = roomOf(after(...ENTER, welcome(9), question(4, "Old?"), phase(8, "greeting")));
    expect(room?.question).toBe("First?");
    expect(room?.phase).toBe("answering");
  });
});

describe("resume", () => {
  it("keeps the room while away and takes the snapshot when back", () => {
    const away = after(...ENTER, welcome(5), { kind: "lost", attempt: 1 });
    expect(away.kind).toBe("reconnecting");
    expect(roomOf(away)?.question).toBe("First?");
    const frame = welcome(8, { question: "Second?", question_number: 2, answer_text: "so far" });
    const back = reduce(away, { kind: "frame", frame, now_ms: 9_000 });
    expect(back.kind).toBe("live");
    expect(roomOf(back)?.answer_text).toBe("so far");
    expect(roomOf(back)?.clock?.told_ms).toBe(9_000);
  });

  it("stays ended after a takeover, whatever comes", () => {
    const taken: ServerFrame = { type: "takeover", seq: null, content: "elsewhere" };
    const state = after(...ENTER, welcome(5), taken, welcome(9), { kind: "lost", attempt: 1 });
    expect(state).toMatchObject({ kind: "ended", because: "takeover" });
  });

  it("keeps the farewell", () => {
    const state = after(...ENTER, welcome(5), concluded, { kind: "failed", code: "network" });
    expect(state).toMatchObject({ kind: "ended", because: "concluded", concluded: { content: "Bye" } });
  });
});

describe("captions", () => {
  it("shows the live tail until its words are stored", () => {
    const live = roomOf(after(...ENTER, welcome(5), words(null, "I looked", "at the")));
    expect([live?.committed, live?.tentative]).toEqual(["I looked", "at the"]);
    const kept = roomOf(after(...ENTER, welcome(5), words(null, "I", "looked"), words(6, "I looked")));
    expect([kept?.answer_text, kept?.committed, kept?.tentative]).toEqual(["I looked", "", ""]);
  });

  it("begins anew with the next question, not with a gentle prompt", () => {
    const said = [...ENTER, welcome(5), words(6, "My answer")];
    expect(roomOf(after(...said, question(7, "Take your time.", "gentle_prompt")))?.answer_text).toBe("My answer");
    expect(roomOf(after(...said, question(7, "Take your time.", "gentle_prompt")))?.question).toBe("First?");
    expect(roomOf(after(...said, question(7, "Second?")))?.answer_text).toBe("");
  });
});

describe("refusals", () => {
  it("turns a code into a sentence of ours", () => {
    const frame: ServerFrame = {
      type: "error", seq: null, code: "answer_late", content: "raw", ref: null, field: null,
      stop_recording: false, fatal: false,
    };
    expect(roomOf(after(...ENTER, welcome(5), frame))?.notice?.text).toMatch(/after the question was closed/);
  });
});
