// Commands that the server has not acknowledged. After a reconnect they go out again with the
// same `id` and `answer_id`, so that the server carries each of them out once.

import type { ClientFrame, ServerFrame } from "../protocol.gen";

/** At most this many wait; the page has no way to make more without an answer. */
export const MAX_WAITING = 50;

export interface Outbox {
  readonly waiting: readonly ClientFrame[];
}

export const EMPTY: Outbox = { waiting: [] };

/** A new identifier for a command or an answer. */
export function newId(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [8, 12, 16, 20, 32].map((end, i, ends) => hex.slice(i ? ends[i - 1] : 0, end)).join("-");
}

/** Keep a command until it is acknowledged. The oldest goes when there are too many. */
export function put(outbox: Outbox, frame: ClientFrame): Outbox {
  return { waiting: [...outbox.waiting, frame].slice(-MAX_WAITING) };
}

/** Forget what this frame answers: an `ack`, or an `error` that names the command. */
export function settle(outbox: Outbox, frame: ServerFrame): Outbox {
  const ref = frame.type === "ack" || frame.type === "error" ? frame.ref : null;
  if (!ref) return outbox;
  return { waiting: outbox.waiting.filter((item) => item.id !== ref) };
}

/** The command that an `error` frame refuses. */
export function refused(outbox: Outbox, frame: ServerFrame): ClientFrame | null {
  if (frame.type !== "error" || !frame.ref) return null;
  return outbox.waiting.find((item) => item.id === frame.ref) ?? null;
}
