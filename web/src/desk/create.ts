// A new session: who, what is asked, and the link to send.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { Plus, Trash2 } from "lucide";
import { bodyOf, emptyDraft, emptyQuestion, faults, inputOf, plainFault, TIMERS, type QuestionDraft } from "./draft";
import { DeskElement } from "./element";
import { ApiError, getJson, postJson, sentence } from "./http";
import { icon } from "./icons";
import "./link";
import { randomKey } from "./random";
import { LISTENING, type ListeningProfile } from "./listening";
import { PROFILES } from "./signal-words";
import type { ProctoringProfile } from "../protocol.gen";
import type { Created } from "./types";

const MAX_QUESTIONS = 50;

@customElement("desk-create")
export class DeskCreate extends DeskElement {
  @state() private draft = emptyDraft();
  @state() private wrong: Record<string, string> = {};
  @state() private problem = "";
  @state() private busy = false;
  @state() private made: Created | null = null;
  /** Why the server cannot write questions itself; "" when it can, or while that is not known. */
  @state() private noModel = "";
  private attempt = { text: "", key: "" };

  override connectedCallback(): void {
    super.connectedCallback();
    void this.ask();
  }

  /** What this server can do: an option that would be refused is disabled with its reason. */
  private async ask(): Promise<void> {
    try {
      const { dynamic_questions } = await getJson<{ dynamic_questions: { available: boolean; reason: string } }>("/api/parallel_interview/options", this.life.signal);
      this.noModel = dynamic_questions.available ? "" : dynamic_questions.reason;
    } catch (error) {
      if (!(error instanceof ApiError) && sentence(error) !== null) throw error; // the form says it when it is sent
    }
  }

  protected override render(): TemplateResult {
    return this.made ? this.done(this.made) : this.form();
  }

  private done(made: Created): TemplateResult {
    return html`
      <div class="title"><h1>Send this link to ${made.user_details.name}</h1></div>
      <section class="panel narrow">
        <p>The link opens the interview on any device with a browser. It is personal: whoever has it can sit the interview.</p>
        ${made.warning ? html`<p class="notice warn" data-testid="create-warning">${made.warning}</p>` : nothing}
        <desk-link .url=${made.candidate_url} .name=${made.user_details.name} .email=${made.user_details.email}
          .interview=${this.draft.title.trim() || "Interview"}></desk-link>
        <p class="row">
          <a href=${`/staff/sessions/${made.session_id}`}>Open the session</a>
          <button class="plain" @click=${this.again}>Create another</button>
        </p>
      </section>
    `;
  }

  private again(): void {
    this.draft = { ...this.draft, name: "", email: "", phone: "" };
    this.made = null;
    this.attempt = { text: "", key: "" };
    void this.updateComplete.then(() => this.querySelector<HTMLInputElement>("#name")?.focus());
  }

  private form(): TemplateResult {
    const { draft } = this;
    return html`
      <div class="title"><h1>New session</h1></div>
      <form class="create" @submit=${this.submit} novalidate>
        <fieldset>
          <legend>Candidate</legend>
          <div class="grid">
            ${this.field("name", "Name", draft.name, (v) => (draft.name = v), { autocomplete: "off", required: true })}
            ${this.field("email", "E-mail", draft.email, (v) => (draft.email = v), { type: "email", required: true })}
            ${this.field("phone", "Phone (optional)", draft.phone, (v) => (draft.phone = v), { type: "tel" })}
          </div>
        </fieldset>
        <fieldset>
          <legend>Interview</legend>
          <div class="grid">
            ${this.field("title", "Title", draft.title, (v) => (draft.title = v), { placeholder: "Backend engineer" })}
            ${this.field("max", "Ask at most", draft.maxQuestions, (v) => (draft.maxQuestions = v), {
              type: "number", placeholder: draft.dynamic ? "7 questions" : "all questions", min: "1",
            })}
            ${this.listening()}
            ${this.check("follow-ups", "Ask follow-up questions", "Where an answer leaves something open.", draft.followUps, (on) => (draft.followUps = on))}
          </div>
        </fieldset>
        <fieldset>
          <legend>Questions</legend>
          ${this.check("dynamic", "Make the questions from the job or the resume", this.noModel || "A language model writes them when the session is created.", draft.dynamic, (on) => (this.draft = { ...draft, dynamic: on }), this.noModel !== "")}
          ${draft.dynamic ? this.texts() : this.list()}
        </fieldset>
        ${this.proctoring()}
        ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
        <div class="row">
          <button class="primary" ?disabled=${this.busy} data-testid="create-submit">
            ${this.busy ? "Creating…" : "Create session"}</button>
          <a class="button plain" href="/staff/sessions">Cancel</a>
        </div>
      </form>
    `;
  }

  private listening(): TemplateResult {
    const { draft } = this;
    return html`<div class="field">
      <label for="listening">Pauses in answers</label>
      <select id="listening" data-testid="create-listening" aria-describedby="listening-hint"
        @change=${(event: Event) => (this.draft = { ...draft, listening: (event.target as HTMLSelectElement).value as ListeningProfile })}>
        ${(Object.entries(LISTENING) as [ListeningProfile, { word: string }][]).map(
          ([key, { word }]) => html`<option value=${key} ?selected=${draft.listening === key}>${word}</option>`,
        )}
      </select>
      <span class="hint" id="listening-hint">${LISTENING[draft.listening].means}</span>
    </div>`;
  }

  private list(): TemplateResult {
    const { questions } = this.draft;
    return html`<ol class="questions">${questions.map((question, index) => this.question(question, index + 1))}</ol>
      <button type="button" class="plain" ?disabled=${questions.length >= MAX_QUESTIONS} @click=${this.add}
        data-testid="create-add-question">${icon(Plus)}Add a question</button>`;
  }

  private texts(): TemplateResult {
    const { draft } = this;
    return html`<div class="texts">
      ${this.text("job-text", "Job text", "What the job is, and what it asks for.", draft.jobText, (v) => (draft.jobText = v))}
      ${this.text("resume-text", "Resume", "Is used to make the questions, and not stored.", draft.resumeText, (v) => (draft.resumeText = v))}
    </div>`;
  }

  private text(id: string, label: string, hint: string, value: string, set: (value: string) => void): TemplateResult {
    const wrong = this.wrong[id];
    return html`<div class="field">
      <label for=${id}>${label}<span class="hint">${hint}</span></label>
      <textarea id=${id} rows="6" maxlength="20000" .value=${live(value)} data-testid=${`create-${id}`}
        aria-invalid=${wrong ? "true" : nothing} aria-describedby=${wrong ? `${id}-wrong` : nothing}
        @input=${(event: Event) => this.set(id, () => set((event.target as HTMLTextAreaElement).value))}></textarea>
      ${this.wrongWords(id)}
    </div>`;
  }

  private proctoring(): TemplateResult {
    const { draft } = this;
    const off = draft.proctoring === "off";
    return html`<fieldset>
      <legend>Proctoring</legend>
      <div class="profiles" role="radiogroup" aria-label="Profile">
        ${(Object.entries(PROFILES) as [ProctoringProfile, { word: string; means: string }][]).map(
          ([key, { word, means }]) => html`<label class="profile"><input type="radio" name="proctoring" value=${key} .checked=${draft.proctoring === key}
            data-testid=${`create-proctoring-${key}`} @change=${() => (this.draft = { ...draft, proctoring: key })} />
            <span>${word}<span class="hint">${means}</span></span></label>`,
        )}
      </div>
      ${this.wrongWords("proctoring")}
      ${this.check("identity", "Compare faces with a reference picture", "Only if the candidate agrees to it; who does not agree can still take the interview.", draft.identity && !off, (on) => (draft.identity = on), off)}
      ${this.check("cameraRequired", "A camera is needed", "Candidates read it before they agree. Who has none can ask for another way; you decide in Requests.", draft.cameraRequired, (on) => (draft.cameraRequired = on))}
    </fieldset>`;
  }

  private check(id: string, label: string, hint: string, on: boolean, set: (on: boolean) => void, disabled = false): TemplateResult {
    const wrong = this.wrong[id];
    return html`<div class="field check">
      <input id=${id} type="checkbox" .checked=${live(on)} ?disabled=${disabled} data-testid=${`create-${id}`}
        aria-invalid=${wrong ? "true" : nothing} aria-describedby=${wrong ? `${id}-wrong` : nothing}
        @change=${(event: Event) => this.set(id, () => set((event.target as HTMLInputElement).checked))} />
      <label for=${id}>${label}<span class="hint">${hint}</span>${this.wrongWords(id)}</label>
    </div>`;
  }

  private field(id: string, label: string, value: string, set: (value: string) => void, rest: Record<string, string | boolean> = {}): TemplateResult {
    const wrong = this.wrong[id];
    return html`<div class="field">
      <label for=${id}>${label}</label>
      <input id=${id} type=${rest.type ?? "text"} .value=${live(value)} placeholder=${rest.placeholder ?? nothing}
        min=${rest.min ?? nothing} autocomplete=${rest.autocomplete ?? "off"} aria-required=${rest.required ? "true" : nothing}
        aria-invalid=${wrong ? "true" : nothing} aria-describedby=${wrong ? `${id}-wrong` : nothing}
        data-testid=${`create-${id}`} @input=${(event: Event) => this.set(id, () => set((event.target as HTMLInputElement).value))} />
      ${this.wrongWords(id)}
    </div>`;
  }

  private wrongWords(id: string): TemplateResult | typeof nothing {
    const wrong = this.wrong[id];
    return wrong ? html`<p class="problem" id=${`${id}-wrong`}>${wrong}</p>` : nothing;
  }

  private question(question: QuestionDraft, number: number): TemplateResult {
    const id = `question-${number}`;
    const wrong = this.wrong[id];
    return html`<li class="question">
      <div class="field">
        <label for=${id}>Question ${number}</label>
        <textarea id=${id} rows="2" .value=${live(question.text)} data-testid=${`create-${id}`} maxlength="2000"
          aria-invalid=${wrong ? "true" : nothing} aria-describedby=${wrong ? `${id}-wrong` : nothing}
          @input=${(event: Event) => this.set(id, () => (question.text = (event.target as HTMLTextAreaElement).value))}></textarea>
        ${this.wrongWords(id)}
      </div>
      <div class="grid">
        <div class="field">
          <label for=${`type-${number}`}>Answered</label>
          <select id=${`type-${number}`} @change=${(event: Event) => this.set(id, () => (question.type = (event.target as HTMLSelectElement).value as QuestionDraft["type"]))}>
            <option value="text" ?selected=${question.type === "text"}>By speaking</option>
            <option value="coding" ?selected=${question.type === "coding"}>With code</option>
          </select>
        </div>
        ${this.field(`timer-${number}`, "Seconds", question.timer, (v) => (question.timer = v), {
          type: "number", placeholder: String(TIMERS[question.type]), min: "1",
        })}
        ${this.field(`keywords-${number}`, "Keywords, by comma", question.keywords, (v) => (question.keywords = v), {
          placeholder: "cause, rollback, learned",
        })}
      </div>
      <details ?open=${question.ideal !== ""}>
        <summary>Ideal answer</summary>
        <label class="unseen" for=${`ideal-${number}`}>Ideal answer to question ${number}</label>
        <textarea id=${`ideal-${number}`} rows="3" maxlength="4000" .value=${live(question.ideal)}
          placeholder="What a very good answer would say. Answers are compared with it by meaning."
          @input=${(event: Event) => (question.ideal = (event.target as HTMLTextAreaElement).value)}></textarea>
      </details>
      ${this.draft.questions.length > 1
        ? html`<button type="button" class="plain square drop" aria-label=${`Remove question ${number}`}
            @click=${() => this.drop(number - 1)}>${icon(Trash2)}</button>`
        : nothing}
    </li>`;
  }

  private set(id: string, change: () => void): void {
    change();
    const { [id]: _gone, ...rest } = this.wrong;
    this.wrong = rest;
  }

  private add(): void {
    this.draft = { ...this.draft, questions: [...this.draft.questions, emptyQuestion()] };
    const id = `#question-${this.draft.questions.length}`;
    void this.updateComplete.then(() => this.querySelector<HTMLTextAreaElement>(id)?.focus());
  }

  private drop(index: number): void {
    this.draft = { ...this.draft, questions: this.draft.questions.filter((_, place) => place !== index) };
    this.wrong = {};
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    this.problem = "";
    this.wrong = faults(this.draft);
    if (Object.keys(this.wrong).length === 0) await this.send();
    await this.updateComplete;
    this.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  }

  /** The same for the same form: a second press after a lost answer makes no second session. */
  private keyFor(body: unknown): string {
    const text = JSON.stringify(body);
    if (text !== this.attempt.text) this.attempt = { text, key: randomKey() };
    return this.attempt.key;
  }

  private async send(): Promise<void> {
    this.busy = true;
    try {
      const body = bodyOf(this.draft);
      this.made = await postJson<Created>("/api/parallel_interview/create", body, { "Idempotency-Key": this.keyFor(body) });
    } catch (error) {
      const input = error instanceof ApiError && error.field ? inputOf(this.draft, error.field) : null;
      if (input !== null) this.wrong = { [input]: plainFault(sentence(error) ?? "") };
      else this.problem = sentence(error) ?? "";
    } finally {
      this.busy = false;
    }
  }
}
