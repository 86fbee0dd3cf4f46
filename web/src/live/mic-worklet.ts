// Runs on the audio thread: microphone to PCM16 mono 16 kHz in pieces of 50 ms, with their level.
// Each output sample is the mean of the input it covers: little enough aliasing for speech where
// the browser will not give us 16 kHz.
import { Mixer } from "./mixing";

declare const sampleRate: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, of: new () => AudioWorkletProcessor): void;

const OUT_HZ = 16_000;
const PIECE = 800;

class MicTap extends AudioWorkletProcessor {
  private readonly step = sampleRate / OUT_HZ;
  private sum = 0;
  private weight = 0;
  private piece = new Int16Array(PIECE);
  private filled = 0;
  private squares = 0;
  private readonly mixer = new Mixer();

  process(inputs: Float32Array[][]): boolean {
    for (const sample of this.mixer.mix(inputs[0] ?? [])) this.take(sample);
    return true;
  }

  private take(sample: number): void {
    let left = 1;
    while (this.weight + left >= this.step) {
      const part = this.step - this.weight;
      this.put((this.sum + sample * part) / this.step);
      left -= part;
      this.sum = this.weight = 0;
    }
    this.sum += sample * left;
    this.weight += left;
  }

  private put(value: number): void {
    const clipped = Math.max(-1, Math.min(1, value));
    this.piece[this.filled] = Math.round(clipped * 32_767);
    this.squares += clipped * clipped;
    this.filled += 1;
    if (this.filled === PIECE) this.post();
  }

  private post(): void {
    const { piece } = this;
    this.port.postMessage({ pcm: piece, level: Math.sqrt(this.squares / PIECE) }, [piece.buffer]);
    this.piece = new Int16Array(PIECE);
    this.filled = this.squares = 0;
  }
}

registerProcessor("mic-tap", MicTap);
