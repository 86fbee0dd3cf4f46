import { describe, expect, it } from "vitest";
import { MemoryPieces, type Part, type Piece } from "./pieces";
import { type Taken, Uploader } from "./upload";

const part = (chunks: number, closed: boolean): Part => (
  { sessionId: "s", partId: "p", chunks, durationS: 3 * chunks, closed }
);
const piece = (number: number): Piece => ({
  sessionId: "s", partId: "p", number, mime: "video/webm", startS: 0, durationS: 3, sha256: "",
  content: new ArrayBuffer(1),
});

/** Answers each call with the next of `answers`, then with "taken". */
function rig(...answers: Taken[]) {
  const calls: string[] = [];
  const waits: number[] = [];
  const store = new MemoryPieces();
  const answer = (call: string) => {
    calls.push(call);
    return Promise.resolve(answers.shift() ?? "taken");
  };
  const server = {
    put: (item: Piece) => answer(`put ${item.number}`),
    complete: (item: Part) => answer(`complete ${item.chunks}`),
  };
  const wait = (ms: number) => Promise.resolve(void waits.push(ms));
  const uploader = new Uploader(store, server, "s", () => undefined, wait);
  return { calls, waits, store, uploader };
}

describe("upload", () => {
  it("sends in order, and says that the part is complete when it is closed", async () => {
    const { calls, store, uploader } = rig();
    await store.add(piece(0), part(1, false));
    await uploader.wake();
    expect(calls).toEqual(["put 0"]);
    await store.add(piece(1), part(2, true));
    await uploader.wake();
    expect(calls).toEqual(["put 0", "put 1", "complete 2"]);
    expect(uploader.view).toEqual({ waiting: 0, failed: false });
  });

  it("tries again, longer apart, until the server has it", async () => {
    const { calls, waits, store, uploader } = rig("later", "later", "taken", "later");
    await store.add(piece(0), part(1, true));
    await uploader.wake();
    expect(calls).toEqual(["put 0", "put 0", "put 0", "complete 1", "complete 1"]);
    expect(waits).toEqual([500, 1_000, 500]);
    expect(await store.count("s")).toBe(0);
  });

  it("gives up on a refused piece only, and says so", async () => {
    const { calls, store, uploader } = rig("refused");
    await store.add(piece(0), part(1, false));
    await store.add(piece(1), part(2, true));
    await uploader.wake();
    expect(calls).toEqual(["put 0", "put 1", "complete 2"]);
    expect(uploader.view).toEqual({ waiting: 0, failed: true });
  });

  it("sends what an earlier page left, and nothing of other sessions", async () => {
    const { calls, store, uploader } = rig();
    await store.add(piece(4), part(5, false));
    await store.add({ ...piece(0), sessionId: "t", partId: "q" }, { ...part(1, false), sessionId: "t", partId: "q" });
    await uploader.adopt();
    await uploader.wake();
    expect(calls).toEqual(["put 4", "complete 5"]);
    expect(await store.count("t")).toBe(1);
  });
});
