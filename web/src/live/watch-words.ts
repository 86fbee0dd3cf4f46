// What is watched and what was noted, in the candidate's words, by machine code. No DOM.
import type { Flag, WatchNotice } from "./model";

interface Topic {
  title: string;
  kinds: Readonly<Record<string, string>>;
}

const TOPICS: readonly Topic[] = [
  {
    title: "Your camera's picture",
    kinds: {
      no_face: "Whether you are in the picture",
      multiple_faces: "Whether somebody else is in it",
      looking_away: "Whether you look away for several seconds",
      identity_change: "Whether it is still you, compared with your picture",
      no_frames: "Whether the camera is on",
      camera_covered: "Whether the lens is covered",
      camera_dark: "Whether it is too dark to see you",
      camera_blurred: "Whether the picture is blurred",
      camera_frozen: "Whether the picture stands still",
      object_in_view: "Whether a phone or a book is in view",
      motionless_face: "Whether the picture moves like a person",
      virtual_camera: "Whether the camera is a program, by its name",
    },
  },
  { title: "Sound", kinds: { second_voice: "Whether somebody speaks while your mouth is still" } },
  {
    title: "This page",
    kinds: {
      tab_hidden: "Whether this tab is in front",
      window_blur: "Whether another window is in front",
      fullscreen_exit: "Whether full screen is left",
      second_screen: "Whether a second screen is attached",
      paste: "That something is pasted, and how long it is, never its text",
      copy: "That something is copied from the page, never its text",
      devtools_open: "Whether developer tools are open beside the page",
    },
  },
];

/** What was noted, as it happened; the advice of a warning would come too late. */
const NOTED: Readonly<Record<string, string>> = {
  no_face: "You were not in the picture",
  multiple_faces: "A second face was in the picture",
  looking_away: "You looked away from the screen",
  identity_change: "Your face did not match your picture",
  no_frames: "Your camera sent no picture",
  camera_covered: "Your camera was covered",
  camera_dark: "The picture was too dark to see you",
  camera_blurred: "The picture was blurred",
  camera_frozen: "The picture stood still",
  object_in_view: "A phone or a book was in view",
  second_voice: "Speech was heard while your mouth was still",
  virtual_camera: "The camera seemed to be a program",
  tab_hidden: "This tab was not in front",
  window_blur: "Another window was in front",
  fullscreen_exit: "Full screen was left",
  second_screen: "A second screen was attached",
  paste: "Text was pasted",
  copy: "Text was copied from the page",
  devtools_open: "Developer tools seemed to be open",
};

export interface Watched {
  title: string;
  points: string[];
}

/** What is looked at, by topic, without what cannot be seen; empty topics are left out. */
export function watchedWords(notice: WatchNotice, unavailable: readonly string[], camera: boolean): Watched[] {
  const seen = notice.kinds.filter((kind) => !unavailable.includes(kind) && (kind !== "identity_change" || identityOn(notice)));
  return TOPICS.filter((_, index) => camera || index > 0)
    .map(({ title, kinds }) => ({ title, points: Object.keys(kinds).filter((kind) => seen.includes(kind)).map((kind) => kinds[kind] ?? "") }))
    .filter(({ points }) => points.length > 0);
}

/** What this interview looks for and this server cannot see; identity is said apart. */
export function unavailableWords(notice: WatchNotice, unavailable: readonly string[]): string[] {
  const all = Object.assign({}, ...TOPICS.map(({ kinds }) => kinds)) as Record<string, string>;
  return notice.kinds
    .filter((kind) => unavailable.includes(kind) && kind !== "identity_change")
    .flatMap((kind) => all[kind] ?? []);
}

/** One sentence on the comparison of faces; empty where the interview does not want it. */
export function identityWords(notice: WatchNotice): string {
  if (!notice.kinds.includes("identity_change")) return "";
  if (!notice.identity) return "Faces cannot be compared on this server, so that is not done.";
  if (notice.biometric_consent === false) return "You chose that your face is not compared with a picture. Nothing else changes.";
  if (notice.biometric_consent === null) return "You have not agreed that your face is compared with a picture, so that is not done.";
  return notice.reference_taken ? "" : "There is no picture of you to compare with, so that is not done.";
}

/** What happens at the limit of a strict interview. */
export function limitWords({ limit, pause_minutes: minutes }: WatchNotice): string {
  if (limit === null) return "";
  const wait = minutes === 1 ? "1 minute" : `${minutes} minutes`;
  return `When ${limit} are noted, the interview pauses, your clock stands, and a person decides how it goes on. If nobody does within ${wait}, it ends, and you can ask for another look.`;
}

export function identityOn(notice: WatchNotice): boolean {
  return notice.identity && notice.biometric_consent === true && notice.reference_taken;
}

export function notedWords(kind: string, otherwise = "Something was noted"): string {
  return NOTED[kind] ?? otherwise;
}

/** What became of a signal. */
export function outcomeWords(flag: Flag): string {
  if (flag.outcome === null) return "Nobody has looked at this yet.";
  if (flag.outcome === "needs_second_look") return "A person has looked at this; a second one will.";
  return flag.outcome === "dismissed" ? "A person has looked at this and dismissed it." : "A person has looked at this.";
}
