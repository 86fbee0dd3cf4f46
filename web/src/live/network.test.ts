import { describe, expect, it } from "vitest";
import { median, verdict } from "./network";

describe("network", () => {
  it("takes the middle trip, so that one hiccup does not count", () => {
    expect(median([900, 40, 41, 39, 42])).toBe(41);
  });
  it("names what is wrong with a line, and nothing when it is good or unknown", () => {
    expect(verdict({ roundTripMs: 40, mbps: 20 })).toBe("good");
    expect(verdict({ roundTripMs: 40, mbps: null })).toBe("good");
    expect(verdict({ roundTripMs: 400, mbps: 20 })).toBe("slow");
    expect(verdict({ roundTripMs: 40, mbps: 0.4 })).toBe("narrow");
  });
});
