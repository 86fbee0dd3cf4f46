// Several channels into one, without losing a voice that is in one of them, or in both reversed.
// The same rule as the server's `realtime/channels.py`. Pure.

/** A channel 40 dB below the loudest is not connected. */
const SILENT = 0.0001;
const OPPOSED = -0.5;
/** What was judged so far weighs so much at each block (a block is 8 ms or less). */
const HOLD = 0.97;

export class Mixer {
  private products: number[][] = [];

  /** One block, a list of samples for each channel. */
  mix(channels: readonly Float32Array[]): Float32Array {
    const first = channels[0];
    if (!first) return new Float32Array(0);
    if (channels.length === 1) return first;
    this.judge(channels);
    const weights = this.weights();
    const mixed = new Float32Array(first.length);
    channels.forEach((channel, at) => {
      const weight = weights[at] ?? 0;
      if (weight > 0) channel.forEach((sample, i) => (mixed[i] = (mixed[i] ?? 0) + weight * sample));
    });
    return mixed;
  }

  /** Steps from sample to sample: hum and offset are in all channels alike and do not count. */
  private judge(channels: readonly Float32Array[]): void {
    const count = channels.length;
    if (this.products.length !== count) {
      this.products = channels.map(() => new Array<number>(count).fill(0));
    }
    for (let a = 0; a < count; a += 1) {
      for (let b = a; b < count; b += 1) {
        const held = HOLD * (this.products[a]?.[b] ?? 0) + product(channels[a], channels[b]);
        this.products[a]![b] = this.products[b]![a] = held;
      }
    }
  }

  private weights(): number[] {
    const energy = this.products.map((row, at) => row[at] ?? 0);
    const loudest = energy.indexOf(Math.max(...energy));
    const top = energy[loudest] ?? 0;
    if (top <= 0) return energy.map(() => 1 / energy.length);
    const agrees = energy.map(
      (own, at) =>
        own > top * SILENT && (this.products[at]?.[loudest] ?? 0) > OPPOSED * Math.sqrt(own * top),
    );
    const share = 1 / agrees.filter(Boolean).length;
    return agrees.map((agreed) => (agreed ? share : 0));
  }
}

function product(a: Float32Array | undefined, b: Float32Array | undefined): number {
  let sum = 0;
  if (!a || !b) return sum;
  for (let i = 1; i < a.length; i += 1) {
    sum += ((a[i] ?? 0) - (a[i - 1] ?? 0)) * ((b[i] ?? 0) - (b[i - 1] ?? 0));
  }
  return sum;
}
