// A letter to a colleague that a report is ready, and what became of such letters.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { badge } from "./badge";
import { DeskElement } from "./element";
import { getJson, postJson, sentence } from "./http";
import { day, type Tone } from "./words";

const FRESH_MS = 4_000;
const STATES: Record<string, { word: string; tone: Tone }> = {
  waiting: { word: "On its way", tone: "busy" },
  sent: { word: "Sent", tone: "good" },
  failed: { word: "Not sent", tone: "bad" },
};

interface Colleague {
  username: string;
  name: string;
  email: string;
}

interface Mail {
  mail_id: string;
  letter: string;
  to: string;
  state: string;
  error: string;
  created_at: string;
  sent_at: string | null;
}

@customElement("desk-report-mail")
export class DeskReportMail extends DeskElement {
  @property() sessionId = "";
  @state() private team: Colleague[] = [];
  @state() private mails: Mail[] = [];
  @state() private disabled: string | null = null;
  @state() private problem = "";
  @state() private busy = false;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.begin();
    void this.repeat(FRESH_MS, () => this.load());
  }

  private async begin(): Promise<void> {
    try {
      this.team = (await getJson<{ people: Colleague[] }>("/api/v1/interviewer/team", this.life.signal)).people;
    } catch (error) {
      this.problem = sentence(error) ?? this.problem;
    }
  }

  private async load(): Promise<void> {
    try {
      const page = await getJson<{ items: Mail[]; disabled: string }>(`/api/v1/outbox?letter=report&about=${encodeURIComponent(this.sessionId)}`, this.life.signal);
      [this.mails, this.disabled] = [page.items, page.disabled];
    } catch (error) {
      this.problem = sentence(error) ?? this.problem;
    }
  }

  protected override render(): TemplateResult {
    return html`<h3>Write to a colleague</h3>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${this.disabled
        ? html`<p class="quiet small" data-testid="report-mail-off">E-mail is not set up on this server. Make a link above and send it yourself.</p>`
        : html`<form class="row" @submit=${this.send}>
            <label class="unseen" for="mail-to">Colleague</label>
            <select id="mail-to" name="email" data-testid="report-mail-to">${this.team.map((one) => html`<option value=${one.email}>${one.name || one.username}</option>`)}</select>
            <button ?disabled=${this.busy || this.disabled === null} data-testid="report-mail">Send by mail</button></form>
          <p class="quiet small">The letter has a link to this page, which opens for who may sign in.</p>`}
      ${this.mails.length ? html`<ul class="things">${this.mails.map((one) => this.one(one))}</ul>` : nothing}`;
  }

  private one(mail: Mail): TemplateResult {
    const { word, tone } = STATES[mail.state] ?? { word: mail.state, tone: "plain" as Tone };
    return html`<li data-testid="report-mailed"><div>${mail.to}<span class="under">${day(mail.sent_at ?? mail.created_at)}${mail.error ? ` · ${mail.error}` : ""}</span></div>${badge(word, tone)}</li>`;
  }

  private async send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const email = String(new FormData(event.target as HTMLFormElement).get("email") ?? "");
    this.busy = true;
    this.problem = "";
    try {
      await postJson(`/api/v1/interviewer/reports/${encodeURIComponent(this.sessionId)}/letter`, { email });
      await this.load();
    } catch (error) {
      this.problem = sentence(error) ?? "";
    } finally {
      this.busy = false;
    }
  }
}
