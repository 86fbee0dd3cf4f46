// A list of sessions: filters live in the address, rows in the hands of the keyboard.
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { ChevronLeft, ChevronRight, Search } from "lucide";
import { DeskElement } from "./element";
import { getJson, sentence } from "./http";
import { icon } from "./icons";
import { stepped, taken } from "./keys";
import { type Filters, go, type ListArea, listAddress, serverQuery } from "./router";
import type { SessionPage } from "./types";
import { STANDING } from "./words";

const FRESH_MS = 5_000;
const TYPED_MS = 250;

export abstract class DeskList<P extends SessionPage> extends DeskElement {
  @property() standing = "";
  @property() search = "";
  @property() sort = "";
  @property({ type: Number }) offset = 0;
  @property() assignee = "";
  @property() interview = "";
  @property() job = "";
  @state() protected page: P | null = null;
  @state() private problem = "";
  /** Which list of the desk's addresses this is. */
  protected abstract readonly area: ListArea;
  /** The server's address of its pages. */
  protected abstract readonly source: string;
  /** Sessions on one page. */
  protected abstract readonly size: number;
  /** What j and k step over, as a selector. */
  protected abstract readonly stops: string;
  private typed: ReturnType<typeof setTimeout> | undefined;
  private asked = new AbortController();

  protected abstract heading(): TemplateResult;
  protected abstract content(page: P): TemplateResult;

  protected readonly searches = "Search name, e-mail or title";

  /** Beside search and state. */
  protected moreTools(): TemplateResult | typeof nothing {
    return nothing;
  }

  /** Keys of this list only, in words. */
  protected moreKeys(): TemplateResult | typeof nothing {
    return nothing;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("keydown", (event) => this.pressed(event), { signal: this.life.signal });
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
    const moved = changed.has("standing") || changed.has("search") || changed.has("sort") || changed.has("offset") || changed.has("assignee") || changed.has("interview") || changed.has("job");
    if (moved && this.page !== null) this.moved();
  }

  /** The address names other sessions now. */
  protected moved(): void {
    void this.load();
  }

  protected async load(): Promise<void> {
    this.asked.abort();
    const { signal } = (this.asked = new AbortController());
    const query = serverQuery({ ...this.filters(), offset: this.offset });
    query.set("limit", String(this.size));
    try {
      this.page = await getJson<P>(`${this.source}?${query}`, signal);
      this.problem = "";
    } catch (error) {
      this.problem = sentence(error) ?? this.problem;
    }
  }

  private pressed(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (taken(event)) {
      if (event.key !== "Escape" || !this.contains(target) || !target.matches("input, select, textarea")) return;
      event.preventDefault(); // else the browser empties the search field, and the list does not follow
      target.blur();
    } else if (this.key(event.key)) event.preventDefault();
  }

  /** Do what the key asks for; whether it asks for anything. */
  protected key(key: string): boolean {
    if (key === "/") this.querySelector<HTMLInputElement>("#search")?.focus();
    else if (key === "j" || key === "k") this.step(key === "j" ? 1 : -1);
    else return false;
    return true;
  }

  private step(by: number): void {
    const stops = [...this.querySelectorAll<HTMLElement>(this.stops)];
    const now = stops.findIndex((stop) => stop === document.activeElement);
    stops[stepped(now, by, stops.length)]?.focus();
  }

  protected filters(): Omit<Filters, "offset"> {
    const { standing, search, sort, assignee, interview, job } = this;
    return { standing, search, sort, assignee, interview, job };
  }

  /** Other filters, from the first page unless `change` says otherwise. */
  protected show(change: Partial<Filters>, how?: "replace"): void {
    go(listAddress({ ...this.filters(), ...change }, this.area), how);
  }

  private typing(event: Event): void {
    const search = (event.target as HTMLInputElement).value.trim();
    clearTimeout(this.typed);
    this.typed = setTimeout(() => this.show({ search }, "replace"), TYPED_MS);
  }

  protected get filtered(): boolean {
    return [this.standing, this.search, this.assignee, this.interview, this.job].some(Boolean) || this.offset > 0;
  }

  protected override render(): TemplateResult {
    return html`
      <div class="title">${this.heading()}</div>
      <div class="tools">
        <label class="search">
          ${icon(Search)}<span class="unseen">${this.searches}</span>
          <input id="search" type="search" placeholder=${this.searches} @input=${this.typing} />
          <kbd>/</kbd>
        </label>
        <label class="unseen" for="standing">State</label>
        <select id="standing" @change=${(event: Event) => this.show({ standing: (event.target as HTMLSelectElement).value })}>
          <option value="" ?selected=${!this.standing}>All states</option>
          ${Object.entries(STANDING).map(
            ([key, { word }]) => html`<option value=${key} ?selected=${key === this.standing}>${word}</option>`,
          )}
        </select>
        ${this.moreTools()}
        <span class="hints"><kbd>j</kbd><kbd>k</kbd> move <kbd>Enter</kbd> open ${this.moreKeys()}</span>
      </div>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${this.page === null ? this.waiting() : this.content(this.page)}
    `;
  }

  private waiting(): TemplateResult | typeof nothing {
    return this.problem ? nothing : html`<p class="quiet" aria-busy="true">Loading…</p>`;
  }

  protected pager(page: P): TemplateResult {
    const [from, to] = [page.offset + 1, page.offset + page.sessions.length];
    return html`<nav class="pager" aria-label="Pages">
      <span>${from}–${to} of ${page.total}</span>
      <button ?disabled=${page.offset === 0} aria-label="Previous page"
        @click=${() => this.show({ offset: Math.max(0, this.offset - this.size) })}>${icon(ChevronLeft)}</button>
      <button ?disabled=${to >= page.total} aria-label="Next page"
        @click=${() => this.show({ offset: this.offset + this.size })}>${icon(ChevronRight)}</button>
    </nav>`;
  }
}
