// Camera, microphone and speakers before the room. Every failure has a way on.
import { LitElement, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { ArrowRight, Mic, RotateCcw, Volume2 } from "lucide";
import type { Actions, DeviceState, SessionInfo } from "../model";
import { type Line, verdict } from "../network";
import { icon, page, shared } from "../ui";
import { checkStyles } from "./check-styles";
import { pictureStyles } from "./denied-picture";
import { Listener, openDevices, playTone, type Opened, type Refusal } from "./devices";
import "./ask";
import "./foot";
import "./identity";
import "./practice";
import { trouble } from "./trouble";
import "./meter";
import { checkWords } from "../words";
import { fill } from "./watch";

type Test = { step: "ready" } | { step: "recording" } | { step: "working" } | { step: "heard"; text: string } | { step: "failed"; text: string };

const TEST_S = 3.5;

@customElement("viva-check")
export class Check extends LitElement {
  @property({ attribute: false }) info!: SessionInfo;
  @property({ attribute: false }) actions!: Actions;
  @state() private opened: Opened | null = null;
  @state() private test: Test = { step: "ready" };
  @state() private toned: "no" | "playing" | "asked" | "heard" | "unheard" = "no";
  @state() private patient = false;
  @state() private line: Line | "measuring" | "failed" = "measuring";
  private listener: Listener | null = null;
  private joining = false;

  static override styles = [shared, page, checkStyles, pictureStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.open();
    void this.measure();
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

  private readonly measure = async (): Promise<void> => {
    this.line = "measuring";
    this.line = await this.actions.network().catch(() => "failed" as const);
  };

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
      <p class="lead" role="status" data-testid="check-lead">${checkWords(this.info)}</p>
      ${this.opened === null ? html`<p class="asking" role="status">Your browser asks for camera and microphone. Please choose Allow.</p>` : this.devices(this.opened)}
      <div class="actions">
        ${this.opened?.stream && !this.lacksCamera
          ? html`<button class="main" data-testid="check-continue" @click=${() => this.join(this.opened?.stream ?? null)}>Go to the interview ${icon(ArrowRight)}</button>`
          : nothing}
        ${this.info.camera_required ? nothing : html`<button class=${this.opened && !this.opened.stream ? "main" : "link"} data-testid="check-skip-devices" @click=${() => this.join(null)}>
          Continue without camera and microphone
        </button>`}
      </div>
      ${this.lacksCamera ? this.needed() : nothing}
      ${fills(this.info) ? html`<p class="small muted note">The interview fills your screen. Please stay in full screen until it ends.</p>` : nothing}
      ${this.opened?.microphone ? html`<p class="small muted note">Without a microphone you read the questions and type your answers. It does not count against you.</p>` : nothing}
      <viva-foot .deadline=${this.info.deadline}></viva-foot>
    </main>`;
  }

  /** Whether the way on is closed: a camera is asked for, and there is none. */
  private get lacksCamera(): boolean {
    return this.info.camera_required && this.opened !== null && !this.opened.stream?.getVideoTracks().length;
  }

  private needed() {
    return html`<div class="needed" role="status" data-testid="camera-needed">
      <p><strong>This interview needs a camera.</strong> Plug one in or allow it, then press Try again. If you have none or cannot use it, ask for another way: a person answers here, and this page lets you go on as soon as you are allowed to.</p>
      <viva-ask .actions=${this.actions} kind="accommodation" words="Ask for another way to take part"></viva-ask>
    </div>`;
  }

  private devices(opened: Opened) {
    const camera = opened.stream?.getVideoTracks().length;
    return html`
      <div class=${camera ? "beside" : ""}>
      ${camera ? html`<div class="picture">
        <video autoplay playsinline muted aria-label="Your camera picture"></video>
        ${trouble(opened, () => void this.open(), this.info.camera_required)}
        ${this.info.proctoring.identity ? html`<viva-identity .notice=${this.info.proctoring} .actions=${this.actions} .video=${this.preview}></viva-identity>` : nothing}
      </div>` : trouble(opened, () => void this.open(), this.info.camera_required)}
      <section aria-label="Checks">
        ${opened.microphone === null ? this.microphone() : nothing}
        ${this.speakers()}
        ${this.network()}
        ${this.pauses()}
        <viva-practice .info=${this.info} .actions=${this.actions} .listener=${this.info.capabilities.stt.available ? this.listener : null}></viva-practice>
      </section>
      </div>`;
  }

  private readonly preview = (): HTMLVideoElement | null => this.renderRoot.querySelector("video");

  private pauses() {
    return html`<div class="check">
      <h2>Pauses</h2>
      <label><input type="checkbox" data-testid="check-patience" ?disabled=${this.patient}
        @change=${() => { this.patient = true; this.actions.patience(); }} /> I need longer pauses when I speak</label>
      <p>The interviewer then waits longer before it goes on. It does not count against you.</p>
    </div>`;
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

  private network() {
    const { line } = this;
    const good = typeof line === "object" && verdict(line) === "good";
    return html`<div class="check" data-testid="check-network">
      <div class="row spread"><h2>Connection</h2>${typeof line === "object" ? html`<span class="small muted figures">${lineWords(line)}</span>` : nothing}</div>
      <div class="row">
        <p class="outcome ${good ? "heard" : line === "measuring" ? "" : "failed"}" role="status">${networkWords(line)}</p>
        ${good || line === "measuring" ? nothing : html`<button @click=${this.measure}>${icon(RotateCcw)} Test again</button>`}
      </div>
    </div>`;
  }

  private join(stream: MediaStream | null): void {
    if (fills(this.info)) void fill();
    this.joining = stream !== null;
    const { microphone, camera } = this.opened ?? { microphone: null, camera: null };
    this.actions.join({ stream, microphone: stateOf(microphone), camera: stateOf(camera) });
  }
}

/** Only where leaving full screen may count is it asked for. */
function fills({ proctoring }: SessionInfo): boolean {
  return proctoring.profile === "strict" && proctoring.kinds.includes("fullscreen_exit");
}

function stateOf(refusal: Refusal | null): DeviceState {
  if (refusal === null) return "off";
  return refusal === "missing" ? "missing" : "denied";
}

function lineWords(line: Line): string {
  const trip = `${Math.max(1, Math.round(line.roundTripMs))} ms there and back`;
  if (line.mbps === null) return trip;
  return `${trip}, ${line.mbps >= 10 ? "more than 10" : line.mbps.toFixed(1)} Mbit/s`;
}

function networkWords(line: Line | "measuring" | "failed"): string {
  if (line === "measuring") return "Measuring the way to our server";
  if (line === "failed") return "We can't reach our server just now. Check your internet connection, then test again.";
  const found = verdict(line);
  if (found === "slow") return "Your connection answers slowly. You can go on; pauses may feel longer.";
  if (found === "narrow") return "Your connection is narrow. You can go on; the recording may take longer to arrive.";
  return "Good.";
}
