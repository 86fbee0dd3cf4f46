// A sentence for every state, pause and failure that the candidate may see. No DOM.
import type { AppState, Notice, RoomState, SessionInfo } from "./model";

export type Mood = "speaking" | "listening" | "thinking" | "waiting" | "idle";

/** What the avatar does and the words under it: the one place where the state is said. */
export function presence(state: AppState): { mood: Mood; words: string } {
  if (state.kind === "reconnecting") return { mood: "waiting", words: "Reconnecting: your answer is safe" };
  if (state.kind !== "live") return { mood: "idle", words: "One moment" };
  const { room } = state;
  const silent = room.speechFailed || !state.info.capabilities.tts.available;
  if (silent && !room.avatarSpeaking && !room.savingAnswer && (room.phase === "asking" || room.phase === "greeting")) {
    return { mood: "idle", words: "Please read: your turn is next" };
  }
  return inRoom(room);
}

function inRoom(room: RoomState): { mood: Mood; words: string } {
  if (room.turn === "ending") return { mood: "listening", words: "Keep talking, or press Done" };
  if (room.turn === "reopened") return { mood: "listening", words: "Sorry, go on" };
  if (room.avatarSpeaking) return { mood: "speaking", words: "Speaking" };
  if (room.savingAnswer) return { mood: "thinking", words: "Saving your answer" };
  switch (room.phase) {
    case "consent":
    case "answering":
      if (room.candidateSpeaking) return { mood: "listening", words: "Listening" };
      return { mood: "listening", words: "Your turn: take your time" };
    case "thinking":
      return { mood: "idle", words: "Your moment: the clock stands still" };
    case "preparing":
      return { mood: "idle", words: "Preparing: collect your thoughts" };
    case "reconnecting":
      return { mood: "waiting", words: "Reconnecting: your answer is safe" };
    case "paused":
      return { mood: "waiting", words: "Paused: a person is asked to look" };
    case "closing":
      return { mood: "idle", words: "Thank you" };
    default:
      return { mood: "thinking", words: "Thinking" };
  }
}

/** What is true while devices are checked: before the interview, or while it is running. */
export function checkWords({ status, consent_received, in_room, kept_until_at, proctoring }: SessionInfo): string {
  if (status === "in_progress" && in_room && consent_received) {
    return "Your interview is open in another window or on another device, and goes on there. If you continue here, it moves here.";
  }
  if (status === "in_progress" && consent_received) {
    const back = "Your interview is running. The clock stands until you are back in the room, and nothing is recorded meanwhile. What you said and typed is saved.";
    return kept_until_at === null ? back : `${back} Your place is kept until ${timeWords(new Date(kept_until_at))}.`;
  }
  const next = "A short check, then the interview begins.";
  if (proctoring.reference_taken) return `${next} Nothing is recorded yet, except the picture that you agreed to.`;
  const asked = proctoring.profile !== "off" && proctoring.identity && proctoring.biometric_consent !== false;
  return asked ? `${next} Nothing is recorded yet; one picture is stored if you agree to it below.` : `${next} Nothing is recorded yet.`;
}

const PAUSED: Readonly<Record<string, string>> = {
  idle: "Starts when the question has been asked",
  prompt: "Paused while the question is asked",
  disconnected: "Paused while you reconnect",
  thinking: "Paused for your moment",
  review: "Paused until a person decides",
  skipping: "Paused: about to skip",
  fault: "Paused: a fault on our side",
  preparing: "Time to prepare",
};

/** Until when the link works, with the time zone it is told in. */
export function deadlineWords(deadline: Date, now = new Date()): string {
  const day = deadline.toLocaleString([], { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short" });
  return now < deadline ? `Your link works until ${day}.` : `Your link worked until ${day}.`;
}

/** A time of this day where the reader is. */
export function timeWords(at: Date): string {
  return at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

/** A length of time as people say it; what is not whole is rounded down, so that nothing is promised twice. */
export function spanWords(seconds: number): string {
  const [many, unit] = seconds < 120 ? [Math.floor(seconds), "second"] : [Math.floor(seconds / 60), "minute"];
  return `${many} ${unit}${many === 1 ? "" : "s"}`;
}

/** Why the clock stands. What is said during a pause for a prompt need not be a question. */
export function pausedWords(reason: string | null, room: Pick<RoomState, "turn" | "phase"> | null = null): string {
  if (reason === null) return "";
  if (reason === "prompt" && room?.turn === "ending") return "Paused after your answer";
  if (reason === "prompt" && room?.turn === "reopened") return "Paused: go on with your answer";
  if (reason === "prompt" && room !== null && room.phase !== "asking") return "Paused while the interviewer speaks";
  return PAUSED[reason] ?? "Paused";
}

export interface ComingUp {
  what: "skip" | "silence" | "time" | "thinking";
  /** With the seconds, for the eye; without them, for the ear. */
  words: string;
  said: string;
}

/** The time is counted down in words for so long. */
const LAST_S = 5;

/** What happens by itself within seconds at `now` (performance.now()); null when nothing does. */
export function coming(room: RoomState, now: number): ComingUp | null {
  const { clock, skippingUntil } = room;
  if (skippingUntil !== null) {
    const words = `Skipping this question in ${whole((skippingUntil - now) / 1000)} s.`;
    return { what: "skip", words, said: "Skipping this question in a few seconds. You can stay at it." };
  }
  if (clock.movingOnS !== null) {
    const left = whole(clock.movingOnS - (now - clock.at) / 1000);
    return { what: "silence", words: `Moving on in ${left} s; speak or press a key to stay.`, said: "Moving on in a few seconds. Speak or press a key to stay." };
  }
  const thinkS = thinkingLeft(room, now);
  if (thinkS !== null && thinkS <= LAST_S) {
    const over = room.phase === "preparing" ? "Your time to prepare is over" : "Your moment is over";
    return { what: "thinking", words: `${over} in ${thinkS} s; then the clock runs.`, said: `${over} in 5 seconds; then the clock runs.` };
  }
  if (clock.state !== "running" || clock.remainingS === null || room.phase !== "answering") return null;
  const left = clock.remainingS - (now - clock.at) / 1000;
  if (left > LAST_S) return null;
  return { what: "time", words: `Time is up in ${whole(left)} s. What you said and typed is kept.`, said: "Time is up in 5 seconds. What you said and typed is kept." };
}

/** Whole seconds of the moment or of the time to prepare; null where there is neither. */
export function thinkingLeft({ thinkingUntil }: Pick<RoomState, "thinkingUntil">, now: number): number | null {
  return thinkingUntil === null ? null : whole((thinkingUntil - now) / 1000);
}

function whole(seconds: number): number {
  return Math.max(0, Math.ceil(seconds));
}

/** An answer that is longer than can be sent. */
export function excessWords(characters: number): string {
  const many = characters === 1 ? "1 character" : `${characters.toLocaleString("en")} characters`;
  return `That is ${many} too long to send. Shorten it a little, then send it.`;
}

/** Minutes and seconds for the eye; whole minutes and seconds are never negative. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${String(Math.floor(whole / 60)).padStart(2, "0")}:${String(whole % 60).padStart(2, "0")}`;
}

const NOTICES: Readonly<Record<string, string>> = {
  link_missing: "This address is not complete. Open the link from your invitation again, all of it.",
  unauthenticated: "This link does not work, or not any more. Open the link from your invitation again, all of it; if that does not help, ask for a new one.",
  forbidden: "This link does not open this interview. Use the link from your invitation.",
  not_found: "We cannot find this interview. Ask the person who invited you for a new link.",
  gone: "This interview is over. Nothing more can be sent, and nothing was lost.",
  network: "We cannot reach the server. Check your internet connection, then try again. What you said is safe.",
  protocol: "This page is out of date. Reload it; your answers are safe.",
  unavailable: "That did not work just now. Nothing is lost. Try again in a moment.",
  rate_limited: "That was too quick for the server. Wait a few seconds, then try again.",
  too_many_frames: "That was too much at once. Wait a moment, then go on. Nothing is lost.",
  too_large: "That is too long to send. Shorten it a little, then send it again.",
  invalid_frame: "That could not be sent. Try again, or type your answer.",
  conflict: "That is not possible right now. Nothing is lost.",
  out_of_turn: "That is not possible right now. Wait until it is your turn.",
  answer_late: "The time was over when your answer arrived. We kept it, marked as late.",
  answer_out_of_turn: "That answer belonged to an earlier question, so it was not sent.",
  answer_duplicate_id_other_content: "That answer is saved already.",
  speech_failed: "The voice does not work at the moment. Please read the question.",
  media_text: "Your microphone does not reach us. Please type your answers; everything else stays the same.",
  media_socket: "Sound goes over a simpler connection now. You can carry on.",
  microphone_denied: "The browser does not let us use the microphone. Type your answers, or allow it and reload.",
  microphone_missing: "We found no microphone. Type your answers, or plug one in and reload.",
  microphone_lost: "We can't hear you. Is your microphone muted or unplugged? You can type your answer.",
  microphone_back: "Your microphone is back. You can carry on.",
  microphone_changed: "We hear you through another microphone now. You can carry on.",
  device_unusable: "That device cannot be used now. Is another program using it? Choose another one.",
  camera_denied: "The browser does not let us use the camera. Allow it at the left of the address, then choose it again.",
  camera_lost: "Your camera has stopped. The interview goes on; choose another one, or go on without.",
  sound_blocked: "Your browser holds the sound back. Press any key or tap the page to hear us.",
  recording_unsupported: "This browser cannot record sound or picture. Your answers are saved in words; nothing else changes.",
  recording_failed: "Your browser could not record any more. Your answers are still saved. You can carry on.",
  upload_failed: "The recording could not be sent yet. It is kept on this device; leave the page open.",
  disk_full: "This device has no room for the recording. Your answers are still saved. You can carry on.",
};

/** The sentence for a notice: by its code, else what the server said, else a plain one. */
export function noticeWords(notice: Notice): string {
  return NOTICES[notice.code] ?? (notice.text || "That did not work. Nothing is lost; try again.");
}
