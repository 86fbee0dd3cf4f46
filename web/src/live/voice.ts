// The avatar's voice: from the peer, or played from its address where there is none.
const DUCKED = 0.25;

export interface VoiceEvents {
  /** The browser holds the sound back until a key or a click. */
  blocked(): void;
  /** An address began to sound just now, or was heard to its end. */
  played(promptId: string, event: "started" | "finished", positionS: number): void;
}

export class Voice {
  private readonly live = new Audio();
  private file: { promptId: string; audio: HTMLAudioElement } | null = null;

  constructor(private readonly events: VoiceEvents) {
    this.live.autoplay = true;
  }

  /** The peer's stream, or null when there is none. */
  attach(stream: MediaStream | null): void {
    this.live.srcObject = stream;
    if (stream) this.start(this.live);
  }

  /** Play a prompt's address, once. */
  play(promptId: string, address: string): void {
    if (this.file?.promptId === promptId) return;
    this.stop();
    const audio = new Audio(address);
    this.file = { promptId, audio };
    audio.onplaying = () => this.events.played(promptId, "started", audio.currentTime);
    audio.onended = () => this.events.played(promptId, "finished", audio.currentTime);
    this.start(audio);
  }

  duck(on: boolean): void {
    this.live.volume = on ? DUCKED : 1;
    if (this.file) this.file.audio.volume = this.live.volume;
  }

  /** No more of the address that plays. */
  stop(): void {
    const audio = this.file?.audio;
    if (audio) audio.onplaying = audio.onended = null;
    audio?.pause();
    this.file = null;
  }

  /** After a key or a click the browser lets us be heard. */
  wake(): void {
    if (this.live.srcObject && this.live.paused) this.start(this.live);
    const audio = this.file?.audio;
    if (audio?.paused && !audio.ended) this.start(audio);
  }

  private start(audio: HTMLAudioElement): void {
    audio.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "NotAllowedError") this.events.blocked();
    });
  }
}
