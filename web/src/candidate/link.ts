// The socket: a ticket, a connection, heartbeats, and back again after a cut. It knows nothing of
// the interview; frames go to `onframe`.

import type { ClientFrame, Media, ServerFrame } from "../protocol.gen";
import { type CandidateApi, ApiFailure } from "./api";

const WAITS_MS = [300, 700, 1_500, 3_000, 5_000];
const SILENCE_MS = 25_000;
const PING_MS = 8_000;
const OPEN_MS = 10_000;

export interface LinkEvents {
  frame(frame: ServerFrame): void;
  lost(attempt: number): void;
  failed(code: string): void;
}

export interface Place {
  last_seq: number | null;
  epoch: string | null;
  media: Media;
}

/** Codes after which trying again is no use. */
const FINAL = new Set([
  "unauthenticated", "forbidden", "not_found", "gone", "invalid_token", "token_expired",
]);

export class Link {
  private socket: WebSocket | null = null;
  private attempt = 0;
  private heard_ms = 0;
  private beat: ReturnType<typeof setInterval> | null = null;
  private retry: ReturnType<typeof setTimeout> | null = null;
  private closed = false;

  constructor(
    private readonly api: CandidateApi,
    private readonly session_id: string,
    private readonly place: () => Place,
    private readonly events: LinkEvents,
  ) {
    addEventListener("online", this.online);
    addEventListener("offline", this.offline);
  }

  async open(): Promise<void> {
    if (this.closed) return;
    try {
      this.connect(await this.api.ticket());
    } catch (error) {
      const code = error instanceof ApiFailure ? error.code : "network";
      if (FINAL.has(code)) this.fail(code);
      else this.again();
    }
  }

  get ready(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  /** False when the frame did not go out; nothing is kept here. */
  send(frame: ClientFrame): boolean {
    if (!this.ready) return false;
    this.socket?.send(JSON.stringify(frame));
    return true;
  }

  /** Live sound: dropped when the connection cannot keep up (the ring still has it). */
  sendPcm(pcm: Uint8Array<ArrayBuffer>): void {
    if (this.socket && this.ready && this.socket.bufferedAmount < 256_000) this.socket.send(pcm);
  }

  close(): void {
    this.closed = true;
    removeEventListener("online", this.online);
    removeEventListener("offline", this.offline);
    if (this.retry) clearTimeout(this.retry);
    this.drop();
  }

  private connect(ticket: string): void {
    if (this.closed) return;
    const { last_seq, epoch, media } = this.place();
    const query = new URLSearchParams({ session_id: this.session_id, ticket, media });
    if (last_seq !== null) query.set("last_seq", String(last_seq));
    if (epoch !== null) query.set("epoch", epoch);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws/interview?${query}`);
    this.socket = socket;
    this.heard_ms = performance.now();
    socket.onmessage = (event) => this.take(socket, event);
    socket.onclose = (event) => this.onclose(socket, event);
    this.beat = setInterval(() => this.pulse(), PING_MS / 4);
  }

  private take(socket: WebSocket, event: MessageEvent): void {
    if (socket !== this.socket || typeof event.data !== "string") return;
    this.heard_ms = performance.now();
    this.attempt = 0;
    this.events.frame(JSON.parse(event.data) as ServerFrame);
  }

  private onclose(socket: WebSocket, event: CloseEvent): void {
    if (socket !== this.socket) return;
    this.drop();
    if (event.code === 1008 && event.reason === "Session not found") this.fail("not_found");
    else this.again();
  }

  private pulse(): void {
    const silent_ms = performance.now() - this.heard_ms;
    const opening = this.socket?.readyState === WebSocket.CONNECTING;
    if (silent_ms > (opening ? OPEN_MS : SILENCE_MS)) {
      this.drop();
      this.again();
    } else if (silent_ms > PING_MS) {
      this.send({ type: "ping", t: performance.now() / 1000 });
    }
  }

  private again(): void {
    if (this.closed || this.retry) return;
    this.attempt += 1;
    this.events.lost(this.attempt);
    const base = WAITS_MS[Math.min(this.attempt, WAITS_MS.length) - 1] ?? 5_000;
    this.retry = setTimeout(() => {
      this.retry = null;
      void this.open();
    }, base * (0.8 + Math.random() * 0.4));
  }

  private fail(code: string): void {
    this.close();
    this.events.failed(code);
  }

  private drop(): void {
    if (this.beat) clearInterval(this.beat);
    this.beat = null;
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onclose = socket.onmessage = null;
    socket.close();
  }

  private readonly online = (): void => {
    if (this.socket || this.closed) return;
    if (this.retry) clearTimeout(this.retry);
    this.retry = null;
    void this.open();
  };

  /** A dead network closes nothing by itself for a long time: say so at once. */
  private readonly offline = (): void => {
    if (!this.socket) return;
    this.drop();
    this.again();
  };
}
