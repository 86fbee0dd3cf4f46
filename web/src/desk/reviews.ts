// The review queue: sessions with signals that wait for a person's decision, reviewed in place.
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { ChevronLeft, ChevronRight, Search } from "lucide";
import { badge, statusBadge } from "./badge";
import { DeskElement } from "./element";
import { getJson, sentence } from "./http";
import { icon } from "./icons";
import "./integrity";
import { go, listAddress } from "./router";
import type { ReviewPage, SessionItem, Watch } from "./types";
import { day, STATUS } from "./words";

const PAGE = 20;
const FRESH_MS = 5_000;
const TYPED_MS = 250;

@customElement("desk-reviews")
export class DeskReviews extends DeskElement {
  @property() status = "";
  @property() search = "";
  @property({ type: Number }) offset = 0;
  @state() private page: ReviewPage | null = null;
  @state() private problem = "";
  /** Opened here: they stay until the page is left, so that nothing vanishes under the hand. */
  @state() private opened = new Map<string, SessionItem>();
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
    const moved = changed.has("status") || changed.has("search") || changed.has("offset");
    if (!moved || this.page === null) return;
    this.opened = new Map();
    void this.load();
  }

  private async load(): Promise<void> {
    this.asked.abort();
    const { signal } = (this.asked = new AbortController());
    const query = new URLSearchParams({ limit: String(PAGE), offset: String(this.offset) });
    if (this.status) query.set("status", this.status);
    if (this.search) query.set("search", this.search);
    try {
      this.page = await getJson<ReviewPage>(`/api/reviews?${query}`, signal);
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
    else if (event.key === "j" || event.key === "k") this.step(event.key === "j" ? 1 : -1);
    else return;
    event.preventDefault();
  }

  private step(by: number): void {
    const heads = [...this.querySelectorAll<HTMLElement>(".waiting > summary")];
    const now = heads.findIndex((head) => head === document.activeElement);
    heads[now < 0 ? 0 : Math.min(heads.length - 1, Math.max(0, now + by))]?.focus();
  }

  private typing(event: Event): void {
    const search = (event.target as HTMLInputElement).value.trim();
    clearTimeout(this.typed);
    this.typed = setTimeout(() => go(listAddress({ status: this.status, search }, "reviews"), "replace"), TYPED_MS);
  }

  /** The page as it is now; what was opened here and is done since keeps its place. */
  private shown(page: ReviewPage): SessionItem[] {
    const here = new Map(page.sessions.map((one) => [one.session_id, one]));
    for (const [id, one] of this.opened) if (!here.has(id)) here.set(id, { ...one, violations_unreviewed: 0 });
    return [...here.values()].sort((a, b) => b.created_at.localeCompare(a.created_at));
  }

  protected override render(): TemplateResult {
    const shown = this.page === null ? [] : this.shown(this.page);
    return html`
      <div class="title"><h1>Review</h1>${this.page?.signals ? html`<span class="quiet">${waiting(this.page.signals)}</span>` : nothing}</div>
      <div class="tools">
        <label class="search">
          ${icon(Search)}<span class="unseen">Search name or e-mail</span>
          <input id="search" type="search" placeholder="Search name or e-mail" value=${this.search} @input=${this.typing} />
          <kbd>/</kbd>
        </label>
        <label class="unseen" for="status">State</label>
        <select id="status" @change=${(event: Event) => go(listAddress({ search: this.search, status: (event.target as HTMLSelectElement).value }, "reviews"))}>
          <option value="" ?selected=${!this.status}>All states</option>
          ${Object.entries(STATUS).map(([key, { word }]) => html`<option value=${key} ?selected=${key === this.status}>${word}</option>`)}
        </select>
        <span class="hints"><kbd>j</kbd><kbd>k</kbd> move <kbd>Enter</kbd> open</span>
      </div>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${this.page === null
        ? this.problem ? nothing : html`<p class="quiet" aria-busy="true">Loading…</p>`
        : shown.length === 0
          ? this.empty()
          : html`<div data-testid="reviews-list">${repeat(shown, (one) => one.session_id, (one) => this.session(one))}</div>${this.pager(this.page)}`}
    `;
  }

  private empty(): TemplateResult {
    if (this.status || this.search || this.offset) {
      return html`<div class="empty"><h2>Nothing matches</h2>
        <p>No session with waiting signals fits this search and state. <a href="/staff/reviews">Show the whole queue</a></p></div>`;
    }
    return html`<div class="empty" data-testid="reviews-empty"><h2>Nothing to review</h2>
      <p>When something is noticed during an interview, it waits here with its picture until a person has looked at it.</p></div>`;
  }

  private session(item: SessionItem): TemplateResult {
    const id = item.session_id;
    const going = item.status === "in_progress";
    return html`<details class="panel waiting" data-testid="reviews-session" @toggle=${(event: Event) => this.toggled(event, item)}>
      <summary>
        <span class="who-what"><h2>${item.user_details.name}</h2><span class="quiet">${item.title}</span></span>
        ${statusBadge(item.status)}
        <span class="quiet small">${day(item.started_at ?? item.created_at)}</span>
        ${item.violations_unreviewed ? badge(waiting(item.violations_unreviewed), "warn") : badge("All reviewed", "good")}
      </summary>
      ${this.opened.has(id)
        ? html`<p class="small"><a href=${going ? `/staff/live/${id}` : `/staff/reports/${id}`}>${going ? "Watch live" : "Open the report"}</a></p>
            <desk-integrity brief .sessionId=${id} .revision=${item.proctoring_violations_count} @reviewed=${(event: CustomEvent<Watch>) => this.reviewed(item, event.detail)}></desk-integrity>`
        : nothing}
    </details>`;
  }

  private toggled(event: Event, item: SessionItem): void {
    if ((event.target as HTMLDetailsElement).open && !this.opened.has(item.session_id)) {
      this.opened = new Map(this.opened).set(item.session_id, item);
    }
  }

  /** Show the new count at once, and fetch the list behind it. */
  private reviewed(item: SessionItem, now: Watch): void {
    if (this.page === null) return;
    const left = { ...item, violations_unreviewed: now.integrity.unreviewed };
    this.page = { ...this.page, sessions: this.page.sessions.map((one) => (one.session_id === item.session_id ? left : one)) };
    void this.load();
  }

  private pager(page: ReviewPage): TemplateResult | typeof nothing {
    if (page.total <= PAGE) return nothing;
    const [from, to] = [page.offset + 1, page.offset + page.sessions.length];
    const filters = { status: this.status, search: this.search };
    return html`<nav class="pager" aria-label="Pages">
      <span>${from}–${to} of ${page.total}</span>
      <button ?disabled=${page.offset === 0} aria-label="Previous page"
        @click=${() => go(listAddress({ ...filters, offset: Math.max(0, this.offset - PAGE) }, "reviews"))}>${icon(ChevronLeft)}</button>
      <button ?disabled=${to >= page.total} aria-label="Next page"
        @click=${() => go(listAddress({ ...filters, offset: this.offset + PAGE }, "reviews"))}>${icon(ChevronRight)}</button>
    </nav>`;
  }
}

function waiting(count: number): string {
  return `${count} ${count === 1 ? "signal waits" : "signals wait"}`;
}
