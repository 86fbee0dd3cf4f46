// What candidates ask for: each a task until it is answered. Below, how they found the interviews.
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { ChevronLeft, ChevronRight } from "lucide";
import { badge } from "./badge";
import { DeskElement } from "./element";
import { getJson, postJson, sentence } from "./http";
import { icon } from "./icons";
import { go } from "./router";
import type { Ratings, RequestKind, RequestPage, RequestTask } from "./types";
import { reviewer } from "./signal-words";
import { day } from "./words";

const FRESH_MS = 5_000;
const SIZE = 25;
const MAX_CHARS = 2_000;

const KINDS: Record<RequestKind, { word: string; help: string }> = {
  accommodation: { word: "Another way to take part", help: "Decide whether it is possible, and say how." },
  transcript: { word: "The transcript", help: "Candidates find their answers on their own last page; say so, or send the whole transcript from the report." },
  signals: { word: "What software noted", help: "What was noted is on the candidate's last page, with its pictures; say what you make of it." },
  explanation: { word: "How the answers were assessed", help: "The report says which measures and quotes the scores come from. Explain the main points in plain words." },
  correction: { word: "A correction", help: "Look at the place in the report. If the candidate is right, add a note for those who decide." },
  erasure: { word: "Erase everything", help: "Delete the session on its page; this request goes with it. Decline only where the law asks you to keep something, and say which." },
};
const STATES: Record<string, string> = { open: "Waiting", done: "Granted", declined: "Declined" };

@customElement("desk-requests")
export class DeskRequests extends DeskElement {
  @property() show = "open";
  @property({ type: Number }) offset = 0;
  @state() private page: RequestPage | null = null;
  @state() private ratings: Ratings | null = null;
  @state() private problem = "";
  @state() private open: string | null = null;
  @state() private reply = "";
  @state() private without = true;
  @state() private refused = "";
  @state() private busy = false;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.repeat(FRESH_MS, () => this.load());
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (this.page !== null && (changed.has("show") || changed.has("offset"))) void this.load();
  }

  private async load(): Promise<void> {
    const state = this.show in STATES ? `&state=${this.show}` : "";
    try {
      this.page = await getJson<RequestPage>(`/api/requests?limit=${SIZE}&offset=${this.offset}${state}`, this.life.signal);
      this.ratings = await getJson<Ratings>("/api/ratings", this.life.signal);
      this.problem = "";
    } catch (error) {
      this.problem = sentence(error) ?? this.problem;
    }
  }

  protected override render(): TemplateResult {
    const { page } = this;
    return html`<div class="title"><h1 tabindex="-1">Requests</h1>${page?.open ? html`<span class="quiet">${page.open} ${page.open === 1 ? "waits" : "wait"} for an answer</span>` : nothing}</div>
      <div class="tools">
        <label class="unseen" for="request-state">State</label>
        <select id="request-state" @change=${(event: Event) => this.goTo((event.target as HTMLSelectElement).value)}>
          ${Object.entries({ ...STATES, all: "All requests" }).map(([key, word]) => html`<option value=${key} ?selected=${key === this.show}>${word}</option>`)}
        </select>
      </div>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${page === null ? (this.problem ? nothing : html`<p class="quiet" aria-busy="true">Loading…</p>`) : this.list(page)}
      ${this.ratings?.count ? this.said(this.ratings) : nothing}`;
  }

  private goTo(state: string, offset = 0): void {
    go(`/staff/requests?state=${state}${offset ? `&offset=${offset}` : ""}`);
  }

  private list(page: RequestPage): TemplateResult {
    if (page.requests.length === 0) {
      return html`<div class="empty" data-testid="requests-empty"><h2>${this.show === "open" ? "Nobody waits for an answer" : "Nothing here"}</h2>
        <p>Candidates can ask for another way to take part before their interview, and afterwards for what is kept about them. What they ask waits here.</p></div>`;
    }
    return html`<ul class="requests" data-testid="requests-list">${repeat(page.requests, (one) => one.request_id, (one) => this.one(one))}</ul>
      ${page.total > SIZE ? this.pager(page) : nothing}`;
  }

  private pager(page: RequestPage): TemplateResult {
    const to = page.offset + page.requests.length;
    return html`<nav class="pager" aria-label="Pages"><span>${page.offset + 1}–${to} of ${page.total}</span>
      <button ?disabled=${page.offset === 0} aria-label="Previous page" @click=${() => this.goTo(this.show, Math.max(0, this.offset - SIZE))}>${icon(ChevronLeft)}</button>
      <button ?disabled=${to >= page.total} aria-label="Next page" @click=${() => this.goTo(this.show, this.offset + SIZE)}>${icon(ChevronRight)}</button></nav>`;
  }

  private one(task: RequestTask): TemplateResult {
    const { word } = KINDS[task.kind];
    const open = this.open === task.request_id;
    return html`<li class="panel request" data-testid="request" data-kind=${task.kind}>
      <div class="row head"><h2>${word}</h2>${badge(STATES[task.state] ?? task.state, task.state === "open" ? "warn" : task.state === "done" ? "good" : "plain")}
        <time class="quiet small" datetime=${task.asked_at}>${day(task.asked_at)}</time></div>
      <p class="quiet"><a href=${`/staff/sessions/${encodeURIComponent(task.session_id)}`}>${task.name || "A session that is being erased"}</a>${task.title ? ` · ${task.title}` : ""}</p>
      ${task.text ? html`<p class="words">${task.text}</p>` : html`<p class="quiet">Without further words.</p>`}
      ${task.reply ? html`<div class="answered"><p class="quiet small">${reviewer(task.settled_by ?? "")} answered${task.settled_at ? html` <time datetime=${task.settled_at}>${day(task.settled_at)}</time>` : nothing}</p><p class="words">${task.reply}</p></div>` : nothing}
      ${task.state !== "open" ? nothing : open ? this.form(task) : html`<div><button aria-label="Answer ${task.name}: ${word}" data-testid="request-answer" @click=${() => this.begin(task)}>Answer</button></div>`}
    </li>`;
  }

  private form(task: RequestTask): TemplateResult {
    const waives = task.kind === "accommodation" && task.camera_required && !task.over;
    return html`<form class="settle" @submit=${(event: Event) => event.preventDefault()}>
      <p class="quiet small">${KINDS[task.kind].help}</p>
      <div class="field"><label for="reply">What the candidate reads</label>
        <textarea id="reply" rows="3" maxlength=${MAX_CHARS} data-testid="request-reply" .value=${this.reply} @input=${(event: Event) => (this.reply = (event.target as HTMLTextAreaElement).value)}></textarea></div>
      ${waives ? html`<label class="tick"><input type="checkbox" data-testid="request-without" .checked=${this.without} @change=${(event: Event) => (this.without = (event.target as HTMLInputElement).checked)} /> Let this candidate take part without a camera</label>` : nothing}
      ${this.refused ? html`<p class="problem" role="alert">${this.refused}</p>` : nothing}
      <div class="row">
        <button type="button" class="primary" data-testid="request-grant" ?disabled=${this.busy || !this.reply.trim()} @click=${() => this.settle(task, "done", waives && this.without)}>Grant and send</button>
        <button type="button" data-testid="request-decline" ?disabled=${this.busy || !this.reply.trim()} @click=${() => this.settle(task, "declined", false)}>Decline and send</button>
        <button type="button" class="plain" @click=${() => (this.open = null)}>Cancel</button>
      </div>
    </form>`;
  }

  private async begin(task: RequestTask): Promise<void> {
    this.open = task.request_id;
    this.reply = this.refused = "";
    this.without = true;
    await this.updateComplete;
    this.querySelector<HTMLElement>("#reply")?.focus();
  }

  private async settle(task: RequestTask, outcome: "done" | "declined", allow_without_camera: boolean): Promise<void> {
    this.busy = true;
    try {
      await postJson(`/api/requests/${encodeURIComponent(task.request_id)}/settle`, { outcome, reply: this.reply.trim(), allow_without_camera });
      this.open = null;
      await this.load();
      window.dispatchEvent(new Event("reviewed"));
      this.querySelector<HTMLElement>("h1")?.focus();
    } catch (error) {
      this.refused = sentence(error) ?? "";
    } finally {
      this.busy = false;
    }
  }

  private said({ count, average, stars, comments }: Ratings): TemplateResult {
    return html`<section class="panel" aria-labelledby="said-title" data-testid="ratings">
      <h2 id="said-title">How candidates found their interviews</h2>
      <p><strong>${average?.toFixed(1)}</strong> of 5 from ${count} candidates <span class="quiet">(${[5, 4, 3, 2, 1].map((n) => `${stars[n] ?? 0} × ${n}`).join(", ")})</span></p>
      ${comments.length ? html`<ul class="comments">${comments.map((text) => html`<li>${text}</li>`)}</ul>` : nothing}
      <p class="quiet small">Without names, so that candidates can be frank. Nothing of it is part of a report.</p>
    </section>`;
  }
}
