// A read-only connection to a live session that mends itself.
import type { ServerFrame } from "../protocol.gen";
import { ApiError, postJson } from "./http";
import { watch, type Watched } from "./observer";

const FIRST_MS = 500;
const LONGEST_MS = 10_000;

export interface Watching {
  seen: Watched | null;
  /** A sentence while there is no connection. */
  trouble: string;
}

/** Watch until `signal` aborts or the session ends; `changed` is called after every frame. */
export async function observe(sessionId: string, signal: AbortSignal, changed: (now: Watching) => void): Promise<void> {
  let now: Watching = { seen: null, trouble: "" };
  let wait = FIRST_MS;
  while (!signal.aborted) {
    try {
      await one(sessionId, signal, (frame) => {
        wait = FIRST_MS;
        now = { seen: watch(now.seen, frame, performance.now()), trouble: "" };
        changed(now);
      });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      changed({ ...now, trouble: error.message });
      if (error.status === 404) return;
    }
    if (signal.aborted || over(now.seen)) return;
    now = { ...now, trouble: "The connection was lost. Connecting again…" };
    changed(now);
    await pause(wait, signal);
    wait = Math.min(LONGEST_MS, wait * 2);
  }
}

/** One connection, from ticket to close. */
async function one(sessionId: string, signal: AbortSignal, take: (frame: ServerFrame) => void): Promise<void> {
  const id = encodeURIComponent(sessionId);
  const { ticket } = await postJson<{ ticket: string }>(`/api/parallel_interview/session/${id}/ticket`);
  if (signal.aborted) return;
  const address = `/ws/interview?session_id=${id}&ticket=${encodeURIComponent(ticket)}`;
  const socket = new WebSocket(location.origin.replace(/^http/, "ws") + address);
  await new Promise<void>((done) => {
    signal.addEventListener("abort", () => socket.close(1000), { once: true });
    socket.addEventListener("close", () => done());
    socket.addEventListener("message", (event) => {
      if (typeof event.data === "string") take(JSON.parse(event.data) as ServerFrame);
    });
  });
}

function over(seen: Watched | null): boolean {
  return seen !== null && seen.status !== "in_progress" && seen.status !== "initialized";
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), done()), { once: true });
  });
}
