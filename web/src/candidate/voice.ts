// The avatar's voice: from the peer, or played from its address when there is none. Tells the mouth
// when the sound really begins.

import type { MouthCue } from "../avatar/mouth";
import type { Viseme } from "../protocol.gen";

/** Sound from the peer is heard about this long after the server says that it began. */
const JITTER_MS = 140;

export class AvatarVoice {
  onblocked: (() => void) | null = null;
  onplayed: ((prompt_id: string, event: "started" | "finished", position_s: number) => void) | null =
    null;
  oncue: ((cue: MouthCue | null) => void) | null = null;
  volume = 1;
  private readonly live = new Audio();
  private file: HTMLAudioElement | null = null;
  private playing: string | null = null;
  private sink = "";

  constructor() {
    this.live.autoplay = true;
  }

  /** The peer's stream, or null when there is none. */
  attach(stream: MediaStream | null): void {
    this.live.srcObject = stream;
    if (stream) this.live.play().catch(() => this.onblocked?.());
  }

  /** The peer speaks: only the mouth is ours. */
  follow(visemes: readonly Viseme[]): void {
    this.oncue?.({ start_ms: performance.now() + JITTER_MS, visemes });
  }

  /** Play a prompt's address; the mouth starts with the sound. */
  play(prompt_id: string, address: string, visemes: readonly Viseme[]): void {
    if (this.playing === prompt_id) return;
    this.stop();
    const file = new Audio(address);
    this.file = file;
    this.playing = prompt_id;
    this.route(file);
    file.onplaying = () => {
      this.oncue?.({ start_ms: performance.now() - file.currentTime * 1000, visemes });
      this.onplayed?.(prompt_id, "started", file.currentTime);
    };
    file.onended = () => {
      this.onplayed?.(prompt_id, "finished", file.currentTime);
      this.oncue?.(null);
      this.file = null;
    };
    file.play().catch(() => this.onblocked?.());
  }

  duck(on: boolean): void {
    this.live.volume = on ? 0.25 : this.volume;
    if (this.file) this.file.volume = this.live.volume;
  }

  stop(): void {
    this.file?.pause();
    this.file = null;
    this.playing = null;
    this.oncue?.(null);
  }

  /** After a key or a click the browser lets us be heard. */
  wake(): void {
    if (this.live.srcObject && this.live.paused) void this.live.play().catch(() => undefined);
    if (this.file?.paused && !this.file.ended) void this.file.play().catch(() => undefined);
  }

  /** Another loudspeaker, where the browser can choose. */
  choose(device_id: string): void {
    this.sink = device_id;
    this.route(this.live);
    if (this.file) this.route(this.file);
  }

  private route(element: HTMLAudioElement): void {
    if (this.sink && "setSinkId" in element) {
      void (element as HTMLAudioElement & { setSinkId(id: string): Promise<void> })
        .setSinkId(this.sink)
        .catch(() => undefined);
    }
  }
}
