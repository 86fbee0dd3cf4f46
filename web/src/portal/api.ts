// What the way in asks of the server. Failures are sentences: the server's own, or ours without one.
export interface Theme {
  primary_color: string;
  background_color: string;
  text_color: string;
  company_logo: string | null;
}

export interface Asked {
  id: number;
  text: string | null;
  type: "text" | "coding";
  preparation_time: number | null;
  responding_time: number;
  order: number;
  takes_left: number | null;
  recorded: boolean;
}

export interface Consent {
  version: string;
  text: string[];
}

export interface Access {
  interview: { id: number; title: string; mode: "live" | "recorded"; language: string; retakes: number; questions: Asked[] };
  theme: Theme;
  token_info: { expires_at: string; opens_at: string | null; time_zone: string; attempts_remaining: number; standing: string; candidate_name: string; startable: boolean; why_not: string };
  company: string;
  consent: Consent;
}

export interface Begun {
  session_id: string;
  mode: "live" | "recorded";
  candidate_token: string;
  candidate_url: string;
}

export interface Sitting {
  session_id: string;
  status: string;
  title: string;
  company: string;
  candidate_name: string;
  start_time: string | null;
  now: string;
  consent_received: boolean;
  consent: Consent;
  theme: Theme;
  questions: Asked[];
}

export interface Job {
  title: string;
  description: string;
  location: string;
  experience: string;
  mode: "live" | "recorded";
  company: string;
  privacy_url: string;
  theme: Theme;
}

export class Refused extends Error {
  constructor(readonly status: number, readonly field: string | null, message: string) {
    super(message);
  }
}

/** What is said of a link that leads nowhere. */
/** What the server answers to a link that is none: it knows it not, or it is no link's words. */
export const UNREADABLE: readonly number[] = [400, 404, 422];
export const UNKNOWN = "We do not know this link. Perhaps a part of it is missing: open it from the letter again, or ask whoever sent it to you.";
const OFFLINE = "The server does not answer. Nothing was lost; please try again.";

export async function ask<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      headers: body === undefined ? headers : { "Content-Type": "application/json", ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      signal: AbortSignal.timeout(20_000),
    });
  } catch {
    throw new Refused(0, null, OFFLINE);
  }
  const said = (await answer.json().catch(() => ({}))) as T & { detail?: string; field?: string };
  if (answer.ok) return said;
  throw new Refused(answer.status, said.field ?? null, said.detail ?? `The server answered with status ${answer.status}.`);
}

export function bearer(token: string): Record<string, string> {
  return { Authorization: `Bearer ${token}` };
}

/** A reason for a person, whatever was thrown. */
export function reason(error: unknown): string {
  return error instanceof Refused ? error.message : "Something went wrong on this page. Please reload it.";
}
