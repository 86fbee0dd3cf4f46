// Questions of the bank, to be ticked and put into a plan.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Search } from "lucide";
import { DeskElement } from "../element";
import { getJson, postJson, sentence } from "../http";
import { icon } from "../icons";
import { draftOfQuestion, questionNote } from "./question";
import { BANK } from "./bank-words";
import type { BankPage, BankQuestion } from "./types";

const SIZE = 50;
const TYPED_MS = 250;

/** Ask in a dialog which questions; none on Escape or Cancel. */
export function chosenFromBank(): Promise<BankQuestion[]> {
  const dialog = document.createElement("dialog");
  dialog.className = "confirm broad";
  dialog.setAttribute("aria-labelledby", "bank-title");
  const picker = document.createElement("plan-bank-picker") as BankPicker;
  dialog.append(picker);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((answer) => {
    picker.addEventListener("chosen", () => dialog.close("yes"));
    picker.addEventListener("cancelled", () => dialog.close("no"));
    dialog.addEventListener("close", () => {
      dialog.remove();
      answer(dialog.returnValue === "yes" ? picker.chosen : []);
    });
  });
}

@customElement("plan-bank-picker")
export class BankPicker extends DeskElement {
  @state() private page: BankPage | null = null;
  @state() private search = "";
  @state() private category = "";
  @state() private problem = "";
  @state() private ticked = new Map<number, BankQuestion>();
  private typed = 0;

  get chosen(): BankQuestion[] {
    return [...this.ticked.values()];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    const query = new URLSearchParams({ limit: String(SIZE), sort: "category", order: "asc" });
    if (this.search) query.set("search", this.search);
    if (this.category) query.set("category", this.category);
    try {
      this.page = await getJson<BankPage>(`${BANK}?${query}`, this.life.signal);
      this.problem = "";
    } catch (error) {
      this.problem = sentence(error) ?? "";
    }
  }

  private async starters(): Promise<void> {
    try {
      await postJson(`${BANK}/starters`, {});
    } catch (error) {
      this.problem = sentence(error) ?? "";
    }
    await this.load();
  }

  private typing = (event: Event): void => {
    this.search = (event.target as HTMLInputElement).value.trim();
    clearTimeout(this.typed);
    this.typed = window.setTimeout(() => void this.load(), TYPED_MS);
  };

  private tick(item: BankQuestion, on: boolean): void {
    const ticked = new Map(this.ticked);
    if (on) ticked.set(item.id, item);
    else ticked.delete(item.id);
    this.ticked = ticked;
  }

  private say(what: "chosen" | "cancelled"): void {
    this.dispatchEvent(new Event(what));
  }

  protected override render(): TemplateResult {
    const { page } = this;
    const categories = Object.keys(page?.categories ?? {}).filter(Boolean).sort();
    const count = this.ticked.size;
    return html`<h2 id="bank-title">Questions of the bank</h2>
      <div class="tools">
        <label class="search">${icon(Search)}<span class="unseen">How the question begins</span><input type="search" placeholder="How the question begins" data-testid="bank-picker-search" @input=${this.typing} /></label>
        ${categories.length ? html`<label class="unseen" for="picker-category">Category</label><select id="picker-category" @change=${(event: Event) => ((this.category = (event.target as HTMLSelectElement).value), void this.load())}>
          <option value="">All categories</option>${categories.map((name) => html`<option value=${name}>${name}</option>`)}</select>` : nothing}
      </div>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${page === null ? html`<p class="quiet" aria-busy="true">Loading…</p>` : this.list(page)}
      <div class="row end">
        <button type="button" @click=${() => this.say("cancelled")}>Cancel</button>
        <button type="button" class="primary" ?disabled=${count === 0} data-testid="bank-picker-add" @click=${() => this.say("chosen")}>${count === 0 ? "Add questions" : count === 1 ? "Add 1 question" : `Add ${count} questions`}</button>
      </div>`;
  }

  private list(page: BankPage): TemplateResult {
    if (page.items.length === 0 && !this.search && !this.category) {
      return html`<div class="empty"><p>The question bank is empty. You can begin with the questions that come with Vivavoce, and change them as you like.</p>
        <button type="button" data-testid="bank-picker-starters" @click=${() => this.starters()}>Add the questions to begin with</button></div>`;
    }
    if (page.items.length === 0) return html`<p class="quiet">Nothing matches.</p>`;
    return html`<ul class="bank-picks" tabindex="0" aria-label="Questions">${page.items.map((item) => html`<li><label><input type="checkbox" .checked=${this.ticked.has(item.id)} data-testid="bank-picker-question"
        @change=${(event: Event) => this.tick(item, (event.target as HTMLInputElement).checked)} />
        <span>${item.text}<span class="under">${[item.category, questionNote(draftOfQuestion(item, "", null))].filter(Boolean).join(" · ")}</span></span></label></li>`)}</ul>
      ${page.total > page.items.length ? html`<p class="quiet small">The first ${page.items.length} of ${page.total}. Search for the others.</p>` : nothing}`;
  }
}
