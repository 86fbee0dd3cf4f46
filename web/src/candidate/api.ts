// The candidate's HTTP interface. Every failure becomes an `ApiFailure` with the server's code.

import type { PartNote, Piece } from "../media/pieces";
import type { RecordingServer, Taken } from "../media/upload";
import type { Invitation } from "../state/app";

const KEY = "vivavoce-token";
const TIMEOUT_MS = 15_000;
const UPLOAD_TIMEOUT_MS = 60_000;

export class ApiFailure extends Error {
  constructor(readonly code: string, message: string, readonly status: number) {
    super(message);
  }
}

/** The link's token: from the address (and out of it), else from this tab's memory. */
export function takeToken(session_id: string): string | null {
  const given = new URLSearchParams(location.hash.slice(1)).get("t");
  const key = `${KEY}:${session_id}`;
  if (given) {
    sessionStorage.setItem(key, given);
    history.replaceState(null, "", location.pathname + location.search);
    return given;
  }
  return sessionStorage.getItem(key);
}

/** `/interview/{session_id}` */
export function sessionIdOf(path: string): string | null {
  return /^\/interview\/([A-Za-z0-9_-]{1,64})\/?$/.exec(path)?.[1] ?? null;
}

export class CandidateApi implements RecordingServer {
  constructor(private readonly token: string) {}

  invitation(): Promise<Invitation> {
    return this.json<Invitation>("GET", "/api/candidate/session");
  }

  async ticket(): Promise<string> {
    return (await this.json<{ ticket: string }>("POST", "/api/candidate/ticket")).ticket;
  }

  async transcribe(clip: Blob): Promise<string> {
    const reply = await this.fetch("POST", "/api/candidate/transcribe", {
      body: clip, headers: { "Content-Type": clip.type }, timeout_ms: 30_000,
    });
    return ((await reply.json()) as { transcript: string }).transcript;
  }

  /** Round trip in milliseconds. */
  async roundTrip(): Promise<number> {
    const before = performance.now();
    await this.fetch("GET", "/api/candidate/session", {});
    return performance.now() - before;
  }

  put(piece: Piece): Promise<Taken> {
    const path = `/api/candidate/recording/${piece.part_id}/${piece.number}`;
    return this.taken(() =>
      this.fetch("PUT", path, {
        body: piece.content,
        timeout_ms: UPLOAD_TIMEOUT_MS,
        headers: {
          "Content-Type": piece.mime,
          "X-Chunk-Sha256": piece.sha256,
          "X-Part-Start-S": piece.start_s.toFixed(3),
          "X-Chunk-Duration-S": piece.duration_s.toFixed(3),
        },
      }),
    );
  }

  complete(note: PartNote): Promise<Taken> {
    return this.taken(() =>
      this.fetch("POST", `/api/candidate/recording/${note.part_id}/complete`, {
        body: JSON.stringify({ chunks: note.chunks, duration_s: note.duration_s }),
        headers: { "Content-Type": "application/json" },
      }),
    );
  }

  private async taken(call: () => Promise<Response>): Promise<Taken> {
    try {
      await call();
      return "taken";
    } catch (error) {
      const status = error instanceof ApiFailure ? error.status : 0;
      const final = status === 403 || status === 404 || status === 410 || status === 413;
      return final || status === 401 ? "refused" : "later";
    }
  }

  private async json<T>(method: string, path: string): Promise<T> {
    return (await (await this.fetch(method, path, {})).json()) as T;
  }

  private async fetch(
    method: string,
    path: string,
    more: { body?: BodyInit; headers?: Record<string, string>; timeout_ms?: number },
  ): Promise<Response> {
    let reply: Response;
    try {
      reply = await fetch(path, {
        method,
        body: more.body,
        headers: { Authorization: `Bearer ${this.token}`, ...more.headers },
        signal: AbortSignal.timeout(more.timeout_ms ?? TIMEOUT_MS),
        cache: "no-store",
      });
    } catch {
      throw new ApiFailure("network", "The server did not answer.", 0);
    }
    if (reply.ok) return reply;
    const said = (await reply.json().catch(() => ({}))) as { code?: string; detail?: unknown };
    const detail = typeof said.detail === "string" ? said.detail : "";
    throw new ApiFailure(said.code ?? `http_${reply.status}`, detail, reply.status);
  }
}
