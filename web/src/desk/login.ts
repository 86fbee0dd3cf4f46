// Signing in.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { DeskElement } from "./element";
import { ApiError, getJson, sentence, signIn } from "./http";

/** Why the other party's word did not let somebody in, by the server's code. */
const WHY: Record<string, string> = {
  forbidden: "There is no active account here with the address that was confirmed. Ask for an invitation.",
  unauthenticated: "That sign-in took too long, was used before, or was begun in another browser. Please begin again.",
  unavailable: "The other party does not answer. Please try again, or sign in with your password.",
};

@customElement("desk-login")
export class DeskLogin extends DeskElement {
  @property() next = "/staff/sessions";
  @state() private busy = false;
  @state() private problem = WHY[new URLSearchParams(location.search).get("why") ?? ""] ?? "";
  @state() private party = "";

  protected override firstUpdated(): void {
    this.querySelector<HTMLInputElement>("#username")?.focus();
    void this.ask();
  }

  /** Whether another party may say who it is; without an answer there is the password. */
  private async ask(): Promise<void> {
    try {
      this.party = (await getJson<{ sign_in_with: string | null }>("/api/about", this.life.signal)).sign_in_with ?? "";
    } catch (error) {
      if (!(error instanceof ApiError) && sentence(error) !== null) throw error;
    }
  }

  protected override render(): TemplateResult {
    return html`<main class="alone sign-in">
      <p class="brand">Vivavoce</p>
      <h1>Sign in to your desk</h1>
      <form @submit=${this.submit} novalidate>
        <div class="field">
          <label for="username">User name</label>
          <input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false"
            required data-testid="login-username" />
        </div>
        <div class="field">
          <label for="password">Password</label>
          <input id="password" name="password" type="password" autocomplete="current-password" required
            data-testid="login-password" />
        </div>
        <p class="problem" role="alert" ?hidden=${!this.problem}>${this.problem}</p>
        <button class="primary wide" ?disabled=${this.busy} data-testid="login-submit">
          ${this.busy ? "Signing in…" : "Sign in"}
        </button>
      </form>
      ${this.party ? html`<a class="button wide" href="/api/v1/auth/oidc/start" data-testid="login-party">Sign in with ${this.party}</a>` : nothing}
      <p class="small"><a href="/staff/forgotten">Forgotten your password?</a> · <a href="/staff/register">Register a company</a></p>
    </main>`;
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const [username, password] = [String(form.get("username")), String(form.get("password"))];
    if (!username || !password) {
      this.problem = "Please fill in both the user name and the password.";
      return;
    }
    this.busy = true;
    this.problem = "";
    try {
      await signIn(username, password);
    } catch (error) {
      this.problem = sentence(error) ?? "";
    } finally {
      this.busy = false;
    }
  }
}
