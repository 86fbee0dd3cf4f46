import { afterEach, describe, expect, it, vi } from "vitest";
import { LOOKS, savedLook, saveLook } from "./looks";

function device(kept: Record<string, string> = {}): void {
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept[key] ?? null,
    setItem: (key: string, value: string) => void (kept[key] = value),
  });
}

describe("who asks", () => {
  afterEach(() => void vi.unstubAllGlobals());

  it("is the calm orb until somebody chooses a face, which is kept", () => {
    device();
    expect([savedLook(), LOOKS[0]?.name]).toEqual(["orb", "orb"]);
    saveLook("aiko");
    expect(savedLook()).toBe("aiko");
  });
  it("is the orb where the device keeps what no look is", () => {
    device({ "viva.look": "a robot" });
    expect(savedLook()).toBe("orb");
  });
});
