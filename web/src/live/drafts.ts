// What is being typed, on this device, until its question is closed: a reload, a crash, a second tab
// or a lost connection takes no word of it.

import { device, type Kept } from "../store";

export interface Draft {
  text: string;
  code: string;
  language: string;
  /** Where the cursor (or the selection) is in the text and in the code. */
  textAt: [number, number];
  codeAt: [number, number];
}

const PREFIX = "vivavoce-draft";

export function emptyDraft(): Draft {
  return { text: "", code: "", language: "", textAt: [0, 0], codeAt: [0, 0] };
}

/** A follow-up has its question's number: the text tells them apart. */
export function draftKey(questionNumber: number | null, question: string | null): string {
  let hash = 5381;
  for (const char of question ?? "") hash = (hash * 33 + (char.codePointAt(0) ?? 0)) >>> 0;
  return `${questionNumber ?? "reply"}-${hash.toString(36)}`;
}

export class Drafts {
  constructor(private readonly sessionId: string, private readonly kept: Kept = device) {}

  load(key: string): Draft {
    const kept = this.kept.getItem(this.name(key));
    if (kept === null) return emptyDraft();
    try {
      return { ...emptyDraft(), ...(JSON.parse(kept) as Partial<Draft>) };
    } catch {
      return emptyDraft();
    }
  }

  keep(key: string, draft: Draft): void {
    if (!draft.text && !draft.code) return this.drop(key);
    this.kept.setItem(this.name(key), JSON.stringify(draft));
  }

  drop(key: string): void {
    this.kept.removeItem(this.name(key));
  }

  /** What is typed for questions, for when the interview is over. */
  unsent(): { key: string; questionNumber: number; draft: Draft }[] {
    return this.keys().flatMap((key) => {
      const questionNumber = Number.parseInt(key, 10);
      return Number.isNaN(questionNumber) ? [] : [{ key, questionNumber, draft: this.load(key) }];
    });
  }

  /** The interview is over: nothing typed is left on this device. */
  clear(): void {
    for (const key of this.keys()) this.drop(key);
  }

  private keys(): string[] {
    const start = this.name("");
    return this.kept.names().filter((name) => name.startsWith(start)).map((name) => name.slice(start.length));
  }

  private name(key: string): string {
    return `${PREFIX}:${this.sessionId}:${key}`;
  }
}
