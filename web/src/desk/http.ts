// Requests of the desk. The access token lives in memory only; the refresh token is a cookie that
// no script can read. Each refresh token works once, so renewals are strictly one after another.
import type { User } from "./types";

interface Grant {
  access_token: string;
  user: User;
}

/** A refused or failed request, with the server's own sentence. `status` 0: no answer came. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field: string | null = null,
  ) {
    super(message);
  }
}

const OFFLINE = "The server does not answer. Nothing was lost; please try again.";

const GONE = "This is not here any more: it was deleted, or the link is wrong.";
const NO_REPORT = "There is no report yet: the interview has not ended.";

let token: string | null = null;
let renewal: Promise<boolean> | null = null;
let user: User | null = null;
const listeners = new Set<() => void>();

export function currentUser(): User | null {
  return user;
}

/** Called after each sign-in and sign-out. */
export function onUserChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export async function signIn(username: string, password: string): Promise<void> {
  const body = new URLSearchParams({ username, password });
  adopt((await expectJson(await send("/api/v1/auth/login", { method: "POST", body }))) as Grant);
}

export async function changePassword(current_password: string, new_password: string): Promise<void> {
  const path = "/api/v1/auth/change-password";
  adopt(await postJson<Grant>(path, { current_password, new_password }));
}

export async function signOut(): Promise<void> {
  await postJson("/api/v1/auth/logout", {});
  forget();
}

/** Sign in again from the cookie; false when there is none that is good. */
export function renew(): Promise<boolean> {
  renewal ??= oneTabAtATime(renewNow).finally(() => {
    renewal = null;
  });
  return renewal;
}

async function renewNow(): Promise<boolean> {
  const answer = await send("/api/v1/auth/refresh", { method: "POST" });
  if (answer.status === 401 || answer.status === 403) {
    forget();
    return false;
  }
  adopt((await expectJson(answer)) as Grant);
  return true;
}

/** Tabs share the cookie: the second must send what the first got. Needs a secure context. */
async function oneTabAtATime(work: () => Promise<boolean>): Promise<boolean> {
  return "locks" in navigator ? await navigator.locks.request("vivavoce-refresh", work) : work();
}

function adopt(grant: Grant): void {
  token = grant.access_token;
  user = grant.user;
  for (const listener of listeners) listener();
}

function forget(): void {
  token = null;
  user = null;
  for (const listener of listeners) listener();
}

/** A response with the bearer token; renews it once when it has expired. */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const answer = await send(path, authorised(init));
  if (answer.status !== 401) return answer;
  return (await renew()) ? send(path, authorised(init)) : answer;
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await expectJson(await request(path, { signal }))) as T;
}

/** With the state of the resource, to be named in `If-Match` by whoever replaces it. */
export async function getTagged<T>(path: string, signal?: AbortSignal): Promise<{ value: T; tag: string }> {
  const answer = await request(path, { signal });
  return { value: (await expectJson(answer)) as T, tag: answer.headers.get("ETag") ?? "*" };
}

export async function postJson<T>(path: string, body?: unknown, more: Record<string, string> = {}): Promise<T> {
  const headers = { "Content-Type": "application/json", ...more };
  const init = body === undefined ? {} : { headers, body: JSON.stringify(body) };
  return (await expectJson(await request(path, { method: "POST", ...init }))) as T;
}

export async function putJson<T>(path: string, body: unknown, more: Record<string, string> = {}): Promise<T> {
  const init = { headers: { "Content-Type": "application/json", ...more }, body: JSON.stringify(body) };
  return (await expectJson(await request(path, { method: "PUT", ...init }))) as T;
}

export async function remove(path: string): Promise<void> {
  await expectJson(await request(path, { method: "DELETE" }));
}

/** The parsed body of a good answer. */
export async function expectJson(answer: Response): Promise<unknown> {
  if (answer.status === 204) return undefined;
  if (answer.ok) return answer.json();
  throw await failure(answer);
}

export async function failure(answer: Response): Promise<ApiError> {
  let detail = `The server answered with status ${answer.status}.`;
  let code = "http_error";
  let field: string | null = null;
  try {
    const body = (await answer.json()) as { detail?: unknown; code?: unknown; field?: unknown };
    if (typeof body.detail === "string") detail = body.detail;
    if (typeof body.code === "string") code = body.code;
    if (typeof body.field === "string") field = body.field;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return new ApiError(answer.status, code, detail, field);
}

/** A sentence for whatever was thrown; aborts give null. */
export function sentence(error: unknown): string | null {
  if (error instanceof DOMException && error.name === "AbortError") return null;
  if (error instanceof ApiError) return error.code === "not_found" ? missing(error.message) : error.message;
  return "Something went wrong on this page. Please reload it.";
}

/** "Session 3a8e… not found" names a thing to programs and nothing to people. */
export function missing(detail: string): string {
  const [, what] = /^(\w+) \S+ not found\.?$/.exec(detail) ?? [];
  if (what === undefined) return detail;
  return what === "Report" ? NO_REPORT : GONE;
}

function authorised(init: RequestInit): RequestInit {
  const headers = new Headers(init.headers);
  if (token !== null) headers.set("Authorization", `Bearer ${token}`);
  return { ...init, headers };
}

async function send(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { ...init, credentials: "same-origin" });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "offline", OFFLINE);
  }
}
