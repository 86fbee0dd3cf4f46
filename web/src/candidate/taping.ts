// Recording and its upload, as one thing with one sentence for the candidate.

import { type PieceStore, openPieces } from "../media/pieces";
import { Recorder } from "../media/recorder";
import { type Progress, type RecordingServer, Uploader } from "../media/upload";

export class Taping {
  progress: Progress = { left: 0, refused: false };
  private recorder: Recorder | null = null;
  private finishing = false;

  private constructor(
    private readonly store: PieceStore,
    private readonly uploader: Uploader,
    private readonly session_id: string,
    private readonly changed: () => void,
  ) {
    uploader.onprogress = (progress) => {
      this.progress = progress;
      this.changed();
    };
    addEventListener("online", () => uploader.wake());
  }

  /** Also goes on with what an earlier page did not get sent. */
  static async open(server: RecordingServer, session_id: string, changed: () => void) {
    const store = await openPieces();
    const taping = new Taping(store, new Uploader(store, server, session_id), session_id, changed);
    taping.progress = { left: await store.count(session_id), refused: false };
    await taping.uploader.adopt(null);
    return taping;
  }

  get running(): boolean {
    return this.recorder?.running ?? false;
  }

  /** Whether everything recorded has arrived; the page may be closed. */
  get safe(): boolean {
    return !this.running && !this.finishing && this.progress.left === 0;
  }

  /** Begin, unless it runs already. */
  start(stream: MediaStream, clock_s: number, failed: () => void): void {
    if (this.recorder !== null || this.finishing) return;
    const recorder = Recorder.open(stream, this.store, this.session_id);
    if (recorder === null) return;
    this.recorder = recorder;
    recorder.onpiece = () => this.uploader.wake();
    recorder.onfailure = failed;
    recorder.start(clock_s);
  }

  /** A new part with other devices. */
  async restart(stream: MediaStream, clock_s: number): Promise<void> {
    const old = this.recorder;
    if (old === null) return;
    await old.stop();
    this.recorder = null;
    this.start(stream, clock_s, old.onfailure ?? (() => undefined));
  }

  /** Stop; what is left goes on being sent while the page is open. */
  async finish(): Promise<void> {
    if (this.recorder === null || this.finishing) return;
    this.finishing = true;
    this.progress = { ...this.progress, left: Math.max(1, this.progress.left) };
    await this.recorder.stop();
    this.recorder = null;
    this.finishing = false;
    this.uploader.wake();
    this.changed();
  }
}
