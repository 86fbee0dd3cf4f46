// How the desk says what proctoring saw: kinds, gaps, outcomes, measures. Pure.
import type { ProctoringProfile } from "../protocol.gen";
import type { ReviewOutcome } from "./types";
import { plainWords, type Tone } from "./words";

const KINDS: Record<string, string> = {
  no_face: "No face in the picture",
  multiple_faces: "More than one face",
  looking_away: "Looking away",
  identity_change: "A different face",
  camera_covered: "Camera covered",
  camera_dark: "Picture too dark",
  camera_blurred: "Picture blurred",
  camera_frozen: "Picture frozen",
  no_frames: "No picture arrives",
  second_voice: "Speech without mouth movement",
  fullscreen_exit: "Left full screen",
  tab_hidden: "Tab hidden",
  window_blur: "Another window in front",
  paste: "Text pasted",
  copy: "Text copied",
  second_screen: "More than one screen",
  virtual_camera: "Virtual camera",
  devtools_open: "Developer tools",
  object_in_view: "Phone or book in view",
  motionless_face: "Face without movement",
};

export function kindWords(code: string): string {
  return KINDS[code] ?? plainWords(code);
}

const CAUSES: Record<string, string> = {
  vision_unavailable: "our picture analysis was away",
  paused: "the candidate was not connected",
  unreadable_frames: "the pictures could not be read",
};

export function causeWords(cause: string): string {
  return CAUSES[cause] ?? plainWords(cause).toLowerCase();
}

export const REVIEWED: Record<ReviewOutcome, { word: string; tone: Tone }> = {
  confirmed: { word: "Confirmed", tone: "bad" },
  dismissed: { word: "Dismissed", tone: "plain" },
  needs_second_look: { word: "Needs a second look", tone: "warn" },
};

export const PROFILES: Record<ProctoringProfile, { word: string; means: string }> = {
  off: { word: "Off", means: "Nothing is watched and nothing is recorded about integrity." },
  observe: { word: "Observe", means: "Signals are recorded for your review. The candidate is never interrupted." },
  warn: { word: "Warn", means: "Signals are recorded for your review, and the candidate is told kindly what to put right." },
  strict: { word: "Strict", means: "The candidate is told what to put right; at the third signal that counts the interview pauses and asks you. If nobody answers in time it ends; you can reopen it." },
};

/** "staff:ann@example.org" as people write it. */
export function reviewer(by: string): string {
  return by.startsWith("staff:") ? by.slice("staff:".length) : by === "service" ? "your system" : by;
}

const MEASURES: Record<string, string> = {
  chars: "Characters",
  second_px: "Width of the second face, pixels",
  second_score: "Certainty of the second face",
  missing_s: "Without a picture, seconds",
  switched_off: "Camera switched off",
  speech_s: "Speech, seconds",
  mouth_spread: "Movement of the mouth",
  gaze_spread: "Movement of the eyes",
  eyes_range: "Opening and closing of the eyes",
  yaw_deg: "Head turned sideways, degrees",
  pitch_deg: "Head turned up or down, degrees",
  down_px: "Window frame down, pixels",
  luma: "Brightness, of 255",
  extended: "More than one screen",
  structure: "Contrast between parts of the picture",
  distance: "Distance to the reference face",
  different_above: "A different face is above",
};

/** Stored as 0 or 1. */
const YES_OR_NO = new Set(["switched_off", "extended"]);

/** `face_count` 2 -> ["Face count", "2"]; what was not measured is left out. */
export function measured(measures: Record<string, number | string | null>): [string, string][] {
  return Object.entries(measures)
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => [MEASURES[name] ?? plainWords(name), YES_OR_NO.has(name) ? (value ? "yes" : "no") : figure(value)]);
}

/** Who saw it: an engine by its name; "page" is what the page or the clock told. */
export function seenBy(engine: string): string {
  return engine === "page" ? "Rules, without a model" : engine;
}

function figure(value: number | string | null): string {
  if (typeof value !== "number") return String(value);
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));
}
