// Sound on demand: the candidate's microphone and the interviewer's prompts, for whoever watches. Listen-only.
import { html, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Volume2, VolumeX } from "lucide";
import { DeskElement } from "./element";
import { failure, request, sentence } from "./http";
import { icon } from "./icons";

const RATE_HZ = 16_000;
/** Played so much later than it comes, so that a shaking line is not heard. */
const AHEAD_S = 0.25;
const AGAIN_MS = 2_000;

@customElement("desk-listen")
export class DeskListen extends DeskElement {
  @property() sessionId = "";
  /** The address of what the interviewer says now. */
  @property() prompt: string | null = null;
  @state() private on = false;
  @state() private trouble = "";
  /** Seconds of sound that were played: for people who look whether anything comes. */
  @state() private heardS = 0;
  private context: AudioContext | null = null;
  private stop = new AbortController();
  private next = 0;
  private voice: HTMLAudioElement | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.quiet();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!this.on || !changed.has("prompt") || !this.prompt) return;
    this.voice?.pause();
    this.voice = new Audio(this.prompt);
    void this.voice.play().catch(() => undefined); // a prompt that was never spoken has no sound
  }

  protected override render(): TemplateResult {
    return html`<span class="row listen">
      ${this.trouble ? html`<span class="quiet small" role="status">${this.trouble}</span>` : ""}
      <button aria-pressed=${this.on} data-testid="live-listen" data-heard-s=${this.heardS.toFixed(1)} @click=${this.toggle}>${icon(this.on ? Volume2 : VolumeX)}${this.on ? "Listening" : "Listen"}</button>
    </span>`;
  }

  private readonly toggle = (): void => {
    if (this.on) return this.quiet();
    this.on = true;
    this.context = new AudioContext();
    this.stop = new AbortController();
    void this.follow(this.stop.signal);
  };

  private quiet(): void {
    this.on = false;
    this.trouble = "";
    this.stop.abort();
    this.voice?.pause();
    void this.context?.close();
    this.context = null;
  }

  /** Until it is switched off: a candidate who is away comes back. */
  private async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.hear(signal);
        this.trouble = "";
      } catch (error) {
        if (signal.aborted) return;
        this.trouble = sentence(error) ?? "";
      }
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }

  private async hear(signal: AbortSignal): Promise<void> {
    const answer = await request(`/api/parallel_interview/session/${encodeURIComponent(this.sessionId)}/sound`, { signal });
    if (!answer.ok || answer.body === null) throw await failure(answer);
    this.trouble = "";
    const reader = answer.body.getReader();
    let rest = new Uint8Array(0);
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const bytes = new Uint8Array(rest.length + value.length);
      bytes.set(rest);
      bytes.set(value, rest.length);
      const whole = bytes.length & ~1;
      rest = bytes.slice(whole);
      this.play(new Int16Array(bytes.buffer.slice(0, whole)));
    }
  }

  private play(samples: Int16Array): void {
    const { context } = this;
    if (context === null || samples.length < 2) return;
    const buffer = context.createBuffer(1, samples.length, RATE_HZ);
    buffer.copyToChannel(Float32Array.from(samples, (sample) => sample / 32_768), 0);
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(context.destination);
    if (this.next < context.currentTime) this.next = context.currentTime + AHEAD_S;
    source.start(this.next);
    this.next += buffer.duration;
    this.heardS += buffer.duration;
  }
}
