// Sends waiting pieces to the server, oldest first, until it has acknowledged each one.
import { type CandidateApi, Failure } from "./api";
import type { UploadView } from "./model";
import type { Part, Piece, PieceStore } from "./pieces";

const FIRST_WAIT_MS = 500;
const LAST_WAIT_MS = 15_000;
const PUT_TIMEOUT_MS = 60_000;
/** Trying again is no use: not recordable, over, too much, damaged. */
const REFUSALS = new Set([400, 401, 403, 404, 409, 410, 413, 422]);

export type Taken = "taken" | "later" | "refused";

export interface RecordingServer {
  put(piece: Piece): Promise<Taken>;
  complete(part: Part): Promise<Taken>;
}

/** The server over HTTP. */
export function recordingServer(api: CandidateApi): RecordingServer {
  const at = (partId: string) => `/api/candidate/recording/${partId}`;
  return {
    put: (piece) => taken(api.call("PUT", `${at(piece.partId)}/${piece.number}`, {
      body: piece.content,
      timeoutMs: PUT_TIMEOUT_MS,
      headers: {
        "Content-Type": piece.mime,
        "X-Chunk-Sha256": piece.sha256,
        "X-Part-Start-S": piece.startS.toFixed(3),
        "X-Chunk-Duration-S": piece.durationS.toFixed(3),
      },
    })),
    complete: (part) => taken(api.call("POST", `${at(part.partId)}/complete`, {
      body: JSON.stringify({ chunks: part.chunks, duration_s: part.durationS }),
      headers: { "Content-Type": "application/json" },
    })),
  };
}

async function taken(call: Promise<Response>): Promise<Taken> {
  try {
    await call;
    return "taken";
  } catch (error) {
    return error instanceof Failure && REFUSALS.has(error.status) ? "refused" : "later";
  }
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** One loop at a time; waits longer after each failure. */
export class Uploader {
  view: UploadView = { waiting: 0, failed: false };
  private running: Promise<void> | null = null;
  private woken = false;
  private endWait: (() => void) | null = null;

  constructor(
    private readonly store: PieceStore,
    private readonly server: RecordingServer,
    private readonly sessionId: string,
    private readonly changed: () => void,
    private readonly wait: (ms: number) => Promise<void> = sleep,
  ) {}

  /** Parts that an earlier page left open get no more pieces; send what it could not. */
  async adopt(): Promise<void> {
    for (const part of await this.store.parts(this.sessionId)) {
      if (!part.closed) await this.store.putPart({ ...part, closed: true });
    }
    await this.count();
    void this.wake();
  }

  /** Send what is there; resolves when nothing is left to send. */
  wake(): Promise<void> {
    this.woken = true;
    this.running ??= this.run().finally(() => (this.running = null));
    return this.running;
  }

  /** Try now instead of at the end of the wait. */
  hurry(): void {
    this.endWait?.();
    void this.wake();
  }

  private async run(): Promise<void> {
    let waitMs = FIRST_WAIT_MS;
    for (;;) {
      this.woken = false;
      const result = await this.next();
      await this.count(result === "later");
      if (result === "nothing" && this.woken) continue;
      if (result === "nothing") return;
      if (result === "later") await this.pause(waitMs);
      waitMs = result === "later" ? Math.min(LAST_WAIT_MS, waitMs * 2) : FIRST_WAIT_MS;
    }
  }

  private pause(ms: number): Promise<void> {
    const hurried = new Promise<void>((resolve) => (this.endWait = resolve));
    return Promise.race([this.wait(ms), hurried]);
  }

  private async next(): Promise<Taken | "nothing"> {
    const piece = await this.store.oldest(this.sessionId);
    if (piece !== null) return this.sendPiece(piece);
    const part = (await this.store.parts(this.sessionId)).find((item) => item.closed);
    return part ? this.finish(part) : "nothing";
  }

  private async sendPiece(piece: Piece): Promise<Taken> {
    const result = await this.server.put(piece);
    if (result !== "later") await this.store.remove(piece);
    this.note(result);
    return result;
  }

  private async finish(part: Part): Promise<Taken> {
    const result = await this.server.complete(part);
    if (result !== "later") await this.store.removePart(part);
    this.note(result);
    return result;
  }

  private note(result: Taken): void {
    if (result === "refused") this.view = { ...this.view, failed: true };
  }

  /** Pieces, or the last word about them, that the server has not got. */
  private async count(retrying = false): Promise<void> {
    const pieces = await this.store.count(this.sessionId);
    const ends = (await this.store.parts(this.sessionId)).filter((part) => part.closed).length;
    const waiting = pieces || ends;
    const { view } = this;
    if (waiting === view.waiting && !view.failed && retrying === (view.retrying ?? false)) return;
    this.view = { waiting, failed: view.failed, ...(retrying ? { retrying } : {}) };
    this.changed();
  }
}
