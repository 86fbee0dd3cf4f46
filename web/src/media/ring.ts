// The last two minutes of the microphone, so that the server can be sent what it did not hear.

export const RATE_HZ = 16_000;

/** PCM16 mono 16 kHz. Times are the page's monotonic clock in milliseconds. */
export class PcmRing {
  private readonly samples: Int16Array;
  private written = 0;
  private ended_ms = 0;

  constructor(seconds = 120) {
    this.samples = new Int16Array(seconds * RATE_HZ);
  }

  /** Add a piece that ended at `now_ms`; the oldest samples are overwritten. */
  push(pcm: Int16Array, now_ms: number): void {
    const size = this.samples.length;
    for (let i = 0; i < pcm.length; i += 1) {
      this.samples[(this.written + i) % size] = pcm[i] ?? 0;
    }
    this.written += pcm.length;
    this.ended_ms = now_ms;
  }

  /** When the oldest sample that is still here was heard; null when there is none. */
  oldestMs(): number | null {
    if (this.written === 0) return null;
    const kept = Math.min(this.written, this.samples.length);
    return this.ended_ms - (kept / RATE_HZ) * 1000;
  }

  /** Everything heard since `from_ms`; null when part of it is gone. */
  since(from_ms: number): Int16Array | null {
    const oldest = this.oldestMs();
    if (oldest === null || from_ms < oldest - 50) return null;
    const kept = Math.min(this.written, this.samples.length);
    const wanted = Math.round(((this.ended_ms - from_ms) / 1000) * RATE_HZ);
    const count = Math.max(0, Math.min(kept, wanted));
    const out = new Int16Array(count);
    const first = this.written - count;
    for (let i = 0; i < count; i += 1) {
      out[i] = this.samples[(first + i) % this.samples.length] ?? 0;
    }
    return out;
  }
}

/** Little-endian PCM16 as base64. */
export function base64Pcm(pcm: Int16Array): string {
  const bytes = pcmBytes(pcm);
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  }
  return btoa(text);
}

/** Little-endian bytes whatever the machine. */
export function pcmBytes(pcm: Int16Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pcm.length * 2);
  const view = new DataView(bytes.buffer);
  pcm.forEach((sample, i) => view.setInt16(i * 2, sample, true));
  return bytes;
}

/** A WAV file of the samples. */
export function wavOf(pcm: Int16Array): Blob {
  const head = new DataView(new ArrayBuffer(44));
  const text = (at: number, value: string) =>
    [...value].forEach((letter, i) => head.setUint8(at + i, letter.charCodeAt(0)));
  text(0, "RIFF");
  head.setUint32(4, 36 + pcm.length * 2, true);
  text(8, "WAVEfmt ");
  head.setUint32(16, 16, true);
  head.setUint16(20, 1, true);
  head.setUint16(22, 1, true);
  head.setUint32(24, RATE_HZ, true);
  head.setUint32(28, RATE_HZ * 2, true);
  head.setUint16(32, 2, true);
  head.setUint16(34, 16, true);
  text(36, "data");
  head.setUint32(40, pcm.length * 2, true);
  return new Blob([head.buffer, pcmBytes(pcm)], { type: "audio/wav" });
}
