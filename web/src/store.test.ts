import { describe, expect, it } from "vitest";
import { Kept } from "./store";

function forbidden(): Storage {
  throw new DOMException("The operation is insecure.", "SecurityError");
}

function full(): Storage {
  const refuse = () => {
    throw new DOMException("", "QuotaExceededError");
  };
  return { getItem: () => "old", setItem: refuse, removeItem: () => undefined } as unknown as Storage;
}

describe("what is kept", () => {
  it("is there as long as the page where storage is forbidden", () => {
    const kept = new Kept(forbidden);
    expect(kept.getItem("a")).toBeNull();
    expect(kept.setItem("a", "1")).toBe(false);
    expect(kept.getItem("a")).toBe("1");
    kept.removeItem("a");
    expect(kept.getItem("a")).toBeNull();
  });

  it("is the newest where storage is full", () => {
    const kept = new Kept(full);
    kept.setItem("a", "new");
    expect(kept.getItem("a")).toBe("new");
  });
});
