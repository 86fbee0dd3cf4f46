// "Check that it is you": a consent of its own, one picture, and what was wrong with it.
import { LitElement, css, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Camera, Check, RotateCcw, UserRoundX } from "lucide";
import type { Actions, Notice, WatchNotice } from "../model";
import { icon, shared } from "../ui";
import { noticeWords } from "../words";

const WIDTH_PX = 640;
const QUALITY = 0.9;

@customElement("viva-identity")
export class Identity extends LitElement {
  @property({ attribute: false }) notice!: WatchNotice;
  @property({ attribute: false }) actions!: Actions;
  /** The preview that the picture is taken from. */
  @property({ attribute: false }) video: () => HTMLVideoElement | null = () => null;
  @state() private busy: "choice" | "picture" | null = null;
  @state() private problem = "";
  @state() private picture = "";

  static override styles = [
    shared,
    css`
      :host { display: grid; gap: var(--s3); padding: var(--s5) 0; border-bottom: 1px solid var(--line); }
      h2 { font-size: var(--text-m); font-weight: 600; }
      p { color: var(--ink-2); }
      .outcome { display: flex; gap: var(--s2); align-items: flex-start; font-weight: 500; }
      .outcome svg { margin-top: 2px; }
      .outcome.good { color: var(--green); } .outcome.bad { color: var(--amber); } .outcome.off { color: var(--ink); }
      .taken { display: grid; grid-template-columns: 144px 1fr; gap: var(--s4); align-items: start; }
      .taken > div { display: grid; gap: var(--s3); }
      img { width: 144px; aspect-ratio: 4 / 3; object-fit: cover; border-radius: var(--radius); transform: scaleX(-1); display: block; }
      button.link { min-height: var(--touch); }
      @media (max-width: 480px) { .choice button { flex: 1 1 100%; } .taken { grid-template-columns: 96px 1fr; } img { width: 96px; } }
    `,
  ];

  override render() {
    const { biometric_consent: consent, reference_taken: taken } = this.notice;
    return html`<h2>Check that it is you</h2>
      ${consent === null ? this.asked() : consent === false ? this.refused() : taken && this.busy === null && !this.problem ? this.given() : this.taking()}`;
  }

  private asked() {
    return html`${this.notice.biometric.text.map((text) => html`<p>${text}</p>`)}
      <div class="row choice">
        <button data-testid="identity-agree" ?disabled=${this.busy !== null} @click=${() => this.choose(true)}>I agree to the comparison</button>
        <button data-testid="identity-refuse" ?disabled=${this.busy !== null} @click=${() => this.choose(false)}>I do not agree</button>
      </div>
      ${this.trouble()}`;
  }

  private refused() {
    return html`<p class="outcome off" role="status" data-testid="identity-off">${icon(UserRoundX)} <span>Identity checking is off. Your face is not compared, and nothing else changes.</span></p>
      <div><button class="link" data-next ?disabled=${this.busy !== null} @click=${() => this.choose(true)}>Agree after all</button></div>
      ${this.trouble()}`;
  }

  private taking() {
    const again = this.problem !== "";
    return html`<p>Sit as you will during the interview and look straight into the camera.</p>
      <div class="row">
        <button data-next data-testid="identity-take" ?disabled=${this.busy !== null} @click=${this.take}>${icon(again ? RotateCcw : Camera)} ${again ? "Take it again" : "Take the picture"}</button>
        <button class="link" data-testid="identity-withdraw" ?disabled=${this.busy !== null} @click=${() => this.choose(false)}>I do not agree after all</button>
      </div>
      ${this.trouble()}`;
  }

  private given() {
    return html`<div class=${this.picture ? "taken" : ""}>
      ${this.picture ? html`<img src=${this.picture} alt="The picture that was taken of you" />` : nothing}
      <div>
        <p class="outcome good" role="status" data-testid="identity-taken">${icon(Check)} <span>Your picture is clear. It and the numbers made from it are stored encrypted, for this interview only.</span></p>
        <div class="row">
          <button class="link" data-next @click=${this.take}>Take another one</button>
          <button class="link" data-testid="identity-withdraw" @click=${() => this.choose(false)}>Remove it, I do not agree</button>
        </div>
      </div>
    </div>`;
  }

  private trouble() {
    const words = this.busy === "picture" ? "Looking at your picture" : this.problem;
    return html`<p class="outcome ${this.problem && !this.busy ? "bad" : ""}" role="status" data-testid="identity-problem">${words}</p>`;
  }

  private async choose(granted: boolean): Promise<void> {
    await this.doing("choice", () => this.actions.compareFaces(granted));
    if (!granted) this.picture = "";
  }

  private readonly take = async (): Promise<void> => {
    const image = still(this.video());
    if (image === null) {
      this.problem = "Your camera shows no picture yet. Wait a moment, then try again.";
      return;
    }
    await this.doing("picture", () => this.actions.giveFace(image));
    if (!this.problem) this.picture = image;
  };

  /** The button that was pressed may be gone: the focus goes on to the next one. */
  private async doing(what: "choice" | "picture", work: () => Promise<void>): Promise<void> {
    this.problem = "";
    this.busy = what;
    try {
      await work();
    } catch (notice) {
      const { code, text, fatal } = notice as Notice;
      // What is wrong with a picture is said by the server: it has looked at it.
      this.problem = code === "invalid_input" && text ? text.replace(/^image_data: /, "") : noticeWords({ code, text, fatal });
    }
    this.busy = null;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("[data-next]")?.focus();
  }
}

/** What the camera shows now, as a JPEG data URL; null before its first picture. */
function still(video: HTMLVideoElement | null): string | null {
  if (video === null || video.videoWidth === 0) return null;
  const canvas = document.createElement("canvas");
  canvas.width = Math.min(WIDTH_PX, video.videoWidth);
  canvas.height = Math.round((canvas.width * video.videoHeight) / video.videoWidth);
  canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", QUALITY);
}
