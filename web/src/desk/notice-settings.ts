// What one is told of, in the desk and by mail.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { api, type Answered, type Sent } from "./api";
import { DeskElement } from "./element";
import { sentence } from "./http";
import { KINDS, type NoticeKind } from "./notices";

const PATH = "/api/v1/notifications/settings";
const SCOPES: ["all" | "mine", string][] = [["all", "All sessions"], ["mine", "Those that I look after, or made while nobody does"]];

type Choice = Answered<"/api/v1/notifications/settings", "get">;

@customElement("desk-notice-settings")
export class DeskNoticeSettings extends DeskElement {
  @state() private choice: Choice | null = null;
  @state() private problem = "";
  @state() private said = "";

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      this.choice = await api.get(PATH, { signal: this.life.signal });
    } catch (error) {
      this.problem = sentence(error) ?? "";
    }
  }

  protected override render(): TemplateResult {
    const { choice } = this;
    return html`<section class="panel narrow" data-testid="notice-settings"><h2>Notifications</h2>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${choice === null ? (this.problem ? nothing : html`<p class="quiet" aria-busy="true">Loading…</p>`) : this.form(choice)}
      <p role="status" class="quiet small">${this.said}</p></section>`;
  }

  private form(choice: Choice): TemplateResult {
    const kinds = Object.keys(KINDS) as NoticeKind[];
    return html`<table class="plain-table wishes"><caption class="unseen">What you are told of</caption>
        <thead><tr><th scope="col">When</th><th scope="col">In the desk</th><th scope="col">By mail</th></tr></thead>
        <tbody>${kinds.map((kind) => html`<tr><th scope="row">${KINDS[kind].word}<span class="under">${KINDS[kind].help}</span></th>
          <td>${this.tick("desk", kind, choice.desk)}</td><td>${this.tick("mail", kind, choice.mail)}</td></tr>`)}</tbody></table>
      ${choice.mail_disabled ? html`<p class="quiet small" data-testid="notice-mail-off">E-mail is not set up on this server, so nothing is mailed yet. What you choose holds from the day it is.</p>` : nothing}
      <div class="field"><label for="notice-scope">Of which sessions</label>
        <select id="notice-scope" data-testid="notice-scope" @change=${(event: Event) => this.save({ scope: (event.target as HTMLSelectElement).value as Choice["scope"] })}>
          ${SCOPES.map(([value, word]) => html`<option value=${value} ?selected=${value === choice.scope}>${word}</option>`)}</select></div>`;
  }

  private tick(where: "desk" | "mail", kind: NoticeKind, now: NoticeKind[]): TemplateResult {
    const change = (event: Event): void => {
      const on = (event.target as HTMLInputElement).checked;
      void this.save({ [where]: on ? [...now, kind] : now.filter((one) => one !== kind) });
    };
    return html`<label class="box"><input type="checkbox" .checked=${now.includes(kind)} data-testid=${`notice-${where}-${kind}`} @change=${change} />
      <span class="unseen">${KINDS[kind].word} ${where === "desk" ? "in the desk" : "by mail"}</span></label>`;
  }

  private async save(change: Sent<typeof PATH, "put">): Promise<void> {
    [this.problem, this.said] = ["", ""];
    try {
      this.choice = await api.put(PATH, { body: change });
      this.said = "Saved.";
    } catch (error) {
      this.problem = sentence(error) ?? "";
      await this.load();
    }
  }
}
