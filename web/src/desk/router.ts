// The desk's addresses. Pure parsing, and the few lines that drive the history.

import { offsetOf, planPlace, type PlanPlace } from "./plan/places";

export type Place =
  | PlanPlace
  | { view: "login"; next: string }
  | ({ view: "sessions" } & Filters)
  | { view: "create" }
  | { view: "session"; id: string }
  | { view: "board" }
  | { view: "watch"; id: string }
  | { view: "report"; id: string; at: number | null }
  | ({ view: "reviews" } & Filters)
  | { view: "requests"; state: string; offset: number }
  | { view: "system" }
  | { view: "settings" }
  | { view: "agreement" }
  | { view: "enter"; way: Way }
  | { view: "people"; search: string; status: string; sort: string; offset: number }
  | { view: "accounts"; search: string; status: string; sort: string; offset: number }
  | { view: "privacy" }
  | { view: "audit"; actor: string; action: string; offset: number }
  | { view: "figures" }
  | { view: "programs" }
  | ({ view: "compare" } & Compared)
  | { view: "lost" };

/** Who is compared, and of which interview or job opening one may choose from. */
export interface Compared {
  ids: string[];
  interview: string;
  job: string;
}

/** Ways in without an account. */
export const WAYS = ["register", "verify", "join", "forgotten", "reset"] as const;
export type Way = (typeof WAYS)[number];

/** What an address shows. `/staff` is the list of sessions. */
export function placeOf(path: string, query: URLSearchParams): Place {
  const [, staff, area = "sessions", id, part, more] = path.replace(/\/+$/, "").split("/");
  if (staff !== "staff" || more !== undefined) return { view: "lost" };
  const planned = planPlace(area, id, part, query);
  if (planned !== null) return planned;
  if (part !== undefined) return { view: "lost" };
  if (area === "sessions") {
    if (id === undefined) return { view: "sessions", ...filtersOf(query) };
    return id === "new" ? { view: "create" } : { view: "session", id: decodeURIComponent(id) };
  }
  if (area === "live") return id === undefined ? { view: "board" } : { view: "watch", id: decodeURIComponent(id) };
  if (area === "reports" && id !== undefined) return { view: "report", id: decodeURIComponent(id), at: secondsOf(query.get("at")) };
  if (id !== undefined) return { view: "lost" };
  if (area === "reviews") return { view: "reviews", ...filtersOf(query) };
  if (area === "requests") return { view: "requests", state: query.get("state") ?? "open", offset: filtersOf(query).offset };
  if (area === "login") return { view: "login", next: safeNext(query.get("next")) };
  const way = WAYS.find((one) => one === area);
  if (way !== undefined) return { view: "enter", way };
  if (area === "compare") return { view: "compare", ids: [...new Set(listed(query.get("ids")))], interview: query.get("interview") ?? "", job: query.get("job") ?? "" };
  const { search, sort, offset } = filtersOf(query);
  if (area === "privacy") return { view: "privacy" };
  if (area === "people" || area === "accounts") return { view: area, search, status: query.get("status") ?? "", sort, offset };
  if (area === "audit") return { view: "audit", actor: query.get("actor") ?? "", action: query.get("action") ?? "", offset };
  if (area === "system" || area === "settings" || area === "agreement") return { view: area };
  if (area === "figures" || area === "programs") return { view: area };
  return { view: "lost" };
}

function listed(text: string | null): string[] {
  return (text ?? "").split(",").filter(Boolean);
}

/** Where these candidates are compared. */
export function compareAddress({ ids, interview, job }: Partial<Compared>): string {
  const parts = [ids?.length ? `ids=${ids.map(encodeURIComponent).join(",")}` : "", interview ? `interview=${encodeURIComponent(interview)}` : "", job ? `job=${encodeURIComponent(job)}` : ""].filter(Boolean);
  return `/staff/compare${parts.length ? `?${parts.join("&")}` : ""}`;
}

export type ListArea = "sessions" | "reviews";

/** What narrows a list, and where its page begins. */
export interface Filters {
  standing: string;
  search: string;
  /** A column, with "-" before it for the largest first; "" is newest first. */
  sort: string;
  offset: number;
  /** "me": those that the reader looks after. */
  assignee: string;
  /** Of one designed interview, or one job opening. */
  interview: string;
  job: string;
}

function filtersOf(query: URLSearchParams): Filters {
  return {
    standing: query.get("standing") ?? "",
    search: query.get("search") ?? "",
    sort: query.get("sort") ?? "",
    offset: offsetOf(query),
    assignee: query.get("assignee") ?? "",
    interview: query.get("interview") ?? "",
    job: query.get("job") ?? "",
  };
}

/** A moment of the session; null when the address names none. */
function secondsOf(text: string | null): number | null {
  const seconds = Number(text ?? "");
  return text && Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

/** Only addresses of the desk itself: a link must not send the signed-in person elsewhere. */
export function safeNext(next: string | null): string {
  return next !== null && /^\/staff(\/[\w\-/]*)?(\?[\w\-=&%+.,]*)?$/.test(next) ? next : "/staff/sessions";
}

/** A list's address for these filters; what is empty is left out. */
export function listAddress(filters: Partial<Filters>, list: ListArea = "sessions"): string {
  const text = filterQuery(filters).toString();
  return `/staff/${list}` + (text ? `?${text}` : "");
}

/** As it stands in the desk's address. */
export function filterQuery(filters: Partial<Filters>): URLSearchParams {
  const query = new URLSearchParams();
  if (filters.standing) query.set("standing", filters.standing);
  if (filters.sort) query.set("sort", filters.sort);
  if (filters.search) query.set("search", filters.search);
  if (filters.assignee) query.set("assignee", filters.assignee);
  if (filters.interview) query.set("interview", filters.interview);
  if (filters.job) query.set("job", filters.job);
  if (filters.offset) query.set("offset", String(filters.offset));
  return query;
}

/** As the server takes it: `-name` is `sort=name&order=desc`. */
export function serverQuery(filters: Partial<Filters>): URLSearchParams {
  const query = filterQuery({ ...filters, interview: "", job: "" });
  if (filters.interview) query.set("interview_id", filters.interview);
  if (filters.job) query.set("job_id", filters.job);
  const sort = filters.sort ?? "";
  if (!sort) return query;
  query.set("sort", sort.replace(/^-/, ""));
  query.set("order", sort.startsWith("-") ? "desc" : "asc");
  return query;
}

export function go(address: string, how: "push" | "replace" = "push"): void {
  if (how === "push") history.pushState(null, "", address);
  else history.replaceState(null, "", address);
  window.dispatchEvent(new PopStateEvent("popstate"));
}

/** Follow links of the desk without loading the page again. */
export function followLinks(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
  if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute("download")) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || !/^\/staff(\/|$)/.test(url.pathname)) return;
  event.preventDefault();
  go(url.pathname + url.search);
}
