// What was typed and not sent when the interview ended reaches the server all the same: it decides
// whether it was on its way, or came late.
import { Failure } from "./api";
import type { Drafts } from "./drafts";
import type { Kept, Unsent, UnsentView } from "./model";

const MAX_CHARS = 20_000;

/** `waiting`: the server could not be reached, and it stays on this device. */
export async function handOver(drafts: Drafts, send: (unsent: Unsent) => Promise<Kept>): Promise<UnsentView> {
  let view: UnsentView = "none";
  for (const { key, questionNumber, draft } of drafts.unsent()) {
    try {
      const kept = await send({ question_number: questionNumber, content: most(draft.text), code: most(draft.code) || null });
      if (kept === "late") view = "late";
      else if (kept === "answer" && view === "none") view = "kept";
    } catch (error) {
      if (!(error instanceof Failure) || !final(error.status)) return "waiting";
    }
    drafts.drop(key);
  }
  drafts.clear();
  return view;
}

/** Of what is longer than the server takes, the most is kept; no character is cut in two. */
function most(typed: string): string {
  const text = typed.trim();
  return text.length <= MAX_CHARS ? text : [...text].slice(0, MAX_CHARS).join("");
}

/** The server will not take it later either. 409: the interview is not over there yet. */
function final(status: number): boolean {
  return status >= 400 && status < 500 && ![408, 409, 429].includes(status);
}
