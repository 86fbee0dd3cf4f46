// What every list of the desk has: a search field, keys that walk over its rows, pages, one request at a time.
import { html, type PropertyValues, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import { ChevronLeft, ChevronRight, Search } from "lucide";
import { DeskElement } from "./element";
import { icon } from "./icons";
import { stepped, taken } from "./keys";

const TYPED_MS = 250;

/** Where a page lies in its list. */
export interface PagePlace {
  offset: number;
  total: number;
}

export abstract class Listed extends DeskElement {
  @property() search = "";
  @property({ type: Number }) offset = 0;
  /** Rows on one page. */
  protected abstract readonly size: number;
  /** What j and k step over, as a selector. */
  protected abstract readonly stops: string;
  /** Which fields of the list Escape leaves, as a selector. */
  protected readonly left: string = "#search";
  private typed: ReturnType<typeof setTimeout> | undefined;
  private asked = new AbortController();

  /** Another part of the list, from the first page unless `change` says otherwise. */
  protected abstract show(change: { search?: string; offset?: number }, how?: "replace"): void;

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("keydown", (event) => this.pressed(event), { signal: this.life.signal });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.typed);
    this.asked.abort();
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    const input = this.querySelector<HTMLInputElement>("#search");
    // While somebody types, the field is theirs: a trailing blank must not be taken away.
    if (input && changed.has("search") && input.value.trim() !== this.search) input.value = this.search;
  }

  /** For a request in the place of the one under way. */
  protected anew(): AbortSignal {
    this.asked.abort();
    this.asked = new AbortController();
    return this.asked.signal;
  }

  private pressed(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (taken(event)) {
      if (event.key !== "Escape" || !this.contains(target) || !target.matches(this.left)) return;
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
    stops[stepped(stops.findIndex((stop) => stop === document.activeElement), by, stops.length)]?.focus();
  }

  private typing(event: Event): void {
    const search = (event.target as HTMLInputElement).value.trim();
    clearTimeout(this.typed);
    this.typed = setTimeout(() => this.show({ search }, "replace"), TYPED_MS);
  }

  protected searchField(words: string): TemplateResult {
    return html`<label class="search">${icon(Search)}<span class="unseen">${words}</span>
      <input id="search" type="search" placeholder=${words} @input=${this.typing} /><kbd>/</kbd></label>`;
  }

  protected pagerOf({ offset, total }: PagePlace, shown: number): TemplateResult {
    const to = offset + shown;
    return html`<nav class="pager" aria-label="Pages"><span>${offset + 1}–${to} of ${total}</span>
      <button ?disabled=${offset === 0} aria-label="Previous page" @click=${() => this.show({ offset: Math.max(0, this.offset - this.size) })}>${icon(ChevronLeft)}</button>
      <button ?disabled=${to >= total} aria-label="Next page" @click=${() => this.show({ offset: this.offset + this.size })}>${icon(ChevronRight)}</button></nav>`;
  }
}
