// Records sound and picture in pieces of a few seconds. Each piece is on this device before it is
// sent, and leaves it only when the server has it.

import { newId } from "../state/outbox";
import type { PartNote, PieceStore } from "./pieces";

const PIECE_MS = 3_000;
const VIDEO_BITS = 350_000;
const AUDIO_BITS = 48_000;
const TYPES = ["video/webm;codecs=vp8,opus", "video/webm"];
const SOUND_TYPES = ["audio/webm;codecs=opus", "audio/webm"];

/** One part: from start to stop, or until the stream ends. */
export class Recorder {
  onpiece: (() => void) | null = null;
  onfailure: (() => void) | null = null;
  private readonly recorder: MediaRecorder;
  private readonly note: PartNote;
  private readonly mime: string;
  private started_ms = 0;
  private piece_ms = 0;
  private start_s = 0;
  private queue: Promise<void> = Promise.resolve();
  private readonly over: Promise<void>;

  private constructor(
    stream: MediaStream, private readonly store: PieceStore, session_id: string, type: string,
  ) {
    this.recorder = new MediaRecorder(stream, {
      mimeType: type, videoBitsPerSecond: VIDEO_BITS, audioBitsPerSecond: AUDIO_BITS,
    });
    this.mime = type.split(";")[0] ?? type;
    this.note = { part_id: newId(), session_id, chunks: 0, duration_s: 0, closed: false };
    this.over = new Promise((resolve) => {
      this.recorder.onstop = () => resolve();
    });
    this.recorder.ondataavailable = (event) => this.take(event.data);
    this.recorder.onerror = () => this.onfailure?.();
  }

  /** Null when the browser cannot record or there is nothing to record. */
  static open(stream: MediaStream, store: PieceStore, session_id: string): Recorder | null {
    if (typeof MediaRecorder === "undefined" || stream.getTracks().length === 0) return null;
    const types = stream.getVideoTracks().length ? TYPES : SOUND_TYPES;
    const type = types.find((item) => MediaRecorder.isTypeSupported(item));
    return type ? new Recorder(stream, store, session_id, type) : null;
  }

  get part_id(): string {
    return this.note.part_id;
  }

  get running(): boolean {
    return this.recorder.state === "recording";
  }

  /** `clock_s` is the session clock now. */
  start(clock_s: number): void {
    this.start_s = Math.max(0, clock_s);
    this.started_ms = this.piece_ms = performance.now();
    this.recorder.start(PIECE_MS);
  }

  /** Stop and put the last piece in the store. */
  async stop(): Promise<void> {
    if (this.recorder.state !== "inactive") {
      this.recorder.stop();
      await this.over;
    }
    await this.queue;
    this.note.closed = true;
    await this.store.note({ ...this.note });
    this.onpiece?.();
  }

  private take(data: Blob): void {
    const now_ms = performance.now();
    const duration_s = (now_ms - this.piece_ms) / 1000;
    this.piece_ms = now_ms;
    if (data.size === 0) return;
    const number = this.note.chunks;
    this.note.chunks += 1;
    this.note.duration_s = (now_ms - this.started_ms) / 1000;
    const note = { ...this.note };
    this.queue = this.queue
      .then(() => this.keep(data, number, duration_s, note))
      .catch(() => this.onfailure?.());
  }

  private async keep(data: Blob, number: number, duration_s: number, note: PartNote) {
    const content = await data.arrayBuffer();
    const digest = await crypto.subtle.digest("SHA-256", content);
    const sha256 = [...new Uint8Array(digest)]
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join("");
    const { part_id, session_id } = note;
    const { mime, start_s } = this;
    await this.store.add(
      { session_id, part_id, number, mime, start_s, duration_s, sha256, content }, note,
    );
    this.onpiece?.();
  }
}
