import { afterEach, describe, expect, it, vi } from "vitest";
import { address, api, sorting, type Item, type Query } from "./api";
import { ApiError, missing } from "./http";

function answering(status: number, body: unknown) {
  const asked = vi.fn(async (..._: [string, RequestInit]) => new Response(status === 204 ? null : JSON.stringify(body), { status }));
  vi.stubGlobal("fetch", asked);
  return asked;
}

afterEach(() => vi.unstubAllGlobals());

describe("the typed client", () => {
  it("fills in addresses and leaves out what is not asked for", () => {
    expect(address("/a/{one}/b", { path: { one: "x/y ?" }, query: { limit: 0, search: "", status: undefined, tag: ["a b", "c"] } })).toBe("/a/x%2Fy%20%3F/b?limit=0&tag=a+b%2Cc");
    expect(address("/a", { query: { search: null } })).toBe("/a");
    expect(sorting<Query<"/api/v1/colleagues">>("-created_at")).toEqual({ sort: "created_at", order: "desc" });
    expect(sorting("")).toEqual({});
  });

  it("sends method, body and headers and gives the answer", async () => {
    const asked = answering(200, { link: "https://desk/x" });
    const made = await api.post("/api/v1/colleagues/invitations", { body: { email: "ada@example.org", roles: ["reviewer"] }, header: { "Idempotency-Key": "k" } });
    expect(made.link).toBe("https://desk/x");
    const [path, init] = asked.mock.calls[0]!;
    expect([path, init.method, init.body]).toEqual(["/api/v1/colleagues/invitations", "POST", '{"email":"ada@example.org","roles":["reviewer"]}']);
    const headers = new Headers(init.headers);
    expect([headers.get("content-type"), headers.get("idempotency-key")]).toEqual(["application/json", "k"]);
  });

  it("gives nothing for no content, and the server's sentence for a refusal", async () => {
    answering(204, null);
    expect(await api.remove("/api/v1/colleagues/{user_id}", { path: { user_id: "u" } })).toBeUndefined();
    answering(422, { code: "invalid_input", detail: "email: it is not an e-mail address", field: "email" });
    const wrong = api.get("/api/v1/audit");
    await expect(wrong).rejects.toBeInstanceOf(ApiError);
    await expect(wrong).rejects.toMatchObject({ status: 422, field: "email" });
  });

  it("knows what the server takes and gives", () => {
    // Read by tsc alone: each line that is expected to be wrong fails `make check` when it is not.
    const never = async (): Promise<void> => {
      // @ts-expect-error no such address
      await api.get("/api/v1/nothing");
      // @ts-expect-error that address is not posted to
      await api.post("/api/v1/audit");
      // @ts-expect-error the variable of the address is missing
      await api.remove("/api/v1/colleagues/{user_id}");
      // @ts-expect-error no such field of the query
      await api.get("/api/v1/audit", { query: { colour: "red" } });
      // @ts-expect-error a number, not a word
      await api.get("/api/v1/audit", { query: { limit: "many" } });
      // @ts-expect-error the body is missing
      await api.post("/api/v1/colleagues/invitations");
      // @ts-expect-error no such role
      await api.post("/api/v1/colleagues/invitations", { body: { email: "a@b.org", roles: ["king"] } });
      // @ts-expect-error the answer has no such field
      (await api.get("/api/v1/audit")).colour;
      // @ts-expect-error nor has an entry of it
      ((one: Item<"/api/v1/audit">) => one.colour)({} as Item<"/api/v1/audit">);
    };
    expect(never).toBeTypeOf("function");
  });
});

describe("what is not there", () => {
  it("is said without what only programs call it", () => {
    expect(missing("Session 3a8ec775-d79b-4efd-94d2-7c42e7566aff not found")).toBe("This is not here any more: it was deleted, or the link is wrong.");
    expect(missing("Interview 913841536405558 not found")).toContain("not here any more");
    expect(missing("Report 3a8ec775 not found")).toBe("There is no report yet: the interview has not ended.");
    expect(missing("Invitation or registration behind this link not found")).toBe("Invitation or registration behind this link not found");
  });
});
