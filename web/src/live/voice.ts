// The avatar's voice: from the peer, or played from its address where there is none.
import { Onset } from "./onset";

const DUCKED = 0.25;

export interface VoiceEvents {
  /** The browser holds the sound back until a key or a click. */
  blocked(): void;
  /** An address began to sound just now, or was heard to its end. */
  played(promptId: string, event: "started" | "finished", positionS: number): void;
}

interface Playing {
  promptId: string;
  audio: HTMLAudioElement;
}

export class Voice {
  private readonly live: HTMLAudioElement;
  private file: Playing | null = null;
  private ear: Ear | null = null;
  private watching = 0;
  /** What the server sent while the last prompt was still sounding; its frames run ahead of our ears. */
  private next: { promptId: string; address: string } | null = null;

  constructor(
    private readonly events: VoiceEvents,
    private readonly open = (address?: string): HTMLAudioElement => new Audio(address),
  ) {
    this.live = open();
    this.live.autoplay = true;
  }

  /** The peer's stream, or null when there is none. */
  attach(stream: MediaStream | null): void {
    this.live.srcObject = stream;
    this.ear?.close();
    this.ear = null;
    cancelAnimationFrame(this.watching);
    if (stream) this.ear = new Ear(stream);
    if (stream) this.start(this.live);
  }

  /** Play a prompt's address, once, after what still sounds. Only the newest waits. */
  play(promptId: string, address: string): void {
    if (this.file?.promptId === promptId || this.next?.promptId === promptId) return;
    if (this.file && sounds(this.file.audio)) this.next = { promptId, address };
    else this.begin(promptId, address);
  }

  private begin(promptId: string, address: string): void {
    this.stop();
    const audio = this.open(address);
    audio.volume = this.live.volume;
    this.file = { promptId, audio };
    audio.onplaying = () => this.events.played(promptId, "started", audio.currentTime);
    audio.onended = () => {
      this.events.played(promptId, "finished", audio.currentTime);
      this.following();
    };
    audio.onerror = () => this.following();
    this.start(audio);
  }

  /** Tell when the peer's next sound is heard; never, where that cannot be known. */
  whenHeard(began: () => void): void {
    cancelAnimationFrame(this.watching);
    const onset = new Onset();
    const look = (): void => {
      if (this.ear === null) return;
      const heard = onset.hear(this.ear.level(), performance.now());
      if (heard === "began") began();
      else if (heard === "waiting") this.watching = requestAnimationFrame(look);
    };
    look();
  }

  duck(on: boolean): void {
    this.live.volume = on ? DUCKED : 1;
    if (this.file) this.file.audio.volume = this.live.volume;
  }

  private following(): void {
    const { next } = this;
    if (next) this.begin(next.promptId, next.address);
  }

  /** No more of the address that plays, nor of the one that waits. */
  stop(): void {
    this.next = null;
    const audio = this.file?.audio;
    if (audio) audio.onplaying = audio.onended = audio.onerror = null;
    audio?.pause();
    this.file = null;
  }

  /** After a key or a click the browser lets us be heard. */
  wake(): void {
    this.ear?.wake();
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

/** The loudness of the peer's sound as it arrives. */
class Ear {
  private readonly context = new AudioContext();
  private readonly analyser = this.context.createAnalyser();
  private readonly wave: Float32Array<ArrayBuffer>;

  constructor(stream: MediaStream) {
    this.analyser.fftSize = 512;
    this.wave = new Float32Array(this.analyser.fftSize);
    this.context.createMediaStreamSource(stream).connect(this.analyser);
  }

  level(): number {
    this.analyser.getFloatTimeDomainData(this.wave);
    return Math.max(...this.wave.map(Math.abs));
  }

  wake(): void {
    void this.context.resume();
  }

  close(): void {
    void this.context.close();
  }
}

/** Neither over, nor broken, nor held back by the browser. */
function sounds(audio: HTMLAudioElement): boolean {
  return !audio.ended && !audio.paused && audio.error === null;
}
