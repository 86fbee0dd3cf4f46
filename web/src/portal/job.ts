// A job that somebody shared: what it is, and a form to apply with.
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { page, shared } from "../live/ui";
import "../live/views/foot";
import { device } from "../store";
import { type Begun, type Job, Refused, UNKNOWN, UNREADABLE, ask, reason } from "./api";
import { head, portal } from "./styles";
import { wear } from "./theme";
import "./recording";

const FIELDS = [
  ["name", "Your name", "name", "text"],
  ["email", "E-mail", "email", "email"],
  ["phone", "Phone (optional)", "tel", "tel"],
] as const;

@customElement("portal-job")
export class PortalJob extends LitElement {
  static override styles = [shared, page, portal];
  @property() share = "";
  @state() private job: Job | null = null;
  @state() private begun: Begun | null = null;
  @state() private problem = "";
  @state() private wrong: Record<string, string> = {};
  @state() private busy = false;
  private given: Record<string, string> = {};

  override connectedCallback(): void {
    super.connectedCallback();
    void this.open();
  }

  private get place(): string {
    return `vivavoce-job:${this.share}`;
  }

  private async open(): Promise<void> {
    const kept = device.getItem(`${this.place}:session`);
    if (kept !== null) this.begun = JSON.parse(kept) as Begun;
    try {
      this.job = await ask<Job>("POST", "/api/v1/candidates/jobs/view", { share: this.share });
      wear(this.job.theme);
      document.title = this.job.title;
    } catch (error) {
      this.problem = error instanceof Refused && UNREADABLE.includes(error.status) ? UNKNOWN : reason(error);
    }
  }

  protected override render(): TemplateResult {
    if (this.begun?.mode === "recorded") return html`<portal-recording .begun=${this.begun} .place=${this.place}></portal-recording>`;
    if (this.job === null) {
      return html`<main>${this.problem ? html`<h1>This link opens no job</h1><p class="lead">${this.problem}</p>` : html`<p class="muted" aria-busy="true">Opening the job…</p>`}<viva-foot></viva-foot></main>`;
    }
    const { job } = this;
    const more = [job.location, job.experience].filter(Boolean).join(" · ");
    return html`<main>
      ${head(job.company, job.theme)}
      <h1>${job.title}</h1>
      ${more ? html`<p class="lead">${more}</p>` : nothing}
      ${job.description ? html`<div class="card prose">${job.description}</div>` : nothing}
      ${this.begun ? html`<p class="actions"><a href=${this.begun.candidate_url}>Go back to your interview</a></p>` : this.form(job)}
      <viva-foot></viva-foot>
    </main>`;
  }

  private form(job: Job): TemplateResult {
    return html`<form @submit=${this.apply} novalidate>
      <h2>Apply with an interview</h2>
      <p class="muted">${job.mode === "recorded" ? "You answer questions by recording yourself." : "A voice asks you questions and listens to your answers."} Before anything is recorded you are asked whether you agree.</p>
      ${FIELDS.map(([id, label, autocomplete, type]) => html`<div class="field"><label for=${id}>${label}</label>
        <input id=${id} type=${type} autocomplete=${autocomplete} aria-invalid=${this.wrong[id] ? "true" : nothing} aria-describedby=${this.wrong[id] ? `${id}-wrong` : nothing}
          @input=${(event: Event) => (this.given[id] = (event.target as HTMLInputElement).value)} />
        ${this.wrong[id] ? html`<p class="problem" id=${`${id}-wrong`}>${this.wrong[id]}</p>` : nothing}</div>`)}
      ${this.problem ? html`<p class="bad" role="alert">${this.problem}</p>` : nothing}
      <p class="actions"><button class="main" data-testid="job-apply" ?disabled=${this.busy}>Go on</button></p>
    </form>`;
  }

  private async apply(event: Event): Promise<void> {
    event.preventDefault();
    const { name = "", email = "", phone = "" } = this.given;
    this.problem = "";
    this.wrong = missing(name, email);
    if (Object.keys(this.wrong).length) {
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>("[aria-invalid]")?.focus();
      return;
    }
    this.busy = true;
    try {
      const begun = await ask<Begun>("POST", "/api/v1/candidates/jobs/apply", { share: this.share, name, email, phone });
      device.setItem(`${this.place}:session`, JSON.stringify(begun));
      if (begun.mode === "live") location.assign(begun.candidate_url);
      else this.begun = begun;
    } catch (error) {
      const field = error instanceof Refused ? error.field : null;
      if (field !== null && FIELDS.some(([id]) => id === field)) this.wrong = { [field]: sentenceOf(reason(error), field) };
      else this.problem = reason(error);
    } finally {
      this.busy = false;
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>("[aria-invalid]")?.focus();
    }
  }
}

function missing(name: string, email: string): Record<string, string> {
  return {
    ...(name.trim() ? {} : { name: "Please enter your name." }),
    ...(email.trim() ? {} : { email: "Please enter your e-mail address." }),
  };
}

function sentenceOf(text: string, field: string): string {
  const end = text.replace(`${field}: `, "").replace(/^it /, "This ");
  return `${end}.`;
}
