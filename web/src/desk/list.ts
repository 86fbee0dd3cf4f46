// A list of sessions: filters live in the address, rows in the hands of the keyboard.
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { getJson, sentence } from "./http";
import { blindNotice } from "./blind";
import { Listed } from "./listed";
import { type Filters, go, type ListArea, listAddress, serverQuery } from "./router";
import type { SessionPage } from "./types";
import { STANDING } from "./words";

const FRESH_MS = 5_000;

export abstract class DeskList<P extends SessionPage> extends Listed {
  @property() standing = "";
  @property() sort = "";
  @property() assignee = "";
  @property() interview = "";
  @property() job = "";
  @state() protected page: P | null = null;
  @state() private problem = "";
  /** Which list of the desk's addresses this is. */
  protected abstract readonly area: ListArea;
  /** The server's address of its pages. */
  protected abstract readonly source: string;
  protected override readonly left = "input, select, textarea";

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
    void this.repeat(FRESH_MS, () => this.load());
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    const moved = changed.has("standing") || changed.has("search") || changed.has("sort") || changed.has("offset") || changed.has("assignee") || changed.has("interview") || changed.has("job");
    if (moved && this.page !== null) this.moved();
  }

  /** The address names other sessions now. */
  protected moved(): void {
    void this.load();
  }

  protected async load(): Promise<void> {
    const signal = this.anew();
    const query = serverQuery({ ...this.filters(), offset: this.offset });
    query.set("limit", String(this.size));
    try {
      this.page = await getJson<P>(`${this.source}?${query}`, signal);
      this.problem = "";
    } catch (error) {
      this.problem = sentence(error) ?? this.problem;
    }
  }

  protected filters(): Omit<Filters, "offset"> {
    const { standing, search, sort, assignee, interview, job } = this;
    return { standing, search, sort, assignee, interview, job };
  }

  /** Other filters, from the first page unless `change` says otherwise. */
  protected show(change: Partial<Filters>, how?: "replace"): void {
    go(listAddress({ ...this.filters(), ...change }, this.area), how);
  }

  protected get filtered(): boolean {
    return [this.standing, this.search, this.assignee, this.interview, this.job].some(Boolean) || this.offset > 0;
  }

  protected override render(): TemplateResult {
    return html`
      <div class="title">${this.heading()}</div>
      <div class="tools">
        ${this.page?.blind ? nothing : this.searchField(this.searches)}
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
      ${this.page?.blind ? blindNotice : nothing}
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${this.page === null ? this.waiting() : this.content(this.page)}
    `;
  }

  private waiting(): TemplateResult | typeof nothing {
    return this.problem ? nothing : html`<p class="quiet" aria-busy="true">Loading…</p>`;
  }

  protected pager(page: P): TemplateResult {
    return this.pagerOf(page, page.sessions.length);
  }
}
