// Ways in without an account: register, confirm, accept an invitation, choose a new password.
// A link's secret stands in the fragment, which no log sees; it is taken out of the address at once.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { DeskElement } from "./element";
import { ApiError, postJson, sentence } from "./http";
import type { Way } from "./router";
import { day } from "./words";

const TITLE: Record<Way, string> = {
  register: "Register your company",
  verify: "Confirm your address",
  join: "Join your colleagues",
  forgotten: "Forgotten your password?",
  reset: "Choose a new password",
};
const MIN = "at least 8 characters";
const CUT = "This link is not complete. Copy all of it from the letter, or ask for a new one.";

interface Invitation {
  email: string;
  organisation: string;
  invited_by: string;
  expires_at: string;
}

interface Registered {
  email: string;
  activation: "mail" | "administrator";
  expiration_date: string;
}

@customElement("desk-enter")
export class DeskEnter extends DeskElement {
  @property() way: Way = "register";
  @state() private busy = false;
  @state() private problem = "";
  @state() private wrong: Record<string, string> = {};
  @state() private done: TemplateResult | null = null;
  @state() private invitation: Invitation | null = null;
  private secret = "";
  private registered = "";

  override connectedCallback(): void {
    super.connectedCallback();
    this.secret = new URLSearchParams(location.hash.slice(1)).get("t") ?? "";
    if (location.hash) history.replaceState(null, "", location.pathname);
    if (this.way === "register" || this.way === "forgotten") return;
    if (!this.secret) this.problem = CUT;
    else if (this.way === "join") void this.look();
  }

  private async look(): Promise<void> {
    try {
      this.invitation = await postJson<Invitation>("/api/v1/auth/invitation", { token: this.secret });
    } catch (error) {
      this.problem = explained(error);
    }
  }

  protected override firstUpdated(): void {
    this.querySelector<HTMLInputElement>("input")?.focus();
  }

  protected override render(): TemplateResult {
    return html`<main class="alone enter" data-testid=${`enter-${this.way}`}>
      <p class="brand">Vivavoce</p>
      <h1 tabindex="-1">${TITLE[this.way]}</h1>
      ${this.done ?? html`${this.form()}<p class="problem" role="alert" ?hidden=${!this.problem}>${this.problem}</p>`}
      <p class="small"><a href="/staff/login">Sign in</a>${this.way === "register" ? nothing : html` · <a href="/staff/register">Register a company</a>`}</p>
    </main>`;
  }

  private form(): TemplateResult | typeof nothing {
    switch (this.way) {
      case "register":
        return html`<form @submit=${this.register} novalidate>
          ${this.field("company", "Company", "organization")} ${this.field("username", "User name", "username")}
          ${this.field("email", "E-mail address", "email", "email")} ${this.field("password", `Password (${MIN})`, "new-password", "password")}
          ${this.button("Register", "Registering…")}
        </form>`;
      case "verify":
        return this.secret
          ? html`<p class="quiet">One press confirms that this address is yours, and the account is there.</p>
              <form @submit=${this.verify}>${this.button("Confirm the address", "Confirming…")}</form>`
          : nothing;
      case "join":
        return this.invitation
          ? html`<p class="quiet">${this.invitation.invited_by} invites you, ${this.invitation.email}, to work with <strong>${this.invitation.organisation}</strong>. The invitation is good until ${day(this.invitation.expires_at)}.</p>
              <form @submit=${this.join} novalidate>
                <input class="unseen" name="username" autocomplete="username" tabindex="-1" aria-hidden="true" .value=${this.invitation.email} readonly />
                ${this.field("name", "Your name", "name")} ${this.field("password", `Password (${MIN})`, "new-password", "password")}
                ${this.button("Accept the invitation", "Accepting…")}
              </form>`
          : nothing;
      case "forgotten":
        return html`<p class="quiet">We send a link to the address of your account. It works for an hour.</p>
          <form @submit=${this.forgotten} novalidate>${this.field("email", "E-mail address", "email", "email")} ${this.button("Send the link", "Sending…")}</form>`;
      default:
        return this.secret
          ? html`<form @submit=${this.reset} novalidate>${this.field("new_password", `New password (${MIN})`, "new-password", "password")}
              ${this.button("Save the password", "Saving…")}</form>`
          : nothing;
    }
  }

  private field(name: string, label: string, autocomplete: string, type = "text"): TemplateResult {
    const wrong = this.wrong[name];
    return html`<div class="field"><label for=${name}>${label}</label>
      <input id=${name} name=${name} type=${type} autocomplete=${autocomplete} autocapitalize="none" maxlength="254" required
        aria-invalid=${wrong ? "true" : nothing} aria-describedby=${wrong ? `${name}-wrong` : nothing} data-testid=${`enter-${name}`} />
      ${wrong ? html`<p class="problem" id=${`${name}-wrong`} role="alert">${wrong}</p>` : nothing}</div>`;
  }

  private button(word: string, busy: string): TemplateResult {
    return html`<button class="primary wide" ?disabled=${this.busy} data-testid="enter-submit">${this.busy ? busy : word}</button>`;
  }

  private register = (event: SubmitEvent): Promise<void> =>
    this.send(event, async (fields) => {
      const made = await postJson<Registered>("/api/v1/auth/registration/", fields);
      this.registered = made.email;
      this.done = made.activation === "mail"
        ? html`<p data-testid="enter-done">We have sent a letter to <strong>${made.email}</strong>. Open the link in it by ${day(made.expiration_date)}.</p>
            <button @click=${this.again} data-testid="enter-again">Send it again</button><p role="status" class="quiet small">${nothing}</p>`
        : html`<p data-testid="enter-done">An administrator of this server looks at your registration. You can sign in as soon as it is accepted.</p>`;
    });

  private again = async (): Promise<void> => {
    try {
      const { message } = await postJson<{ message: string }>("/api/v1/auth/registration/resend", { email: this.registered });
      this.done = html`<p data-testid="enter-done" role="status">${message}</p>`;
    } catch (error) {
      this.done = html`<p class="problem" role="alert">${explained(error)}</p>`;
    }
  };

  private verify = (event: SubmitEvent): Promise<void> => this.send(event, () => this.entered("/api/v1/auth/registration/verify", {}, "Your address is confirmed."));
  private join = (event: SubmitEvent): Promise<void> => this.send(event, ({ name, password }) => this.entered("/api/v1/auth/invitation/accept", { name, password }, "Welcome."));
  private reset = (event: SubmitEvent): Promise<void> => this.send(event, (fields) => this.entered("/api/v1/auth/reset-password", fields, "The password is changed."));

  private forgotten = (event: SubmitEvent): Promise<void> =>
    this.send(event, async (fields) => {
      const { message } = await postJson<{ message: string }>("/api/v1/auth/forgotten-password", fields);
      this.done = html`<p data-testid="enter-done" role="status">${message}</p>`;
    });

  private async entered(path: string, fields: Record<string, unknown>, said: string): Promise<void> {
    const { username } = await postJson<{ username: string }>(path, { ...fields, token: this.secret });
    this.done = html`<p data-testid="enter-done" role="status">${said} You can sign in as <strong>${username}</strong>.</p>
      <a class="button primary" href="/staff/login">Sign in</a>`;
  }

  private async send(event: SubmitEvent, work: (fields: Record<string, string>) => Promise<void>): Promise<void> {
    event.preventDefault();
    const fields: Record<string, string> = {};
    for (const [name, value] of new FormData(event.target as HTMLFormElement)) fields[name] = String(value).trim();
    const empty = Object.keys(fields).find((name) => !fields[name]);
    this.problem = "";
    this.wrong = empty ? { [empty]: "Please fill this in." } : {};
    if (empty) return;
    this.busy = true;
    try {
      await work(fields);
    } catch (error) {
      if (error instanceof ApiError && error.field && error.field in fields) this.wrong = { [error.field]: explained(error) };
      else this.problem = explained(error);
    } finally {
      this.busy = false;
    }
  }
}

const FIELD: Record<string, string> = { username: "The user name", email: "The address", password: "The password", new_password: "The password", company: "The company", name: "The name" };

/** The server's sentence; a field's words in the place of its name. */
function explained(error: unknown): string {
  if (error instanceof ApiError && error.status === 404) return "This link was used before, or a newer one has taken its place.";
  const text = sentence(error) ?? "";
  if (!(error instanceof ApiError) || !error.field || !(error.field in FIELD)) return text;
  return `${FIELD[error.field]} ${text.slice(text.indexOf(":") + 2).replace(/\.$/, "")}.`;
}
