// One job opening: what it says, what is asked, its link, and who has applied.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Copy, Library, Plus, RefreshCw, Trash2 } from "lucide";
import { api, type Sent } from "../api";
import { badge, standingBadge } from "../badge";
import { confirmed } from "../confirm";
import { plainFault } from "../draft";
import { DeskElement } from "../element";
import { ApiError, currentUser, getTagged, sentence } from "../http";
import { icon } from "../icons";
import { randomKey } from "../random";
import { go } from "../router";
import type { SessionItem } from "../types";
import { day, standingNote } from "../words";
import { chosenFromBank } from "./bank-picker";
import { copied } from "./clipboard";
import { freshKey, MAX_QUESTIONS } from "./design";
import { area, choice, line } from "./fields";
import { blankJob, jobBody, jobDraftOf, jobFaults, sameJob, type JobDraft } from "./job-draft";
import { JOB_STATUS } from "./jobs";
import { drop, keep, kept } from "./kept";
import { mayMake } from "./paged";
import { NEW } from "./places";
import { blankQuestion, draftOfQuestion, type QuestionDraft } from "./question";
import type { PlanQuestions } from "./questions";
import "./questions";
import type { InterviewItem, Job, JobStatus } from "./types";

const ONE = "/api/v1/interviewer/jobs/{job_id}";
const STALE = 412;

@customElement("desk-job")
export class DeskJob extends DeskElement {
  @property() jobId = "";
  @state() private job: Job | null = null;
  @state() private draft: JobDraft | null = null;
  @state() private interviews: InterviewItem[] = [];
  @state() private sessions: { items: SessionItem[]; total: number } | null = null;
  @state() private wrong: Record<string, string> = {};
  @state() private problem = "";
  @state() private said = "";
  @state() private busy = false;
  /** What became of what was typed at an earlier visit. */
  @state() private news = "";
  private base = blankJob();
  private tag = "*";
  private once = randomKey();

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has("jobId") && this.jobId !== String(this.job?.id ?? "")) void this.load();
  }

  private get dirty(): boolean {
    return this.draft !== null && !sameJob(this.draft, this.base);
  }

  private async load(): Promise<void> {
    const { signal } = this.life;
    Object.assign(this, { job: null, draft: null, sessions: null, problem: "", said: "", news: "", wrong: {}, once: randomKey() });
    try {
      this.interviews = (await api.get("/api/v1/interviewer/interviews", { query: { limit: 200, sort: "title", order: "asc" }, signal })).items;
      if (this.jobId === NEW) {
        this.draft = this.base = blankJob();
        this.back();
        return;
      }
      const { value, tag } = await getTagged<Job>(`/api/v1/interviewer/jobs/${encodeURIComponent(this.jobId)}`, signal);
      this.stands(value, tag);
      this.back();
      await this.applied();
    } catch (error) {
      this.problem = sentence(error) ?? "";
    }
  }

  private stands(job: Job, tag: string): void {
    this.job = job;
    this.tag = tag;
    this.draft = this.base = jobDraftOf(job);
  }

  /** What was typed before and not saved is in the form again. */
  private back(): void {
    const mine = mayMake() ? kept<JobDraft>(this.user, this.place) : null;
    if (mine === null || sameJob(mine.draft, this.base)) return;
    this.draft = { ...mine.draft, status: this.job?.status ?? mine.draft.status };
    const since = sameJob(mine.base, this.base) ? "" : " The job opening was changed since; saving puts yours in the place of theirs.";
    this.news = `What you typed ${day(mine.at)} and did not save is here again.${since}`;
  }

  private get user(): string {
    return currentUser()?.username ?? "";
  }

  private get place(): string {
    return `job:${this.jobId}`;
  }

  private async applied(): Promise<void> {
    const found = await api.get("/api/parallel_interview/sessions", { query: { job_id: this.jobId, limit: 10 }, signal: this.life.signal });
    this.sessions = { items: found.sessions as SessionItem[], total: found.total };
  }

  private change(change: Partial<JobDraft>): void {
    if (this.draft === null) return;
    this.draft = { ...this.draft, ...change };
    this.said = "";
    this.wrong = {};
    if (this.dirty) keep(this.user, this.place, { revision: null, base: this.base, draft: this.draft, at: new Date().toISOString() });
    else drop(this.user, this.place);
  }

  private throwAway = async (): Promise<void> => {
    const text = this.job ? "The form goes back to what is saved." : "The form is emptied.";
    if (!(await confirmed({ title: "Throw away what you typed?", text, act: "Throw away" }))) return;
    drop(this.user, this.place);
    Object.assign(this, { draft: this.base, news: "", problem: "", wrong: {}, said: "" });
  };

  protected override render(): TemplateResult {
    const { draft, job } = this;
    const crumb = html`<p class="crumb"><a href="/staff/jobs">Job openings</a></p>`;
    if (draft === null) return html`${crumb}<div class="title"><h1>Job opening</h1></div>${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : html`<p class="quiet" aria-busy="true">Loading…</p>`}`;
    return html`${crumb}
      <div class="title"><h1>${job?.title ?? "New job opening"}</h1>${job ? badge(JOB_STATUS[job.status].word, JOB_STATUS[job.status].tone) : nothing}
        ${job && mayMake() ? html`<div class="row end">
          <button ?disabled=${this.busy} data-testid="job-toggle" @click=${() => this.become(job.status === "open" ? "closed" : "open")}>${job.status === "open" ? "Close it" : "Open it"}</button>
          <button class="danger quietly" ?disabled=${this.busy} data-testid="job-delete" @click=${this.delete}>${icon(Trash2)}Delete</button></div>` : nothing}</div>
      ${job ? this.link(job) : nothing}
      <form class="plan-form" novalidate @submit=${this.submit}><fieldset ?disabled=${!mayMake()}>${this.parts(draft)}</fieldset>
        ${mayMake() ? this.bar() : nothing}</form>
      ${this.applicants()}`;
  }

  private link(job: Job): TemplateResult {
    return html`<section class="panel broad-panel" aria-labelledby="job-link-title"><h2 id="job-link-title">Link to apply</h2>
      <p class="quiet">${JOB_STATUS[job.status].means} Everybody applies once with an address.</p>
      <div class="link"><label class="unseen" for="job-link">The link</label><input id="job-link" readonly .value=${job.share_url} data-testid="job-link" @focus=${(event: Event) => (event.target as HTMLInputElement).select()} />
        <div class="row"><button @click=${() => this.copy(job)} data-testid="job-copy">${icon(Copy)}Copy</button>
          ${mayMake() ? html`<button ?disabled=${this.busy} @click=${this.anew}>${icon(RefreshCw)}Another link</button>` : nothing}</div></div></section>`;
  }

  private parts(draft: JobDraft): TemplateResult {
    const { wrong } = this;
    return html`<section class="part"><h2>Job</h2>
        ${line({ id: "title", label: "Title", value: draft.title, max: 200, required: true, placeholder: "Data engineer", wrong: wrong.title, set: (title) => this.change({ title }) })}
        <div class="grid">
          ${line({ id: "location", label: "Place (optional)", value: draft.location, max: 200, placeholder: "Hamburg, or remote", wrong: wrong.location, set: (location) => this.change({ location }) })}
          ${line({ id: "experience", label: "Experience (optional)", value: draft.experience, max: 200, placeholder: "3 years", wrong: wrong.experience, set: (experience) => this.change({ experience }) })}
          ${this.job ? nothing : choice({ id: "status", label: "State", value: draft.status, hint: "", options: [["open", "Open"], ["draft", "Draft"]], set: (status) => this.change({ status: status as JobStatus }) })}
        </div>
        ${area({ id: "description", label: "What the job is (optional)", hint: "Whoever opens the link reads it.", value: draft.description, rows: 5, max: 20000, wrong: wrong.description, set: (description) => this.change({ description }) })}
      </section>
      <section class="part"><h2>What is asked</h2>
        ${choice({ id: "interview", label: "Interview", value: draft.interview, wrong: wrong.interview, options: [["", "Questions of its own"], ...this.interviews.map((one) => [String(one.id), one.title] as [string, string])], set: (interview) => this.change({ interview }) })}
        ${draft.interview ? html`<p><a href=${`/staff/interviews/${draft.interview}`}>Open the interview</a></p>` : this.own(draft)}
      </section>`;
  }

  private own(draft: JobDraft): TemplateResult {
    const full = draft.questions.length >= MAX_QUESTIONS;
    return html`<plan-questions .questions=${draft.questions} .wrong=${this.wrong} ?readonly=${!mayMake()} @questions=${(event: CustomEvent<QuestionDraft[]>) => this.change({ questions: event.detail })}></plan-questions>
      ${mayMake() ? html`<div class="row"><button type="button" ?disabled=${full} data-testid="plan-add-question" @click=${this.add}>${icon(Plus)}Write a question</button>
        <button type="button" ?disabled=${full} data-testid="plan-from-bank" @click=${this.fromBank}>${icon(Library)}Take from the bank</button></div>` : nothing}`;
  }

  private bar(): TemplateResult {
    const { job, dirty } = this;
    return html`<div class="save-bar">
      ${this.news ? html`<p class="notice warn" role="status" data-testid="job-news">${this.news} <button type="button" class="link" data-testid="job-throw-away" @click=${this.throwAway}>${job ? "Throw my changes away" : "Begin anew"}</button></p>` : nothing}
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      <div class="row"><button class="primary" ?disabled=${this.busy || (!dirty && job !== null)} data-testid="job-save">${this.busy ? "Saving…" : job ? "Save" : "Make the job opening"}</button>
        <span class="quiet" role="status" data-testid="job-said">${this.said || (dirty && job ? "Not saved yet." : "")}</span></div></div>`;
  }

  private applicants(): TemplateResult | typeof nothing {
    const { sessions } = this;
    if (this.job === null || sessions === null) return nothing;
    return html`<section class="panel broad-panel" aria-labelledby="applied-title" data-testid="job-sessions"><h2 id="applied-title">Who has applied</h2>
      ${sessions.total === 0 ? html`<p class="quiet">Nobody yet.</p>` : html`<ul class="asked-list">${sessions.items.map((one) => html`<li class="plain-row"><span class="wrap"><a href=${`/staff/sessions/${encodeURIComponent(one.session_id)}`}>${one.user_details.name}</a>
          <span class="quiet">${one.user_details.email} · ${day(one.created_at)}</span></span><span>${standingBadge(one)}<span class="under">${standingNote(one)}</span></span></li>`)}</ul>
        <p><a href=${`/staff/sessions?job=${this.job.id}`}>${sessions.total === 1 ? "Open in the list of sessions" : `All ${sessions.total} in the list of sessions`}</a></p>`}</section>`;
  }

  private add = (): void => {
    const questions = this.draft?.questions ?? [];
    const fresh = blankQuestion(freshKey(questions), null, 120);
    this.change({ questions: [...questions, fresh] });
    void this.updateComplete.then(() => this.querySelector<PlanQuestions>("plan-questions")?.edit(fresh.key));
  };

  private fromBank = async (): Promise<void> => {
    for (const one of await chosenFromBank()) {
      const questions = this.draft?.questions ?? [];
      if (questions.length < MAX_QUESTIONS) this.change({ questions: [...questions, draftOfQuestion(one, freshKey(questions), null)] });
    }
  };

  private async copy(job: Job): Promise<void> {
    const done = await copied(job.share_url);
    this.said = done ? "The link is copied." : "The browser did not allow it. Select the link and press Ctrl+C.";
    if (!done) this.querySelector<HTMLInputElement>("#job-link")?.select();
  }

  private submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const { draft } = this;
    if (draft === null || this.busy) return;
    this.wrong = jobFaults(draft);
    if (Object.keys(this.wrong).length === 0) await this.act(() => this.save(draft));
    await this.updateComplete;
    await this.querySelector<PlanQuestions>("plan-questions")?.updateComplete;
    this.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  };

  private async save(draft: JobDraft): Promise<void> {
    const body = jobBody(draft) as Sent<"/api/v1/interviewer/jobs", "post">;
    if (this.job) {
      await api.put(ONE, { path: { job_id: this.jobId }, header: { "If-Match": this.tag }, body });
      drop(this.user, this.place);
      this.news = "";
      await this.again();
      this.said = "Saved.";
      return;
    }
    const made = await api.post("/api/v1/interviewer/jobs", { header: { "Idempotency-Key": this.once }, body });
    drop(this.user, this.place);
    go(`/staff/jobs/${made.id}`, "replace");
  }

  /** As it is on the server now, with its tag. */
  private async again(): Promise<void> {
    const { value, tag } = await getTagged<Job>(`/api/v1/interviewer/jobs/${encodeURIComponent(this.jobId)}`, this.life.signal);
    this.stands(value, tag);
  }

  private become(status: JobStatus): Promise<void> {
    return this.act(async () => {
      const typed = this.dirty ? this.draft : null;
      await api.put(ONE, { path: { job_id: this.jobId }, body: { status } as Sent<typeof ONE, "put"> });
      await this.again();
      if (typed) this.draft = { ...typed, status };
      this.said = status === "open" ? "It is open: whoever has the link can apply." : "It is closed.";
    });
  }

  private anew = async (): Promise<void> => {
    if (!(await confirmed({ title: "Another link?", text: "The link that was shared before opens nothing any more. Who has applied stays.", act: "Make another link" }))) return;
    await this.act(async () => {
      await api.post(`${ONE}/share`, { path: { job_id: this.jobId } });
      const typed = this.dirty ? this.draft : null;
      await this.again();
      if (typed) this.draft = typed;
      this.said = "The link is another one now.";
    });
  };

  private delete = async (): Promise<void> => {
    const text = "Its link opens nothing any more. Sessions of who has applied stay, with their reports.";
    if (!(await confirmed({ title: `Delete “${this.job?.title}”?`, text, act: "Delete job opening" }))) return;
    await this.act(async () => {
      await api.remove(ONE, { path: { job_id: this.jobId } });
      drop(this.user, this.place);
      go("/staff/jobs");
    });
  };

  private async act(work: () => Promise<void>): Promise<void> {
    Object.assign(this, { busy: true, problem: "", said: "" });
    try {
      await work();
    } catch (error) {
      await this.failed(error);
    } finally {
      this.busy = false;
    }
  }

  private async failed(error: unknown): Promise<void> {
    if (error instanceof ApiError && error.status === STALE && this.draft) {
      const typed = this.draft;
      await this.again();
      this.draft = typed;
      this.problem = "Somebody else changed this job opening meanwhile. What you typed is still in the form; saving puts it in the place of theirs.";
      return;
    }
    const field = error instanceof ApiError ? (error.field ?? "") : "";
    const [first = "", place, part = "text"] = field.split(".");
    const at = first === "questions" ? `${this.draft?.questions[Number(place)]?.key}-${part.replace("_time", "")}` : first === "interview_id" ? "interview" : first;
    if (at && this.querySelector(`#${CSS.escape(at)}`)) this.wrong = { [at]: plainFault(sentence(error) ?? "") };
    else this.problem = sentence(error) ?? "";
  }
}
