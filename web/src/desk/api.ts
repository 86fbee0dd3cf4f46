// The desk's typed client. What may be asked and what is answered comes from `../api.gen`, which
// `make generate` writes from the server's OpenAPI document: a field that the server does not take
// or give is an error of `tsc`. Signing in, renewal and errors are those of `./http`.
import type { OperationRequestBodyContent, PathsWithMethod, RequiredKeysOf, SuccessResponseJSON } from "openapi-typescript-helpers";
import type { paths } from "../api.gen";
import { expectJson, request } from "./http";

export type * from "../api.gen";

type Method = "get" | "post" | "put" | "patch" | "delete";
type Operation<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer Found extends Record<string | number, any>> ? Found : never;
type Parameters<Op> = Op extends { parameters: infer Found } ? Found : never;
/** One kind of parameter as a property: left out where there is none, optional where none is needed. */
type Part<Found, Name extends string> = Name extends keyof Found
  ? [NonNullable<Found[Name]>] extends [never]
    ? unknown
    : [RequiredKeysOf<NonNullable<Found[Name]>>] extends [never]
      ? { [key in Name]?: Found[Name] }
      : { [key in Name]: Found[Name] }
  : unknown;
type Body<Op> = [OperationRequestBodyContent<Op>] extends [never]
  ? unknown
  : undefined extends OperationRequestBodyContent<Op>
    ? { body?: OperationRequestBodyContent<Op> }
    : { body: OperationRequestBodyContent<Op> };

/** What is sent with a request. */
export type Asked<P extends keyof paths, M extends Method> = Part<Parameters<Operation<P, M>>, "path"> &
  Part<Parameters<Operation<P, M>>, "query"> &
  Part<Parameters<Operation<P, M>>, "header"> &
  Body<Operation<P, M>> & { signal?: AbortSignal };
/** The query of a list, and what a body holds. */
export type Query<P extends keyof paths> = Asked<P, "get"> extends { query?: infer Found } ? NonNullable<Found> : never;
export type Sent<P extends keyof paths, M extends Method> = Asked<P, M> extends { body?: infer Found } ? NonNullable<Found> : never;
/** What a good answer holds; undefined where there is nothing. */
export type Answered<P extends keyof paths, M extends Method> = [SuccessResponseJSON<Operation<P, M>>] extends [never] ? undefined : SuccessResponseJSON<Operation<P, M>>;
/** One entry of a paged list. */
export type Item<P extends PathsWithMethod<paths, "get">> = Answered<P, "get"> extends { items: (infer One)[] } ? One : never;

type Rest<P extends keyof paths, M extends Method> = [RequiredKeysOf<Asked<P, M>>] extends [never] ? [asked?: Asked<P, M>] : [asked: Asked<P, M>];

interface Loose {
  path?: Record<string, string | number>;
  query?: Record<string, unknown>;
  header?: Record<string, string>;
  body?: unknown;
  signal?: AbortSignal;
}

function method<M extends Method>(name: M) {
  return async <P extends PathsWithMethod<paths, M> & string>(path: P, ...[asked]: Rest<P, M>): Promise<Answered<P, M>> => {
    const { body, header, signal, ...where } = (asked ?? {}) as Loose;
    const headers: Record<string, string> = { ...header };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const init: RequestInit = { method: name.toUpperCase(), headers, signal };
    if (body !== undefined) init.body = JSON.stringify(body);
    return (await expectJson(await request(address(path, where), init))) as Answered<P, M>;
  };
}

/** The address with its variables filled in. What is undefined, null or "" is not asked for. */
export function address(path: string, { path: values = {}, query = {} }: Pick<Loose, "path" | "query">): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    const text = String(value ?? ""); // of several, those that the server takes with commas between
    if (text) search.set(name, text);
  }
  return search.size ? `${filled}?${search}` : filled;
}

/** `-name` of an address as what a list's query says: by what, and which way. */
export function sorting<Q extends { sort?: string }>(by: string): Pick<Q, "sort"> & { order?: "asc" | "desc" } {
  return by ? { sort: by.replace("-", "") as Q["sort"], order: by.startsWith("-") ? "desc" : "asc" } : {};
}

/** `api.get("/api/v1/colleagues", { query: { limit: 25 } })`; throws `ApiError` as `./http` does. */
export const api = {
  get: method("get"),
  post: method("post"),
  put: method("put"),
  patch: method("patch"),
  remove: method("delete"),
};
