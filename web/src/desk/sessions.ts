// The list of all sessions, and the way to a new one.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { ArrowDown, ArrowUp, Columns2, Download, Plus, X } from "lucide";
import { standingBadge } from "./badge";
import { MOST } from "./compare-choose";
import { download } from "./download";
import { ApiError, sentence } from "./http";
import { icon } from "./icons";
import { DeskList } from "./list";
import { mayDecide } from "./roles";
import { compareAddress, go, serverQuery } from "./router";
import { reviewer } from "./signal-words";
import type { SessionItem, SessionPage } from "./types";
import { day, DECISION, score, standingNote } from "./words";

interface Column {
  word: string;
  key: string;
  /** What a first press asks for: names from A, numbers and dates from the largest. */
  first: "" | "-";
  number?: boolean;
}

const COLUMNS: Column[] = [
  { word: "Candidate", key: "name", first: "" },
  { word: "Interview", key: "title", first: "" },
  { word: "State", key: "standing", first: "" },
  { word: "Score", key: "average_score", first: "-", number: true },
  { word: "Created", key: "created_at", first: "-" },
  { word: "Ended", key: "completed_at", first: "-" },
];

@customElement("desk-sessions")
export class DeskSessions extends DeskList<SessionPage> {
  protected readonly area = "sessions";
  protected readonly source = "/api/parallel_interview/sessions";
  protected readonly size = 25;
  protected readonly stops = "tbody a";
  /** Ids of those to compare, in the order of picking. */
  @state() private picked: string[] = [];
  @state() private refused = "";

  protected override key(key: string): boolean {
    if (key !== "n") return super.key(key);
    go("/staff/sessions/new");
    return true;
  }

  protected override moreKeys(): TemplateResult {
    return html`<kbd>n</kbd> new`;
  }

  protected override heading(): TemplateResult {
    const { picked, interview, job } = this;
    return html`<h1>Sessions</h1>
      <div class="row end">
        ${mayDecide() ? html`<button data-testid="sessions-csv" @click=${this.csv}>${icon(Download)}Export CSV</button>` : nothing}
        <a class="button" href=${compareAddress({ ids: picked, interview, job })} data-testid="sessions-compare">${icon(Columns2)}Compare${picked.length ? ` ${picked.length}` : ""}</a>
        <a class="button primary" href="/staff/sessions/new" data-testid="session-new">${icon(Plus)}New session</a></div>
      ${this.refused ? html`<p class="notice bad" role="alert">${this.refused}</p>` : nothing}`;
  }

  protected override content(page: SessionPage): TemplateResult {
    return page.sessions.length ? this.table(page) : this.empty();
  }

  /** All that the filters find, not this page only. */
  private async csv(): Promise<void> {
    this.refused = "";
    try {
      await download(`/api/v1/interviewer/candidates.csv?${serverQuery({ ...this.filters(), sort: "" })}`, "candidates.csv");
    } catch (error) {
      this.refused = error instanceof ApiError ? error.message : (sentence(error) ?? "");
    }
  }

  private empty(): TemplateResult {
    if (this.filtered) {
      return html`<div class="empty">
        <h2>No session matches</h2>
        <p>Nothing fits this search and state. <a href="/staff/sessions">Show all sessions</a></p>
      </div>`;
    }
    return html`<div class="empty">
      <h2>No sessions yet</h2>
      <p>Write down your questions, and send the candidate a link. Everything else happens by itself.</p>
      <a class="button primary" href="/staff/sessions/new">${icon(Plus)}Create the first session</a>
    </div>`;
  }

  private table(page: SessionPage): TemplateResult {
    return html`
      <div class="scroll" tabindex="-1">
        <table class="list" data-testid="sessions-table">
          <caption class="unseen">Sessions</caption>
          <thead><tr>${COLUMNS.map((column) => this.head(column))}</tr></thead>
          <tbody>${page.sessions.map((session) => this.row(session))}</tbody>
        </table>
      </div>
      ${this.pager(page)}
    `;
  }

  /** Newest first is the order when none is named. */
  private get sorted(): string {
    return this.sort || "-created_at";
  }

  private head({ word, key, first, number }: Column): TemplateResult {
    const down = this.sorted === `-${key}`;
    const now = down || this.sorted === key;
    const next = now ? (down ? key : `-${key}`) : `${first}${key}`;
    return html`<th scope="col" class=${number ? "number" : ""} aria-sort=${now ? (down ? "descending" : "ascending") : nothing}>
      ${key === "name" && this.page?.blind ? word : html`<button class="sort" data-testid=${`sort-${key}`} @click=${() => this.show({ sort: next === "-created_at" ? "" : next })}>${word}${now ? icon(down ? ArrowDown : ArrowUp, 12) : nothing}</button>`}</th>`;
  }

  /** On a phone the table has no head to press. */
  protected override moreTools(): TemplateResult {
    const orders = COLUMNS.map(({ word, key, first }) => ({ value: `${first}${key}`, word: key === "created_at" ? "Newest first" : `By ${word.toLowerCase()}` }));
    return html`<label class="unseen" for="mine">Whose</label>
      <select id="mine" data-testid="sessions-mine" @change=${(event: Event) => this.show({ assignee: (event.target as HTMLSelectElement).value })}>
        <option value="" ?selected=${!this.assignee}>Everybody's</option><option value="me" ?selected=${this.assignee === "me"}>Mine</option>
      </select>
      ${this.interview || this.job
        ? html`<button class="chip" data-testid="sessions-of" @click=${() => this.show({ interview: "", job: "" })}>${this.interview ? "One interview" : "One job opening"}${icon(X, 12)}<span class="unseen"> Show all sessions</span></button>`
        : nothing}
      <label class="unseen" for="sort">Order</label>
      <select id="sort" class="narrow-only" @change=${(event: Event) => this.show({ sort: (event.target as HTMLSelectElement).value })}>
        ${orders.map(({ value, word }) => html`<option value=${value === "-created_at" ? "" : value} ?selected=${value === this.sorted}>${word}</option>`)}
      </select>`;
  }

  private row(session: SessionItem): TemplateResult {
    const href = `/staff/sessions/${encodeURIComponent(session.session_id)}`;
    return html`<tr @click=${(event: MouseEvent) => this.open(event, href)}>
      <td data-label="Candidate">${this.pick(session)}<a href=${href}>${session.user_details.name}</a>
        <span class="under">${session.user_details.email}${session.assignee ? ` · ${reviewer(session.assignee)}` : ""}</span></td>
      <td data-label="Interview">${session.title}</td>
      <td data-label="State">${standingBadge(session)}<span class="under">${standingNote(session)}</span></td>
      <td data-label="Score" class="number">${this.scored(session)}${session.decision ? html`<span class="under">${DECISION[session.decision].word}</span>` : nothing}</td>
      <td data-label="Created" class="date"><time datetime=${session.created_at}>${day(session.created_at)}</time></td>
      <td data-label="Ended" class="date">${session.completed_at === null ? html`<span class="quiet">–</span>` : html`<time datetime=${session.completed_at}>${day(session.completed_at)}</time>`}</td>
    </tr>`;
  }

  /** Whoever has finished can be compared. */
  private pick({ session_id: id, user_details: { name }, completed_at }: SessionItem): TemplateResult | typeof nothing {
    if (completed_at === null) return nothing;
    const on = this.picked.includes(id);
    const change = (event: Event): void => {
      const wanted = (event.target as HTMLInputElement).checked;
      this.picked = wanted ? [...this.picked, id] : this.picked.filter((one) => one !== id);
    };
    return html`<label class="picks"><input type="checkbox" .checked=${on} ?disabled=${!on && this.picked.length >= MOST} @change=${change} data-testid="session-pick" /><span class="unseen">Compare ${name}</span></label>`;
  }

  private scored(session: SessionItem): TemplateResult {
    if (session.average_score === null) return html`<span class="quiet">not scored</span>`;
    return html`${score(session.average_score)}<span class="quiet"> / 10</span>`;
  }

  private open(event: MouseEvent, href: string): void {
    const selecting = (window.getSelection()?.toString() ?? "") !== "";
    if (selecting || (event.target as HTMLElement).closest("a, label")) return;
    go(href);
  }
}
