import { describe, expect, it } from "vitest";
import type { ServerFrame, Snapshot, TimerView, Welcome } from "../protocol.gen";
import { audioOf, type Room, roomAfter, typedInto, welcomed } from "./room";

const SERVER_TIME = "2026-01-01T10:00:00Z";
const TIMER: TimerView = {
  state: "running", paused_reason: null, remaining_s: 60, allotted_s: 90, moving_on_s: null, server_time: SERVER_TIME,
};
const SNAPSHOT: Snapshot = {
  status: "in_progress", phase: "answering", title: "Backend engineer", candidate_name: "Ada",
  language: "en", question_number: 1, question_count: 3, question: "Why?", question_kind: "text",
  timer: TIMER, prompt: null, answer_text: "So far", answered: [], consent_received: true,
  consent_text_version: "1", started_at: SERVER_TIME, session_clock_s: 12,
  thinking_until_at: null, skipping_until_at: null, paused_until_at: null, candidate_connected: true, moments_left: 1, more_patience: false, proctoring: null,
};

function welcome(snapshot: Partial<Snapshot> = {}, lastSeq = 10): Welcome {
  return {
    seq: null, type: "welcome", protocol: 1, session_id: "s", role: "candidate",
    connection_id: "c", epoch: "e", last_seq: lastSeq, resumed: false, heartbeat_s: 10,
    transport: "webrtc", ice_servers: [], stt: { available: true, reason: "" },
    tts: { available: true, reason: "" }, recording: { available: true, reason: "" },
    snapshot: { ...SNAPSHOT, ...snapshot },
  };
}

function words(committed: string, more: Partial<ServerFrame & { type: "transcript" }> = {}) {
  return {
    seq: null, type: "transcript", question_number: 1, utterance_id: null, committed,
    tentative: "", words: [], answer_text: null, ...more,
  } as ServerFrame;
}

function question(content: string, purpose: string, seq: number | null): ServerFrame {
  return {
    seq, type: "question", content, audio_file: "/a.wav", start_recording: true,
    stop_recording: false, proctoring_session_id: null, question_type: "coding",
    timer_seconds: 60, total_questions: 1, prompt_id: `p${seq}`, purpose, question_number: 2,
    question_count: 3, ask_no: 1, preparation_seconds: 0, speech_failed: false,
    audio_duration_s: 2,
  } as ServerFrame;
}

const saved = (seq: number): ServerFrame => ({
  seq, type: "processing_response", content: "Thank you.", answer_id: "a", question_number: 1,
  outcome: "answered", question: null, answer: null, code: null,
});

function after(...frames: ServerFrame[]): Room {
  return frames.reduce((room, frame) => roomAfter(room, frame, 2_000), welcomed(welcome(), null, 1_000));
}

describe("room", () => {
  it("takes what joins a closed answer into that answer, and leaves the open one alone", () => {
    const late = { ...saved(14), outcome: "timed_out", answer: "Typed" } as ServerFrame;
    const room = after(saved(11), question("And now?", "question", 12), words("so", { seq: 13, question_number: 2 }), late);
    expect(room.answered.map((item) => [item.questionNumber, item.outcome, item.content])).toEqual([[1, "timed_out", "Typed"]]);
    expect([room.committed, room.questionNumber]).toEqual(["so", 2]);
  });


  it("shows the words of the snapshot, then the live tail behind them", () => {
    const room = after(words("and then", { tentative: "I wen" }));
    expect(room.committed).toBe("So far and then");
    expect(room.tentative).toBe("I wen");
  });

  it("does not show a stored utterance twice", () => {
    const room = after(
      words("and then"), words("and then", { seq: 11, answer_text: "So far and then" }),
      words("I left"),
    );
    expect(room.committed).toBe("So far and then I left");
    expect(room.seq).toBe(11);
  });

  it("ignores replayed frames that the snapshot covers", () => {
    const room = after();
    expect(roomAfter(room, words("again", { seq: 9 }), 2_000)).toBe(room);
    expect(roomAfter(room, question("Old?", "question", 10), 2_000)).toBe(room);
  });

  it("takes several frames of one event", () => {
    const room = after(saved(11), {
      seq: 11, type: "state", status: "in_progress", phase: "asking", question_number: 2,
      thinking_until_at: null, skipping_until_at: null, paused_until_at: null, moments_left: 1, more_patience: false,
    });
    expect(room.phase).toBe("asking");
    expect(room.questionNumber).toBe(2);
  });

  it("keeps an answer with its question and clears the words for the next", () => {
    const room = after(words("and then"), saved(11), question("How?", "question", 12));
    expect(room.answered).toEqual([
      { answerId: "a", questionNumber: 1, question: "Why?", outcome: "answered", content: "So far and then" },
    ]);
    expect([room.committed, room.question, room.questionKind]).toEqual(["", "How?", "coding"]);
  });

  it("keeps the question while the avatar says something else", () => {
    const room = after(question("Take your time.", "gentle_prompt", 11));
    expect([room.question, room.line]).toEqual(["Why?", "Take your time."]);
    expect(room.committed).toBe("So far");
  });

  it("adds words that come after the answer was closed to that answer", () => {
    const room = after(
      saved(11), question("How?", "question", 12),
      words("the end", { seq: 13, question_number: 1, answer_text: "" }),
    );
    expect(room.answered[0]?.content).toBe("So far the end");
    expect(room.committed).toBe("");
  });

  it("stamps the clock with the page's own time", () => {
    const timer = { ...TIMER, state: "paused", paused_reason: "fault", remaining_s: 41 } as TimerView;
    const room = after({ seq: null, type: "timer", question_number: 1, timer, warning_s: 30 });
    expect(room.clock).toEqual(
      { state: "paused", pausedReason: "fault", remainingS: 41, allottedS: 90, movingOnS: null, at: 2_000 },
    );
    expect(room.warningS).toBe(30);
  });

  it("says how to keep the floor while the interviewer is about to go on, and lets go of it", () => {
    const turn = (state: "ending" | "open" | "reopened", seq: number): ServerFrame => ({
      seq, type: "turn", state, question_number: 1, content: "Thank you.", prompt_id: "k1", audio_file: "/k1.wav",
    });
    const ending = after(turn("ending", 11));
    expect(ending.turn).toBe("ending");
    expect(audioOf(ending, "k1")).toBe("/k1.wav");
    expect(roomAfter(ending, turn("open", 12), 1_000).turn).toBe("open");
    expect(roomAfter(ending, question("Next?", "question", 12), 1_000).turn).toBe("open");
    expect(after(turn("reopened", 11)).turn).toBe("reopened");
  });

  it("says until when a moment lasts on the page's own clock", () => {
    const room = after({
      seq: 11, type: "state", status: "in_progress", phase: "thinking", question_number: 1,
      thinking_until_at: "2026-01-01T10:00:30Z", skipping_until_at: "2026-01-01T10:00:05Z",
      paused_until_at: "2026-01-01T10:10:00Z", moments_left: 0, more_patience: true,
    });
    expect(room.skippingUntil).toBe((room.thinkingUntil ?? 0) - 25_000);
    expect(room.pausedUntil?.toISOString()).toBe("2026-01-01T10:10:00.000Z");
    expect(room.morePatience).toBe(true);
    expect(room.thinkingUntil).toBe(31_000);
  });

  it("moves the mouth from start to end, and is not silenced by a duck", () => {
    const avatar = (event: "start" | "duck" | "end"): ServerFrame => ({
      seq: null, type: "avatar", event, prompt_id: "p", duration_s: 1, interrupted: false,
      visemes: [{ at_s: 0, duration_s: 1, shape: "A" }],
    });
    const speaking = after(avatar("start"), avatar("duck"));
    expect(speaking.avatarSpeaking).toBe(true);
    expect(speaking.visemes).toMatchObject({ promptId: "p", startedAt: 2_000 });
    expect(roomAfter(speaking, avatar("end"), 3_000)).toMatchObject(
      { avatarSpeaking: false, visemes: null },
    );
  });

  it("replaces everything by the next welcome, but not the end", () => {
    const ended = after({
      seq: 20, type: "interview_concluded", content: "Goodbye.", audio_file: null,
      stop_recording: true, start_recording: false, total_questions: 1, question_type: "text",
      timer_seconds: 0, status: "completed", reason: "all_answered", final_average_score: null,
    });
    const room = roomAfter(ended, welcome({ answer_text: "" }, 21), 3_000);
    expect(room.concluded?.content).toBe("Goodbye.");
    expect([room.seq, room.committed]).toEqual([21, ""]);
  });

  it("shows what was typed until it is saved, and not for ever when it is refused", () => {
    const typed = typedInto(after(), "by hand");
    expect([typed.committed, typed.savingAnswer]).toEqual(["So far by hand", true]);
    const refusal: ServerFrame = {
      seq: null, type: "error", content: "No.", code: "too_large", ref: "x", field: null,
      stop_recording: false, fatal: false,
    };
    expect(roomAfter(typed, refusal, 2_000).savingAnswer).toBe(false);
    expect(roomAfter(typed, saved(11), 2_000).answered[0]?.content).toBe("So far by hand");
  });
});
