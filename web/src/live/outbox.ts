// Commands that the server has not acknowledged: sent again after a reconnect under the same id.
import type { ClientFrame, ServerFrame } from "../protocol.gen";

/** The page has no way to make more without an answer; the oldest goes. */
export const MAX_WAITING = 50;

export interface Waiting {
  frame: ClientFrame;
  /** The question that was open when the candidate asked for it. */
  questionNumber: number | null;
  /** A follow-up has its question's number: its words tell them apart. */
  question: string | null;
}

/** Needs a secure context in some browsers, hence the long way. */
export function newId(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Outbox {
  waiting: readonly Waiting[] = [];

  put(frame: ClientFrame, questionNumber: number | null, question: string | null = null): void {
    this.waiting = [...this.waiting, { frame, questionNumber, question }].slice(-MAX_WAITING);
  }

  /** What this frame answers is no longer waiting; returned when it was. */
  settle(frame: ServerFrame): ClientFrame | null {
    const ref = frame.type === "ack" || frame.type === "error" ? frame.ref : null;
    const found = ref ? this.waiting.find((item) => item.frame.id === ref) : undefined;
    if (!found) return null;
    this.waiting = this.waiting.filter((item) => item !== found);
    return found.frame;
  }

  /** Whether an answer to that question is on its way. */
  answers(questionNumber: number | null, question: string | null = null): boolean {
    return this.waiting.some((item) => item.questionNumber === questionNumber && item.question === question && closes(item.frame));
  }

  /** To be sent on a new connection. A `skip` that was carried out must not skip the next too. */
  resend(questionNumber: number | null): ClientFrame[] {
    this.waiting = this.waiting.filter(
      (item) => safeAgain(item.frame) || item.questionNumber === questionNumber,
    );
    return this.waiting.map((item) => item.frame);
  }
}

/** Whether the candidate has ended the answer with it. */
export function closes(frame: ClientFrame): boolean {
  return frame.type === "text_response" || frame.type === "done";
}

/** Whether doing it twice does no harm: it has an id of its own, or cannot be done twice. */
function safeAgain(frame: ClientFrame): boolean {
  return ["text_response", "consent", "end_interview"].includes(frame.type);
}
