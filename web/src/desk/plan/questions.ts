// The questions of a plan in their order: added, edited, taken out, moved by key and by drag.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { GripVertical, Library, Pencil, Trash2 } from "lucide";
import { plainFault } from "../draft";
import { DeskElement } from "../element";
import { ApiError, postJson, sentence } from "../http";
import { icon } from "../icons";
import { BANK } from "./bank-words";
import { keyed, moved, placeAt } from "./order";
import { questionBody, type QuestionDraft, questionNote } from "./question";
import { questionForm } from "./question-form";

@customElement("plan-questions")
export class PlanQuestions extends DeskElement {
  @property({ attribute: false }) questions: QuestionDraft[] = [];
  @property({ attribute: false }) wrong: Record<string, string> = {};
  @property({ type: Boolean }) readonly = false;
  @state() private opened = new Set<string>();
  @state() private dragged = "";
  @state() private said = "";
  @state() private kept = { key: "", said: "" };

  /** Open a question's form and put the cursor into its words. */
  edit(key: string): void {
    this.opened = new Set([...this.opened, key]);
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(`#${CSS.escape(key)}-text`)?.focus());
  }

  private put(questions: QuestionDraft[]): void {
    this.questions = questions;
    this.dispatchEvent(new CustomEvent<QuestionDraft[]>("questions", { detail: questions }));
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    // What is wrong must be seen.
    if (changed.has("wrong")) for (const { key } of this.questions) if (Object.keys(this.wrong).some((id) => id.startsWith(`${key}-`))) this.opened.add(key);
  }

  protected override render(): TemplateResult {
    return html`<ol class=${`plan-questions ${this.dragged ? "dragging" : ""}`} data-testid="plan-questions">
        ${repeat(this.questions, (each) => each.key, (each, place) => this.one(each, place))}
      </ol>
      <p class="unseen" role="status">${this.said}</p>`;
  }

  private one(draft: QuestionDraft, place: number): TemplateResult {
    const open = this.opened.has(draft.key) && !this.readonly;
    const name = `question ${place + 1}`;
    return html`<li class=${draft.key === this.dragged ? "lifted" : ""} data-key=${draft.key}>
      <div class="ask-row">
        ${this.readonly ? nothing : html`<button type="button" class="plain square grip" aria-label=${`Move ${name}`} title="Drag, or move with the arrow keys" data-testid=${`plan-${draft.key}-move`}
          @keydown=${(event: KeyboardEvent) => this.key(event, place)} @pointerdown=${(event: PointerEvent) => this.lift(event, draft.key)}>${icon(GripVertical)}</button>`}
        <span class="n">${place + 1}</span>
        <p class="words">${draft.text.trim() || html`<span class="quiet">Not written yet</span>`}<span class="under">${questionNote(draft)}</span></p>
        ${this.readonly ? nothing : html`<button type="button" class="plain square" aria-expanded=${open ? "true" : "false"} aria-label=${`Edit ${name}`} title="Edit" data-testid=${`plan-${draft.key}-edit`} @click=${() => this.toggle(draft.key)}>${icon(Pencil)}</button>
          <button type="button" class="plain square" aria-label=${`Remove ${name}`} title="Remove" data-testid=${`plan-${draft.key}-remove`} @click=${() => this.drop(place)}>${icon(Trash2)}</button>`}
      </div>
      ${open ? questionForm({ draft, wrong: this.wrong, change: (change) => this.put(this.questions.map((each) => (each.key === draft.key ? { ...each, ...change } : each))) }) : nothing}
      ${open ? html`<div class="row keep"><button type="button" class="plain" ?disabled=${!draft.text.trim()} data-testid=${`plan-${draft.key}-keep`} @click=${() => this.bank(draft)}>${icon(Library)}Keep it in the question bank</button>
        <span class="quiet" role="status">${this.kept.key === draft.key ? this.kept.said : ""}</span></div>` : nothing}
    </li>`;
  }

  /** A copy of it for other interviews; a question that reads the same is there once. */
  private async bank(draft: QuestionDraft): Promise<void> {
    let said = "It is in the question bank now.";
    try {
      await postJson(BANK, questionBody({ ...draft, id: null }));
    } catch (error) {
      const there = error instanceof ApiError && error.code === "taken";
      said = there ? "A question that reads the same is in the bank already." : plainFault(sentence(error) ?? "");
    }
    this.kept = { key: draft.key, said };
  }

  private toggle(key: string): void {
    if (!this.opened.has(key)) return this.edit(key);
    this.opened = new Set([...this.opened].filter((each) => each !== key));
  }

  private drop(place: number): void {
    this.put(this.questions.filter((_, each) => each !== place));
    this.said = `Question ${place + 1} removed.`;
    void this.updateComplete.then(() => {
      const grips = this.querySelectorAll<HTMLElement>(".grip");
      (grips[Math.min(place, grips.length - 1)] ?? this.parentElement?.querySelector<HTMLElement>("[data-testid='plan-add-question']"))?.focus();
    });
  }

  private key(event: KeyboardEvent, from: number): void {
    const to = keyed(event.key, from, this.questions.length);
    if (to === null) return;
    event.preventDefault();
    const key = this.questions[from]?.key ?? "";
    this.place(from, to);
    this.hold(key);
  }

  /** Whoever moves something keeps it in hand: a moved element loses the focus. */
  private hold(key: string): void {
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"] .grip`)?.focus());
  }

  private place(from: number, to: number): void {
    if (from === to) return;
    this.put(moved(this.questions, from, to));
    this.said = `It is question ${to + 1} of ${this.questions.length} now.`;
  }

  /** The window is listened to: an element that is moved in the page loses the pointer. */
  private lift(event: PointerEvent, key: string): void {
    if (event.button !== 0 || this.dragged) return;
    this.dragged = key;
    const until = new AbortController();
    const { signal } = until;
    const settle = (): void => {
      until.abort();
      this.dragged = "";
      this.hold(key);
    };
    window.addEventListener("pointermove", (moved) => this.drag(moved), { signal });
    window.addEventListener("pointerup", settle, { signal });
    window.addEventListener("pointercancel", settle, { signal });
    this.life.signal.addEventListener("abort", () => until.abort(), { signal });
  }

  private drag(event: PointerEvent): void {
    const middles = [...this.querySelectorAll<HTMLElement>("li .ask-row")].map((line) => {
      const { top, height } = line.getBoundingClientRect();
      return top + height / 2;
    });
    const from = this.questions.findIndex((each) => each.key === this.dragged);
    this.place(from, placeAt(middles, from, event.clientY));
  }
}
