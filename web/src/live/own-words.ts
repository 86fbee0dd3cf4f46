// What candidates may ask the company for, in words. No DOM.
import type { Own, OwnRequest, RequestKind } from "./model";

export interface Wish {
  title: string;
  /** What the field asks. */
  label: string;
  /** Whether it cannot be sent without words. */
  needed: boolean;
}

export const WISHES: Readonly<Record<RequestKind, Wish>> = {
  accommodation: { title: "Another way to take part", label: "What do you need? For example no camera, more time, or breaks", needed: true },
  transcript: { title: "The transcript", label: "Anything to add, if you like", needed: false },
  signals: { title: "What software noted, and why", label: "Anything to add, if you like", needed: false },
  explanation: { title: "How your answers were assessed", label: "What would you like to have explained?", needed: false },
  correction: { title: "A correction", label: "What is wrong, and what is right?", needed: true },
  erasure: { title: "Erase everything about you", label: "Anything to add, if you like", needed: false },
};

/** On the last page, in this order. */
export const RIGHTS: readonly RequestKind[] = ["transcript", "signals", "explanation", "correction", "erasure"];

/** Where a request stands. */
export function standWords(request: OwnRequest): string {
  if (request.state === "open") return `Sent ${dayOf(request.asked_at)}. A person answers here; you can come back to this page with your link.`;
  const when = request.settled_at === null ? "" : ` ${dayOf(request.settled_at)}`;
  return request.state === "done" ? `Answered${when}` : `Declined${when}`;
}

function dayOf(iso: string): string {
  return new Date(iso).toLocaleDateString([], { day: "numeric", month: "short", year: "numeric" });
}

const OUTCOMES: Readonly<Record<string, string>> = { skipped: "(skipped)", no_response: "(no answer)", timed_out: "(time was up)" };

/** The own words to one question, or why there are none. */
export function answerWords({ content, code, outcome }: Pick<Own["answers"][number], "content" | "code" | "outcome">): string {
  const parts = [content.trim(), (code ?? "").trim()].filter(Boolean);
  return parts.length ? parts.join("\n\n") : (OUTCOMES[outcome] ?? "(no answer)");
}

/** The candidate's own copy, as plain text. */
export function answersCopy(title: string, answers: Own["answers"]): string {
  const parts = answers.map((answer) => `${answer.question_number}. ${answer.question}${answer.follow_up ? " (follow-up)" : ""}\n\n${answerWords(answer)}\n`);
  return [`${title}: my answers\n`, ...parts].join("\n");
}
