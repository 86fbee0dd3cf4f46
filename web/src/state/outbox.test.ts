import { describe, expect, it } from "vitest";
import type { ServerFrame } from "../protocol.gen";
import { EMPTY, MAX_WAITING, newId, put, refused, settle } from "./outbox";

const ack = (ref: string): ServerFrame => ({ type: "ack", seq: null, ref, last_seq: 1 });
const error = (ref: string | null): ServerFrame => ({
  type: "error", seq: null, ref, code: "conflict", content: "", field: null,
  stop_recording: false, fatal: false,
});

describe("outbox", () => {
  it("keeps a command, id and answer_id unchanged, until its ack", () => {
    const answer = { type: "text_response", id: "a", answer_id: "x", content: "hello" } as const;
    const box = put(put(EMPTY, answer), { type: "done", id: "b" });
    expect(settle(box, ack("other"))).toEqual(box);
    expect(box.waiting[0]).toEqual(answer);
    expect(settle(box, ack("a")).waiting).toEqual([{ type: "done", id: "b" }]);
  });

  it("forgets a refused command and tells which it was", () => {
    const box = put(EMPTY, { type: "moment", id: "m" });
    expect(refused(box, error("m"))?.type).toBe("moment");
    expect(refused(box, error(null))).toBeNull();
    expect(settle(box, error("m")).waiting).toEqual([]);
    expect(settle(box, error(null))).toBe(box);
  });

  it("is bounded", () => {
    let box = EMPTY;
    for (let i = 0; i < MAX_WAITING + 5; i += 1) box = put(box, { type: "done", id: String(i) });
    expect(box.waiting.length).toBe(MAX_WAITING);
    expect(box.waiting[0]?.id).toBe("5");
  });

  it("makes ids that differ", () => {
    expect(newId()).toMatch(/^[0-9a-f-]{36}$/);
    expect(newId()).not.toBe(newId());
  });
});
