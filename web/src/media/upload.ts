// Sends waiting pieces to the server, oldest first, until it has acknowledged each one.

import type { PartNote, Piece, PieceStore } from "./pieces";

/** How a piece or a part's end was taken. `refused` will never be taken: trying again is no use. */
export type Taken = "taken" | "later" | "refused";

export interface RecordingServer {
  put(piece: Piece): Promise<Taken>;
  complete(note: PartNote): Promise<Taken>;
}

export interface Progress {
  left: number;
  refused: boolean;
}

const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 15_000;

/** One loop at a time. Wakes when told of a new piece; waits longer after each failure. */
export class Uploader {
  onprogress: ((progress: Progress) => void) | null = null;
  private running = false;
  private stopped = false;
  private refusals = 0;
  private sent = new Set<string>();

  constructor(
    private readonly store: PieceStore,
    private readonly server: RecordingServer,
    private readonly session_id: string,
    private readonly wait: (ms: number) => Promise<void> = (ms) =>
      new Promise((resolve) => setTimeout(resolve, ms)),
  ) {}

  /** Send what is there. Returns at once; harmless when already sending. */
  wake(): void {
    if (this.running || this.stopped) return;
    this.running = true;
    void this.run().finally(() => (this.running = false));
  }

  stop(): void {
    this.stopped = true;
  }

  /** Parts that a page before this one left open will get no more pieces. */
  async adopt(current_part: string | null): Promise<void> {
    for (const note of await this.store.parts(this.session_id)) {
      if (!note.closed && note.part_id !== current_part) {
        await this.store.note({ ...note, closed: true });
      }
    }
    this.wake();
  }

  private async run(): Promise<void> {
    let wait_ms = FIRST_WAIT_MS;
    while (!this.stopped) {
      const taken = await this.next();
      if (taken === "nothing") break;
      if (taken === "later") {
        await this.wait(wait_ms);
        wait_ms = Math.min(MAX_WAIT_MS, wait_ms * 2);
      } else {
        wait_ms = FIRST_WAIT_MS;
      }
    }
  }

  private async next(): Promise<Taken | "nothing"> {
    const piece = await this.store.oldest(this.session_id);
    const taken = piece === null ? await this.finish() : await this.send(piece);
    await this.tell();
    return taken;
  }

  private async send(piece: Piece): Promise<Taken> {
    const taken = await this.server.put(piece);
    if (taken === "refused") this.refusals += 1;
    if (taken !== "later") await this.store.remove(piece);
    return taken;
  }

  private async finish(): Promise<Taken | "nothing"> {
    const notes = await this.store.parts(this.session_id);
    const note = notes.find((item) => item.closed && !this.sent.has(item.part_id));
    if (!note) return "nothing";
    const taken = await this.server.complete(note);
    if (taken !== "later") {
      this.sent.add(note.part_id);
      await this.store.forget(note.part_id);
    }
    return taken;
  }

  private async tell(): Promise<void> {
    const pieces = await this.store.count(this.session_id);
    const open = (await this.store.parts(this.session_id)).filter((note) => note.closed).length;
    this.onprogress?.({ left: pieces + (pieces === 0 ? open : 0), refused: this.refusals > 0 });
  }
}
