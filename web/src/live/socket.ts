// The socket: a ticket, a connection, heartbeats, and back again after a cut. It knows nothing of
// the interview.
import type { ClientFrame, Media, ServerFrame } from "../protocol.gen";
import { Failure } from "./api";
import type { Notice } from "./model";

const PING_MS = 10_000;
const SILENCE_MS = 25_000;
const OPEN_MS = 10_000;
const FIRST_WAIT_MS = 300;
const LAST_WAIT_MS = 5_000;
const MAX_UNSENT_BYTES = 256_000;

export interface Place {
  lastSeq: number | null;
  epoch: string | null;
  media: Media;
}

export interface SocketEvents {
  ticket(): Promise<string>;
  /** Where to go on, asked before each connection. */
  place(): Place;
  frame(frame: ServerFrame): void;
  lost(attempt: number): void;
  takenOver(): void;
  /** Closed after the end of the interview. */
  over(): void;
  failed(notice: Notice): void;
}

/** What to do after a close. */
export type Verdict = "again" | "taken_over" | "over" | "failed";

/** 1008 is a refusal: a new ticket is worth one try. `refusals` counts this one. */
export function verdictOf(code: number, reason: string, refusals: number): Verdict {
  if (code === 1000 && reason === "interview_concluded") return "over";
  if (code !== 1008) return "again";
  if (reason === "taken_over") return "taken_over";
  return refusals > 1 ? "failed" : "again";
}

/** Milliseconds before a try: 0.3 s, doubling to 5 s. `random` spreads a crowd. */
export function waitMs(attempt: number, random: number): number {
  const base = Math.min(LAST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, attempt - 1));
  return base * (0.8 + 0.2 * random);
}

export class Socket {
  private socket: WebSocket | null = null;
  private attempt = 0;
  private refusals = 0;
  private heardMs = 0;
  private pingedMs = 0;
  private pulse: ReturnType<typeof setInterval> | null = null;
  private retry: ReturnType<typeof setTimeout> | null = null;
  private over = false;
  private finishing = false;

  /** `page` is told when the browser puts it to sleep. */
  constructor(
    private readonly sessionId: string, private readonly events: SocketEvents,
    private readonly page: EventTarget | null = typeof document === "undefined" ? null : document,
  ) {
    addEventListener("online", this.online);
    addEventListener("offline", this.offline);
    this.page?.addEventListener("freeze", this.offline);
    this.page?.addEventListener("resume", this.online);
  }

  async open(): Promise<void> {
    try {
      const ticket = await this.events.ticket();
      if (!this.over && this.socket === null) this.connect(ticket);
    } catch (error) {
      if (this.over) return;
      if (error instanceof Failure && error.notice.fatal) this.fail(error.notice);
      else this.again();
    }
  }

  /** False when the frame did not go out; nothing is kept here. */
  send(frame: ClientFrame): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  /** Live sound is dropped when the connection cannot keep up: the ring still has it. */
  sendPcm(pcm: Uint8Array<ArrayBuffer>): void {
    const socket = this.socket;
    if (socket?.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount < MAX_UNSENT_BYTES) socket.send(pcm);
  }

  /** For good. */
  close(): void {
    this.over = true;
    removeEventListener("online", this.online);
    removeEventListener("offline", this.offline);
    this.page?.removeEventListener("freeze", this.offline);
    this.page?.removeEventListener("resume", this.online);
    if (this.retry) clearTimeout(this.retry);
    this.drop();
  }

  /** The interview has ended: the next close is the last. */
  finish(): void {
    this.finishing = true;
  }

  /** Do not wait for the next try. */
  hurry(): void {
    if (this.retry) this.now();
  }

  /** Cut the connection as a network fault would; it comes back by itself. */
  cut(): void {
    this.socket?.close();
  }

  private connect(ticket: string): void {
    const { lastSeq, epoch, media } = this.events.place();
    const query = new URLSearchParams({ session_id: this.sessionId, ticket, media });
    if (lastSeq !== null) query.set("last_seq", String(lastSeq));
    if (epoch !== null) query.set("epoch", epoch);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws/interview?${query}`);
    this.socket = socket;
    this.heardMs = this.pingedMs = performance.now();
    socket.onmessage = (event) => this.take(socket, event.data);
    socket.onclose = (event) => this.closed(socket, event);
    this.pulse = setInterval(() => this.beat(), 1_000);
  }

  private take(socket: WebSocket, data: unknown): void {
    if (socket !== this.socket || typeof data !== "string") return;
    this.heardMs = performance.now();
    this.attempt = this.refusals = 0;
    this.events.frame(JSON.parse(data) as ServerFrame);
  }

  private closed(socket: WebSocket, event: CloseEvent): void {
    if (socket !== this.socket) return;
    this.drop();
    if (event.code === 1008) this.refusals += 1;
    this.judge(verdictOf(event.code, event.reason, this.refusals), event.reason);
  }

  private judge(verdict: Verdict, reason: string): void {
    if (verdict === "again" && !this.finishing) return this.again();
    if (verdict === "failed") return this.fail(refusal(reason));
    this.close();
    if (verdict === "taken_over") this.events.takenOver();
    else this.events.over();
  }

  private beat(): void {
    const now = performance.now();
    const opening = this.socket?.readyState === WebSocket.CONNECTING;
    if (now - this.heardMs > (opening ? OPEN_MS : SILENCE_MS)) {
      this.drop();
      this.judge("again", "");
    } else if (now - this.pingedMs >= PING_MS) {
      this.pingedMs = now;
      this.send({ type: "ping", t: now / 1000 });
    }
  }

  private again(): void {
    if (this.over || this.retry) return;
    this.attempt += 1;
    this.events.lost(this.attempt);
    this.retry = setTimeout(() => this.now(), waitMs(this.attempt, Math.random()));
  }

  private now(): void {
    if (this.retry) clearTimeout(this.retry);
    this.retry = null;
    void this.open();
  }

  private fail(notice: Notice): void {
    this.close();
    this.events.failed({ ...notice, fatal: true });
  }

  private drop(): void {
    if (this.pulse) clearInterval(this.pulse);
    this.pulse = null;
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onclose = socket.onmessage = null;
    socket.close();
  }

  private readonly online = (): void => this.hurry();

  /**
   * A dead network closes nothing by itself for a long time, and a page that is put to sleep leaves its
   * socket open: the server would take the silence for the candidate's. Say so at once.
   */
  private readonly offline = (): void => {
    if (!this.socket) return;
    this.drop();
    this.judge("again", "");
  };
}

function refusal(reason: string): Notice {
  const code = reason === "Session not found" ? "not_found" : "unauthenticated";
  return { code, text: reason, fatal: true };
}
