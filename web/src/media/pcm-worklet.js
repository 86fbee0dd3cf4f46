// Runs on the audio thread: microphone to PCM16 mono 16 kHz in pieces of 50 ms, with their level.
// `sampleRate` is the context's; a box filter over each output sample keeps aliasing low enough
// for speech when the browser will not give us 16 kHz.

const OUT_HZ = 16000;
const PIECE = 800;

class PcmTap extends AudioWorkletProcessor {
  constructor() {
    super();
    this.step = sampleRate / OUT_HZ;
    this.room = 0;
    this.sum = 0;
    this.weight = 0;
    this.piece = new Int16Array(PIECE);
    this.filled = 0;
    this.squares = 0;
  }

  process(inputs) {
    const channel = inputs[0] && inputs[0][0];
    if (!channel) return true;
    for (let i = 0; i < channel.length; i += 1) this.take(channel[i]);
    return true;
  }

  take(sample) {
    let left = 1;
    while (this.weight + left >= this.step) {
      const part = this.step - this.weight;
      this.emit((this.sum + sample * part) / this.step);
      left -= part;
      this.sum = 0;
      this.weight = 0;
    }
    this.sum += sample * left;
    this.weight += left;
  }

  emit(value) {
    const clipped = Math.max(-1, Math.min(1, value));
    this.piece[this.filled] = Math.round(clipped * 32767);
    this.squares += clipped * clipped;
    this.filled += 1;
    if (this.filled < PIECE) return;
    const level = Math.sqrt(this.squares / PIECE);
    const pcm = this.piece;
    this.port.postMessage({ pcm, level }, [pcm.buffer]);
    this.piece = new Int16Array(PIECE);
    this.filled = 0;
    this.squares = 0;
  }
}

registerProcessor("pcm-tap", PcmTap);
