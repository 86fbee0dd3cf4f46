import { describe, expect, it } from "vitest";
import type { ServerFrame } from "../protocol.gen";
import { MAX_WAITING, Outbox, newId } from "./outbox";

const ack = (ref: string): ServerFrame => ({ seq: null, type: "ack", ref, last_seq: 1 });

describe("outbox", () => {
  it("sends what was not acknowledged again, unchanged", () => {
    const outbox = new Outbox();
    const answer = { type: "text_response", id: "1", answer_id: "a", content: "x" } as const;
    outbox.put(answer, 1);
    outbox.put({ type: "repeat", id: "2" }, 1);
    expect(outbox.settle(ack("2"))).toMatchObject({ type: "repeat" });
    expect(outbox.resend(1)).toEqual([answer]);
  });

  it("forgets a skip of an earlier question, and keeps an answer to it", () => {
    const outbox = new Outbox();
    outbox.put({ type: "skip", id: "1" }, 1);
    outbox.put({ type: "text_response", id: "2", content: "x" }, 1);
    expect(outbox.resend(2).map((frame) => frame.type)).toEqual(["text_response"]);
    expect(outbox.resend(1).map((frame) => frame.type)).toEqual(["text_response"]);
  });

  it("knows whether an answer to the open question is on its way", () => {
    const outbox = new Outbox();
    outbox.put({ type: "repeat", id: "1" }, 1, "Why?");
    expect(outbox.answers(1, "Why?")).toBe(false);
    outbox.put({ type: "text_response", id: "2", content: "x" }, 1, "Why?");
    expect(outbox.answers(1, "Why?")).toBe(true);
    expect(outbox.answers(1, "And how?"), "a follow-up").toBe(false);
    outbox.settle(ack("2"));
    expect(outbox.answers(1, "Why?")).toBe(false);
  });

  it("knows nothing of answers to others", () => {
    expect(new Outbox().settle(ack("9"))).toBeNull();
  });

  it("holds a limited number", () => {
    const outbox = new Outbox();
    for (let i = 0; i < MAX_WAITING + 5; i += 1) outbox.put({ type: "repeat", id: newId() }, 1);
    expect(outbox.waiting).toHaveLength(MAX_WAITING);
  });
});
