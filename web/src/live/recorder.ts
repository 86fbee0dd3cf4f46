// Records sound and picture in pieces of a few seconds. Each is on this device before it is sent,
// and leaves it only when the server has it. Goes on while the connection is gone.
import { newId } from "./outbox";
import type { Part, PieceStore } from "./pieces";

const PIECE_MS = 3_000;
const VIDEO_BITS = 350_000;
const AUDIO_BITS = 48_000;
/** Clips and jumps begin at a key frame; browsers that do not know the option go on as before. */
const KEY_FRAME_MS = 5_000;
/** MP4 is what Safari records; with pieces it is fragmented. */
const VIDEO_TYPES = ["video/webm;codecs=vp8,opus", "video/webm", "video/mp4;codecs=avc1.42E01E,mp4a.40.2", "video/mp4"];
const AUDIO_TYPES = ["audio/webm;codecs=opus", "audio/webm", "audio/mp4;codecs=mp4a.40.2", "audio/mp4"];

export interface RecorderEvents {
  kept(): void;
  /** A code of `words.ts`. */
  failed(why: "recording_failed" | "disk_full"): void;
}

export class Recorder {
  private readonly mime: string;
  private readonly part: Part;
  private startS = 0;
  private startedMs = 0;
  private pieceMs = 0;
  private keeping: Promise<void> = Promise.resolve();
  private readonly stopped: Promise<void>;

  private constructor(
    private readonly recorder: MediaRecorder,
    private readonly store: PieceStore,
    sessionId: string,
    private readonly events: RecorderEvents,
  ) {
    this.mime = recorder.mimeType.split(";")[0] ?? recorder.mimeType;
    this.part = { sessionId, partId: newId(), chunks: 0, durationS: 0, closed: false };
    this.stopped = new Promise((resolve) => {
      recorder.onstop = () => resolve();
    });
    recorder.ondataavailable = (event) => this.take(event.data);
    recorder.onerror = () => events.failed("recording_failed");
  }

  /** Starts at once; null when the browser cannot record this. */
  static start(
    stream: MediaStream, store: PieceStore, at: { sessionId: string; clockS: number },
    events: RecorderEvents,
  ): Recorder | null {
    for (const mimeType of typesOf(stream)) {
      const recorder = running(stream, mimeType);
      if (recorder === null) continue; // some browsers say yes to a type that they cannot record
      const self = new Recorder(recorder, store, at.sessionId, events);
      self.startS = Math.max(0, at.clockS);
      self.startedMs = self.pieceMs = performance.now();
      return self;
    }
    return null;
  }

  /** Its name among the session's recordings. */
  get partId(): string {
    return this.part.partId;
  }

  /** Seconds that were recorded so far. */
  get durationS(): number {
    return this.part.durationS;
  }

  /** Resolves when the last piece is kept. */
  async stop(): Promise<void> {
    if (this.recorder.state !== "inactive") this.recorder.stop();
    await this.stopped;
    await this.keeping;
    await this.store.putPart({ ...this.part, closed: true });
    this.events.kept();
  }

  private take(data: Blob): void {
    const now = performance.now();
    const durationS = (now - this.pieceMs) / 1000;
    this.pieceMs = now;
    if (data.size === 0) return;
    const number = this.part.chunks;
    this.part.chunks += 1;
    this.part.durationS = (now - this.startedMs) / 1000;
    const part = { ...this.part };
    this.keeping = this.keeping
      .then(() => this.keep(data, number, durationS, part))
      .catch((error: unknown) => this.events.failed(full(error) ? "disk_full" : "recording_failed"));
  }

  private async keep(data: Blob, number: number, durationS: number, part: Part): Promise<void> {
    const content = await data.arrayBuffer();
    const sha256 = hex(await crypto.subtle.digest("SHA-256", content));
    const { sessionId, partId } = part;
    const { mime, startS } = this;
    await this.store.add({ sessionId, partId, number, mime, startS, durationS, sha256, content }, part);
    this.events.kept();
  }
}

/** Whether this browser can record it at all. */
export function recordable(stream: MediaStream): boolean {
  return typesOf(stream).length > 0;
}

function running(stream: MediaStream, mimeType: string): MediaRecorder | null {
  const options = {
    mimeType, videoBitsPerSecond: VIDEO_BITS, audioBitsPerSecond: AUDIO_BITS, videoKeyFrameIntervalDuration: KEY_FRAME_MS,
  };
  try {
    // Of its own: a recorder fails when the tracks of its stream change, as they do with a device.
    const recorder = new MediaRecorder(new MediaStream(stream.getTracks()), options);
    recorder.start(PIECE_MS);
    return recorder;
  } catch {
    return null;
  }
}

function full(error: unknown): boolean {
  return error instanceof DOMException && error.name === "QuotaExceededError";
}

function typesOf(stream: MediaStream): string[] {
  if (typeof MediaRecorder === "undefined" || stream.getTracks().length === 0) return [];
  const types = stream.getVideoTracks().length > 0 ? VIDEO_TYPES : AUDIO_TYPES;
  return types.filter((type) => MediaRecorder.isTypeSupported(type));
}

function hex(digest: ArrayBuffer): string {
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
