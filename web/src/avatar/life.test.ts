import { describe, expect, it } from "vitest";
import { Life } from "./life";

function seeded(): () => number {
  let x = 12345;
  return () => ((x = (x * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff);
}

function blinks(seconds: number): number[] {
  const life = new Life(seeded());
  const starts: number[] = [];
  let shut = false;
  for (let i = 0; i < seconds * 60; i += 1) {
    const now = life.pose("idle", i / 60, 1 / 60, 0).lids > 0.5;
    if (now && !shut) starts.push(i / 60);
    shut = now;
  }
  return starts;
}

describe("life", () => {
  it("blinks as often as people do, at irregular times", () => {
    const starts = blinks(60);
    expect(starts.length).toBeGreaterThan(8);
    expect(starts.length).toBeLessThan(30);
    const gaps = starts.slice(1).map((at, i) => at - (starts[i] ?? 0));
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeGreaterThan(1);
  });

  it("nods while listening and only then", () => {
    const most = (mood: "listening" | "idle") => {
      const life = new Life(seeded());
      let found = 0;
      for (let i = 0; i < 1200; i += 1) found = Math.max(found, life.pose(mood, i / 60, 1 / 60, 0).nod);
      return found;
    };
    expect(most("listening")).toBeGreaterThan(2);
    expect(most("idle")).toBe(0);
  });

  it("looks away while thinking", () => {
    const life = new Life(seeded());
    let pose = life.pose("thinking", 0, 1 / 60, 0);
    for (let i = 1; i < 90; i += 1) pose = life.pose("thinking", i / 60, 1 / 60, 0);
    expect(pose.gaze_x).toBeGreaterThan(4);
    expect(pose.gaze_y).toBeLessThan(-3);
  });
});
