import { describe, expect, it } from "vitest";
import { DEAF_MS, Hearing } from "./hearing";

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
  it("notices within two seconds that not one sample comes", () => {
    const hearing = new Hearing();
    hearing.look(LIVE, 0);
    expect(hearing.look({ ...LIVE, level: 0 }, 100)).toBe("on");
    expect(hearing.look({ ...LIVE, level: 0 }, 100 + DEAF_MS)).toBe("muted");
    expect(hearing.look({ ...LIVE, level: 0.0001 }, 5_000)).toBe("on");
    expect(DEAF_MS).toBeLessThanOrEqual(2_000);
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
