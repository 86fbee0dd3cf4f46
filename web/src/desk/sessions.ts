// The list of all sessions, and the way to a new one.
import { html, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { Plus } from "lucide";
import type { Status } from "../protocol.gen";
import { statusBadge } from "./badge";
import { icon } from "./icons";
import { DeskList } from "./list";
import { go } from "./router";
import type { SessionItem, SessionPage } from "./types";
import { day, score } from "./words";

@customElement("desk-sessions")
export class DeskSessions extends DeskList<SessionPage> {
  protected readonly area = "sessions";
  protected readonly source = "/api/parallel_interview/sessions";
  protected readonly size = 25;
  protected readonly stops = "tbody a";

  protected override key(key: string): boolean {
    if (key !== "n") return super.key(key);
    go("/staff/sessions/new");
    return true;
  }

  protected override moreKeys(): TemplateResult {
    return html`<kbd>n</kbd> new`;
  }

  protected override heading(): TemplateResult {
    return html`<h1>Sessions</h1>
      <a class="button primary" href="/staff/sessions/new" data-testid="session-new">${icon(Plus)}New session</a>`;
  }

  protected override content(page: SessionPage): TemplateResult {
    return page.sessions.length ? this.table(page) : this.empty();
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
          <caption class="unseen">Sessions, newest first</caption>
          <thead><tr>
            <th scope="col">Candidate</th><th scope="col">Interview</th><th scope="col">State</th>
            <th scope="col" class="number">Answered</th><th scope="col" class="number">Score</th><th scope="col">Created</th>
          </tr></thead>
          <tbody>${page.sessions.map((session) => this.row(session))}</tbody>
        </table>
      </div>
      ${this.pager(page)}
    `;
  }

  private row(session: SessionItem): TemplateResult {
    const href = `/staff/sessions/${encodeURIComponent(session.session_id)}`;
    return html`<tr @click=${(event: MouseEvent) => this.open(event, href)}>
      <td data-label="Candidate"><a href=${href}>${session.user_details.name}</a>
        <span class="under">${session.user_details.email}</span></td>
      <td data-label="Interview">${session.title}</td>
      <td data-label="State">${statusBadge(session.status as Status)}</td>
      <td data-label="Answered" class="number">${session.questions_answered} of ${session.max_questions}</td>
      <td data-label="Score" class="number">${this.scored(session)}</td>
      <td data-label="Created"><time datetime=${session.created_at}>${day(session.created_at)}</time></td>
    </tr>`;
  }

  private scored(session: SessionItem): TemplateResult {
    if (session.average_score === null) return html`<span class="quiet">not scored</span>`;
    return html`${score(session.average_score)}<span class="quiet"> / 10</span>`;
  }

  private open(event: MouseEvent, href: string): void {
    const selecting = (window.getSelection()?.toString() ?? "") !== "";
    if (selecting || (event.target as HTMLElement).closest("a")) return;
    go(href);
  }
}
