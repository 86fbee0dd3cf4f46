// The recording's loudness along the session, for the line under the player.
import { sessionTime } from "./sync";
import type { RecordingSpan } from "./types";

/** Enough to see pauses; and little memory for a long recording. */
const RATE_HZ = 8_000;
const LONGEST_S = 1_800;
const LARGEST_BYTES = 100_000_000;

/** A voice at a usual distance; what never reaches it is drawn small, not blown up. */
const VOICE = 0.04;

/** Loudness (root mean square), 0-1 of the loudest part or of a usual voice, in each of `count` equal
 * parts of the session; 0 in gaps. Pure. */
export function peaks(samples: Float32Array, rateHz: number, spans: readonly RecordingSpan[], totalS: number, count: number): number[] {
  const sums = new Array<number>(count).fill(0);
  const taken = new Array<number>(count).fill(0);
  const step = Math.max(1, Math.floor(rateHz / 1_000));
  for (let index = 0; index < samples.length; index += step) {
    const at = sessionTime(spans, index / rateHz);
    if (at === null) continue;
    const part = Math.min(count - 1, Math.max(0, Math.floor((at / totalS) * count)));
    sums[part] = (sums[part] ?? 0) + (samples[index] ?? 0) ** 2;
    taken[part] = (taken[part] ?? 0) + 1;
  }
  const found = sums.map((sum, part) => (taken[part] ? Math.sqrt(sum / (taken[part] ?? 1)) : 0));
  const top = Math.max(VOICE, ...found);
  return found.map((one) => one / top);
}

/** The peaks of the file at `url`; null where it is too long for a page or has no sound that can be read. */
export async function readPeaks(url: string, spans: readonly RecordingSpan[], totalS: number, count: number, signal: AbortSignal): Promise<number[] | null> {
  if (totalS <= 0 || totalS > LONGEST_S) return null;
  try {
    const answer = await fetch(url, { signal });
    if (!answer.ok || Number(answer.headers.get("Content-Length") ?? 0) > LARGEST_BYTES) {
      await answer.body?.cancel();
      return null;
    }
    const decoder = new OfflineAudioContext(1, 1, RATE_HZ);
    const sound = await decoder.decodeAudioData(await answer.arrayBuffer());
    return peaks(sound.getChannelData(0), sound.sampleRate, spans, totalS, count);
  } catch (error) {
    // A picture without sound, a codec that this browser lacks, a lost connection: no waveform.
    if (error instanceof DOMException || error instanceof TypeError) return null;
    throw error;
  }
}

/** An SVG path of bars around the middle of a box `count` wide and 2 high. */
export function barsPath(found: readonly number[]): string {
  return found.map((one, index) => `M${index + 0.5} ${(1 - Math.max(0.03, one)).toFixed(3)}V${(1 + Math.max(0.03, one)).toFixed(3)}`).join("");
}
