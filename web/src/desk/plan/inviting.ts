// Inviting as data: files as text, deadlines where people are, what became of an invitation in words. Pure.
import { STANDING, type Tone } from "../words";
import type { Invitation, Preview, ReadLine } from "./types";

/** The text of a file that a spreadsheet has written: UTF-8 or UTF-16 by its mark, else as Windows writes it. */
export function textOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** What a moment is called where the clocks of `zone` hang: "2026-12-24T18:00", as a date field has it. */
export function localIn(zone: string, moment: Date): string {
  const found = Object.fromEntries(
    new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
      .formatToParts(moment)
      .map(({ type, value }) => [type, value]),
  ) as Record<string, string>;
  return `${found.year}-${found.month}-${found.day}T${found.hour}:${found.minute}`;
}

/** "24 Dec 2026, 18:00 (Europe/Berlin)": a moment where it was meant, with the name of that zone. */
export function inZone(iso: string, zone: string, locale?: string): string {
  const when = new Date(iso).toLocaleString(locale, { timeZone: zone, day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
  return `${when} (${zone.replaceAll("_", " ")})`;
}

/** All zones that the browser knows, the wanted ones among them. */
export function zones(...wanted: string[]): string[] {
  return [...new Set([...Intl.supportedValuesOf("timeZone"), "UTC", ...wanted])].sort();
}

/** What would be done with a line. */
export function lineWords(line: ReadLine): { word: string; tone: Tone } {
  if (line.problem) return { word: sentenceOf(line.problem), tone: "bad" };
  return line.known ? { word: "Invited already", tone: "plain" } : { word: "Will be invited", tone: "good" };
}

function sentenceOf(problem: string): string {
  return problem.charAt(0).toUpperCase() + problem.slice(1);
}

/** "2 people will be invited. 1 line cannot be used. 1 person is invited already." */
export function previewWords({ ready, wrong, known }: Pick<Preview, "ready" | "wrong" | "known">): string {
  const said = [ready === 1 ? "1 person will be invited." : `${ready === 0 ? "Nobody new" : `${ready} people`} will be invited.`];
  if (wrong) said.push(wrong === 1 ? "1 line cannot be used." : `${wrong} lines cannot be used.`);
  if (known) said.push(known === 1 ? "1 person is invited already." : `${known} people are invited already.`);
  return said.join(" ");
}

/** Hours as people say them. */
export function hoursWords(hours: number): string {
  if (hours % 24 === 0) return hours === 24 ? "1 day" : `${hours / 24} days`;
  return hours === 1 ? "1 hour" : `${hours} hours`;
}

export interface Became {
  word: string;
  tone: Tone;
  note: string;
}

/** What became of an invitation: of the link, and then of the session that began with it. */
export function became(one: Invitation, when: (iso: string) => string): Became {
  switch (one.standing) {
    case "completed":
      return { ...STANDING.completed, note: one.completed_at ? when(one.completed_at) : "" };
    case "revoked":
      return { word: "Withdrawn", tone: "plain", note: one.revoked_at ? when(one.revoked_at) : "" };
    case "begun":
      return begun(one);
    case "expired":
      return { word: "Expired", tone: "warn", note: one.opened_at ? `opened ${when(one.opened_at)}` : "link not opened" };
    case "opened":
      return { word: "Opened", tone: "busy", note: one.opened_at ? when(one.opened_at) : "" };
    case "waiting":
      return { word: "Invited", tone: "plain", note: "link not opened" };
  }
}

function begun(one: Invitation): Became {
  if (one.session_standing === null || one.session_standing === undefined) return { word: "Begun", tone: "plain", note: "the session was erased" };
  const note = one.max_attempts > 1 ? `attempt ${one.current_attempts} of ${one.max_attempts}` : "";
  if (one.session_standing === "waiting") return { word: "Begun", tone: "busy", note: note || "not in the room yet" };
  return { ...STANDING[one.session_standing], note };
}

/** What is to be said of reminders: those that went, and the next one. */
export function reminderWords(one: Invitation, when: (iso: string) => string): string {
  if (one.reminder_due_at) return "a reminder is due: send it yourself";
  const said = one.reminded_at ? [`reminded ${when(one.reminded_at)}`] : [];
  const next = one.reminders[one.reminded];
  if (next && (one.standing === "waiting" || one.standing === "opened")) said.push(`next ${when(next)}`);
  return said.join(", ");
}

/** Links as a table that programs for letters read; no cell is taken for a formula there. */
export function linksCsv(invitations: Invitation[]): string {
  const cell = (text: string): string => `"${(/^[=+\-@\t]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  return ["Name,E-mail,Link", ...invitations.map((one) => [one.candidate_name, one.candidate_email, one.link].map(cell).join(","))].join("\r\n");
}
