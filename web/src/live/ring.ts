// The last minutes of the microphone, so that the server can be sent what it did not hear.
export const RATE_HZ = 16_000;
/** Seconds kept. The server takes at most 180. */
export const KEPT_S = 150;

/** PCM16 mono 16 kHz. Times are the page's monotonic clock in milliseconds. */
export class Ring {
  private readonly samples: Int16Array;
  private written = 0;
  private endedMs = 0;

  constructor(seconds = KEPT_S) {
    this.samples = new Int16Array(seconds * RATE_HZ);
  }

  /** Add a piece that ended at `nowMs`; the oldest samples are overwritten. */
  push(pcm: Int16Array, nowMs: number): void {
    const size = this.samples.length;
    const at = this.written % size;
    const first = pcm.subarray(0, size - at);
    this.samples.set(first, at);
    this.samples.set(pcm.subarray(first.length), 0);
    this.written += pcm.length;
    this.endedMs = nowMs;
  }

  /** What was heard from `fromMs` until now, and when that begins.
   *
   * Null when the microphone was opened after `fromMs`: then the server is better off with the
   * words it has. What was overwritten is missing at the beginning.
   */
  since(fromMs: number): { pcm: Int16Array; startMs: number } | null {
    const kept = Math.min(this.written, this.samples.length);
    const oldestMs = this.endedMs - (kept / RATE_HZ) * 1000;
    const overwritten = this.written > this.samples.length;
    if (kept === 0 || (fromMs < oldestMs - SLACK_MS && !overwritten)) return null;
    const wanted = Math.round(((this.endedMs - fromMs) / 1000) * RATE_HZ);
    const count = Math.min(kept, wanted);
    if (count <= 0) return null;
    return { pcm: this.last(count), startMs: this.endedMs - (count / RATE_HZ) * 1000 };
  }

  private last(count: number): Int16Array {
    const size = this.samples.length;
    const at = (this.written - count) % size;
    const out = new Int16Array(count);
    const first = this.samples.subarray(at, Math.min(size, at + count));
    out.set(first, 0);
    out.set(this.samples.subarray(0, count - first.length), first.length);
    return out;
  }
}

const SLACK_MS = 250;

/** Little-endian bytes whatever the machine. */
export function pcmBytes(pcm: Int16Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pcm.length * 2);
  const view = new DataView(bytes.buffer);
  pcm.forEach((sample, i) => view.setInt16(i * 2, sample, true));
  return bytes;
}

export function base64Pcm(pcm: Int16Array): string {
  const bytes = pcmBytes(pcm);
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  }
  return btoa(text);
}
