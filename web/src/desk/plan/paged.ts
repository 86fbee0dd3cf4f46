// A list of planning: search, sort and page live in the address, rows in the hands of the keyboard.
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { ArrowDown, ArrowUp, ChevronLeft, ChevronRight, Search } from "lucide";
import { DeskElement } from "../element";
import { currentUser, getJson, sentence } from "../http";
import { icon } from "../icons";
import { stepped, taken } from "../keys";
import { go } from "../router";
import { type Narrowing, narrowedAddress, narrowedQuery } from "./places";
import type { Paged } from "./types";

const TYPED_MS = 250;

export interface Column {
  word: string;
  /** What the server sorts by; "" for what it does not. */
  key?: string;
  /** What a first press asks for: names from A, numbers and dates from the largest. */
  first?: "" | "-";
  number?: boolean;
}

/** Whether whoever is signed in may make and change; everybody of the team reads. */
export function mayMake(): boolean {
  return currentUser()?.roles.some((role) => role === "owner" || role === "interviewer") ?? false;
}

export abstract class PlanList<T, P extends Paged<T> = Paged<T>> extends DeskElement {
  @property() search = "";
  @property() sort = "";
  @property() only = "";
  @property({ type: Number }) offset = 0;
  @state() protected page: P | null = null;
  /** What went wrong with something that was done; the list says itself when it cannot be read. */
  @state() protected problem = "";
  @state() private unread = "";
  protected readonly size: number = 25;
  /** The desk's address of the list, the server's of its pages, and the server's name of `only`. */
  protected abstract readonly path: string;
  protected abstract readonly source: string;
  protected readonly onlyIs: string = "";
  protected abstract readonly name: string;
  protected abstract readonly searches: string;
  protected readonly columns: Column[] = [];
  /** The order when none is named. */
  protected readonly usually: string = "-created_at";
  private typed: ReturnType<typeof setTimeout> | undefined;
  private asked = new AbortController();

  protected abstract heading(): TemplateResult;
  protected abstract row(item: T): TemplateResult;
  /** What is said, and what to do next, when there is nothing at all. */
  protected abstract empty(): TemplateResult;

  protected tools(): TemplateResult | typeof nothing {
    return nothing;
  }

  /** Above the list, under its title. */
  protected above(): TemplateResult | typeof nothing {
    return nothing;
  }

  /** The address of what "n" makes; "" for nothing. */
  protected get fresh(): string {
    return "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("keydown", (event) => this.pressed(event), { signal: this.life.signal });
    void this.load();
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
    if (this.page !== null && (["search", "sort", "only", "offset"] as const).some((name) => changed.has(name))) void this.load();
  }

  protected async load(): Promise<void> {
    this.asked.abort();
    const { signal } = (this.asked = new AbortController());
    try {
      this.page = await getJson<P>(`${this.source}?${narrowedQuery({ search: this.search, only: this.only, offset: this.offset, sort: this.sorted }, this.onlyIs, this.size)}`, signal);
      this.unread = "";
    } catch (error) {
      this.unread = sentence(error) ?? this.unread;
    }
  }

  /** Another part of the list, from the first page unless `change` says otherwise. */
  protected show(change: Partial<Narrowing>, how?: "replace"): void {
    go(narrowedAddress(this.path, { search: this.search, sort: this.sort, only: this.only, ...change }), how);
  }

  private pressed(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (taken(event)) {
      if (event.key !== "Escape" || target.id !== "search" || !this.contains(target)) return;
      event.preventDefault(); // else the browser empties the search field, and the list does not follow
      target.blur();
    } else if (event.key === "/") {
      event.preventDefault();
      this.querySelector<HTMLInputElement>("#search")?.focus();
    } else if (event.key === "j" || event.key === "k") {
      const stops = [...this.querySelectorAll<HTMLElement>("[data-stop]")];
      stops[stepped(stops.findIndex((stop) => stop === document.activeElement), event.key === "j" ? 1 : -1, stops.length)]?.focus();
    } else if (event.key === "n" && this.fresh && mayMake()) {
      event.preventDefault();
      go(this.fresh);
    }
  }

  private typing(event: Event): void {
    const search = (event.target as HTMLInputElement).value.trim();
    clearTimeout(this.typed);
    this.typed = setTimeout(() => this.show({ search }, "replace"), TYPED_MS);
  }

  protected override render(): TemplateResult {
    const { page } = this;
    return html`
      <div class="title">${this.heading()}</div>
      ${this.above()}
      <div class="tools">
        <label class="search">${icon(Search)}<span class="unseen">${this.searches}</span>
          <input id="search" type="search" placeholder=${this.searches} @input=${this.typing} data-testid="plan-search" /><kbd>/</kbd></label>
        ${this.tools()} ${this.orders()}
        <span class="hints"><kbd>j</kbd><kbd>k</kbd> move <kbd>Enter</kbd> open ${this.fresh && mayMake() ? html`<kbd>n</kbd> new` : nothing}</span>
      </div>
      ${[this.problem, this.unread].filter(Boolean).map((said) => html`<p class="notice bad" role="alert">${said}</p>`)}
      ${page === null ? (this.unread ? nothing : html`<p class="quiet" aria-busy="true">Loading…</p>`) : this.content(page)}
    `;
  }

  private content(page: P): TemplateResult {
    if (page.items.length === 0) {
      const narrowed = this.search !== "" || this.only !== "" || this.offset > 0;
      return narrowed ? html`<div class="empty"><h2>Nothing matches</h2><p>Nothing fits what narrows this list. <a href=${this.path}>Show all</a></p></div>` : this.empty();
    }
    return html`${this.rows(page)}${this.pager(page)}`;
  }

  protected rows(page: P): TemplateResult {
    return html`<div class="scroll" tabindex="-1"><table class="list plan" data-testid=${`${this.name.toLowerCase().replaceAll(" ", "-")}-list`}>
      <caption class="unseen">${this.name}</caption>
      <thead><tr>${this.columns.map((column) => this.head(column))}</tr></thead>
      <tbody>${page.items.map((item) => this.row(item))}</tbody></table></div>`;
  }

  private get sorted(): string {
    return this.sort || this.usually;
  }

  private head({ word, key, first, number }: Column): TemplateResult {
    if (!key) return html`<th scope="col" class=${number ? "number" : ""}>${word || html`<span class="unseen">What can be done</span>`}</th>`;
    const down = this.sorted === `-${key}`;
    const now = down || this.sorted === key;
    const next = now ? (down ? key : `-${key}`) : `${first ?? ""}${key}`;
    return html`<th scope="col" class=${number ? "number" : ""} aria-sort=${now ? (down ? "descending" : "ascending") : nothing}>
      <button class="sort" data-testid=${`sort-${key}`} @click=${() => this.show({ sort: next === this.usually ? "" : next })}>${word}${now ? icon(down ? ArrowDown : ArrowUp, 12) : nothing}</button></th>`;
  }

  /** On a phone the table has no head to press. */
  private orders(): TemplateResult | typeof nothing {
    const sortable = this.columns.filter((column) => column.key);
    if (sortable.length === 0) return nothing;
    return html`<label class="unseen" for="order">Order</label>
      <select id="order" class="narrow-only" @change=${(event: Event) => this.show({ sort: (event.target as HTMLSelectElement).value })}>
        ${sortable.map(({ word, key, first }) => {
          const value = `${first ?? ""}${key}`;
          return html`<option value=${value === this.usually ? "" : value} ?selected=${value === this.sorted}>${value === this.usually ? "Newest first" : `By ${word.toLowerCase()}`}</option>`;
        })}
      </select>`;
  }

  private pager(page: P): TemplateResult | typeof nothing {
    const [from, to] = [page.offset + 1, page.offset + page.items.length];
    return html`<nav class="pager" aria-label="Pages"><span>${from}–${to} of ${page.total}</span>
      <button ?disabled=${page.offset === 0} aria-label="Previous page" @click=${() => this.show({ offset: Math.max(0, this.offset - this.size) })}>${icon(ChevronLeft)}</button>
      <button ?disabled=${to >= page.total} aria-label="Next page" @click=${() => this.show({ offset: this.offset + this.size })}>${icon(ChevronRight)}</button></nav>`;
  }

  /** A click anywhere on the row opens it, unless it is for something in the row. */
  protected open(event: MouseEvent, href: string): void {
    const selecting = (window.getSelection()?.toString() ?? "") !== "";
    if (!selecting && !(event.target as HTMLElement).closest("a, button, select, input, label")) go(href);
  }
}
