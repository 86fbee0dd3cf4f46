// What one is told of: kinds in words, and where each leads. Pure.
export type NoticeKind = "finished" | "left_early" | "needs_review" | "appeal" | "request";

export interface Notice {
  id: string;
  kind: NoticeKind;
  session_id: string;
  name: string;
  title: string;
  /** The reader may not know yet who it is. */
  blind: boolean;
  at: string;
  read: boolean;
}

export interface Unread {
  unread: number;
  newest: Notice | null;
}

export const KINDS: Record<NoticeKind, { word: string; happened: string; help: string }> = {
  finished: { word: "Finished", happened: "has finished", help: "An interview was held to its end." },
  left_early: { word: "Left early", happened: "has left early", help: "A candidate went away, ended it before the last question, or did not consent." },
  needs_review: { word: "Needs review", happened: "has signals that wait for review", help: "Integrity signals wait for a person's decision." },
  appeal: { word: "Appeal", happened: "has explained a signal", help: "A candidate says how a signal came about." },
  request: { word: "Request", happened: "asks you for something", help: "A candidate asks for another way to take part, an explanation, a correction or erasure." },
};

/** "Ada Lovelace has finished Backend engineer." */
export function noticeWords({ kind, name, title }: Notice): string {
  if (!name) return `${KINDS[kind].word}: a session that is being erased.`;
  return `${name} ${KINDS[kind].happened}: ${title}.`;
}

export function noticeAddress({ kind, session_id }: Notice): string {
  const id = encodeURIComponent(session_id);
  if (kind === "request") return "/staff/requests";
  return kind === "needs_review" ? "/staff/reviews" : `/staff/reports/${id}`;
}
