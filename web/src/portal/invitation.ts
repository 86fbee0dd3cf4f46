// An invitation: what it is for, what is agreed to, and the beginning. Looking begins nothing.
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { page, shared } from "../live/ui";
import "../live/views/foot";
import { device } from "../store";
import { type Access, type Asked, type Begun, Refused, UNKNOWN, UNREADABLE, ask, reason } from "./api";
import { clock, head, minutes, portal, privacyLine, when } from "./styles";
import { wear } from "./theme";
import "./recording";

const DOOR = "/api/v1/candidates/interviews";

@customElement("portal-invitation")
export class PortalInvitation extends LitElement {
  static override styles = [shared, page, portal];
  @property() token = "";
  @state() private access: Access | null = null;
  @state() private begun: Begun | null = null;
  @state() private problem = "";
  @state() private over = "";
  @state() private agreed = false;
  @state() private busy = false;
  private name = "";

  override connectedCallback(): void {
    super.connectedCallback();
    void this.open();
  }

  private get place(): string {
    return `vivavoce-invitation:${this.token}`;
  }

  private async open(): Promise<void> {
    this.problem = this.over = "";
    const kept = device.getItem(`${this.place}:session`);
    if (kept !== null) this.begun = JSON.parse(kept) as Begun;
    try {
      this.access = await ask<Access>("POST", `${DOOR}/access`, { token: this.token });
      wear(this.access.theme);
      document.title = this.access.interview.title;
    } catch (error) {
      const final = error instanceof Refused && error.status >= 400 && error.status < 500;
      if (final) this.over = UNREADABLE.includes(error.status) ? UNKNOWN : reason(error);
      else this.problem = reason(error);
    }
  }

  protected override render(): TemplateResult {
    if (this.over && this.begun === null) return this.ended();
    if (this.begun?.mode === "recorded") return html`<portal-recording .begun=${this.begun} .place=${this.place}></portal-recording>`;
    if (this.access === null) {
      return html`<main>${this.problem ? html`<h1>We can't reach the server</h1><p class="lead">${this.problem}</p>
        <p class="actions"><button class="main" @click=${() => this.open()}>Try again</button></p>` : html`<p class="muted" aria-busy="true">Opening your invitation…</p>`}<viva-foot></viva-foot></main>`;
    }
    return this.welcome(this.access);
  }

  private ended(): TemplateResult {
    return html`<main><h1>This link does not open an interview</h1><p class="lead">${this.over}</p><viva-foot></viva-foot></main>`;
  }

  private welcome({ interview, token_info, company, theme, consent }: Access): TemplateResult {
    const { questions } = interview;
    const seconds = questions.reduce((sum, each) => sum + each.responding_time + (each.preparation_time ?? 0), 0);
    const recorded = interview.mode === "recorded";
    return html`<main>
      ${head(company, theme)}
      <h1>${interview.title}</h1>
      <p class="lead">${token_info.candidate_name ? `Hello ${token_info.candidate_name}. ` : ""}${recorded
        ? "You answer the questions by recording yourself, one after the other, when it suits you."
        : "A voice asks you questions and listens to your answers, in one conversation."}</p>
      <dl class="facts">
        <dt>Questions</dt><dd>${questions.length}</dd>
        <dt>Time</dt><dd>${minutes(seconds)}</dd>
        ${recorded ? html`<dt>Recordings</dt><dd>${interview.retakes === 0 ? "Each answer is recorded once." : `Each answer may be recorded ${interview.retakes === 1 ? "once more" : `${interview.retakes} times more`}.`}</dd>` : nothing}
        <dt>Begin before</dt><dd>${when(token_info.expires_at)}</dd>
      </dl>
      ${questions.some((each) => each.text) ? this.ahead(questions) : nothing}
      ${this.begun ? html`<p class="actions"><a href=${this.begun.candidate_url} data-testid="portal-return">Go back to your interview</a></p>` : this.beginning(recorded, token_info, consent)}
      <viva-foot .deadline=${new Date(token_info.expires_at)}></viva-foot>
    </main>`;
  }

  private ahead(questions: Asked[]): TemplateResult {
    return html`<details class="card"><summary>The questions</summary>
      <ol>${questions.map((each) => html`<li>${each.text} <span class="muted small">${each.preparation_time ? `${clock(each.preparation_time)} to prepare, ` : ""}${clock(each.responding_time)} to answer</span></li>`)}</ol>
    </details>`;
  }

  private beginning(recorded: boolean, info: Access["token_info"], consent: Access["consent"]): TemplateResult {
    const opens = info.opens_at !== null && new Date(info.opens_at) > new Date();
    if (!info.startable && opens) return html`<p class="note" role="status">${info.why_not} Come back then with the same link.</p>`;
    if (!info.startable) return html`<p class="bad" role="status">${info.why_not}</p>`;
    return html`
      ${info.candidate_name ? nothing : html`<div class="field"><label for="name">Your name</label>
        <input id="name" autocomplete="name" maxlength="200" @input=${(event: Event) => (this.name = (event.target as HTMLInputElement).value)} /></div>`}
      ${recorded ? html`<section class="card"><h2>What you agree to</h2>${consent.text.map((text) => html`<p>${text}</p>`)}
        ${privacyLine()}</section>
        <label class="agree"><input type="checkbox" data-testid="portal-agree" .checked=${this.agreed}
          @change=${(event: Event) => (this.agreed = (event.target as HTMLInputElement).checked)} />I agree that my answers are recorded and used as described.</label>` : nothing}
      ${this.problem ? html`<p class="bad" role="alert">${this.problem}</p>` : nothing}
      <p class="actions"><button class="main" data-testid="portal-begin" ?disabled=${this.busy || (recorded && !this.agreed)} @click=${() => this.begin(recorded, consent.version)}>
        ${recorded ? "Begin" : "Go to the interview"}</button>
        <span class="muted small">${info.attempts_remaining === 1 ? "The link can be used once." : `The link can be used ${info.attempts_remaining} times.`}</span></p>`;
  }

  /** The same key for this link on this device: pressed twice, one attempt is used. */
  private get key(): string {
    const kept = device.getItem(`${this.place}:key`);
    if (kept !== null) return kept;
    const made = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    device.setItem(`${this.place}:key`, made);
    return made;
  }

  private async begin(recorded: boolean, version: string): Promise<void> {
    this.busy = true;
    this.problem = "";
    try {
      const body = { token: this.token, name: this.name.trim(), ...(recorded ? { consent_text_version: version } : {}) };
      const begun = await ask<Begun>("POST", `${DOOR}/start-session`, body, { "Idempotency-Key": this.key });
      device.setItem(`${this.place}:session`, JSON.stringify(begun));
      if (begun.mode === "live") location.assign(begun.candidate_url);
      else this.begun = begun;
    } catch (error) {
      this.problem = reason(error);
    } finally {
      this.busy = false;
    }
  }
}
