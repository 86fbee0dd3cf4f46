// The addresses of planning: interviews, the question bank, job openings. Pure.

/** What narrows and sorts a list of planning, and where its page begins. */
export interface Narrowing {
  search: string;
  /** A column, with "-" before it for the largest first; "" is newest first. */
  sort: string;
  /** A status, or a category of questions. */
  only: string;
  offset: number;
}

export type PlanPlace =
  | ({ view: "interviews" | "questions" | "jobs" } & Narrowing)
  | ({ view: "invitations"; id: string } & Narrowing)
  | { view: "design" | "job"; id: string };

/** The id of what is not made yet. */
export const NEW = "new";

/** What an address of planning shows; null when it is none. */
export function planPlace(area: string, id: string | undefined, part: string | undefined, query: URLSearchParams): PlanPlace | null {
  if (area === "questions" && id === undefined) return { view: "questions", ...narrowed(query) };
  if (area === "interviews" || area === "jobs") {
    if (id === undefined) return { view: area, ...narrowed(query) };
    if (part === undefined) return { view: area === "jobs" ? "job" : "design", id: decodeURIComponent(id) };
    if (area === "interviews" && part === "invitations" && id !== NEW) return { view: "invitations", id: decodeURIComponent(id), ...narrowed(query) };
  }
  return null;
}

/** Where a list's page begins; 0 for what is no place. */
export function offsetOf(query: URLSearchParams): number {
  const offset = Number(query.get("offset") ?? 0);
  return Number.isInteger(offset) && offset > 0 ? offset : 0;
}

export function narrowed(query: URLSearchParams): Narrowing {
  return {
    search: query.get("search") ?? "",
    sort: query.get("sort") ?? "",
    only: query.get("only") ?? "",
    offset: offsetOf(query),
  };
}

/** The address of a list for this; what is empty is left out. */
export function narrowedAddress(path: string, wanted: Partial<Narrowing>): string {
  const query = new URLSearchParams();
  for (const name of ["search", "sort", "only", "offset"] as const) if (wanted[name]) query.set(name, String(wanted[name]));
  return query.size ? `${path}?${query}` : path;
}

/** As the server takes it; `only` has another name there. */
export function narrowedQuery(wanted: Narrowing, only: string, limit: number): URLSearchParams {
  const query = new URLSearchParams({ limit: String(limit), offset: String(wanted.offset) });
  if (wanted.search) query.set("search", wanted.search);
  if (wanted.only && only) query.set(only, wanted.only);
  if (wanted.sort) {
    query.set("sort", wanted.sort.replace(/^-/, ""));
    query.set("order", wanted.sort.startsWith("-") ? "desc" : "asc");
  }
  return query;
}
