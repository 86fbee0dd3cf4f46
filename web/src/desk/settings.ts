// The own account and this device: password, colours.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { DeskElement } from "./element";
import "./letter-settings";
import "./notice-settings";
import { ApiError, changePassword, currentUser, sentence } from "./http";
import { chooseTheme, theme, type Theme } from "./theme";

const THEMES: [Theme, string][] = [["system", "As the system"], ["light", "Light"], ["dark", "Dark"]];
const MIN_CHARS = 8;

@customElement("desk-settings")
export class DeskSettings extends DeskElement {
  @state() private wrong: Record<string, string> = {};
  @state() private said = "";
  @state() private busy = false;

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("themechange", () => this.requestUpdate(), { signal: this.life.signal });
  }

  protected override render(): TemplateResult {
    const user = currentUser();
    return html`
      <div class="title"><h1>Settings</h1></div>
      <section class="panel narrow">
        <h2>Colours</h2>
        <fieldset class="choice">
          <legend class="unseen">Colours</legend>
          ${THEMES.map(
            ([key, word]) => html`<label><input type="radio" name="theme" value=${key} .checked=${theme() === key}
              @change=${() => chooseTheme(key)} />${word}</label>`,
          )}
        </fieldset>
      </section>
      <section class="panel narrow">
        <h2>Password</h2>
        <p class="quiet">You are signed in as ${user?.username}. Changing the password signs you out everywhere else.</p>
        ${user?.must_change_password
          ? html`<p class="notice warn">This account still has its first password. Please choose your own now.</p>`
          : nothing}
        <form @submit=${this.submit} novalidate>
          <input class="unseen" name="username" autocomplete="username" tabindex="-1" aria-hidden="true" .value=${user?.username ?? ""} readonly />
          ${this.field("current_password", "Current password", "current-password")}
          ${this.field("new_password", `New password (at least ${MIN_CHARS} characters)`, "new-password")}
          ${this.field("again", "New password, again", "new-password")}
          <p class="problem" role="alert" ?hidden=${!this.wrong.form}>${this.wrong.form}</p>
          <div class="row">
            <button class="primary" ?disabled=${this.busy} data-testid="password-submit">Change password</button>
            <span role="status" class="quiet">${this.said}</span>
          </div>
        </form>
      </section>
      ${user?.roles.some((role) => ["owner", "interviewer", "reviewer"].includes(role)) ? html`<desk-notice-settings></desk-notice-settings>` : nothing}
      ${user?.roles.includes("owner") ? html`<desk-letter-settings></desk-letter-settings>` : nothing}
      ${this.more(user?.roles ?? [])}
    `;
  }

  /** What the rail has no room for, for those whom the server admits. */
  private more(roles: string[]): TemplateResult | typeof nothing {
    if (!roles.some((role) => ["owner", "interviewer", "reviewer"].includes(role))) return nothing;
    return html`<section class="panel narrow"><h2>More</h2>
      <p class="row">${roles.includes("owner") ? html`<a class="button" href="/staff/programs" data-testid="to-programs">Keys and webhooks</a>` : nothing}
        <a class="button" href="/staff/figures">Figures</a></p></section>`;
  }

  private field(name: string, label: string, autocomplete: string): TemplateResult {
    const wrong = this.wrong[name];
    return html`<div class="field">
      <label for=${name}>${label}</label>
      <input id=${name} name=${name} type="password" autocomplete=${autocomplete as "on"} aria-invalid=${wrong ? "true" : nothing}
        aria-describedby=${wrong ? `${name}-wrong` : nothing} />
      ${wrong ? html`<p class="problem" id=${`${name}-wrong`}>${wrong}</p>` : nothing}
    </div>`;
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const given = Object.fromEntries(new FormData(form)) as Record<string, string>;
    const [current, fresh] = [given.current_password ?? "", given.new_password ?? ""];
    this.said = "";
    this.wrong = {};
    if (!current) this.wrong = { current_password: "Please enter your current password." };
    else if (fresh.length < MIN_CHARS) this.wrong = { new_password: `Please use at least ${MIN_CHARS} characters.` };
    else if (fresh !== given.again) this.wrong = { again: "The two new passwords differ." };
    else await this.change(form, current, fresh);
    await this.updateComplete;
    this.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  }

  private async change(form: HTMLFormElement, current: string, fresh: string): Promise<void> {
    this.busy = true;
    try {
      await changePassword(current, fresh);
      form.reset();
      this.said = "Your password has been changed.";
    } catch (error) {
      this.wrong = refusal(error);
    } finally {
      this.busy = false;
    }
  }
}

/** Where the server's refusal belongs, in the words of this page. */
function refusal(error: unknown): Record<string, string> {
  if (error instanceof ApiError && error.field === "current_password") return { current_password: "That is not your current password." };
  if (error instanceof ApiError && error.field === "new_password") {
    return { new_password: `Your new password ${error.message.replace(/^new_password: /, "")}.` };
  }
  return { form: sentence(error) ?? "" };
}
