// Webhooks: where news is sent, whether it arrives, and what was sent.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { badge } from "./badge";
import { confirmed } from "./confirm";
import { DeskElement } from "./element";
import { expectJson, failure, getJson, postJson, request, sentence } from "./http";
import { day } from "./words";
import "./secret";

const PATH = "/api/v1/webhooks";
const FRESH_MS = 4_000;
const SHOWN = 20;

interface Hook {
  id: string;
  url: string;
  description: string;
  kinds: string[];
  active: boolean;
  stopped: string;
  failing_since: string | null;
}

interface Attempt {
  at: string;
  took_ms: number;
  status: number | null;
  error: string;
}

interface Delivery {
  id: string;
  kind: string;
  created_at: string;
  state: "pending" | "delivered" | "failed";
  next_at: string | null;
  attempts: Attempt[];
  body: unknown;
}

interface Kind {
  kind: string;
  sent_when: string;
}

@customElement("desk-hooks")
export class DeskHooks extends DeskElement {
  @state() private hooks: Hook[] | null = null;
  @state() private kinds: Kind[] = [];
  @state() private secret = "";
  @state() private problem = "";
  @state() private wrong = "";
  @state() private open = false;
  @state() private logOf = "";
  @state() private log: Delivery[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
    void this.repeat(FRESH_MS, () => this.loadLog());
  }

  private async load(): Promise<void> {
    await this.trying(async () => {
      const { signal } = this.life;
      this.kinds = (await getJson<{ kinds: Kind[] }>(`${PATH}/kinds`, signal)).kinds;
      this.hooks = (await getJson<{ items: Hook[] }>(`${PATH}?limit=200`, signal)).items;
    });
  }

  private async loadLog(): Promise<void> {
    if (!this.logOf) return;
    await this.trying(async () => {
      const path = `${PATH}/${this.logOf}/deliveries?limit=${SHOWN}`;
      this.log = (await getJson<{ items: Delivery[] }>(path, this.life.signal)).items;
    });
  }

  private async trying(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.problem = "";
    } catch (error) {
      this.problem = sentence(error) ?? this.problem;
    }
  }

  protected override render(): TemplateResult {
    return html`<section class="panel" aria-labelledby="hooks-title">
      <div class="row"><h2 id="hooks-title">Webhooks</h2>
        ${this.open ? nothing : html`<button class="at-end" data-testid="hook-new" @click=${() => ((this.open = true), (this.secret = ""))}>New webhook</button>`}</div>
      <p class="quiet">Your program is told what happened, with ids and no names. Messages are signed (Standard Webhooks); what does not arrive is sent again ten times within four days.</p>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${this.secret ? html`<desk-secret .secret=${this.secret} what="The signing secret"></desk-secret>` : nothing}
      ${this.open ? this.form() : nothing}
      ${this.hooks?.length === 0 && !this.open ? html`<p class="quiet">Nobody is told of anything yet.</p>` : nothing}
      <ul class="things">${this.hooks?.map((hook) => this.row(hook))}</ul>
    </section>`;
  }

  private row(hook: Hook): TemplateResult {
    const shown = this.logOf === hook.id;
    return html`<li data-testid="hook-row"><div>
        <strong class="address">${hook.url}</strong> ${this.state(hook)}
        ${hook.description ? html`<span class="under">${hook.description}</span>` : nothing}
        <span class="under">${hook.kinds.join(", ")}</span></div>
      <div class="row">
        <button aria-expanded=${shown} @click=${() => this.show(hook)} data-testid="hook-log">${shown ? "Hide log" : "Log"}</button>
        <button @click=${() => this.act(hook, "ping")} data-testid="hook-ping">Send a test</button>
        <button @click=${() => this.rotate(hook)}>New secret</button>
        <button @click=${() => this.set(hook)}>${hook.active ? "Stop" : "Start"}</button>
        <button class="danger quietly" @click=${() => this.drop(hook)}>Remove</button>
      </div>
      ${shown ? this.deliveries() : nothing}</li>`;
  }

  private state(hook: Hook): TemplateResult {
    if (!hook.active) return html`${badge("Stopped", "plain")}${hook.stopped ? html`<span class="under">${hook.stopped}</span>` : nothing}`;
    return hook.failing_since ? badge(`Nothing arrives since ${day(hook.failing_since)}`, "warn") : badge("Active", "good");
  }

  private deliveries(): TemplateResult {
    if (!this.log.length) return html`<p class="quiet whole">Nothing was sent yet.</p>`;
    return html`<ol class="log whole" data-testid="hook-deliveries">${this.log.map((sent) => this.delivery(sent))}</ol>`;
  }

  private delivery(sent: Delivery): TemplateResult {
    const last = sent.attempts.at(-1);
    const word = { pending: "Waits", delivered: "Arrived", failed: "Did not arrive" }[sent.state];
    const tone = ({ pending: "busy", delivered: "good", failed: "bad" } as const)[sent.state];
    return html`<li><details><summary><span>${sent.kind}</span> ${badge(word, tone)}
        <span class="quiet">${day(sent.created_at)}${sent.next_at && sent.attempts.length ? ` · again ${day(sent.next_at)}` : ""}</span></summary>
      <pre tabindex="0" aria-label="The message">${JSON.stringify(sent.body, null, 2)}</pre>
      <ul>${sent.attempts.map((one) => html`<li class="small">${day(one.at)}: ${one.status ?? "no answer"}, ${one.took_ms} ms${one.error ? `. ${one.error}` : ""}</li>`)}</ul>
      </details>
      <button class="tiny" @click=${() => this.replay(sent)} ?disabled=${sent.state === "pending" && last === undefined}>Send again</button></li>`;
  }

  private form(): TemplateResult {
    return html`<form class="inner" novalidate @submit=${this.submit}>
      <div class="two">
        <div class="field"><label for="hook-url">Address</label>
          <input id="hook-url" name="url" type="url" maxlength="2000" autocomplete="off" placeholder="https://" aria-invalid=${this.wrong ? "true" : "false"} /></div>
        <div class="field"><label for="hook-what">Description (optional)</label>
          <input id="hook-what" name="description" maxlength="200" autocomplete="off" /></div>
      </div>
      <p class="problem" role="alert" ?hidden=${!this.wrong}>${this.wrong}</p>
      <fieldset class="ticks"><legend>It is told when</legend>
        ${this.kinds.map(({ kind, sent_when }) => html`<label><input type="checkbox" name="kind" value=${kind} checked />
          <span>${sent_when}<span class="under">${kind}</span></span></label>`)}
      </fieldset>
      <div class="row"><button class="primary" data-testid="hook-submit">Add the webhook</button>
        <button type="button" @click=${() => ((this.open = false), (this.wrong = ""))}>Cancel</button></div>
    </form>`;
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const body = { url: String(form.get("url") ?? "").trim(), description: String(form.get("description") ?? ""), kinds: form.getAll("kind") };
    if (!body.url || !body.kinds.length) {
      this.wrong = body.url ? "Choose at least one kind of news." : "Give the address of your program.";
      return;
    }
    try {
      this.secret = (await postJson<{ secret: string }>(PATH, body)).secret;
      this.open = false;
      this.wrong = "";
      await this.load();
    } catch (error) {
      this.wrong = sentence(error) ?? "";
    }
  }

  private async show(hook: Hook): Promise<void> {
    this.logOf = this.logOf === hook.id ? "" : hook.id;
    this.log = [];
    await this.loadLog();
  }

  private async act(hook: Hook, what: string): Promise<void> {
    await this.trying(async () => void (await postJson(`${PATH}/${hook.id}/${what}`, {})));
    this.logOf = hook.id;
    await this.loadLog();
  }

  private async replay(sent: Delivery): Promise<void> {
    await this.trying(async () => void (await postJson(`${PATH}/deliveries/${sent.id}/replay`, {})));
    await this.loadLog();
  }

  private async rotate(hook: Hook): Promise<void> {
    const text = "For one day messages are signed with both secrets, so that your program can change over.";
    if (!(await confirmed({ title: "Make a new secret?", text, act: "Make it" }))) return;
    await this.trying(async () => {
      this.secret = (await postJson<{ secret: string }>(`${PATH}/${hook.id}/rotate`, {})).secret;
    });
  }

  private async set(hook: Hook): Promise<void> {
    const { url, kinds, description } = hook;
    const body = JSON.stringify({ url, kinds, description, active: !hook.active });
    await this.trying(async () => {
      const init = { method: "PUT", headers: { "Content-Type": "application/json" }, body };
      await expectJson(await request(`${PATH}/${hook.id}`, init));
    });
    await this.load();
  }

  private async drop(hook: Hook): Promise<void> {
    const text = "Nothing more is sent there, and its log is removed.";
    if (!(await confirmed({ title: "Remove this webhook?", text, act: "Remove" }))) return;
    await this.trying(async () => {
      const answer = await request(`${PATH}/${hook.id}`, { method: "DELETE" });
      if (!answer.ok) throw await failure(answer);
    });
    await this.load();
  }
}
