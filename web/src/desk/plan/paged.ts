// A list of planning: search, sort and page live in the address, rows in the hands of the keyboard.
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { ArrowDown, ArrowUp } from "lucide";
import { currentUser, getJson, sentence } from "../http";
import { icon } from "../icons";
import { Listed } from "../listed";
import { go } from "../router";
import { type Narrowing, narrowedAddress, narrowedQuery } from "./places";
import type { Paged } from "./types";

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

export abstract class PlanList<T, P extends Paged<T> = Paged<T>> extends Listed {
  @property() sort = "";
  @property() only = "";
  @state() protected page: P | null = null;
  /** What went wrong with something that was done; the list says itself when it cannot be read. */
  @state() protected problem = "";
  @state() private unread = "";
  protected readonly size: number = 25;
  protected readonly stops = "[data-stop]";
  /** The desk's address of the list, the server's of its pages, and the server's name of `only`. */
  protected abstract readonly path: string;
  protected abstract readonly source: string;
  protected readonly onlyIs: string = "";
  protected abstract readonly name: string;
  protected abstract readonly searches: string;
  protected readonly columns: Column[] = [];
  /** The order when none is named. */
  protected readonly usually: string = "-created_at";

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
    void this.load();
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    if (this.page !== null && (["search", "sort", "only", "offset"] as const).some((name) => changed.has(name))) void this.load();
  }

  protected async load(): Promise<void> {
    const signal = this.anew();
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

  protected override key(key: string): boolean {
    if (key !== "n" || !this.fresh || !mayMake()) return super.key(key);
    go(this.fresh);
    return true;
  }

  protected override render(): TemplateResult {
    const { page } = this;
    return html`
      <div class="title">${this.heading()}</div>
      ${this.above()}
      <div class="tools">
        ${this.searchField(this.searches)}
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
    return html`${this.rows(page)}${this.pagerOf(page, page.items.length)}`;
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

  /** A click anywhere on the row opens it, unless it is for something in the row. */
  protected open(event: MouseEvent, href: string): void {
    const selecting = (window.getSelection()?.toString() ?? "") !== "";
    if (!selecting && !(event.target as HTMLElement).closest("a, button, select, input, label")) go(href);
  }
}
