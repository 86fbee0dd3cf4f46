// The people of the organisation, and who is invited. Owners change them; others read.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { ChevronLeft, ChevronRight, Copy, Search } from "lucide";
import { api, sorting, type Answered, type Item, type Query, type Sent } from "./api";
import { badge } from "./badge";
import { confirmed } from "./confirm";
import { DeskElement } from "./element";
import { currentUser, sentence } from "./http";
import { icon } from "./icons";
import { go } from "./router";
import { day } from "./words";

const SIZE = 25;
const TYPED_MS = 250;
export const ROLE: Record<string, string> = { owner: "Owner", interviewer: "Interviewer", reviewer: "Reviewer", uploader: "Uploader", administrator: "Administrator" };
const HELP: Record<string, string> = {
  owner: "people, settings and everything below",
  interviewer: "interviews, invitations, decisions",
  reviewer: "reads, watches, gives scorecards",
  uploader: "has own recordings analysed",
};
const SORTS: Record<string, string> = { name: "Name", created_at: "Since" };

type People = Answered<"/api/v1/colleagues", "get">;
type Person = Item<"/api/v1/colleagues">;
type Invited = Item<"/api/v1/colleagues/invitations">;
type Listed = Query<"/api/v1/colleagues">;
type Change = Sent<"/api/v1/colleagues/{user_id}", "put">;
type Role = Person["roles"][number];

@customElement("desk-people")
export class DeskPeople extends DeskElement {
  @property() search = "";
  @property() status = "";
  @property() sort = "";
  @property({ type: Number }) offset = 0;
  @state() private page: People | null = null;
  @state() private invited: Invited[] = [];
  @state() private problem = "";
  @state() private wrong = "";
  @state() private link = "";
  @state() private said = "";
  @state() private busy = false;
  private typed = 0;

  private get owner(): boolean {
    return currentUser()?.roles.includes("owner") ?? false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  protected override updated(changed: Map<string, unknown>): void {
    if (this.page !== null && ["search", "status", "sort", "offset"].some((name) => changed.has(name))) void this.load();
  }

  private async load(): Promise<void> {
    const { offset, search, status, life: { signal } } = this;
    const query: Listed = { limit: SIZE, offset, search, status: status as Listed["status"], ...sorting<Listed>(this.sort) };
    try {
      this.page = await api.get("/api/v1/colleagues", { query, signal });
      if (this.owner) this.invited = (await api.get("/api/v1/colleagues/invitations", { query: { limit: 100 }, signal })).items;
      this.problem = "";
    } catch (error) {
      this.problem = sentence(error) ?? this.problem;
    }
  }

  private show(change: Record<string, string | number>, how?: "replace"): void {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries({ search: this.search, status: this.status, sort: this.sort, ...change })) {
      if (value) query.set(name, String(value));
    }
    go(`/staff/people${query.size ? `?${query}` : ""}`, how);
  }

  protected override render(): TemplateResult {
    const { page } = this;
    return html`<div class="title"><h1>People</h1></div>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${this.owner ? this.inviting() : nothing}
      <div class="tools">
        <label class="search">${icon(Search)}<span class="unseen">How the e-mail address begins</span>
          <input id="people-search" type="search" placeholder="How the e-mail address begins" .value=${this.search} @input=${this.typing} /></label>
        <label class="unseen" for="people-status">State</label>
        <select id="people-status" @change=${(event: Event) => this.show({ status: (event.target as HTMLSelectElement).value, offset: 0 })}>
          ${Object.entries({ "": "All states", active: "Active", suspended: "Suspended" }).map(([key, word]) => html`<option value=${key} ?selected=${key === this.status}>${word}</option>`)}
        </select>
      </div>
      ${page === null ? (this.problem ? nothing : html`<p class="quiet" aria-busy="true">Loading…</p>`) : this.table(page)}
      ${this.waiting()}`;
  }

  private typing = (event: Event): void => {
    const search = (event.target as HTMLInputElement).value.trim();
    clearTimeout(this.typed);
    this.typed = window.setTimeout(() => this.show({ search, offset: 0 }, "replace"), TYPED_MS);
  };

  private inviting(): TemplateResult {
    const may = Object.entries(HELP);
    return html`<section class="panel" aria-labelledby="invite-title"><h2 id="invite-title">Invite a colleague</h2>
      <form class="invite" @submit=${this.invite} novalidate>
        <div class="field"><label for="invite-email">E-mail address</label><input id="invite-email" name="email" type="email" autocomplete="off" data-testid="invite-email" /></div>
        <div class="field"><label for="invite-role">Role</label><select id="invite-role" name="role" data-testid="invite-role">
          ${may.map(([key, help]) => html`<option value=${key} ?selected=${key === "interviewer"}>${ROLE[key]}: ${help}</option>`)}</select></div>
        <button class="primary" ?disabled=${this.busy} data-testid="invite-submit">Invite</button>
      </form>
      ${this.wrong ? html`<p class="problem" role="alert">${this.wrong}</p>` : nothing}
      ${this.link ? html`<div class="link"><p class="quiet" role="status" data-testid="people-said">${this.said}</p>
        <label class="unseen" for="made-link">The link</label><input id="made-link" readonly .value=${this.link} data-testid="people-link" @focus=${(event: Event) => (event.target as HTMLInputElement).select()} />
        <div class="row"><button type="button" @click=${this.copy}>${icon(Copy)}Copy</button></div></div>` : nothing}
    </section>`;
  }

  private table(page: People): TemplateResult {
    if (page.items.length === 0) return html`<div class="empty"><h2>Nobody like that</h2><p>Change what narrows the list.</p></div>`;
    const to = page.offset + page.items.length;
    return html`<div class="scroll"><table class="list people" data-testid="people-list">
        <thead><tr>${this.heading("name")}<th scope="col">Roles</th><th scope="col">State</th>${this.heading("created_at")}${this.owner ? html`<th scope="col"><span class="unseen">Change</span></th>` : nothing}</tr></thead>
        <tbody>${page.items.map((one) => this.person(one))}</tbody></table></div>
      ${page.total > SIZE ? html`<nav class="pager" aria-label="Pages"><span>${page.offset + 1}–${to} of ${page.total}</span>
        <button ?disabled=${page.offset === 0} aria-label="Previous page" @click=${() => this.show({ offset: Math.max(0, this.offset - SIZE) })}>${icon(ChevronLeft)}</button>
        <button ?disabled=${to >= page.total} aria-label="Next page" @click=${() => this.show({ offset: this.offset + SIZE })}>${icon(ChevronRight)}</button></nav>` : nothing}`;
  }

  private heading(key: string): TemplateResult {
    const way = this.sort === key ? "ascending" : this.sort === `-${key}` ? "descending" : "none";
    return html`<th scope="col" aria-sort=${way}><button class="sort" @click=${() => this.show({ sort: way === "ascending" ? `-${key}` : key, offset: 0 })}>${SORTS[key]}${way === "none" ? "" : way === "ascending" ? " ↑" : " ↓"}</button></th>`;
  }

  private person(one: Person): TemplateResult {
    const own = one.username === currentUser()?.username;
    const suspended = one.status === "suspended";
    return html`<tr data-testid="person">
      <td class="wrap">${one.name || one.username}${own ? html` <span class="quiet">(you)</span>` : nothing}<span class="under">${one.email}</span></td>
      <td>${this.owner && !own
        ? html`<label class="unseen" for=${`role-${one.user_id}`}>Role of ${one.email}</label><select id=${`role-${one.user_id}`} @change=${(event: Event) => this.act(one, { roles: [(event.target as HTMLSelectElement).value as Role] })}>
            ${Object.keys(HELP).map((key) => html`<option value=${key} ?selected=${one.roles.includes(key as Role)}>${ROLE[key]}</option>`)}</select>`
        : one.roles.map((role) => ROLE[role] ?? role).join(", ")}</td>
      <td>${badge(suspended ? "Suspended" : "Active", suspended ? "bad" : "good")}</td>
      <td class="date">${day(one.created_at)}</td>
      ${this.owner ? html`<td>${own ? nothing : html`<div class="row tight">
        <button @click=${() => this.act(one, { is_active: suspended })} aria-label=${`${suspended ? "Let in again" : "Suspend"}: ${one.email}`}>${suspended ? "Let in again" : "Suspend"}</button>
        <button @click=${() => this.resetLink(one)} aria-label=${`Password link: ${one.email}`}>Password link</button>
        <button class="danger quietly" @click=${() => this.drop(one)} aria-label=${`Remove: ${one.email}`}>Remove</button></div>`}</td>` : nothing}
    </tr>`;
  }

  private waiting(): TemplateResult | typeof nothing {
    if (this.invited.length === 0) return nothing;
    const now = Date.now();
    return html`<section class="panel" aria-labelledby="invited-title" data-testid="people-invited"><h2 id="invited-title">Invited, not here yet</h2>
      <ul class="asked-list">${this.invited.map((one) => html`<li class="plain-row"><span class="wrap">${one.email} <span class="quiet">${one.roles.map((role) => ROLE[role] ?? role).join(", ")} · ${Date.parse(one.expires_at) < now ? "expired" : html`until ${day(one.expires_at)}`}</span></span>
        <button aria-label=${`Take back: ${one.email}`} @click=${() => this.revoke(one)}>Take back</button></li>`)}</ul></section>`;
  }

  private invite = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const fields = new FormData(form);
    const email = String(fields.get("email")).trim();
    this.wrong = email ? "" : "Please fill in an e-mail address.";
    if (!email) return;
    await this.try(async () => {
      const made = await api.post("/api/v1/colleagues/invitations", { body: { email, roles: [String(fields.get("role")) as Role] } });
      this.link = made.link;
      this.said = made.mailed ? `A letter to ${email} is on its way. You can also hand over this link:` : `E-mail is not set up on this server. Send this link to ${email}:`;
      form.reset();
    });
  };

  private resetLink(one: Person): Promise<void> {
    return this.try(async () => {
      this.link = (await api.post("/api/v1/colleagues/{user_id}/reset-link", { path: one })).link;
      this.said = `With this link ${one.email} chooses a new password. It works once, for an hour:`;
    });
  }

  private act(one: Person, body: Change): Promise<void> {
    return this.try(() => api.put("/api/v1/colleagues/{user_id}", { path: one, body }));
  }

  private async drop(one: Person): Promise<void> {
    const text = `${one.email} can no longer sign in. What this person did stays in the audit log.`;
    if (await confirmed({ title: "Remove this account?", text, act: "Remove" })) await this.try(() => api.remove("/api/v1/colleagues/{user_id}", { path: one }));
  }

  private revoke(one: Invited): Promise<void> {
    return this.try(() => api.remove("/api/v1/colleagues/invitations/{invitation_id}", { path: one }));
  }

  private async try(work: () => Promise<unknown>): Promise<void> {
    this.busy = true;
    this.wrong = "";
    try {
      await work();
    } catch (error) {
      this.wrong = sentence(error) ?? "";
    } finally {
      this.busy = false;
    }
    await this.load();
  }

  private copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(this.link);
      this.said = "Copied.";
    } catch {
      this.querySelector<HTMLInputElement>("#made-link")?.select();
      this.said = "Press Ctrl+C to copy.";
    }
  };
}
