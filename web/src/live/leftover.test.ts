import { describe, expect, it } from "vitest";
import { Failure } from "./api";
import { Drafts, emptyDraft } from "./drafts";
import { handOver } from "./leftover";
import type { Unsent } from "./model";

function typed(text: string, code = ""): Drafts {
  const drafts = new Drafts("s1");
  drafts.keep("reply-x", { ...emptyDraft(), text: "yes" });
  drafts.keep("2-abc", { ...emptyDraft(), text, code });
  return drafts;
}

describe("what was typed when the interview ended", () => {
  it("is found where nothing may be kept on the device, too", async () => {
    typed("in a private window"); // by the answer's box
    const sent: Unsent[] = [];
    await handOver(new Drafts("s1"), async (unsent) => (sent.push(unsent), "late"));
    expect(sent.map(({ content }) => content)).toEqual(["in a private window"]);
  });

  it("is handed over with its question, and leaves this device", async () => {
    const drafts = typed(" half a sentence ", "x = 1");
    const sent: Unsent[] = [];
    const view = await handOver(drafts, async (unsent) => (sent.push(unsent), "late"));
    expect(sent).toEqual([{ question_number: 2, content: "half a sentence", code: "x = 1" }]);
    expect([view, drafts.unsent()]).toEqual(["late", []]);
  });

  it("says nothing of what the server has already", async () => {
    expect(await handOver(typed("sent"), async () => "known")).toBe("none");
  });

  it("stays on this device while the server cannot be reached", async () => {
    const drafts = typed("half");
    const away = new Failure({ code: "network", text: "", fatal: false }, 0);
    expect(await handOver(drafts, () => Promise.reject(away))).toBe("waiting");
    expect(drafts.unsent()).toHaveLength(1);
    expect(await handOver(drafts, async () => "answer")).toBe("kept");
  });

  it("stays on this device while the interview is not over there", async () => {
    const drafts = typed("half");
    const early = new Failure({ code: "illegal_transition", text: "", fatal: false }, 409);
    expect(await handOver(drafts, () => Promise.reject(early))).toBe("waiting");
    expect(drafts.unsent()).toHaveLength(1);
  });

  it("is not lost for being longer than the server takes", async () => {
    const sent: Unsent[] = [];
    await handOver(typed("e".repeat(20_001), "x".repeat(20_001)), async (unsent) => (sent.push(unsent), "late"));
    expect(sent.map(({ content, code }) => [content.length, code?.length])).toEqual([[20_000, 20_000]]);
  });

  it("is not kept for ever where the server refuses it for good", async () => {
    const drafts = typed("half");
    const refused = new Failure({ code: "gone", text: "", fatal: true }, 410);
    expect(await handOver(drafts, () => Promise.reject(refused))).toBe("none");
    expect(drafts.unsent()).toEqual([]);
  });
});
