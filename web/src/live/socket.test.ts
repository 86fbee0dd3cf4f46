import { afterEach, describe, expect, it, vi } from "vitest";
import { Socket, verdictOf, waitMs } from "./socket";

/** A line that stays open, whatever happens to its page. */
class Line {
  static readonly OPEN = 1;
  static readonly CONNECTING = 0;
  static all: Line[] = [];
  readyState = Line.OPEN;
  onclose: unknown = null;
  onmessage: unknown = null;
  closed = false;
  constructor() {
    Line.all.push(this);
  }
  close(): void {
    this.closed = true;
  }
}

describe("a page that is put to sleep", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it("hangs up, so that the silence is nobody's, and is back when it wakes", async () => {
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", Line);
    vi.stubGlobal("location", { protocol: "https:", host: "here" });
    for (const name of ["addEventListener", "removeEventListener"]) vi.stubGlobal(name, () => undefined);
    const page = new EventTarget();
    const lost: number[] = [];
    const nothing = () => undefined;
    const socket = new Socket("s1", {
      ticket: async () => "t", place: () => ({ lastSeq: null, epoch: null, media: "text" }),
      frame: nothing, lost: (attempt) => lost.push(attempt), takenOver: nothing, over: nothing, failed: nothing,
    }, page);
    await socket.open();
    page.dispatchEvent(new Event("freeze"));
    expect([Line.all[0]?.closed, lost]).toEqual([true, [1]]);
    page.dispatchEvent(new Event("resume"));
    await vi.advanceTimersByTimeAsync(0);
    expect(Line.all).toHaveLength(2);
    socket.close();
  });
});

describe("socket", () => {
  it("comes back after every cut, and once more after a refused ticket", () => {
    expect([1000, 1001, 1006, 1011, 1012].map((code) => verdictOf(code, "", 0))).toEqual(
      ["again", "again", "again", "again", "again"],
    );
    expect(verdictOf(1008, "The ticket is used", 1)).toBe("again");
    expect(verdictOf(1008, "The ticket is used", 2)).toBe("failed");
  });

  it("does not come back after the end", () => {
    expect(verdictOf(1000, "interview_concluded", 0)).toBe("over");
  });

  it("leaves the interview to the other window", () => {
    expect(verdictOf(1008, "taken_over", 1)).toBe("taken_over");
  });

  it("waits from 0.3 s to 5 s", () => {
    expect([1, 2, 3, 4, 5, 6, 50].map((attempt) => waitMs(attempt, 1))).toEqual(
      [300, 600, 1_200, 2_400, 4_800, 5_000, 5_000],
    );
    expect(waitMs(50, 0)).toBe(4_000);
  });
});
