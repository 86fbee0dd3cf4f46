// The list of sessions: filters live in the address, rows in the hands of the keyboard.
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { ChevronLeft, ChevronRight, Plus, Search } from "lucide";
import type { Status } from "../protocol.gen";
import { statusBadge } from "./badge";
import { DeskElement } from "./element";
import { getJson, sentence } from "./http";
import { icon } from "./icons";
import { go, listAddress } from "./router";
import type { SessionItem, SessionPage } from "./types";
import { day, score, STATUS } from "./words";

const PAGE = 25;
const FRESH_MS = 5_000;
const TYPED_MS = 250;

@customElement("desk-sessions")
export class DeskSessions extends DeskElement {
  @property() status = "";
  @property() search = "";
  @property({ type: Number }) offset = 0;
  @state() private page: SessionPage | null = null;
  @state() private problem = "";
  private typed: ReturnType<typeof setTimeout> | undefined;
  private asked = new AbortController();

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("keydown", (event) => this.key(event), { signal: this.life.signal });
    void this.repeat(FRESH_MS, () => this.load());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.typed);
    this.asked.abort();
  }

  protected override updated(changed: PropertyValues<this>): void {
    const input = this.querySelector<HTMLInputElement>("#search");
    // While somebody types, the field is theirs: a trailing blank must not be taken away.
    if (input && changed.has("search") && input.value.trim() !== this.search) input.value = this.search;
    const moved = changed.has("status") || changed.has("search") || changed.has("offset");
    if (moved && this.page !== null) void this.load();
  }

  private async load(): Promise<void> {
    this.asked.abort();
    const { signal } = (this.asked = new AbortController());
    const query = new URLSearchParams({ limit: String(PAGE), offset: String(this.offset) });
    if (this.status) query.set("status", this.status);
    if (this.search) query.set("search", this.search);
    try {
      this.page = await getJson<SessionPage>(`/api/parallel_interview/sessions?${query}`, signal);
      this.problem = "";
    } catch (error) {
      this.problem = sentence(error) ?? this.problem;
    }
  }

  private key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    if (target.matches("input, select, textarea")) {
      if (event.key === "Escape") target.blur();
      return;
    }
    if (event.key === "/") this.querySelector<HTMLInputElement>("#search")?.focus();
    else if (event.key === "n") go("/staff/sessions/new");
    else if (event.key === "j" || event.key === "k") this.step(event.key === "j" ? 1 : -1);
    else return;
    event.preventDefault();
  }

  private step(by: number): void {
    const links = [...this.querySelectorAll<HTMLAnchorElement>("tbody a")];
    const now = links.findIndex((link) => link === document.activeElement);
    const next = now < 0 ? 0 : Math.min(links.length - 1, Math.max(0, now + by));
    links[next]?.focus();
  }

  private typing(event: Event): void {
    const search = (event.target as HTMLInputElement).value.trim();
    clearTimeout(this.typed);
    this.typed = setTimeout(() => go(listAddress({ status: this.status, search }), "replace"), TYPED_MS);
  }

  protected override render(): TemplateResult {
    return html`
      <div class="title">
        <h1>Sessions</h1>
        <a class="button primary" href="/staff/sessions/new" data-testid="session-new">${icon(Plus)}New session</a>
      </div>
      <div class="tools">
        <label class="search">
          ${icon(Search)}<span class="unseen">Search name or e-mail</span>
          <input id="search" type="search" placeholder="Search name or e-mail" @input=${this.typing} />
          <kbd>/</kbd>
        </label>
        <label class="unseen" for="status">State</label>
        <select id="status" @change=${(event: Event) => go(listAddress({ search: this.search, status: (event.target as HTMLSelectElement).value }))}>
          <option value="" ?selected=${!this.status}>All states</option>
          ${Object.entries(STATUS).map(
            ([key, { word }]) => html`<option value=${key} ?selected=${key === this.status}>${word}</option>`,
          )}
        </select>
        <span class="hints"><kbd>j</kbd><kbd>k</kbd> move <kbd>Enter</kbd> open <kbd>n</kbd> new</span>
      </div>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${this.page === null ? this.waiting() : this.page.sessions.length ? this.table(this.page) : this.empty()}
    `;
  }

  private waiting(): TemplateResult | typeof nothing {
    return this.problem ? nothing : html`<p class="quiet" aria-busy="true">Loading…</p>`;
  }

  private empty(): TemplateResult {
    if (this.status || this.search || this.offset) {
      return html`<div class="empty">
        <h2>No session matches</h2>
        <p>Nothing fits this search and state. <a href="/staff/sessions">Show all sessions</a></p>
      </div>`;
    }
    return html`<div class="empty">
      <h2>No sessions yet</h2>
      <p>Write down your questions, and send the candidate a link. Everything else happens by itself.</p>
      <a class="button primary" href="/staff/sessions/new">${icon(Plus)}Create the first session</a>
    </div>`;
  }

  private table(page: SessionPage): TemplateResult {
    return html`
      <div class="scroll" tabindex="-1">
        <table class="list" data-testid="sessions-table">
          <caption class="unseen">Sessions, newest first</caption>
          <thead><tr>
            <th scope="col">Candidate</th><th scope="col">Interview</th><th scope="col">State</th>
            <th scope="col" class="number">Answered</th><th scope="col" class="number">Score</th><th scope="col">Created</th>
          </tr></thead>
          <tbody>${page.sessions.map((session) => this.row(session))}</tbody>
        </table>
      </div>
      ${this.pager(page)}
    `;
  }

  private row(session: SessionItem): TemplateResult {
    const href = `/staff/sessions/${encodeURIComponent(session.session_id)}`;
    return html`<tr @click=${(event: MouseEvent) => this.open(event, href)}>
      <td data-label="Candidate"><a href=${href}>${session.user_details.name}</a>
        <span class="under">${session.user_details.email}</span></td>
      <td data-label="Interview">${session.title}</td>
      <td data-label="State">${statusBadge(session.status as Status)}</td>
      <td data-label="Answered" class="number">${session.questions_answered} of ${session.max_questions}</td>
      <td data-label="Score" class="number">${this.scored(session)}</td>
      <td data-label="Created"><time datetime=${session.created_at}>${day(session.created_at)}</time></td>
    </tr>`;
  }

  private scored(session: SessionItem): TemplateResult {
    if (session.average_score === null) return html`<span class="quiet">not scored</span>`;
    return html`${score(session.average_score)}<span class="quiet"> / 10</span>`;
  }

  private open(event: MouseEvent, href: string): void {
    const selecting = (window.getSelection()?.toString() ?? "") !== "";
    if (selecting || (event.target as HTMLElement).closest("a")) return;
    go(href);
  }

  private pager(page: SessionPage): TemplateResult {
    const [from, to] = [page.offset + 1, page.offset + page.sessions.length];
    const filters = { status: this.status, search: this.search };
    return html`<nav class="pager" aria-label="Pages">
      <span>${from}–${to} of ${page.total}</span>
      <button ?disabled=${page.offset === 0} aria-label="Previous page"
        @click=${() => go(listAddress({ ...filters, offset: Math.max(0, this.offset - PAGE) }))}>${icon(ChevronLeft)}</button>
      <button ?disabled=${to >= page.total} aria-label="Next page"
        @click=${() => go(listAddress({ ...filters, offset: this.offset + PAGE }))}>${icon(ChevronRight)}</button>
    </nav>`;
  }
}
