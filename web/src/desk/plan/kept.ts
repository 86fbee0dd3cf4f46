// What was typed and not saved, kept on this device until it is saved or thrown away.
import type { QuestionDraft } from "./question";

interface Typed {
  questions: QuestionDraft[];
}

export interface Unsaved<D extends Typed> {
  /** The revision that it was typed over; null for a new interview. */
  revision: number | null;
  base: D;
  draft: D;
  at: string;
}

const PLACE = "vivavoce-unsaved";

function nameOf(user: string, id: string): string {
  return `${PLACE}:${user}:${id}`;
}

export function keep<D extends Typed>(user: string, id: string, unsaved: Unsaved<D>): void {
  try {
    localStorage.setItem(nameOf(user, id), JSON.stringify(unsaved));
  } catch {
    return; // storage is blocked or full: it lasts as long as the page
  }
}

export function kept<D extends Typed>(user: string, id: string): Unsaved<D> | null {
  try {
    const text = localStorage.getItem(nameOf(user, id));
    const found = text === null ? null : (JSON.parse(text) as Partial<Unsaved<D>>);
    return found?.draft && found.base && found.at && Array.isArray(found.draft.questions) ? (found as Unsaved<D>) : null;
  } catch {
    return null; // blocked, or not ours
  }
}

export function drop(user: string, id: string): void {
  try {
    localStorage.removeItem(nameOf(user, id));
  } catch {
    return;
  }
}
