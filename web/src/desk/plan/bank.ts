// The question bank: questions to choose from, found, added, changed. Interviews keep their copies.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Pencil, Plus, Trash2 } from "lucide";
import { confirmed } from "../confirm";
import { plainFault } from "../draft";
import { ApiError, getTagged, postJson, putJson, remove, sentence } from "../http";
import { icon } from "../icons";
import { randomKey } from "../random";
import { day } from "../words";
import { BANK } from "./bank-words";
import { line } from "./fields";
import { mayMake, PlanList, type Column } from "./paged";
import { blankQuestion, draftOfQuestion, questionBody, questionFaults, questionNote, type QuestionDraft } from "./question";
import { questionForm } from "./question-form";
import { planTabs } from "./tabs";
import type { BankPage, BankQuestion } from "./types";

const KEY = "bank";
const STALE = 412;
const FIELDS: Record<string, string> = { text: "text", preparation_time: "preparation", responding_time: "responding", pause_tolerance_s: "pause", keywords: "keywords", ideal_answer: "ideal", points: "text" };

interface Form {
  id: number | null;
  tag: string;
  category: string;
  draft: QuestionDraft;
  /** The same for the same form: a second press after a lost answer adds nothing twice. */
  once: string;
}

@customElement("desk-bank")
export class DeskBank extends PlanList<BankQuestion, BankPage> {
  protected readonly path = "/staff/questions";
  protected readonly source = BANK;
  protected override readonly onlyIs = "category";
  protected readonly name = "Questions";
  protected readonly searches = "How the question begins";
  protected override readonly columns: Column[] = [
    { word: "Question", key: "text" },
    { word: "Category", key: "category" },
    { word: "Added", key: "created_at", first: "-" },
    ...(mayMake() ? [{ word: "" }] : []),
  ];
  @state() private form: Form | null = null;
  @state() private wrong: Record<string, string> = {};
  @state() private said = "";
  @state() private busy = false;

  protected override heading(): TemplateResult {
    return html`<h1>Question bank</h1>${mayMake() && this.form === null ? html`<button class="primary at-end" data-testid="bank-new" @click=${() => this.begin(null)}>${icon(Plus)}New question</button>` : nothing}`;
  }

  protected override above(): TemplateResult {
    return html`${planTabs("questions")}<p class="unseen" role="status">${this.said}</p>${this.form ? this.editor(this.form) : nothing}`;
  }

  protected override tools(): TemplateResult | typeof nothing {
    const categories = Object.entries(this.page?.categories ?? {}).filter(([name]) => name);
    if (categories.length === 0 && !this.only) return nothing;
    return html`<label class="unseen" for="category">Category</label><select id="category" data-testid="bank-category" @change=${(event: Event) => this.show({ only: (event.target as HTMLSelectElement).value })}>
      <option value="" ?selected=${!this.only}>All categories</option>
      ${categories.sort().map(([name, count]) => html`<option value=${name} ?selected=${name === this.only}>${name} (${count})</option>`)}</select>`;
  }

  protected override empty(): TemplateResult {
    return html`<div class="empty"><h2>No questions yet</h2>
      <p>Keep questions here that you ask again and again, with their ideal answers and rubric points.</p>
      ${mayMake() ? html`<div class="row"><button class="primary" ?disabled=${this.busy} data-testid="bank-starters" @click=${this.starters}>Add the questions to begin with</button>
        <button @click=${() => this.begin(null)}>${icon(Plus)}Write one</button></div>` : nothing}</div>`;
  }

  protected override row(item: BankQuestion): TemplateResult {
    return html`<tr class="still-row" data-testid="bank-question">
      <td class="wrap">${mayMake() ? html`<button class="as-words" data-stop @click=${() => this.begin(item)}>${item.text}</button>` : html`<span data-stop tabindex="-1">${item.text}</span>`}<span class="under">${questionNote(draftOfQuestion(item, "", null))}</span></td>
      <td data-label="Category">${item.category || html`<span class="quiet">none</span>`}</td>
      <td data-label="Added" class="date">${day(item.created_at)}</td>
      ${mayMake() ? html`<td class="acts"><div class="row tight">
        <button class="plain square" title="Edit" aria-label=${`Edit: ${item.text}`} @click=${() => this.begin(item)}>${icon(Pencil)}</button>
        <button class="plain square" title="Delete" aria-label=${`Delete: ${item.text}`} ?disabled=${this.busy} @click=${() => this.drop(item)}>${icon(Trash2)}</button></div></td>` : nothing}
    </tr>`;
  }

  private editor(form: Form): TemplateResult {
    const known = Object.keys(this.page?.categories ?? {}).filter(Boolean);
    return html`<section class="panel" aria-labelledby="bank-form-title"><h2 id="bank-form-title">${form.id === null ? "New question" : "Change the question"}</h2>
      <form class="plan-form" novalidate @submit=${this.save}>
        ${line({ id: "bank-category-of", label: "Category", value: form.category, max: 80, list: "bank-categories", wrong: this.wrong.category, placeholder: "Teamwork", set: (category) => (this.form = { ...form, category }) })}
        <datalist id="bank-categories">${known.map((name) => html`<option value=${name}></option>`)}</datalist>
        ${questionForm({ draft: form.draft, wrong: this.wrong, change: (change) => (this.form = { ...form, draft: { ...form.draft, ...change } }) })}
        ${form.id === null ? nothing : html`<p class="quiet">Interviews that have this question keep theirs as it is.</p>`}
        <div class="row"><button class="primary" ?disabled=${this.busy} data-testid="bank-save">${this.busy ? "Saving…" : form.id === null ? "Add to the bank" : "Save"}</button>
          <button type="button" class="plain" @click=${() => (this.form = null)}>Cancel</button></div>
      </form></section>`;
  }

  private async begin(item: BankQuestion | null): Promise<void> {
    this.wrong = {};
    this.problem = "";
    if (item === null) this.form = { id: null, tag: "", category: this.only, draft: blankQuestion(KEY), once: randomKey() };
    else {
      await this.try(async () => {
        const { value, tag } = await getTagged<BankQuestion>(`${BANK}/${item.id}`, this.life.signal);
        this.form = { id: value.id, tag, category: value.category, draft: draftOfQuestion(value, KEY, null), once: "" };
      });
    }
    await this.updateComplete;
    this.querySelector<HTMLElement>(`#${KEY}-text`)?.focus();
  }

  private save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const { form } = this;
    if (form === null || this.busy) return;
    this.wrong = questionFaults(form.draft);
    if (Object.keys(this.wrong).length === 0) {
      await this.try(async () => {
        const body = { ...questionBody(form.draft), category: form.category.trim() };
        if (form.id === null) await postJson(BANK, body, { "Idempotency-Key": form.once });
        else await putJson(`${BANK}/${form.id}`, body, { "If-Match": form.tag });
        this.form = null;
        this.said = "Saved.";
        await this.load();
      });
    }
    await this.updateComplete;
    this.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  };

  private starters = (): Promise<void> =>
    this.try(async () => {
      await postJson(`${BANK}/starters`, {});
      await this.load();
    });

  private async drop(item: BankQuestion): Promise<void> {
    const text = `“${item.text}” leaves the bank. Interviews that have it keep it.`;
    if (!(await confirmed({ title: "Delete this question?", text, act: "Delete question" }))) return;
    await this.try(() => remove(`${BANK}/${item.id}`));
    await this.load();
  }

  private async try(work: () => Promise<unknown>): Promise<void> {
    this.busy = true;
    this.problem = "";
    try {
      await work();
    } catch (error) {
      await this.failed(error);
    } finally {
      this.busy = false;
    }
  }

  private async failed(error: unknown): Promise<void> {
    if (error instanceof ApiError && error.status === STALE && this.form?.id) {
      const { value, tag } = await getTagged<BankQuestion>(`${BANK}/${this.form.id}`, this.life.signal);
      this.form = { ...this.form, tag };
      this.problem = `Somebody else changed this question meanwhile; there it reads “${value.text}”. What you typed is still in the form: save again to put it in its place.`;
      return;
    }
    const part = error instanceof ApiError && error.field ? (FIELDS[error.field.split(".")[0] ?? ""] ?? error.field) : null;
    if (part && this.form) this.wrong = { [part === "category" ? part : `${KEY}-${part}`]: plainFault(sentence(error) ?? "") };
    else this.problem = sentence(error) ?? "";
  }
}
