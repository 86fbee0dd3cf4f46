// Camera, microphone and speakers before the room. Every failure has a way on.
import { LitElement, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { ArrowRight, Mic, RotateCcw, Volume2 } from "lucide";
import type { Actions, SessionInfo } from "../model";
import { icon, page, shared } from "../ui";
import { checkStyles } from "./check-styles";
import { Listener, openDevices, playTone, type Opened, type Refusal } from "./devices";
import "./meter";

type Test = { step: "ready" } | { step: "recording" } | { step: "working" } | { step: "heard"; text: string } | { step: "failed"; text: string };

const TEST_S = 3.5;

@customElement("viva-check")
export class Check extends LitElement {
  @property({ attribute: false }) info!: SessionInfo;
  @property({ attribute: false }) actions!: Actions;
  @state() private opened: Opened | null = null;
  @state() private test: Test = { step: "ready" };
  @state() private toned: "no" | "playing" | "asked" | "heard" | "unheard" = "no";
  private listener: Listener | null = null;
  private joining = false;

  static override styles = [shared, page, checkStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.listener?.close();
    // The stream goes on into the room; without a join nobody else ends it.
    if (!this.joining) this.stopTracks();
  }

  private async open(): Promise<void> {
    this.listener?.close();
    this.listener = null;
    this.stopTracks();
    this.opened = null;
    const opened = await openDevices();
    if (!this.isConnected) return opened.stream?.getTracks().forEach((track) => track.stop());
    if (opened.stream?.getAudioTracks().length) this.listener = new Listener(opened.stream);
    this.opened = opened;
  }

  private stopTracks(): void {
    this.opened?.stream?.getTracks().forEach((track) => track.stop());
  }

  override updated(): void {
    const video = this.renderRoot.querySelector("video");
    const stream = this.opened?.stream ?? null;
    if (video && video.srcObject !== stream) video.srcObject = stream;
  }

  override render() {
    return html`<main>
      <p class="step">${this.info.title}</p>
      <h1 tabindex="-1">Can we see and hear you?</h1>
      <p class="lead">A short check, then the interview begins. Nothing is recorded yet.</p>
      ${this.opened === null ? html`<p class="asking" role="status">Your browser asks for camera and microphone. Please choose Allow.</p>` : this.devices(this.opened)}
      <div class="actions">
        ${this.opened?.stream
          ? html`<button class="main" data-testid="check-continue" @click=${() => this.join(this.opened?.stream ?? null)}>Go to the interview ${icon(ArrowRight)}</button>`
          : nothing}
        <button class=${this.opened && !this.opened.stream ? "main" : "link"} data-testid="check-skip-devices" @click=${() => this.join(null)}>
          Continue without camera and microphone
        </button>
      </div>
      <p class="small muted note">Without a microphone you read the questions and type your answers. It does not count against you.</p>
    </main>`;
  }

  private devices(opened: Opened) {
    const camera = opened.stream?.getVideoTracks().length;
    return html`
      ${camera ? html`<video autoplay playsinline muted aria-label="Your camera picture"></video>` : nothing}
      ${trouble(opened, () => void this.open())}
      <section aria-label="Checks">
        ${opened.microphone === null ? this.microphone() : nothing}
        ${this.speakers()}
      </section>`;
  }

  private microphone() {
    const { stt } = this.info.capabilities;
    return html`<div class="check">
      <div class="row spread"><h2>Microphone</h2><viva-meter .level=${() => this.listener?.level() ?? 0}></viva-meter></div>
      ${stt.available
        ? html`<p>Press the button and say: <strong>“I am ready.”</strong></p>
            <div class="row">
              <button ?disabled=${this.test.step === "recording" || this.test.step === "working"} @click=${this.say}>${icon(Mic)} ${this.test.step === "ready" ? "Test the microphone" : "Test again"}</button>
              ${this.outcome()}
            </div>`
        : html`<p>${stt.reason || "Speech is not recognised at the moment."} The bars move when you speak. You will type your answers.</p>`}
    </div>`;
  }

  private outcome() {
    const { test } = this;
    const words = {
      ready: "",
      recording: "Listening: speak now",
      working: "Understanding what you said",
      heard: test.step === "heard" ? `We understood: “${test.text}”` : "",
      failed: test.step === "failed" ? test.text : "",
    }[test.step];
    return html`<p class="outcome ${test.step}" role="status">${words}</p>`;
  }

  private readonly say = async (): Promise<void> => {
    if (!this.listener) return;
    this.listener.resume();
    this.test = { step: "recording" };
    try {
      const clip = await this.listener.record(TEST_S);
      this.test = { step: "working" };
      const text = (await this.actions.recognise(clip)).trim();
      this.test = text ? { step: "heard", text } : { step: "failed", text: "We can't hear you. Is your microphone muted?" };
    } catch {
      // A Notice (recognition is down) or a recorder fault: neither stops the interview.
      this.test = { step: "failed", text: "The test did not work just now. You can go on, and type if need be." };
    }
  };

  private speakers() {
    return html`<div class="check">
      <h2>Speakers</h2>
      <p>We play two soft notes.</p>
      <div class="row">
        <button ?disabled=${this.toned === "playing"} @click=${this.tone}>${icon(Volume2)} ${this.toned === "no" ? "Play the sound" : "Play again"}</button>
        ${this.toned === "asked"
          ? html`<span role="status">Did you hear it?</span>
              <button class="plain" @click=${() => (this.toned = "heard")}>Yes</button>
              <button class="plain" @click=${() => (this.toned = "unheard")}>No</button>`
          : html`<p class="outcome ${this.toned}" role="status">${this.toned === "heard" ? "Good." : this.toned === "unheard" ? "Turn the volume up or plug headphones in. Every question is also shown as text." : ""}</p>`}
      </div>
    </div>`;
  }

  private readonly tone = async (): Promise<void> => {
    this.toned = "playing";
    if (this.listener) await this.listener.tone();
    else {
      const context = new AudioContext();
      await playTone(context);
      void context.close();
    }
    this.toned = "asked";
  };

  private join(stream: MediaStream | null): void {
    this.joining = stream !== null;
    this.actions.join({ stream });
  }
}

const WORDS: Readonly<Record<Refusal, string>> = {
  denied: "Your browser does not let this page use it. Click the camera or lock sign beside the address, choose Allow, then press Try again.",
  missing: "We found none on this device. Plug one in, then press Try again.",
  busy: "Another program uses it. Close other calls or recorders, then press Try again.",
  insecure: "Browsers give it only to pages with https. Ask the person who invited you for an address with https.",
};

function trouble(opened: Opened, again: () => void) {
  const { microphone, camera } = opened;
  if (microphone === null && camera === null) return nothing;
  const both = microphone === camera;
  return html`<div class="trouble" role="alert">
    ${both && microphone ? html`<p><strong>No camera and microphone.</strong> ${WORDS[microphone]}</p>` : nothing}
    ${!both && microphone ? html`<p><strong>No microphone.</strong> ${WORDS[microphone]}</p>` : nothing}
    ${!both && camera ? html`<p><strong>No camera.</strong> ${WORDS[camera]} The interview also works without a picture.</p>` : nothing}
    <button @click=${again}>${icon(RotateCcw)} Try again</button>
  </div>`;
}
