// Who asks, how long, what is recorded, that it is an AI; consent. One main button.
import { LitElement, css, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { ArrowRight, Bot, Camera, Clock, Eye, Video } from "lucide";
import type { Actions, SessionInfo, WatchNotice } from "../model";
import { icon, page, shared } from "../ui";
import { limitWords } from "../watch-words";
import { spanWords } from "../words";
import "./ask";
import "./foot";

const NOTES = "From the first question on it notes what it sees, with a time and a picture. People decide, and you can explain it.";

function watched(notice: WatchNotice): string {
  if (notice.profile === "observe") return NOTES;
  return ["It tells you, so that you can put it right.", limitWords(notice), NOTES].filter(Boolean).join(" ");
}

@customElement("viva-welcome")
export class Welcome extends LitElement {
  @property({ attribute: false }) info!: SessionInfo;
  @property({ attribute: false }) actions!: Actions;
  @state() private agreed = false;

  static override styles = [
    shared,
    page,
    css`
      dl { margin: var(--s6) 0; border-top: 1px solid var(--line); }
      dl > div { display: grid; grid-template-columns: 24px 1fr; gap: var(--s1) var(--s4); padding: var(--s3) 0; border-bottom: 1px solid var(--line); }
      dl svg { color: var(--accent); grid-row: span 2; margin-top: 2px; }
      dt { font-weight: 600; } dd { color: var(--ink-2); grid-column: 2; }
      .consent { color: var(--ink-2); display: grid; gap: var(--s3); margin-top: var(--s3); }
      .logo { display: block; height: 48px; max-width: 220px; object-fit: contain; object-position: left; margin-bottom: var(--s4); }
      .then { margin-top: var(--s6); }
      .hint { margin-top: var(--s3); }
      label { display: flex; gap: var(--s3); align-items: flex-start; margin: var(--s3) 0; cursor: pointer; font-weight: 500; min-height: var(--touch); padding-top: 10px; }
    `,
  ];

  override render() {
    const { info } = this;
    const first = info.candidate_name.trim().split(/\s+/)[0] ?? "";
    return html`<main>
      ${info.theme?.company_logo ? html`<img class="logo" src=${info.theme.company_logo} alt=${info.company} data-testid="company-logo" />` : nothing}
      <p class="step">${info.company || "Interview"}</p>
      <h1>Hello${first ? `, ${first}` : ""}.</h1>
      <p class="lead">${info.company || "We"} ${info.company ? "invites" : "invite"} you to an interview: ${info.title}.</p>
      <dl>
        <div>
          ${icon(Clock)}
          <dt>About ${info.estimated_minutes} minutes, ${info.question_count} ${info.question_count === 1 ? "question" : "questions"}</dt>
          <dd>One at a time. If the connection breaks, the clock stops and you go on where you were; your place is kept for ${spanWords(info.grace_s)}.</dd>
        </div>
        <div>
          ${icon(Bot)}
          <dt>You speak with an AI</dt>
          <dd>A computer asks the questions and writes down your answers. People read them and decide.</dd>
        </div>
        <div>
          ${icon(Video)}
          <dt>${info.capabilities.recording.available ? "Camera and microphone are recorded" : "Your words are kept, without a recording"}</dt>
          <dd>${info.capabilities.recording.available
            ? info.camera_required ? "You may type every answer." : "You may also take part without a camera, or type every answer."
            : info.capabilities.recording.reason || "Sound and picture are not stored. You may also type every answer."}</dd>
        </div>
        ${info.camera_required ? html`<div data-testid="camera-required">
          ${icon(Camera)}
          <dt>This interview needs a camera</dt>
          <dd>Without one you cannot go on from the next page. If you have none, or cannot use it, ask for another way before you agree: see below.</dd>
        </div>` : nothing}
        ${info.proctoring.profile === "off" ? nothing : html`<div>
          ${icon(Eye)}
          <dt>Software watches the camera's picture and this page</dt>
          <dd>${watched(info.proctoring)}</dd>
        </div>`}
      </dl>
      <h2>If you need something else</h2>
      <p class="small muted hint">A person reads it and answers on this page. Asking does not count against you, and your link stays as it is.</p>
      <viva-ask .actions=${this.actions} kind="accommodation" words="Ask for another way to take part"></viva-ask>
      <h2 class="then">What happens with it</h2>
      <div class="consent">${info.consent.paragraphs.map((text) => html`<p>${text}</p>`)}</div>
      <label>
        <input type="checkbox" data-testid="consent-check" .checked=${this.agreed}
          @change=${(event: Event) => (this.agreed = (event.target as HTMLInputElement).checked)} />
        <span>I have read this and agree to take part.</span>
      </label>
      <button class="main" data-testid="consent-accept" ?disabled=${!this.agreed} @click=${this.accept}>
        Continue ${icon(ArrowRight)}
      </button>
      ${this.agreed ? nothing : html`<p class="small muted hint">To continue, tick the box.</p>`}
      <viva-foot .deadline=${info.deadline}></viva-foot>
    </main>`;
  }

  private accept(): void {
    this.actions.accept();
    this.actions.enterCheck();
  }
}
