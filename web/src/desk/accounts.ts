// Accounts of every organisation, for administrators: who waits, who is there, who may come in.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { ChevronLeft, ChevronRight, Search } from "lucide";
import { api, sorting, type Answered, type Item, type Query } from "./api";
import { badge } from "./badge";
import { confirmed } from "./confirm";
import { DeskElement } from "./element";
import { currentUser, sentence } from "./http";
import { icon } from "./icons";
import { ROLE } from "./people";
import { go } from "./router";
import { day } from "./words";

const SIZE = 50;
const TYPED_MS = 250;

type Accounts = Answered<"/api/v1/admin/users", "get">;
type Account = Item<"/api/v1/admin/users">;
type Waiting = Item<"/api/v1/admin/users/pending">;
type Listed = Query<"/api/v1/admin/users">;

@customElement("desk-accounts")
export class DeskAccounts extends DeskElement {
  @property() search = "";
  @property() status = "";
  @property() sort = "";
  @property({ type: Number }) offset = 0;
  @state() private page: Accounts | null = null;
  @state() private waiting: Waiting[] = [];
  @state() private problem = "";
  private typed = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  protected override updated(changed: Map<string, unknown>): void {
    if (this.page !== null && ["search", "status", "sort", "offset"].some((name) => changed.has(name))) void this.load();
  }

  private async load(keep = false): Promise<void> {
    const { offset, search, status, life: { signal } } = this;
    const query: Listed = { limit: SIZE, offset, search, status: status as Listed["status"], ...sorting<Listed>(this.sort) };
    try {
      this.page = await api.get("/api/v1/admin/users", { query, signal });
      this.waiting = (await api.get("/api/v1/admin/users/pending", { query: { limit: 100 }, signal })).items;
      if (!keep) this.problem = "";
    } catch (error) {
      this.problem = sentence(error) ?? this.problem;
    }
  }

  private show(change: Record<string, string | number>, how?: "replace"): void {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries({ search: this.search, status: this.status, sort: this.sort, ...change })) if (value) query.set(name, String(value));
    go(`/staff/accounts${query.size ? `?${query}` : ""}`, how);
  }

  protected override render(): TemplateResult {
    const { page } = this;
    return html`<div class="title"><h1>Accounts</h1><span class="quiet">Of every organisation on this server</span></div>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${this.waiting.length ? this.pending() : nothing}
      <div class="tools">
        <label class="search">${icon(Search)}<span class="unseen">How the e-mail address begins</span>
          <input type="search" placeholder="How the e-mail address begins" .value=${this.search} @input=${this.typing} data-testid="accounts-search" /></label>
        <label class="unseen" for="accounts-status">State</label>
        <select id="accounts-status" @change=${(event: Event) => this.show({ status: (event.target as HTMLSelectElement).value, offset: 0 })}>
          ${Object.entries({ "": "All states", active: "Active", suspended: "Suspended" }).map(([key, word]) => html`<option value=${key} ?selected=${key === this.status}>${word}</option>`)}
        </select>
      </div>
      ${page === null ? (this.problem ? nothing : html`<p class="quiet" aria-busy="true">Loading…</p>`) : this.table(page)}`;
  }

  private typing = (event: Event): void => {
    const search = (event.target as HTMLInputElement).value.trim();
    clearTimeout(this.typed);
    this.typed = window.setTimeout(() => this.show({ search, offset: 0 }, "replace"), TYPED_MS);
  };

  private pending(): TemplateResult {
    return html`<section class="panel" aria-labelledby="pending-title" data-testid="accounts-pending"><h2 id="pending-title">Waiting to come in</h2>
      <ul class="asked-list">${this.waiting.map((one) => html`<li class="plain-row" data-testid="pending"><span class="wrap">${one.email} <span class="quiet">${one.company} · ${one.kind === "registration" ? "registered" : "invited by a colleague"} · ${one.expired ? "expired" : html`until ${day(one.expires_at)}`}</span></span>
        <span class="row tight">${one.kind === "registration" ? html`<button class="primary" aria-label=${`Activate: ${one.email}`} @click=${() => this.try(() => api.post("/api/v1/admin/users/pending/{user_id}/activate", { path: { user_id: one.id } }))}>Activate</button>` : nothing}
        <button aria-label=${`Refuse: ${one.email}`} @click=${() => this.try(() => api.remove("/api/v1/admin/users/pending/{user_id}", { path: { user_id: one.id } }))}>Refuse</button></span></li>`)}</ul></section>`;
  }

  private table(page: Accounts): TemplateResult {
    if (page.items.length === 0) return html`<div class="empty"><h2>Nobody like that</h2><p>Change what narrows the list.</p></div>`;
    const to = page.offset + page.items.length;
    return html`<div class="scroll"><table class="list people" data-testid="accounts-list">
        <thead><tr>${this.heading("username", "Name")}<th scope="col">Company</th><th scope="col">Roles</th><th scope="col">State</th>${this.heading("created_at", "Since")}<th scope="col"><span class="unseen">Change</span></th></tr></thead>
        <tbody>${page.items.map((one) => this.account(one))}</tbody></table></div>
      ${page.total > SIZE ? html`<nav class="pager" aria-label="Pages"><span>${page.offset + 1}–${to} of ${page.total}</span>
        <button ?disabled=${page.offset === 0} aria-label="Previous page" @click=${() => this.show({ offset: Math.max(0, this.offset - SIZE) })}>${icon(ChevronLeft)}</button>
        <button ?disabled=${to >= page.total} aria-label="Next page" @click=${() => this.show({ offset: this.offset + SIZE })}>${icon(ChevronRight)}</button></nav>` : nothing}`;
  }

  private heading(key: string, word: string): TemplateResult {
    const way = this.sort === key ? "ascending" : this.sort === `-${key}` ? "descending" : "none";
    return html`<th scope="col" aria-sort=${way}><button class="sort" @click=${() => this.show({ sort: way === "ascending" ? `-${key}` : key, offset: 0 })}>${word}${way === "none" ? "" : way === "ascending" ? " ↑" : " ↓"}</button></th>`;
  }

  private account(one: Account): TemplateResult {
    const own = one.username === currentUser()?.username;
    const suspended = one.status === "suspended";
    return html`<tr data-testid="account"><td class="wrap">${one.name || one.username}${own ? html` <span class="quiet">(you)</span>` : nothing}<span class="under">${one.email}</span></td>
      <td class="wrap">${one.company}</td><td>${one.roles.map((role) => ROLE[role] ?? role).join(", ")}</td>
      <td>${badge(suspended ? "Suspended" : "Active", suspended ? "bad" : "good")}</td><td class="date">${day(one.created_at)}</td>
      <td>${own ? nothing : html`<div class="row tight"><button aria-label=${`${suspended ? "Let in again" : "Suspend"}: ${one.email}`} @click=${() => this.try(() => api.put("/api/v1/admin/users/{user_id}", { path: { user_id: one.id }, body: { is_active: suspended } }))}>${suspended ? "Let in again" : "Suspend"}</button>
        <button class="danger quietly" aria-label=${`Delete: ${one.email}`} @click=${() => this.drop(one)}>Delete</button></div>`}</td></tr>`;
  }

  private async drop(one: Account): Promise<void> {
    const text = `${one.email} of ${one.company} can no longer sign in. What this person did stays in the audit log.`;
    if (await confirmed({ title: "Delete this account?", text, act: "Delete" })) await this.try(() => api.remove("/api/v1/admin/users/{user_id}", { path: { user_id: one.id } }));
  }

  private async try(work: () => Promise<unknown>): Promise<void> {
    let failed = false;
    try {
      await work();
      this.problem = "";
    } catch (error) {
      failed = true;
      this.problem = sentence(error) ?? "";
    }
    await this.load(failed);
  }
}
