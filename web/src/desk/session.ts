// One session: where it stands, the link, and what staff may do with it.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { CircleStop, Columns2, Eye, FileText, Play, Trash2 } from "lucide";
import { blindNotice } from "./blind";
import { standingBadge } from "./badge";
import { confirmed } from "./confirm";
import { DeskElement } from "./element";
import { getJson, postJson, remove, sentence } from "./http";
import { icon } from "./icons";
import "./assignee";
import "./link";
import { compareAddress, go } from "./router";
import type { Details } from "./types";
import { day, duration, endWords, languageName, OUTCOME, PHASE, RECORDING, recordingNote, score, standingNote } from "./words";

const FRESH_MS = 3_000;

@customElement("desk-session")
export class DeskSession extends DeskElement {
  @property() sessionId = "";
  @state() private found: Details | null = null;
  @state() private problem = "";
  @state() private refused = "";
  @state() private busy = false;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.repeat(FRESH_MS, () => this.load());
  }

  private get path(): string {
    return `/api/parallel_interview/session/${encodeURIComponent(this.sessionId)}`;
  }

  private async load(): Promise<void> {
    try {
      this.found = await getJson<Details>(this.path, this.life.signal);
      this.problem = "";
    } catch (error) {
      this.problem = sentence(error) ?? this.problem;
    }
  }

  protected override render(): TemplateResult {
    const said = this.refused || this.problem;
    const problem = said ? html`<p class="notice bad" role="alert">${said}</p>` : nothing;
    const crumb = html`<p class="crumb"><a href="/staff/sessions">Sessions</a></p>`;
    if (this.found === null) return html`${crumb}<div class="title"><h1>Session</h1></div>${problem}`;
    const { session } = this.found;
    return html`${crumb}
      <div class="title">
        <h1>${session.user_details.name}</h1>${standingBadge(session)}<span class="quiet" data-testid="session-note">${standingNote(session)}</span>
        <div class="row end">${this.actions(this.found)}</div>
      </div>
      ${problem}${session.blind ? blindNotice : nothing}
      ${this.found.candidate_url
        ? html`<section class="panel">
            <h2>Candidate's link</h2>
            <desk-link .url=${this.found.candidate_url} .name=${session.user_details.name}
              .email=${session.user_details.email} .interview=${session.title}></desk-link>
          </section>`
        : nothing}
      <section class="panel">${this.facts(this.found)}
        <div class="row facts-end"><span class="quiet small">Looked after by</span>
          <desk-assignee .sessionId=${this.sessionId} .assignee=${session.assignee}></desk-assignee></div></section>
      ${this.questions(this.found)}
    `;
  }

  private actions({ session, report_status }: Details): TemplateResult {
    const live = session.status === "in_progress";
    const open = live || session.status === "initialized";
    return html`
      ${live && session.mode === "live" ? html`<a class="button primary" href=${`/staff/live/${session.session_id}`}>${icon(Eye)}Watch live</a>` : nothing}
      ${!open
        ? html`<a class="button primary" href=${`/staff/reports/${session.session_id}`} data-testid="session-report">
            ${icon(FileText)}${report_status === null ? "Report (being made)" : "Report"}</a>
            <a class="button" href=${compareAddress({ ids: [session.session_id], interview: session.interview_id === null ? "" : String(session.interview_id) })}>${icon(Columns2)}Compare</a>`
        : nothing}
      ${session.status === "initialized"
        ? html`<button ?disabled=${this.busy} @click=${() => this.act(() => postJson(`${this.path}/start`))}>${icon(Play)}Start</button>`
        : nothing}
      ${live ? html`<button ?disabled=${this.busy} @click=${this.end}>${icon(CircleStop)}End</button>` : nothing}
      <button class="danger quietly" ?disabled=${this.busy} @click=${this.erase}>${icon(Trash2)}Delete</button>
    `;
  }

  private facts({ session, interview_state }: Details): TemplateResult {
    const lines: [string, string][] = [
      ["Interview", session.title],
      ["E-mail", session.blind ? "Hidden" : session.user_details.email],
      ["Phone", session.blind ? "Hidden" : session.user_details.phone || "–"],
      ["Language", languageName(session.language)],
      ["Camera", session.camera_required ? "Needed" : session.camera_waived ? "Needed; this candidate may do without" : "Not needed"],
      ["Questions answered", `${session.questions_answered} of ${session.max_questions}`],
      ["Link opened", session.link_opened_at === null ? (session.started_at === null && session.completed_at === null ? "Not yet" : "–") : day(session.link_opened_at)],
      ["Average score", session.average_score === null ? "not scored" : `${score(session.average_score)} of 10`],
      ["Consent", session.consent_received ? "Given" : "Not given"],
      ["Created", day(session.created_at)],
      ["Started", day(session.started_at)],
      ["Ended", day(session.completed_at)],
    ];
    const recorded = recordingNote(session);
    if (recorded !== null) lines.splice(4, 0, ["Now", `${RECORDING}: ${recorded}`]);
    else if (interview_state.phase && session.standing === "live") lines.splice(4, 0, ["Now", PHASE[interview_state.phase as keyof typeof PHASE]]);
    if (session.end_reason) lines.push(["End", endWords(session.end_reason)]);
    return html`<dl class="facts">${lines.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
  }

  private questions({ questions, session }: Details): TemplateResult {
    const over = session.completed_at !== null;
    return html`<section class="panel" aria-labelledby="questions-title" data-testid="session-questions">
      <h2 id="questions-title">Questions</h2>
      ${questions.length > session.max_questions ? html`<p class="quiet small">At most ${session.max_questions} of these ${questions.length} are asked.</p>` : nothing}
      <ol class="asked-list">${questions.map((question) => html`<li>
        <span class="n">${question.number}</span>
        <div><p>${question.text}</p>
          <p class="quiet small">${question.kind === "coding" ? "With code" : "By speaking"} · ${duration(question.timer_s)}${question.preparation_s ? ` · ${duration(question.preparation_s)} to prepare` : ""}${question.keywords.length ? ` · Keywords: ${question.keywords.join(", ")}` : ""}</p>
          ${question.ideal_answer ? html`<details class="small"><summary>Ideal answer</summary><p>${question.ideal_answer}</p></details>` : nothing}</div>
        <span class="quiet small">${question.outcome ? OUTCOME[question.outcome] : over ? "Not answered" : ""}</span>
      </li>`)}</ol>
    </section>`;
  }

  private async end(): Promise<void> {
    const name = this.found?.session.user_details.name ?? "The candidate";
    const sure = await confirmed({
      title: "End this interview?",
      text: `${name} cannot go on after that. What was answered so far is kept and goes into the report.`,
      act: "End interview",
    });
    if (sure) await this.act(() => postJson(`${this.path}/end`));
  }

  private async erase(): Promise<void> {
    if (this.found === null) return;
    const { user_details: who, title, created_at } = this.found.session;
    const sure = await confirmed({
      title: `Delete the session of ${who.name}?`,
      text: `${who.name}${who.email ? ` (${who.email})` : ""}, “${title}”, created ${day(created_at)}: answers, recording, report and reviews are erased for good. This cannot be undone.`,
      act: `Delete ${who.name}`,
    });
    if (!sure) return;
    await this.act(async () => {
      await remove(this.path);
      go("/staff/sessions", "replace");
    });
  }

  private async act(work: () => Promise<unknown>): Promise<void> {
    this.busy = true;
    this.refused = "";
    try {
      await work();
      if (this.isConnected) await this.load();
    } catch (error) {
      this.refused = sentence(error) ?? "";
    } finally {
      this.busy = false;
    }
  }
}
