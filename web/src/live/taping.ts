// Recording and its upload as one thing.
import type { CandidateApi } from "./api";
import type { MediaView, UploadView } from "./model";
import { type PieceStore, openPieces } from "./pieces";
import { Recorder, recordable } from "./recorder";
import { Uploader, recordingServer } from "./upload";

export interface TapingEvents {
  changed(): void;
  /** A code of `words.ts`: what does not work, said once. */
  trouble(code: string): void;
}

export class Taping {
  state: MediaView["recording"] = "off";
  /** A code of `words.ts`: why nothing is recorded. */
  why = "";
  private recorder: Recorder | null = null;
  private used = false;
  private finishing = false;

  private constructor(
    private readonly store: PieceStore,
    private readonly uploader: Uploader,
    private readonly sessionId: string,
    private readonly events: TapingEvents,
  ) {
    addEventListener("online", () => uploader.hurry());
  }

  /** Also goes on with what earlier loads of the page did not get sent. */
  static async open(api: CandidateApi, sessionId: string, events: TapingEvents): Promise<Taping> {
    const store = await openPieces();
    const uploader = new Uploader(store, recordingServer(api), sessionId, () => {
      events.changed();
      if (uploader.view.retrying || uploader.view.failed) events.trouble("upload_failed");
    });
    await uploader.adopt();
    return new Taping(store, uploader, sessionId, events);
  }

  get upload(): UploadView {
    const { view } = this.uploader;
    return { ...view, waiting: this.finishing ? Math.max(1, view.waiting) : view.waiting };
  }

  /** Do not wait for the next try. */
  hurry(): void {
    this.uploader.hurry();
  }

  /** Another device: what was recorded is a part, what comes is the next. */
  async change(stream: MediaStream, clockS: number): Promise<void> {
    if (this.state !== "on") return;
    const { recorder } = this;
    this.recorder = null;
    await recorder?.stop().catch(() => this.events.trouble("recording_failed"));
    this.used = false;
    this.start(stream, clockS);
  }

  /** Once per page; harmless when it runs. */
  start(stream: MediaStream, clockS: number): void {
    if (this.used || stream.getTracks().length === 0) return;
    this.used = true;
    this.recorder = Recorder.start(stream, this.store, { sessionId: this.sessionId, clockS }, {
      kept: () => void this.uploader.wake(),
      failed: (why) => this.fail(why),
    });
    if (this.recorder === null) return this.fail(recordable(stream) ? "recording_failed" : "recording_unsupported");
    this.set("on");
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

  private fail(code: string): void {
    this.why = code;
    this.set("failed");
    this.events.trouble(code);
  }

  private set(state: MediaView["recording"]): void {
    this.state = state;
    this.events.changed();
  }
}
