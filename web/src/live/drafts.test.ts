import { describe, expect, it } from "vitest";
import { Kept } from "../store";
import { Drafts, draftKey, emptyDraft } from "./drafts";

class Shelf {
  readonly kept = new Map<string, string>();
  full = false;
  get length() {
    return this.kept.size;
  }
  key(index: number) {
    return [...this.kept.keys()][index] ?? null;
  }
  getItem(name: string) {
    return this.kept.get(name) ?? null;
  }
  setItem(name: string, value: string) {
    if (this.full) throw new Error("QuotaExceededError");
    this.kept.set(name, value);
  }
  removeItem(name: string) {
    this.kept.delete(name);
  }
}

const on = (shelf: Shelf) => new Kept(() => shelf as unknown as Storage);
const forbidden = (): Storage => {
  throw new Error("SecurityError");
};
const DRAFT = { ...emptyDraft(), text: "half a sen", textAt: [4, 4] as [number, number] };

describe("what is being typed", () => {
  it("is there after a reload and in a second tab, with the cursor", () => {
    const shelf = new Shelf();
    new Drafts("s1", on(shelf)).keep("1-a", DRAFT);
    expect(new Drafts("s1", on(shelf)).load("1-a")).toEqual(DRAFT);
    expect(new Drafts("s2", on(shelf)).load("1-a")).toEqual(emptyDraft());
    expect(new Drafts("s1", on(shelf)).load("2-a")).toEqual(emptyDraft());
  });

  it("is not mixed up between a question and its follow-up", () => {
    expect(draftKey(1, "Why?")).not.toBe(draftKey(1, "And why that?"));
    expect(draftKey(null, null)).toBe(draftKey(null, null));
  });

  it("goes when its question is closed, and all of it when the interview is over", () => {
    const shelf = new Shelf();
    const drafts = new Drafts("s1", on(shelf));
    drafts.keep("1-a", DRAFT);
    drafts.keep("2-b", { ...emptyDraft(), code: "x = 1" });
    new Drafts("s10", on(shelf)).keep("1-a", DRAFT);
    drafts.drop("1-a");
    expect(drafts.load("1-a")).toEqual(emptyDraft());
    drafts.clear();
    expect([...shelf.kept.keys()]).toEqual(["vivavoce-draft:s10:1-a"]);
  });

  it("lives on in the page where the browser keeps nothing", () => {
    const shelf = new Shelf();
    shelf.full = true;
    for (const drafts of [new Drafts("s1", on(shelf)), new Drafts("s1", new Kept(forbidden))]) {
      drafts.keep("1-a", DRAFT);
      expect(drafts.load("1-a")).toEqual(DRAFT);
      drafts.keep("1-a", emptyDraft());
      expect(drafts.load("1-a")).toEqual(emptyDraft());
    }
  });

  it("is empty, not broken, when what was kept is damaged", () => {
    const shelf = new Shelf();
    shelf.kept.set("vivavoce-draft:s1:1-a", "{half");
    expect(new Drafts("s1", on(shelf)).load("1-a")).toEqual(emptyDraft());
  });
});
