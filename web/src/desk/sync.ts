// Words, recording and session clock against each other. Pure.
import type { Word } from "../protocol.gen";
import type { AnswerReport, RecordingSpan, TranscriptEntry } from "./types";

const SLACK_S = 0.05;

/** Where a moment of the session lies in the file; in a gap, where the file goes on; null after its end. */
export function fileTime(spans: readonly RecordingSpan[], sessionS: number): number | null {
  const sorted = [...spans].sort((a, b) => a.session_start_s - b.session_start_s);
  for (const span of sorted) {
    if (sessionS < span.session_start_s) return span.recording_start_s;
    const into = sessionS - span.session_start_s;
    if (into < span.duration_s) return span.recording_start_s + into;
  }
  return null;
}

/** The moment of the session that the file shows at `fileS`; null outside every stretch. */
export function sessionTime(spans: readonly RecordingSpan[], fileS: number): number | null {
  for (const span of spans) {
    const into = fileS - span.recording_start_s;
    if (into >= 0 && into < span.duration_s + SLACK_S) return span.session_start_s + into;
  }
  return null;
}

/** The spoken words of every entry of the transcript: each word belongs to exactly one, the last
 * of its answer that has begun by then. Typed entries have none. */
export function wordsByEntry(entries: readonly TranscriptEntry[], answers: readonly AnswerReport[]): Map<TranscriptEntry, Word[]> {
  const found = new Map<TranscriptEntry, Word[]>();
  for (const answer of answers) {
    const spoken = entries
      .filter((entry) => entry.role === "candidate" && entry.answer_id === answer.answer_id && entry.start_s !== null)
      .sort((a, b) => (a.start_s ?? 0) - (b.start_s ?? 0));
    for (const word of answer.words) {
      const owner = spoken.filter((entry) => (entry.start_s ?? 0) <= word.start_s + SLACK_S).pop() ?? spoken[0];
      if (owner) found.set(owner, [...(found.get(owner) ?? []), word]);
    }
  }
  return found;
}

/** Index of the word being said at `sessionS`, of words sorted by start; -1 when none is. */
export function wordAt(words: readonly { start_s: number; end_s: number }[], sessionS: number): number {
  let [low, high] = [0, words.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    if ((words[middle]?.start_s ?? Infinity) <= sessionS) low = middle + 1;
    else high = middle - 1;
  }
  const word = words[high];
  return word !== undefined && sessionS < word.end_s + SLACK_S ? high : -1;
}

/** A file name from `Content-Disposition`, the encoded form first. */
export function fileName(disposition: string | null, otherwise: string): string {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? "")?.[1];
  if (encoded) {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return otherwise; // not percent-encoded text
    }
  }
  return /filename="([^"]+)"/i.exec(disposition ?? "")?.[1] ?? otherwise;
}
