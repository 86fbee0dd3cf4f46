import { describe, expect, it, vi } from "vitest";
import { CandidateApi } from "./api";
import { MemoryPieces, type Part, type Piece } from "./pieces";
import { type Taken, Uploader, recordingServer } from "./upload";

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
  return { calls, waits, store, server, uploader };
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

  it("outlives a server that is unavailable, and says meanwhile that it tries again", async () => {
    const replies = [503, 502, 204, 503, 204];
    const asked: string[] = [];
    vi.stubGlobal("fetch", (path: string) => {
      asked.push(path.replace("/api/candidate/recording/", ""));
      return Promise.resolve(new Response(null, { status: replies.shift() ?? 500 }));
    });
    const store = new MemoryPieces();
    const views: unknown[] = [];
    const waits: number[] = [];
    const wait = (ms: number) => Promise.resolve(void waits.push(ms));
    const server = recordingServer(new CandidateApi("token"));
    const uploader = new Uploader(store, server, "s", () => views.push(uploader.view), wait);
    await store.add(piece(0), part(1, true));
    await uploader.wake();
    vi.unstubAllGlobals();
    expect(asked).toEqual(["p/0", "p/0", "p/0", "p/complete", "p/complete"]);
    expect(waits).toEqual([500, 1_000, 500]);
    expect(views[0]).toEqual({ waiting: 1, failed: false, retrying: true });
    expect(uploader.view).toEqual({ waiting: 0, failed: false });
    expect(await store.count("s")).toBe(0);
  });

  it("tries at once when hurried out of a long wait", async () => {
    const { store, server } = rig("later");
    const waiting: (() => void)[] = [];
    const wait = () => new Promise<void>(() => waiting.forEach((tell) => tell()));
    const uploader = new Uploader(store, server, "s", () => undefined, wait);
    const reached = new Promise<void>((resolve) => waiting.push(resolve));
    await store.add(piece(0), part(1, true));
    const sent = uploader.wake();
    await reached;
    uploader.hurry();
    await sent;
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
