// The candidate's HTTP interface. Every failure is a `Failure` with a notice for the user.
import { tab } from "../store";
import type { Flag, Kept, Notice, Own, RequestKind, SessionInfo, Unsent } from "./model";

const KEY = "vivavoce-token";
const TIMEOUT_MS = 15_000;

export class Failure extends Error {
  constructor(readonly notice: Notice, readonly status: number) {
    super(notice.text || notice.code);
  }
}

/** What is wrong with a link for good; anything else may pass. */
const FINAL_STATUS = new Set([400, 401, 403, 404, 410]);

/** `/interview/{session_id}` */
export function sessionIdOf(path: string): string | null {
  return /^\/interview\/([A-Za-z0-9_-]{1,64})\/?$/.exec(path)?.[1] ?? null;
}

/** The link's token: from the address (and out of it, where this tab may keep it), else from this tab's memory. */
export function takeToken(sessionId: string): string | null {
  const key = `${KEY}:${sessionId}`;
  const given = new URLSearchParams(location.hash.slice(1)).get("t");
  if (!given) return tab.getItem(key);
  if (tab.setItem(key, given)) history.replaceState(null, "", location.pathname + location.search);
  return given;
}

/** When a link's token ends; null when it does not say. Nothing is trusted that is read here. */
export function deadlineOf(token: string): Date | null {
  try {
    const [, claims = ""] = token.split(".");
    const { exp } = JSON.parse(atob(claims.replace(/-/g, "+").replace(/_/g, "/"))) as { exp?: unknown };
    return typeof exp === "number" ? new Date(exp * 1000) : null;
  } catch {
    return null;
  }
}

/** How the server says it; older servers call the paragraphs `text`. */
interface Said extends Omit<SessionInfo, "consent" | "deadline"> {
  consent: { version: string; text?: string[]; paragraphs?: string[] };
}

export interface Request {
  body?: BodyInit;
  headers?: Record<string, string>;
  timeoutMs?: number;
}

export class CandidateApi {
  constructor(private readonly token: string) {}

  get deadline(): Date | null {
    return deadlineOf(this.token);
  }

  async session(): Promise<SessionInfo> {
    const said = (await (await this.call("GET", "/api/candidate/session")).json()) as Said;
    const paragraphs = said.consent.paragraphs ?? said.consent.text ?? [];
    return { ...said, deadline: this.deadline, consent: { version: said.consent.version, paragraphs } };
  }

  async ticket(): Promise<string> {
    const reply = await this.call("POST", "/api/candidate/ticket");
    return ((await reply.json()) as { ticket: string }).ticket;
  }

  async transcribe(clip: Blob): Promise<string> {
    const reply = await this.call("POST", "/api/candidate/transcribe", {
      body: clip, headers: { "Content-Type": clip.type || "audio/webm" }, timeoutMs: 30_000,
    });
    return ((await reply.json()) as { transcript: string }).transcript;
  }

  /** Allow or refuse the comparison of faces. */
  async compareFaces(granted: boolean, text_version: string): Promise<void> {
    await this.send("/api/candidate/biometric_consent", { granted, text_version });
  }

  /** The reference face; a `Failure` says what is wrong with the picture. */
  async giveFace(image_data: string): Promise<void> {
    await this.send("/capture_reference_face", { image_data }, 30_000);
  }

  /** What was noted in the own session. */
  async flags(): Promise<Flag[]> {
    const reply = await this.call("GET", "/api/candidate/violations");
    return ((await reply.json()) as { violations: Flag[] }).violations;
  }

  async explain(violationId: string, text: string): Promise<Flag> {
    const path = `/api/candidate/violations/${encodeURIComponent(violationId)}/explanation`;
    return (await (await this.send(path, { text })).json()) as Flag;
  }

  async practice(): Promise<Blob> {
    return (await this.call("GET", "/api/candidate/practice")).blob();
  }

  /** What was typed and not sent when the interview ended. */
  async unsent(unsent: Unsent): Promise<Kept> {
    const reply = await this.send("/api/candidate/unsent", unsent);
    return ((await reply.json()) as { kept: Kept }).kept;
  }

  async own(): Promise<Own> {
    return (await (await this.call("GET", "/api/candidate/own")).json()) as Own;
  }

  async ask(kind: RequestKind, text: string): Promise<Own> {
    return (await (await this.send("/api/candidate/requests", { kind, text })).json()) as Own;
  }

  async rate(stars: number, comment: string): Promise<Own> {
    return (await (await this.send("/api/candidate/rating", { stars, comment })).json()) as Own;
  }

  private send(path: string, body: object, timeoutMs?: number): Promise<Response> {
    const headers = { "Content-Type": "application/json" };
    return this.call("POST", path, { body: JSON.stringify(body), headers, timeoutMs });
  }

  /** Raises `Failure`. */
  async call(method: string, path: string, more: Request = {}): Promise<Response> {
    let reply: Response;
    try {
      reply = await fetch(path, {
        method,
        body: more.body,
        headers: { Authorization: `Bearer ${this.token}`, ...more.headers },
        signal: AbortSignal.timeout(more.timeoutMs ?? TIMEOUT_MS),
        cache: "no-store",
      });
    } catch {
      throw new Failure({ code: "network", text: "", fatal: false }, 0);
    }
    if (reply.ok) return reply;
    throw await failureOf(reply);
  }
}

async function failureOf(reply: Response): Promise<Failure> {
  const said = (await reply.json().catch(() => ({}))) as { code?: string; detail?: unknown };
  const text = typeof said.detail === "string" ? said.detail : "";
  const fatal = FINAL_STATUS.has(reply.status);
  return new Failure({ code: said.code ?? `http_${reply.status}`, text, fatal }, reply.status);
}
