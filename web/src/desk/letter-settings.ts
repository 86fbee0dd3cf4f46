// Letters that are sent by themselves, and whether mail works.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { DeskElement } from "./element";
import { currentUser, getJson, postJson, putJson, sentence } from "./http";

const PATH = "/api/v1/interviewer/settings/letters";

interface Letters {
  report_recipients: string[];
  thank_candidates: boolean;
  mail_disabled: string;
}

@customElement("desk-letter-settings")
export class DeskLetterSettings extends DeskElement {
  @state() private letters: Letters | null = null;
  @state() private problem = "";
  @state() private said = "";
  @state() private busy = false;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.act(async () => "", () => getJson<Letters>(PATH, this.life.signal));
  }

  private async act(work: () => Promise<string>, then?: () => Promise<Letters>): Promise<void> {
    this.busy = true;
    [this.problem, this.said] = ["", ""];
    try {
      this.said = await work();
      if (then) this.letters = await then();
    } catch (error) {
      this.problem = sentence(error) ?? "";
    } finally {
      this.busy = false;
    }
  }

  protected override render(): TemplateResult {
    const { letters } = this;
    const roles = currentUser()?.roles ?? [];
    return html`<section class="panel narrow" data-testid="letter-settings"><h2>Letters</h2>
      ${letters?.mail_disabled ? html`<p class="notice warn" data-testid="letters-off">E-mail is not set up on this server: no letter is sent. Links can be copied and sent by hand.${roles.includes("administrator") ? " Set VIVA_SMTP_URL and VIVA_MAIL_FROM, and restart it." : " Ask whoever runs it."}</p>` : nothing}
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${letters === null ? nothing : html`<form @submit=${this.save}>
        <div class="field"><label for="recipients">When a report is ready, write to</label>
          <textarea id="recipients" name="recipients" rows="3" placeholder="One address in each line" .value=${letters.report_recipients.join("\n")} data-testid="letters-recipients"></textarea>
          <span class="hint">At most 20 addresses. The letter has a link to the report, which opens for who may sign in.</span></div>
        <label class="tick"><input type="checkbox" name="thank" .checked=${letters.thank_candidates} data-testid="letters-thank" /> Thank candidates who have answered everything</label>
        <div class="row"><button class="primary" ?disabled=${this.busy} data-testid="letters-save">Save</button>
          ${roles.includes("administrator") && !letters.mail_disabled ? html`<button type="button" ?disabled=${this.busy} data-testid="letters-test" @click=${this.test}>Send me a test letter</button>` : nothing}
          <span role="status" class="quiet small">${this.said}</span></div></form>`}
    </section>`;
  }

  private async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const report_recipients = String(form.get("recipients") ?? "").split(/[\s,;]+/).filter(Boolean);
    const body = { report_recipients, thank_candidates: form.get("thank") === "on" };
    await this.act(async () => "Saved.", () => putJson<Letters>(PATH, body));
    if (this.problem) this.said = "";
  }

  private async test(): Promise<void> {
    await this.act(async () => `A letter is on its way to ${(await postJson<{ to: string }>("/test_email", {})).to}.`);
  }
}
