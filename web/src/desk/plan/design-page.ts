// One interview: its rules and questions, saved as versions. What is typed is kept until it is saved.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Copy, Library, Plus, Trash2 } from "lucide";
import { confirmed } from "../confirm";
import { plainFault } from "../draft";
import { DeskElement } from "../element";
import { ApiError, currentUser, getJson, postJson, putJson, remove, sentence } from "../http";
import { icon } from "../icons";
import { randomKey } from "../random";
import { go } from "../router";
import { reviewer } from "../signal-words";
import { day } from "../words";
import { chosenFromBank } from "./bank-picker";
import { blankDraft, bodyOf, draftOf, faults, freshKey, inputOf, MAX_QUESTIONS, merged, minutesOf, same, withBlank, type Draft } from "./design";
import { deleteWords, INTERVIEWS } from "./interviews";
import { drop, keep, kept } from "./kept";
import { mayMake } from "./paged";
import { NEW } from "./places";
import { draftOfQuestion, type QuestionDraft } from "./question";
import type { PlanQuestions } from "./questions";
import "./questions";
import { rulesForm, watchForm, type RulesEditing } from "./rules-form";
import { interviewTabs } from "./tabs";
import type { BankQuestion, Interview, Options, Usual } from "./types";
import "./versions";

const STALE = 412;
const GONE = 404;

@customElement("desk-design")
export class DeskDesign extends DeskElement {
  @property() interviewId = "";
  @state() private interview: Interview | null = null;
  @state() private draft: Draft | null = null;
  @state() private wrong: Record<string, string> = {};
  @state() private problem = "";
  @state() private said = "";
  /** What became of what was typed, where somebody else or an earlier visit had a part in it. */
  @state() private news = "";
  @state() private gone = false;
  @state() private busy = false;
  @state() private options: Options | null = null;
  private usual: Usual | null = null;
  private base: Draft = blankDraft(null);
  private attempt = { text: "", key: "" };

  private get fresh(): boolean {
    return this.interview === null;
  }

  private get user(): string {
    return currentUser()?.username ?? "";
  }

  private get dirty(): boolean {
    return this.draft !== null && !same(this.draft, this.base);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("keydown", (event) => this.key(event), { signal: this.life.signal });
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has("interviewId") && this.interviewId !== String(this.interview?.id ?? "")) void this.load();
  }

  private key(event: KeyboardEvent): void {
    if (event.key !== "s" || !(event.ctrlKey || event.metaKey) || document.querySelector("dialog[open]") || !mayMake()) return;
    event.preventDefault();
    if (this.dirty) void this.save();
  }

  private async load(): Promise<void> {
    const wanted = this.interviewId;
    Object.assign(this, { interview: null, draft: null, problem: "", said: "", news: "", gone: false, wrong: {} });
    try {
      const usual = getJson<Usual>("/api/v1/interviewer/settings", this.life.signal);
      const options = mayMake() ? getJson<Options>("/api/parallel_interview/options", this.life.signal) : null;
      const found = wanted === NEW ? null : await getJson<Interview>(`${INTERVIEWS}/${encodeURIComponent(wanted)}`, this.life.signal);
      [this.usual, this.options] = await Promise.all([usual, options]);
      if (wanted !== this.interviewId) return;
      this.begin(found);
    } catch (error) {
      this.problem = sentence(error) ?? "";
    }
  }

  private begin(interview: Interview | null): void {
    this.interview = interview;
    this.base = interview ? draftOf(interview) : blankDraft(this.usual);
    this.draft = this.base;
    if (interview === null) void this.updateComplete.then(() => this.querySelector<HTMLElement>("#title")?.focus());
    const mine = mayMake() ? kept<Draft>(this.user, this.interviewId) : null;
    if (mine === null) return;
    const { draft, both } = merged(mine.base, mine.draft, this.base);
    if (same(draft, this.base)) return drop(this.user, this.interviewId);
    this.draft = draft;
    const since = mine.revision !== (interview?.revision ?? null) ? " The interview was changed since; both changes are in the form." : "";
    this.news = `What you typed ${day(mine.at)} and did not save is here again.${since}${bothWords(both)}`;
  }

  private change(change: Partial<Draft>): void {
    if (this.draft === null) return;
    this.draft = { ...this.draft, ...change };
    this.said = "";
    const touched = new Set([...Object.keys(change), ...(change.questions ?? []).map((each) => each.key)]);
    const stands = Object.entries(this.wrong).filter(([id]) => !touched.has(id) && !(change.questions && /^(q|new)\d+-/.test(id)));
    if (stands.length !== Object.keys(this.wrong).length) this.wrong = Object.fromEntries(stands);
    if (this.dirty) keep(this.user, this.interviewId, { revision: this.interview?.revision ?? null, base: this.base, draft: this.draft, at: new Date().toISOString() });
    else drop(this.user, this.interviewId);
  }

  protected override render(): TemplateResult {
    const { draft, interview } = this;
    const crumb = html`<p class="crumb"><a href="/staff/interviews">Interviews</a></p>`;
    if (draft === null) {
      return html`${crumb}<div class="title"><h1>Interview</h1></div>${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : html`<p class="quiet" aria-busy="true">Loading…</p>`}`;
    }
    return html`${crumb}
      <div class="title"><h1>${interview?.title ?? "New interview"}</h1>
        ${interview && mayMake() ? html`<div class="row end"><button ?disabled=${this.busy} data-testid="plan-duplicate" @click=${this.duplicate}>${icon(Copy)}Duplicate</button>
          <button class="danger quietly" ?disabled=${this.busy} data-testid="plan-delete" @click=${this.delete}>${icon(Trash2)}Delete</button></div>` : nothing}</div>
      ${interview ? interviewTabs(this.interviewId, "design", mayMake()) : nothing}
      ${mayMake() ? nothing : html`<p class="notice">You can read this interview. Owners and interviewers change it.</p>`}
      <form class="plan-form" novalidate @submit=${this.submit}>
        <fieldset ?disabled=${!mayMake()}>${this.parts(draft)}</fieldset>
        ${mayMake() ? this.bar(draft) : nothing}
      </form>
      ${interview ? html`<plan-versions .interviewId=${String(interview.id)} .version=${interview.version}></plan-versions>` : nothing}`;
  }

  private parts(draft: Draft): TemplateResult {
    const editing: RulesEditing = { draft, options: this.options, wrong: this.wrong, change: (change) => this.change(change) };
    const count = draft.questions.length;
    const full = count >= MAX_QUESTIONS;
    return html`${rulesForm(editing)}
      <section class="part"><h2>Questions ${count ? html`<span class="quiet">${count}, about ${minutesOf(draft.questions)} min</span>` : nothing}</h2>
        ${count === 0 ? html`<p class="quiet">Nothing is asked yet. Take questions from the bank, or write your own.</p>` : nothing}
        <plan-questions .questions=${draft.questions} .wrong=${this.wrong} ?readonly=${!mayMake()} @questions=${(event: CustomEvent<QuestionDraft[]>) => this.change({ questions: event.detail })}></plan-questions>
        ${mayMake() ? html`<div class="row"><button type="button" ?disabled=${full} data-testid="plan-add-question" @click=${this.add}>${icon(Plus)}Write a question</button>
          <button type="button" ?disabled=${full} data-testid="plan-from-bank" @click=${this.fromBank}>${icon(Library)}Take from the bank</button></div>` : nothing}
      </section>
      ${watchForm(editing)}`;
  }

  private bar(draft: Draft): TemplateResult {
    const { interview, dirty } = this;
    const next = interview ? `It becomes version ${interview.version + 1}; sessions that have begun keep theirs.` : "Nobody is invited by saving.";
    return html`<div class="save-bar">
      ${this.news ? html`<p class="notice warn" role="status" data-testid="plan-news">${this.news} <button type="button" class="link" data-testid="plan-throw-away" @click=${this.throwAway}>${interview ? "Throw my changes away" : "Begin anew"}</button></p>` : nothing}
      ${this.problem ? html`<p class="notice bad" role="alert" data-testid="plan-problem">${this.problem} ${this.gone ? html`<button type="button" class="link" @click=${this.asNew}>Save it as a new interview</button>` : nothing}</p>` : nothing}
      <div class="row">
        <button class="primary" ?disabled=${this.busy || (!dirty && !this.fresh)} data-testid="plan-save">${this.busy ? "Saving…" : this.fresh ? "Make the interview" : "Save"}</button>
        <span class="quiet" role="status" data-testid="plan-said">${this.said || (dirty ? `Not saved yet. ${next}` : interview ? `Version ${interview.version} is saved.` : "")}</span>
        ${dirty && interview && draft && !this.news ? html`<button type="button" class="plain at-end" data-testid="plan-discard" @click=${this.throwAway}>Discard changes</button>` : nothing}
      </div></div>`;
  }

  private add = (): void => {
    if (this.draft === null) return;
    const { questions } = withBlank(this.draft, this.usual);
    this.change({ questions });
    void this.updateComplete.then(() => this.querySelector<PlanQuestions>("plan-questions")?.edit(questions.at(-1)?.key ?? ""));
  };

  private fromBank = async (): Promise<void> => {
    for (const question of await chosenFromBank()) this.take(question);
  };

  private take(question: BankQuestion): void {
    const questions = this.draft?.questions ?? [];
    if (questions.length < MAX_QUESTIONS) this.change({ questions: [...questions, draftOfQuestion(question, freshKey(questions), null)] });
  }

  private throwAway = async (): Promise<void> => {
    const text = this.interview ? `The form goes back to version ${this.interview.version} as it is saved.` : "The form is emptied.";
    if (!(await confirmed({ title: "Throw away what you typed?", text, act: "Throw away" }))) return;
    drop(this.user, this.interviewId);
    Object.assign(this, { draft: this.base, news: "", problem: "", wrong: {}, said: "" });
  };

  private asNew = (): void => {
    if (this.draft === null) return;
    const draft = { ...this.draft, questions: this.draft.questions.map((each) => ({ ...each, id: null })) };
    drop(this.user, this.interviewId);
    keep(this.user, NEW, { revision: null, base: blankDraft(this.usual), draft, at: new Date().toISOString() });
    go(`/staff/interviews/${NEW}`);
  };

  private submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    await this.save();
  };

  private async save(): Promise<void> {
    const { draft } = this;
    if (draft === null || this.busy) return;
    Object.assign(this, { problem: "", news: "", said: "", gone: false });
    this.wrong = faults(draft);
    if (Object.keys(this.wrong).length === 0) await this.send(draft);
    await this.updateComplete;
    await this.querySelector<PlanQuestions>("plan-questions")?.updateComplete;
    this.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  }

  private async send(draft: Draft): Promise<void> {
    this.busy = true;
    try {
      const saved = await this.put(draft);
      drop(this.user, this.interviewId);
      const made = this.fresh;
      this.interview = saved;
      this.base = this.draft = draftOf(saved);
      this.said = made ? "Made. Now invite somebody." : `Saved as version ${saved.version}.`;
      if (made) go(`/staff/interviews/${saved.id}`, "replace");
    } catch (error) {
      await this.failed(error, draft);
    } finally {
      this.busy = false;
    }
  }

  private put(draft: Draft): Promise<Interview> {
    const body = bodyOf(draft);
    if (this.interview) {
      return putJson<Interview>(`${INTERVIEWS}/${this.interview.id}/update-with-questions`, body, { "If-Match": `"r${this.interview.revision}"` });
    }
    const text = JSON.stringify(body);
    if (text !== this.attempt.text) this.attempt = { text, key: randomKey() };
    return postJson<Interview>(INTERVIEWS, body, { "Idempotency-Key": this.attempt.key });
  }

  private async failed(error: unknown, draft: Draft): Promise<void> {
    if (error instanceof ApiError && this.interview) {
      if (error.status === STALE) return this.putTogether(draft);
      this.gone = error.status === GONE;
      if (this.gone) this.problem = "Somebody deleted this interview meanwhile. What you typed is still here.";
      if (this.gone) return;
    }
    const input = error instanceof ApiError && error.field ? inputOf(draft, error.field) : null;
    if (input !== null) this.wrong = { [input]: plainFault(sentence(error) ?? "") };
    else this.problem = sentence(error) ?? "";
  }

  /** Somebody saved meanwhile: their changes and mine, both from what I began with. */
  private async putTogether(mine: Draft): Promise<void> {
    try {
      const theirs = await getJson<Interview>(`${INTERVIEWS}/${this.interview?.id}`, this.life.signal);
      const { draft, both, taken } = merged(this.base, mine, draftOf(theirs));
      this.interview = theirs;
      this.base = draftOf(theirs);
      this.change(draft);
      if (!this.dirty) {
        this.said = `Version ${theirs.version} is saved, with what you typed.`;
        return;
      }
      const came = taken.length ? ` Taken over from there: ${taken.join(", ")}.` : "";
      this.news = `${reviewer(theirs.updated_by)} saved version ${theirs.version} while you were editing. Nothing you typed is lost: both changes are in the form now.${came}${bothWords(both)} Look at it, then save again.`;
    } catch (error) {
      this.problem = `Somebody else has changed this interview meanwhile, and it could not be read. What you typed is still here. ${sentence(error) ?? ""}`;
    }
  }

  private duplicate = async (): Promise<void> => {
    await this.act(async (interview) => {
      const copy = await postJson<Interview>(`${INTERVIEWS}/${interview.id}/duplicate`, {});
      go(`/staff/interviews/${copy.id}`);
    });
  };

  private delete = async (): Promise<void> => {
    await this.act(async (interview) => {
      const { total } = await getJson<{ total: number }>(`${INTERVIEWS}/${interview.id}/tokens?limit=1`, this.life.signal);
      if (!(await confirmed(deleteWords(interview.title, total)))) return;
      await remove(`${INTERVIEWS}/${interview.id}`);
      drop(this.user, this.interviewId);
      go("/staff/interviews");
    });
  };

  private async act(work: (interview: Interview) => Promise<void>): Promise<void> {
    if (this.interview === null) return;
    this.busy = true;
    try {
      await work(this.interview);
    } catch (error) {
      this.problem = sentence(error) ?? "";
    } finally {
      this.busy = false;
    }
  }
}

function bothWords(both: string[]): string {
  return both.length ? ` Both of you changed ${both.join(", ")}; yours stands here.` : "";
}
