import { describe, expect, it } from "vitest";
import { MemoryPieces, type PartNote, type Piece } from "./pieces";
import { type RecordingServer, type Taken, Uploader } from "./upload";

const SESSION = "s1";

function piece(number: number, part_id = "p1"): Piece {
  return {
    session_id: SESSION, part_id, number, mime: "video/webm", start_s: 0, duration_s: 3,
    sha256: "00", content: new ArrayBuffer(8),
  };
}

function note(chunks: number, closed: boolean, part_id = "p1"): PartNote {
  return { part_id, session_id: SESSION, chunks, duration_s: chunks * 3, closed };
}

class Server implements RecordingServer {
  got: string[] = [];
  constructor(private readonly answers: Taken[] = []) {}
  async put(item: Piece): Promise<Taken> {
    const taken = this.answers.shift() ?? "taken";
    if (taken === "taken") this.got.push(`${item.part_id}/${item.number}`);
    return taken;
  }
  async complete(item: PartNote): Promise<Taken> {
    this.got.push(`${item.part_id} complete ${item.chunks}`);
    return "taken";
  }
}

/** An uploader and a promise for the moment when nothing is left. */
function uploader(store: MemoryPieces, server: Server, waits: number[] = []) {
  const up = new Uploader(store, server, SESSION, async (ms) => void waits.push(ms));
  const done = new Promise<void>((resolve) => {
    up.onprogress = ({ left }) => left === 0 && resolve();
  });
  return { up, done };
}

describe("Uploader", () => {
  it("sends pieces in order and then ends a closed part", async () => {
    const [store, server] = [new MemoryPieces(), new Server()];
    await store.add(piece(0), note(1, false));
    await store.add(piece(1), note(2, true));
    const { up, done } = uploader(store, server);
    up.wake();
    await done;
    expect(server.got).toEqual(["p1/0", "p1/1", "p1 complete 2"]);
    expect(await store.count(SESSION)).toBe(0);
  });

  it("keeps a piece until it is taken and waits longer each time", async () => {
    const waits: number[] = [];
    const [store, server] = [new MemoryPieces(), new Server(["later", "later", "later"])];
    await store.add(piece(0), note(1, true));
    const { up, done } = uploader(store, server, waits);
    up.wake();
    await done;
    expect(server.got).toEqual(["p1/0", "p1 complete 1"]);
    expect(waits).toEqual([500, 1000, 2000]);
  });

  it("says so when the server refuses for good, and goes on with the rest", async () => {
    const [store, server] = [new MemoryPieces(), new Server(["refused"])];
    await store.add(piece(0), note(1, false));
    await store.add(piece(1), note(2, false));
    const up = new Uploader(store, server, SESSION, async () => undefined);
    const refused = await new Promise<boolean>((resolve) => {
      up.onprogress = (progress) => progress.left === 0 && resolve(progress.refused);
      up.wake();
    });
    expect(refused).toBe(true);
    expect(server.got).toEqual(["p1/1"]);
  });

  it("ends what an earlier page left open, but not the part of this one", async () => {
    const [store, server] = [new MemoryPieces(), new Server()];
    await store.add(piece(0, "old"), note(1, false, "old"));
    await store.note(note(0, false, "now"));
    const { up, done } = uploader(store, server);
    await up.adopt("now");
    await done;
    expect(server.got).toEqual(["old/0", "old complete 1"]);
  });
});
