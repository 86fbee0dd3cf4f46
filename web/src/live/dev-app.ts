// Scripted states, to look at every screen without a server. Vite leaves it out of the build.
import type { Actions, App, AppState, Flag, MediaView, Own, RoomState, SessionInfo, WatchNotice, WatchState } from "./model";

const WATCH: WatchNotice = {
  profile: "warn", identity: true, limit: null, pause_minutes: 10, biometric_consent: null, reference_taken: false,
  kinds: ["no_face", "multiple_faces", "looking_away", "identity_change", "no_frames", "camera_dark", "second_voice", "tab_hidden", "window_blur", "paste", "copy", "second_screen"],
  biometric: {
    version: "2026-11",
    text: [
      "For this interview Northwind Labs would like to check that the same person sits in front of the camera from the beginning to the end. For that one picture of your face is taken now, turned into numbers and compared with later pictures.",
      "The picture and the numbers are stored encrypted, used for this interview only, and removed 30 days later at the latest. You may refuse: the interview goes on just the same.",
    ],
  },
};

const INFO: SessionInfo = {
  session_id: "demo", status: "initialized", title: "Backend engineer", company: "Northwind Labs", theme: null, candidate_name: "Ada Winter",
  practice: "What is something that you enjoyed doing lately, and why?", question_count: 5, estimated_minutes: 25, language: "en", transport: "webrtc", proctoring: WATCH,
  deadline: new Date("2026-12-04T13:00:00Z"), consent_received: false, camera_required: false, in_room: false, grace_s: 600, kept_until_at: null, stayed_away: false,
  consent: {
    version: "2026-11",
    paragraphs: [
      "We record sound and picture while you are in the room, and write down what you say. People at Northwind Labs read and listen to it to decide about the next step. A computer suggests scores with quotes from your answers; a person decides.",
      "We keep everything for 90 days, then it is deleted. You may ask for a copy, a correction or deletion at any time, also during the interview.",
    ],
  },
  capabilities: { stt: { available: true, reason: "" }, tts: { available: true, reason: "" }, recording: { available: true, reason: "" } },
};

const QUESTION = "Tell me about a time you had to fix a production outage. What did you do first, and why?";

const LONGEST = "Imagine that you have joined a team that runs a payments service for a few hundred shops, and that on your second day the rate of failed payments doubles within an hour while every dashboard looks as it always does. ".repeat(4).slice(0, 800);

function room(change: Partial<RoomState> = {}): RoomState {
  return {
    status: "in_progress", phase: "answering", title: INFO.title, questionNumber: 2, questionCount: 5, question: QUESTION, questionKind: "text",
    line: QUESTION, linePurpose: "question", speechFailed: false,
    clock: { state: "running", pausedReason: null, remainingS: 102, allottedS: 180, movingOnS: null, at: performance.now() }, warningS: null,
    committed: "So the first thing I did was look at the connection pool, because the latency had gone up before the errors came,",
    tentative: "and then I saw that one of the", answered: [], avatarSpeaking: false, visemes: null, candidateSpeaking: true, turn: "open",
    savingAnswer: false, thinkingUntil: null, skippingUntil: null, pausedUntil: null, momentsLeft: 2, morePatience: false, consentReceived: true, concluded: null,
    watch: { watching: true, unavailable: ["second_voice"], counted: 0, warnings: [], note: null }, ...change,
  };
}

const MEDIA: MediaView = { microphone: "on", camera: "on", transport: "webrtc", recording: "on", recordingWhy: "" };
const MUTE: MediaView = { microphone: "denied", camera: "missing", transport: "text", recording: "off", recordingWhy: "" };

function live(change: Partial<RoomState> = {}, media: MediaView = MEDIA, code: string | null = null): AppState {
  return { kind: "live", info: INFO, room: room(change), media, notice: code ? { code, text: "", fatal: false } : null };
}

/** A long run of mouth shapes, about as a voice would give them. */
function speech() {
  const names = ["PP", "aa", "DD", "ih", "SS", "E", "nn", "sil", "FF", "oh", "RR", "kk", "ou", "CH", "TH", "aa", "nn", "sil"];
  return Array.from({ length: 900 }, (_, index) => ({ at_s: index * 0.11, duration_s: 0.11, shape: names[(index * 7 + (index >> 3)) % names.length] ?? "sil" }));
}

function watch(change: Partial<WatchState>): WatchState {
  return { watching: true, unavailable: [], counted: 0, warnings: [], note: null, ...change };
}

const AWAY = { kind: "no_face", advice: "We can't see your face. Please sit in front of the camera." };
const FULL = { kind: "fullscreen_exit", advice: "Please go back to full screen.", dueAt: null };
const STILL = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"><rect width="4" height="3" fill="#789"/><circle cx="2" cy="1.6" r=".7" fill="#cba"/></svg>')}`;
let flags: Flag[] = [
  { violation_id: "a", code: "no_face", message: "", at_s: 134, end_s: 139, recorded_at: "2026-11-01T10:02:14Z", still_url: STILL, explanation: null, outcome: null },
  { violation_id: "b", code: "tab_hidden", message: "", at_s: 301, end_s: 301, recorded_at: "2026-11-01T10:05:01Z", still_url: null, explanation: "My e-mail program opened a window by itself. I closed it at once.", outcome: "dismissed" },
];

let own: Own = {
  answers: [
    { question_number: 1, question: QUESTION, follow_up: false, outcome: "answered", content: "I looked at the connection pool first, because the latency had gone up before the errors came.", code: null },
    { question_number: 2, question: "Write a function that adds two numbers.", follow_up: false, outcome: "answered", content: "It adds them.", code: "def add(a, b):\n    return a + b" },
    { question_number: 3, question: "What would you ask us?", follow_up: false, outcome: "skipped", content: "", code: null },
  ],
  requests: [
    { request_id: "r1", kind: "transcript", text: "", asked_at: "2026-11-02T09:00:00Z", state: "done", reply: "It is on this page now, below Your answers.", settled_at: "2026-11-03T09:00:00Z" },
  ],
  rating: null,
};

const clock = (left: number, why: string | null = null) => ({ state: why ? ("paused" as const) : ("running" as const), pausedReason: why, remainingS: left, allottedS: 180, movingOnS: null, at: performance.now() });

const STATES: Readonly<Record<string, () => AppState>> = {
  loading: () => ({ kind: "loading" }),
  lobby: () => ({ kind: "lobby", info: INFO }),
  checking: () => ({ kind: "checking", info: INFO }),
  joining: () => ({ kind: "joining", info: INFO }),
  listening: () => live(),
  turn: () => live({ candidateSpeaking: false, committed: "", tentative: "" }),
  ending: () => live({ candidateSpeaking: false, turn: "ending", avatarSpeaking: true, clock: clock(64, "prompt") }),
  reopened: () => live({ phase: "asking", turn: "reopened", clock: clock(180, "prompt") }),
  speaking: () => live({ phase: "asking", avatarSpeaking: true, candidateSpeaking: false, committed: "", tentative: "", clock: clock(180, "prompt"), visemes: { promptId: "p", startedAt: performance.now(), shapes: speech() } }),
  thinking: () => live({ phase: "asking", candidateSpeaking: false, committed: "", tentative: "", clock: clock(180, "prompt") }),
  moment: () => live({ phase: "thinking", candidateSpeaking: false, thinkingUntil: performance.now() + 30_000, clock: clock(64, "thinking") }),
  momentover: () => live({ phase: "thinking", candidateSpeaking: false, thinkingUntil: performance.now() + 5_000, clock: clock(64, "thinking") }),
  preparing: () => live({ phase: "preparing", candidateSpeaking: false, committed: "", tentative: "", thinkingUntil: performance.now() + 5_000, clock: clock(180, "preparing") }),
  saving: () => live({ savingAnswer: true, candidateSpeaking: false, clock: clock(64, "idle") }),
  amber: () => live({ clock: clock(29), warningS: 30 }),
  red: () => live({ clock: clock(9), warningS: 10 }),
  notice: () => live({ clock: clock(64, "fault") }, MEDIA, "media_text"),
  warned: () => live({ candidateSpeaking: false, committed: "", tentative: "", watch: watch({ warnings: [{ ...AWAY, dueAt: performance.now() + 5_000 }] }) }),
  noted: () => live({ candidateSpeaking: false, watch: watch({ warnings: [{ ...AWAY, dueAt: null }, FULL], note: { id: "a", kind: "no_face", counted: 1, limit: 3, at: performance.now() } }) }),
  paused: () => live({ phase: "paused", clock: clock(64, "review"), pausedUntil: new Date(Date.now() + 540_000) }),
  skipping: () => live({ clock: clock(64, "skipping"), skippingUntil: performance.now() + 5_000 }),
  silence: () => live({ candidateSpeaking: false, clock: { ...clock(64), movingOnS: 5 } }),
  lasting: () => live({ candidateSpeaking: false, clock: clock(4), warningS: 10 }),
  back: () => ({ kind: "checking", info: { ...INFO, status: "in_progress", consent_received: true, kept_until_at: new Date(Date.now() + 540_000).toISOString() } }),
  elsewhere: () => ({ kind: "checking", info: { ...INFO, status: "in_progress", consent_received: true, in_room: true } }),
  unplugged: () => live({ candidateSpeaking: false }, { ...MEDIA, microphone: "lost" }, "microphone_lost"),
  blind: () => live({ candidateSpeaking: false }, { ...MEDIA, camera: "lost" }, "camera_lost"),
  unwatched: () => live({ watch: null }),
  terminated: () => ({ kind: "ended", info: { ...INFO, status: "terminated" }, concluded: { content: "I have to end the interview here, Ada, because its rules about the camera or the page were not met three times. Your answers are saved. On this page you can say what happened and ask for a person to look at it again.", status: "terminated", reason: "integrity_violations" }, upload: { waiting: 0, failed: false } }),
  away: () => ({ kind: "ended", info: { ...INFO, status: "abandoned", stayed_away: true }, concluded: null, upload: { waiting: 0, failed: false } }),
  greeting: () => live({ phase: "greeting", questionNumber: null, question: null, line: "Hello Ada, I am the interviewer for Northwind Labs. There are five questions, about four minutes each. Are you ready to begin?", linePurpose: "greeting", avatarSpeaking: true, committed: "", tentative: "", clock: { state: "idle", pausedReason: null, remainingS: null, allottedS: null, movingOnS: null, at: 0 }, visemes: { promptId: "g", startedAt: performance.now(), shapes: speech() } }),
  unrecorded: () => live({ candidateSpeaking: false }, { ...MEDIA, recording: "failed", recordingWhy: "recording_unsupported" }),
  typing: () => live({ candidateSpeaking: false, committed: "", tentative: "" }, MUTE),
  coding: () => live({ questionKind: "coding", question: "Write a function that returns the first character of a string that does not repeat. Explain how long it takes for long strings.", questionNumber: 4, candidateSpeaking: false }),
  longest: () => live({ question: LONGEST, candidateSpeaking: false, committed: "", tentative: "" }, MUTE),
  codinglong: () => live({ questionKind: "coding", question: LONGEST, candidateSpeaking: false }),
  reconnecting: () => ({ kind: "reconnecting", info: INFO, room: room({ clock: clock(72, "disconnected"), candidateSpeaking: false }), media: MEDIA, attempt: 2 }),
  camera: () => ({ kind: "lobby", info: { ...INFO, camera_required: true } }),
  cameracheck: () => ({ kind: "checking", info: { ...INFO, camera_required: true } }),
  takeover: () => ({ kind: "takeover", info: INFO }),
  ended: () => ({ kind: "ended", info: INFO, concluded: { content: "Thank you, Ada. Northwind Labs will look at your answers and write to you within a week.", status: "completed", reason: "completed" }, upload: { waiting: 4, failed: false } }),
  saved: () => ({ kind: "ended", info: INFO, concluded: { content: "Thank you, Ada. Northwind Labs will look at your answers and write to you within a week.", status: "completed", reason: "completed" }, upload: { waiting: 0, failed: false } }),
  failed: () => ({ kind: "failed", deadline: new Date("2026-11-04T13:00:00Z"), notice: { code: "unauthenticated", text: "", fatal: true } }),
  offline: () => ({ kind: "failed", deadline: INFO.deadline, notice: { code: "network", text: "", fatal: false } }),
};

export function createDemo(name: string): App {
  let state = (STATES[name] ?? STATES["lobby"])?.() ?? { kind: "loading" as const };
  let preview: MediaStream | null = null;
  const listeners = new Set<(state: AppState) => void>();
  const go = (next: string) => {
    const make = STATES[next];
    if (!make) return;
    state = make();
    listeners.forEach((listener) => listener(state));
  };
  const chosen = (change: Partial<WatchNotice>) => {
    Object.assign(WATCH, change);
    state = { kind: "checking", info: { ...INFO, proctoring: { ...WATCH } } };
    listeners.forEach((listener) => listener(state));
  };
  const say = (what: string) => () => console.info(`action: ${what}`);
  const actions: Actions = {
    accept: say("accept"), enterCheck: () => go("checking"),
    join: ({ stream }) => { preview = stream; go(stream ? "greeting" : "typing"); },
    answerTyped: (content, code) => { console.info("answered", content, code); go("saving"); setTimeout(() => go("turn"), 900); },
    keepUnsent: say("keepUnsent"),
    typing: say("typing"),
    choices: () => Promise.resolve({ microphones: [{ id: "a", label: "Built-in microphone" }, { id: "b", label: "Headset" }], cameras: [{ id: "c", label: "Built-in camera" }], microphone: "a", camera: "c" }),
    choose: () => Promise.resolve(),
    repeat: () => go("speaking"), moment: () => go("moment"), patience: () => undefined, skip: () => go("skipping"), undoSkip: () => go("turn"), here: () => go("turn"),
    done: () => go("saving"), end: (unsent) => { console.info("ended", unsent); go("ended"); setTimeout(() => go("saved"), 2500); },
    retry: () => go("listening"), sayAgain: () => undefined, flags: () => Promise.resolve(flags),
    compareFaces: (granted) => Promise.resolve(chosen({ biometric_consent: granted, reference_taken: false })),
    giveFace: () => Promise.resolve(chosen({ reference_taken: true })),
    explain: (id, explanation) => {
      flags = flags.map((flag) => (flag.violation_id === id ? { ...flag, explanation } : flag));
      return Promise.resolve(flags.find((flag) => flag.violation_id === id) as Flag);
    },
    practice: () => Promise.reject(new Error("no voice")),
    own: () => Promise.resolve(own),
    ask: (kind, text) => {
      const request: Own["requests"][number] = { request_id: String(Math.random()), kind, text, asked_at: new Date().toISOString(), state: "open", reply: "", settled_at: null };
      return Promise.resolve((own = { ...own, requests: [...own.requests, request] }));
    },
    rate: (stars, comment) => Promise.resolve((own = { ...own, rating: { stars, comment } })),
    network: () => Promise.resolve({ roundTripMs: 42, mbps: 18 }),
    recognise: () => new Promise((done) => setTimeout(() => done("I am ready."), 800)),
  };
  Object.assign(window, { __go: go });
  return {
    get state() { return state; },
    get preview() { return preview; },
    subscribe(listener) { listeners.add(listener); return () => listeners.delete(listener); },
    level: () => 0.12 + 0.1 * Math.sin(performance.now() / 120) + 0.06 * Math.sin(performance.now() / 47),
    actions,
  };
}
