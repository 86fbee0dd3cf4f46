// Recording and its upload as one thing.
import type { CandidateApi } from "./api";
import type { MediaView, UploadView } from "./model";
import { type PieceStore, openPieces } from "./pieces";
import { Recorder } from "./recorder";
import { Uploader, recordingServer } from "./upload";

export class Taping {
  state: MediaView["recording"] = "off";
  private recorder: Recorder | null = null;
  private used = false;
  private finishing = false;

  private constructor(
    private readonly store: PieceStore,
    private readonly uploader: Uploader,
    private readonly sessionId: string,
    private readonly changed: () => void,
  ) {
    addEventListener("online", () => uploader.hurry());
  }

  /** Also goes on with what earlier loads of the page did not get sent. */
  static async open(api: CandidateApi, sessionId: string, changed: () => void): Promise<Taping> {
    const store = await openPieces();
    const uploader = new Uploader(store, recordingServer(api), sessionId, changed);
    await uploader.adopt();
    return new Taping(store, uploader, sessionId, changed);
  }

  get upload(): UploadView {
    const { view } = this.uploader;
    return { ...view, waiting: this.finishing ? Math.max(1, view.waiting) : view.waiting };
  }

  /** Do not wait for the next try. */
  hurry(): void {
    this.uploader.hurry();
  }

  /** Once per page; harmless when it runs. */
  start(stream: MediaStream, clockS: number): void {
    if (this.used || stream.getTracks().length === 0) return;
    this.used = true;
    this.recorder = Recorder.start(stream, this.store, { sessionId: this.sessionId, clockS }, {
      kept: () => void this.uploader.wake(),
      failed: () => this.set("failed"),
    });
    this.set(this.recorder === null ? "failed" : "on");
  }

  /** Stop recording; what is left goes on being sent while the page is open. */
  async finish(): Promise<void> {
    const { recorder } = this;
    this.recorder = null;
    this.used = true;
    if (recorder === null) return;
    this.finishing = true;
    const ended = await recorder.stop().then(() => "off" as const, () => "failed" as const);
    this.finishing = false;
    this.set(ended);
  }

  private set(state: MediaView["recording"]): void {
    this.state = state;
    this.changed();
  }
}
