// Service keys of the organisation: what each may do, when it was last used.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { badge } from "./badge";
import { confirmed } from "./confirm";
import { DeskElement } from "./element";
import { ApiError, expectJson, getJson, postJson, request, sentence } from "./http";
import { day } from "./words";
import "./secret";

const PATH = "/api/v1/api-keys";
const DAYS: [string, string][] = [["", "No end"], ["30", "30 days"], ["90", "90 days"], ["365", "A year"]];

interface Key {
  id: string;
  name: string;
  begins: string;
  scopes: string[];
  active: boolean;
  last_used_at: string | null;
  expires_at: string | null;
  revoked_at: string | null;
}

interface Scope {
  scope: string;
  allows: string;
}

@customElement("desk-keys")
export class DeskKeys extends DeskElement {
  @state() private keys: Key[] | null = null;
  @state() private scopes: Scope[] = [];
  @state() private secret = "";
  @state() private problem = "";
  @state() private wrong: Record<string, string> = {};
  @state() private open = false;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      const { signal } = this.life;
      this.scopes = (await getJson<{ scopes: Scope[] }>(`${PATH}/scopes`, signal)).scopes;
      this.keys = (await getJson<{ items: Key[] }>(`${PATH}?limit=200`, signal)).items;
      this.problem = "";
    } catch (error) {
      this.problem = sentence(error) ?? this.problem;
    }
  }

  protected override render(): TemplateResult {
    return html`<section class="panel" aria-labelledby="keys-title">
      <div class="row"><h2 id="keys-title">Service keys</h2>
        ${this.open ? nothing : html`<button class="at-end" data-testid="key-new" @click=${() => ((this.open = true), (this.secret = ""))}>New key</button>`}</div>
      <p class="quiet">A program sends its key as <code>X-API-Key</code>. Each may do what its scopes say, and nothing else.</p>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${this.secret ? html`<desk-secret .secret=${this.secret} what="The new key"></desk-secret>` : nothing}
      ${this.open ? this.form() : nothing}
      ${this.keys?.length === 0 && !this.open ? html`<p class="quiet">No program has a key yet.</p>` : nothing}
      <ul class="things">${this.keys?.map((key) => this.row(key))}</ul>
    </section>`;
  }

  private row(key: Key): TemplateResult {
    const ended = key.revoked_at ? "Revoked" : "Expired";
    return html`<li data-testid="key-row"><div>
        <strong>${key.name}</strong> ${key.active ? badge("Active", "good") : badge(ended, "plain")}
        <span class="under"><code>${key.begins}…</code> · ${key.last_used_at ? `last used ${day(key.last_used_at)}` : "never used"}${key.expires_at && key.active ? ` · until ${day(key.expires_at)}` : ""}</span>
        <span class="under">${key.scopes.includes("*") ? "Everything" : key.scopes.join(", ")}</span></div>
      ${key.active ? html`<button class="danger quietly" @click=${() => this.revoke(key)}>Revoke</button>` : nothing}</li>`;
  }

  private form(): TemplateResult {
    return html`<form class="inner" novalidate @submit=${this.submit}>
      <div class="two">
        <div class="field"><label for="key-name">What is it for?</label>
          <input id="key-name" name="name" maxlength="80" autocomplete="off" placeholder="Applicant tracking" aria-invalid=${this.wrong.name ? "true" : "false"} />
          <p class="problem" role="alert" ?hidden=${!this.wrong.name}>${this.wrong.name}</p></div>
        <div class="field"><label for="key-days">Valid for</label>
          <select id="key-days" name="days">${DAYS.map(([value, word]) => html`<option value=${value}>${word}</option>`)}</select></div>
      </div>
      <fieldset class="ticks"><legend>It may</legend>
        ${this.scopes.map(({ scope, allows }) => html`<label><input type="checkbox" name="scope" value=${scope} />
          <span>${allows}<span class="under">${scope}</span></span></label>`)}
      </fieldset>
      <p class="problem" role="alert" ?hidden=${!this.wrong.scopes}>${this.wrong.scopes}</p>
      <div class="row"><button class="primary" data-testid="key-submit">Make the key</button>
        <button type="button" @click=${() => ((this.open = false), (this.wrong = {}))}>Cancel</button></div>
    </form>`;
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const name = String(form.get("name") ?? "").trim();
    const scopes = form.getAll("scope").map(String);
    this.wrong = {
      ...(name ? {} : { name: "Say what the key is for." }),
      ...(scopes.length ? {} : { scopes: "Choose at least one thing that it may do." }),
    };
    if (Object.keys(this.wrong).length) return;
    const days = Number(form.get("days"));
    const expires_at = days ? new Date(Date.now() + days * 86_400_000).toISOString() : null;
    try {
      const made = await postJson<{ secret: string }>(PATH, { name, scopes, expires_at });
      this.secret = made.secret;
      this.open = false;
      await this.load();
    } catch (error) {
      const said = sentence(error) ?? "";
      this.wrong = error instanceof ApiError && error.field === "name" ? { name: said } : { scopes: said };
    }
  }

  private async revoke(key: Key): Promise<void> {
    const text = `Programs that use “${key.name}” are refused from this moment on. This cannot be undone.`;
    if (!(await confirmed({ title: "Revoke this key?", text, act: "Revoke" }))) return;
    try {
      await expectJson(await request(`${PATH}/${key.id}`, { method: "DELETE" }));
      await this.load();
    } catch (error) {
      this.problem = sentence(error) ?? "";
    }
  }
}
