import { describe, expect, it } from "vitest";
import { DEAF_MS, Hearing, LOOK_MS } from "./hearing";

const LIVE = { live: true, muted: false, level: 0.01 };

describe("hearing", () => {
  it("is lost at once when the microphone is unplugged", () => {
    const hearing = new Hearing();
    expect(hearing.look(LIVE, 0)).toBe("on");
    expect(hearing.look({ ...LIVE, live: false }, 50)).toBe("lost");
  });
  it("is muted at once when the browser says so, and back again", () => {
    const hearing = new Hearing();
    expect(hearing.look({ ...LIVE, muted: true }, 0)).toBe("muted");
    expect(hearing.look(LIVE, 50)).toBe("on");
  });
  it("notices within two seconds that not one sample comes, whenever it began", () => {
    for (let mutedMs = 1_000; mutedMs <= 1_000 + LOOK_MS; mutedMs += 10) {
      const hearing = new Hearing();
      let atMs = 0;
      // A look hears the loudest sample since the one before.
      while (hearing.look({ ...LIVE, level: atMs - LOOK_MS < mutedMs ? 0.01 : 0 }, atMs) === "on") atMs += LOOK_MS;
      expect(atMs - mutedMs).toBeLessThanOrEqual(2_000);
      expect(atMs - mutedMs).toBeGreaterThanOrEqual(DEAF_MS - LOOK_MS);
      expect(hearing.look({ ...LIVE, level: 0.0001 }, atMs + LOOK_MS)).toBe("on");
    }
  });
  it("does not take a browser that holds sound back for a muted microphone", () => {
    const hearing = new Hearing();
    expect(hearing.look({ ...LIVE, level: 0 }, 0)).toBe("on");
    expect(hearing.look({ ...LIVE, level: 0 }, 60_000)).toBe("on");
    hearing.look(LIVE, 61_000);
    hearing.renew();
    expect(hearing.look({ ...LIVE, level: 0 }, 99_000)).toBe("on");
  });
});
