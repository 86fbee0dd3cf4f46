// A sentence for every failure and state that the candidate may see, keyed by code: what
// happened, whether anything was lost, what to do.

import type { AvatarMood } from "../avatar/life";
import type { Room } from "./app";

const FAILURES: Record<string, string> = {
  link_missing:
    "This address is not complete. Please open the link from your invitation again, all of it.",
  unauthenticated:
    "This link does not work any more. Please ask the person who invited you for a new one.",
  token_expired:
    "This link has expired. Please ask the person who invited you for a new one.",
  forbidden: "This link does not open this interview. Please use the link from your invitation.",
  not_found: "We cannot find this interview. Please ask the person who invited you for a new link.",
  gone: "This interview is over. Nothing more can be sent.",
  network: "We cannot reach the server. Please check your internet connection, then try again.",
  unavailable: "The server is busy for a moment. Nothing is lost. Please try again.",
  rate_limited: "That was too quick for the server. Please wait a few seconds, then try again.",
  protocol: "This page is out of date. Please reload it; your answers are safe.",
};

const NOTICES: Record<string, string> = {
  answer_late: "Your answer came after the question was closed. We kept it, but it does not count.",
  answer_out_of_turn: "That answer belonged to another question, so it was not sent.",
  answer_duplicate_id_other_content: "That answer is already saved.",
  too_many_frames: "Too much at once. Please wait a moment, then go on.",
  too_large: "That is too long to send. Please shorten it.",
  invalid_frame: "That could not be sent. Please try again, or type your answer.",
  conflict: "That is not possible right now.",
  out_of_turn: "That is not possible right now.",
  no_moments_left: "You have used your breaks for this question. The clock goes on.",
  stt_failed: "We can't hear you at the moment. Please type your answer.",
  unavailable: "That did not work just now. Nothing is lost. Please try again.",
  media_text:
    "Your microphone does not reach us. Please type your answers; everything else stays the same.",
  media_socket: "Sound goes over a simpler connection now. You can carry on.",
  sound_blocked: "Your browser holds the sound back. Press any key or tap the page to hear us.",
  microphone_lost: "Your microphone was unplugged. Plug it in again, or type your answer.",
  microphone_back: "Your microphone is back.",
  recording_failed: "Your browser could not record any more. The interview goes on.",
  speech_failed: "The voice does not work at the moment. Please read the question.",
};

/** The sentence for a failure that ends what the page can do. */
export function failureText(code: string, given: string | null = null): string {
  return FAILURES[code] ?? given ?? "Something went wrong. Please reload this page.";
}

/** The sentence for something that went wrong while the interview goes on. */
export function noticeText(code: string, given = ""): string {
  return NOTICES[code] ?? (given || "That did not work. Please try again.");
}

const PAUSED: Record<string, string> = {
  prompt: "Paused while we speak",
  disconnected: "Paused while you reconnect",
  thinking: "Paused: take your moment",
  fault: "Paused: a fault on our side",
  preparing: "Time to prepare",
  idle: "",
};

/** Why the clock stands. */
export function pausedText(reason: string | null): string {
  return reason === null ? "" : (PAUSED[reason] ?? "Paused");
}

/** What the avatar does, and the words for it. Always in one place under the avatar. */
export function presence(room: Room, reconnecting: boolean): { mood: AvatarMood; text: string } {
  if (reconnecting) return { mood: "waiting", text: "Reconnecting: your answer is safe" };
  if (room.speaking) return { mood: "speaking", text: "Speaking" };
  switch (room.phase) {
    case "thinking":
      return { mood: "idle", text: "Take your moment: the clock stands still" };
    case "preparing":
      return { mood: "idle", text: "Time to prepare" };
    case "answering":
    case "consent":
      if (room.heard) return { mood: "listening", text: "Listening" };
      return { mood: "listening", text: "Your turn: take your time" };
    case "closing":
      return { mood: "idle", text: "Thank you" };
    default:
      return { mood: "thinking", text: "Thinking" };
  }
}
