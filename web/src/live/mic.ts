// The microphone as PCM: its level, the ring for lost stretches, live pieces for a server that is
// reached without WebRTC.
import workletUrl from "./mic-worklet.ts?worker&url";
import { RATE_HZ, Ring } from "./ring";

interface Piece {
  pcm: Int16Array;
  level: number;
}

/** Taps a stream's sound until closed. The stream itself is left alone. */
export class Microphone {
  readonly ring = new Ring();
  /** Loudness of the last 50 ms, 0..1; speech is about 0.2 to 0.5. */
  level = 0;
  onpiece: ((pcm: Int16Array) => void) | null = null;
  private context: AudioContext | null = null;
  private source: MediaStreamAudioSourceNode | null = null;
  private tap: AudioWorkletNode | null = null;
  /** The loudest level since it was asked for. */
  private peak = 0;

  /** False when there is no sound to be had from the stream. */
  async open(stream: MediaStream): Promise<boolean> {
    if (stream.getAudioTracks().length === 0) return false;
    const { context, source } = listen(stream);
    this.context = context;
    this.source = source;
    await context.audioWorklet.addModule(workletUrl);
    const tap = new AudioWorkletNode(context, "mic-tap", { numberOfOutputs: 0 });
    tap.port.onmessage = (event: MessageEvent<Piece>) => this.take(event.data);
    source.connect(tap);
    this.tap = tap;
    this.wake();
    return true;
  }

  /** Go on with another stream's sound: the ring and what is sent have no seam. */
  async change(stream: MediaStream): Promise<boolean> {
    const { context, tap } = this;
    if (context === null || tap === null) return this.open(stream);
    try {
      const source = context.createMediaStreamSource(stream);
      this.source?.disconnect();
      source.connect(tap);
      this.source = source;
      return true;
    } catch {
      await this.close(); // another rate than the context's: begin anew
      return this.open(stream);
    }
  }

  /** The loudest sample since the last call; 0 where not one came. */
  loudest(): number {
    const { peak } = this;
    this.peak = 0;
    return peak;
  }

  /** Browsers hold sound back until a key or a click: call this from one. */
  wake(): void {
    if (this.context?.state === "suspended") void this.context.resume();
  }

  async close(): Promise<void> {
    const { context } = this;
    this.onpiece = this.context = this.tap = this.source = null;
    this.level = 0;
    if (context) await context.close();
  }

  private take(piece: Piece): void {
    this.level = Math.min(1, piece.level * 4);
    this.peak = Math.max(this.peak, piece.level);
    this.ring.push(piece.pcm, performance.now());
    this.onpiece?.(piece.pcm);
  }
}

function listen(stream: MediaStream) {
  const context = new AudioContext({ sampleRate: RATE_HZ });
  try {
    return { context, source: context.createMediaStreamSource(stream) };
  } catch {
    // Firefox refuses a source whose rate is not the context's.
    void context.close();
    const own = new AudioContext();
    return { context: own, source: own.createMediaStreamSource(stream) };
  }
}
