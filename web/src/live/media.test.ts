import { describe, expect, it } from "vitest";
import { backlogFrames } from "./media";
import { RATE_HZ } from "./ring";

describe("backlog", () => {
  it("fits the server's frames and ends with the last", () => {
    const frames = backlogFrames("g", 4.5, new Int16Array(7 * RATE_HZ));
    expect(frames.map((frame) => (frame.type === "backlog" ? frame.start_s : -1))).toEqual(
      [4.5, 7.5, 10.5],
    );
    expect(frames.map((frame) => frame.type === "backlog" && frame.last)).toEqual([false, false, true]);
    expect(Math.max(...frames.map((frame) => JSON.stringify(frame).length))).toBeLessThan(160 * 1024);
  });

  it("says at once that there is nothing", () => {
    expect(backlogFrames("g", 4.5, new Int16Array())).toEqual(
      [{ type: "backlog", gap_id: "g", start_s: 4.5, pcm: "", last: true }],
    );
  });
});
