// The pages after the room: thank-you, taken over, failed; and the wait before.
import { LitElement, css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { Check, CircleAlert, CloudUpload, Info, LoaderCircle, MonitorSmartphone } from "lucide";
import type { Actions, AppState, Notice, SessionInfo, UnsentView, UploadView } from "../model";
import { icon, page, shared } from "../ui";
import { noticeWords, spanWords } from "../words";
import "./flags";
import "./foot";
import "./own";

const centre = css`
  main { padding-top: clamp(var(--s12), 12vh, 120px); }
  .mark { display: inline-grid; place-items: center; width: 48px; height: 48px; border-radius: 50%; background: var(--accent-soft); color: var(--accent); margin-bottom: var(--s6); }
  .mark.bad { background: var(--red-soft); color: var(--red); }
  button { margin-top: var(--s8); }
  .next { margin-top: var(--s6); color: var(--ink-2); } .next h2 { color: var(--ink); }
  .upload button { margin: 0 0 0 auto; flex: none; } .upload svg { flex: none; }
  .upload { display: flex; gap: var(--s3); margin-top: var(--s8); padding: var(--s4) 0; border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); color: var(--ink-2); }
  .wait { min-height: 80dvh; display: grid; place-content: center; justify-items: center; text-align: center; }
  .wait h1 { font-weight: 450; letter-spacing: 0; }
  .turning { color: var(--accent); animation: turn 1.2s linear infinite; }
  @keyframes turn { to { transform: rotate(360deg); } }
  @media (prefers-reduced-motion: reduce) { .turning { animation: none; } }
  .upload.done { color: var(--green); } .upload.failed { color: var(--red); }
`;

@customElement("viva-thanks")
export class Thanks extends LitElement {
  @property({ attribute: false }) state!: Extract<AppState, { kind: "ended" }>;
  @property({ attribute: false }) actions!: Actions;
  static override styles = [shared, page, centre];

  override render() {
    const { concluded, upload, info } = this.state;
    const cut = cutShort(concluded?.status ?? info.status);
    return html`<main data-testid="thank-you">
      <span class="mark">${icon(cut ? Info : Check, 24)}</span>
      <h1 tabindex="-1">${cut || "That was it. Thank you"}</h1>
      <p class="lead">${concluded?.content || (info.stayed_away ? awayWords(info) : "Your answers are saved. Thank you for your time.")}</p>
      ${next(this.state)}
      ${unsentLine(this.state.unsent, () => this.actions.retry())}
      ${uploadLine(upload, info.capabilities.recording.available, () => this.actions.retry())}
      ${info.proctoring.profile === "off" ? nothing : html`<viva-flags .actions=${this.actions}></viva-flags>`}
      <viva-own .actions=${this.actions} heading=${info.title}></viva-own>
      <viva-foot .deadline=${info.deadline}></viva-foot>
    </main>`;
  }
}

const UNSENT = {
  kept: "What you had typed and not sent yet is kept with your answer.",
  late: "What you had typed and not sent when the interview ended is kept as well, marked as late.",
  waiting: "What you had typed and not sent is on this device still: we cannot reach the server. Please keep this page open.",
} as const;

function unsentLine(unsent: UnsentView | undefined, again: () => void) {
  if (!unsent || unsent === "none") return nothing;
  return html`<div class="upload ${unsent === "waiting" ? "failed" : ""}" data-testid="unsent">${icon(unsent === "waiting" ? CircleAlert : Check)}
    <p role="status">${UNSENT[unsent]}</p>
    ${unsent === "waiting" ? html`<button @click=${again}>Try now</button>` : nothing}</div>`;
}

/** What happens next. */
function next({ info, concluded }: Thanks["state"]) {
  const company = info.company || "the people who invited you";
  const stopped = (concluded?.status ?? info.status) === "terminated";
  return html`<section class="next" data-testid="next">
    <h2>${stopped ? "Ask for another look" : "What happens next"}</h2>
    <p>${stopped
      ? "Explain below what happened. People read it before anything is decided, and they can open the interview again; your link then works as before."
      : html`People at ${company} read your answers and decide; software only helps them. If you have questions, the line below says whom to ask.`}</p>
  </section>`;
}

function awayWords({ grace_s }: SessionInfo): string {
  return `Nobody was in the room for ${spanWords(grace_s)}, so it was closed. What you had answered is saved, what you said of the open question too. If you would like to go on, ask whoever invited you.`;
}

/** What to say of an interview that did not run to its end. */
function cutShort(status: string): string {
  if (status === "terminated") return "The interview has ended";
  return status === "abandoned" || status === "failed" ? "The interview was closed" : "";
}

function waitingWords(upload: UploadView): string {
  const left = pieces(upload.waiting);
  if (!upload.retrying) return `Saving the recording: ${left} left. Please keep this page open.`;
  return `The server has not got all of the recording yet: ${left} left on this device. Your answers are saved. Please keep this page open; we go on trying.`;
}

function uploadLine(upload: UploadView, recorded: boolean, again: () => void) {
  if (upload.waiting > 0) {
    return html`<div class="upload ${upload.retrying ? "failed" : ""}" data-testid="upload-state">${icon(upload.retrying ? CircleAlert : CloudUpload)}
      <p role="status">${waitingWords(upload)}${upload.failed ? " One part was refused by the server and is not in the recording." : ""}</p>
      ${upload.retrying ? html`<button @click=${again}>Try now</button>` : nothing}</div>`;
  }
  if (upload.failed) {
    return html`<p class="upload failed" role="status" data-testid="upload-state">${icon(CircleAlert)}
      <span>A part of the recording is missing: the server refused it. Your answers are saved, and nothing is left to send. You can close this page.</span></p>`;
  }
  const words = recorded ? "Everything is saved. You can close this page." : "Your answers are saved. You can close this page.";
  return html`<p class="upload done" role="status" data-testid="upload-state">${icon(Check)}<span>${words}</span></p>`;
}

function pieces(count: number): string {
  return count === 1 ? "1 piece" : `${count} pieces`;
}

@customElement("viva-takeover")
export class Takeover extends LitElement {
  @property({ attribute: false }) info!: SessionInfo;
  @property({ attribute: false }) actions!: Actions;
  static override styles = [shared, page, centre];

  override render() {
    return html`<main data-testid="takeover">
      <span class="mark">${icon(MonitorSmartphone, 24)}</span>
      <h1 tabindex="-1">Your interview is open somewhere else</h1>
      <p class="lead">It was opened in another window or on another device and goes on there. Nothing is lost. You can close this page, or bring the interview back here.</p>
      <button class="main" @click=${() => this.actions.retry()}>Continue here</button>
      <viva-foot .deadline=${this.info.deadline}></viva-foot>
    </main>`;
  }
}

@customElement("viva-failed")
export class Failed extends LitElement {
  @property({ attribute: false }) notice!: Notice;
  /** When the link ends or ended; null where it does not say. */
  @property({ attribute: false }) deadline: Date | null = null;
  @property({ attribute: false }) actions!: Actions;
  static override styles = [shared, page, centre];

  override render() {
    return html`<main>
      <span class="mark bad">${icon(CircleAlert, 24)}</span>
      <h1 tabindex="-1">We can't open the interview</h1>
      <p class="lead" role="alert">${noticeWords(this.notice)}</p>
      ${this.notice.fatal ? nothing : html`<button class="main" @click=${() => this.actions.retry()}>Try again</button>`}
      <viva-foot .deadline=${this.deadline}></viva-foot>
    </main>`;
  }
}

@customElement("viva-waiting")
export class Waiting extends LitElement {
  @property() words = "One moment";
  static override styles = [shared, page, centre];

  override render() {
    return html`<main class="wait"><span class="turning">${icon(LoaderCircle, 28)}</span><div role="status"><h1 class="lead">${this.words}</h1></div></main>`;
  }
}
