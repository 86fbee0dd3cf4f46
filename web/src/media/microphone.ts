// The microphone as PCM: level for the meter, ring for lost stretches, live pieces for a server
// that is reached without WebRTC.

import workletUrl from "./pcm-worklet.js?url&no-inline";
import { PcmRing, RATE_HZ } from "./ring";

interface Piece {
  pcm: Int16Array;
  level: number;
}

/** Taps a stream's sound until closed. The stream itself is left alone. */
export class Microphone {
  readonly ring = new PcmRing();
  level = 0;
  onpiece: ((pcm: Int16Array) => void) | null = null;
  private context: AudioContext | null = null;

  /** Whether there is sound to be had from the stream; false leaves everything silent. */
  async open(stream: MediaStream): Promise<boolean> {
    if (stream.getAudioTracks().length === 0) return false;
    const { context, source } = tapContext(stream);
    this.context = context;
    await context.audioWorklet.addModule(workletUrl);
    const tap = new AudioWorkletNode(context, "pcm-tap", { numberOfOutputs: 0 });
    tap.port.onmessage = (event: MessageEvent<Piece>) => this.take(event.data);
    source.connect(tap);
    if (context.state === "suspended") void context.resume();
    return true;
  }

  /** Browsers hold audio back until a key or a click; call this from one. */
  wake(): void {
    if (this.context?.state === "suspended") void this.context.resume();
  }

  async close(): Promise<void> {
    this.onpiece = null;
    this.level = 0;
    const context = this.context;
    this.context = null;
    if (context && context.state !== "closed") await context.close();
  }

  private take(piece: Piece): void {
    this.level = piece.level;
    this.ring.push(piece.pcm, performance.now());
    this.onpiece?.(piece.pcm);
  }
}

function tapContext(stream: MediaStream) {
  const context = new AudioContext({ sampleRate: RATE_HZ });
  try {
    return { context, source: context.createMediaStreamSource(stream) };
  } catch {
    // Firefox refuses a source whose rate differs from the context's.
    void context.close();
    const own = new AudioContext();
    return { context: own, source: own.createMediaStreamSource(stream) };
  }
}

/** 0 to 1 for a meter: -60 dB is nothing, -12 dB is full. */
export function meterOf(level: number): number {
  const db = 20 * Math.log10(Math.max(level, 1e-6));
  return Math.max(0, Math.min(1, (db + 60) / 48));
}
