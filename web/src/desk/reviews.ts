// The review queue: sessions with signals that wait for a person's decision, reviewed in place.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { badge, standingBadge } from "./badge";
import "./integrity";
import { DeskList } from "./list";
import type { ReviewPage, SessionItem, Watch } from "./types";
import { day } from "./words";

@customElement("desk-reviews")
export class DeskReviews extends DeskList<ReviewPage> {
  protected readonly area = "reviews";
  protected readonly source = "/api/reviews";
  protected readonly size = 20;
  protected readonly stops = ".waiting > summary";
  /** Opened here: they stay until the page is left, so that nothing vanishes under the hand. */
  @state() private opened = new Map<string, SessionItem>();

  protected override moved(): void {
    this.opened = new Map();
    super.moved();
  }

  /** The page as it is now; what was opened here and is done since keeps its place. */
  private shown(page: ReviewPage): SessionItem[] {
    const here = new Map(page.sessions.map((one) => [one.session_id, one]));
    for (const [id, one] of this.opened) if (!here.has(id)) here.set(id, { ...one, violations_unreviewed: 0 });
    return [...here.values()].sort((a, b) => b.created_at.localeCompare(a.created_at));
  }

  protected override heading(): TemplateResult {
    const signals = this.page?.signals ?? 0;
    return html`<h1>Review</h1>${signals ? html`<span class="quiet">${waiting(signals)}</span>` : nothing}`;
  }

  protected override content(page: ReviewPage): TemplateResult {
    const shown = this.shown(page);
    if (shown.length === 0) return this.empty();
    return html`<div data-testid="reviews-list">${repeat(shown, (one) => one.session_id, (one) => this.session(one))}</div>
      ${page.total > this.size ? this.pager(page) : nothing}`;
  }

  private empty(): TemplateResult {
    if (this.filtered) {
      return html`<div class="empty"><h2>Nothing matches</h2>
        <p>No session with waiting signals fits this search and state. <a href="/staff/reviews">Show the whole queue</a></p></div>`;
    }
    return html`<div class="empty" data-testid="reviews-empty"><h2>Nothing to review</h2>
      <p>When something is noticed during an interview, it waits here with its picture until a person has looked at it.</p></div>`;
  }

  private session(item: SessionItem): TemplateResult {
    const id = item.session_id;
    const going = item.status === "in_progress";
    return html`<details class="panel waiting" data-testid="reviews-session" @toggle=${(event: Event) => this.toggled(event, item)}>
      <summary>
        <span class="who-what"><h2>${item.user_details.name}</h2><span class="quiet">${item.title}</span></span>
        ${standingBadge(item)}
        <span class="quiet small">${day(item.started_at ?? item.created_at)}</span>
        ${item.violations_unreviewed ? badge(waiting(item.violations_unreviewed), "warn") : badge("All reviewed", "good")}
      </summary>
      ${this.opened.has(id)
        ? html`<p class="small"><a href=${going ? `/staff/live/${id}` : `/staff/reports/${id}`}>${going ? "Watch live" : "Open the report"}</a></p>
            <desk-integrity brief .sessionId=${id} .revision=${item.proctoring_violations_count} @reviewed=${(event: CustomEvent<Watch>) => this.reviewed(item, event.detail)}></desk-integrity>`
        : nothing}
    </details>`;
  }

  private toggled(event: Event, item: SessionItem): void {
    if ((event.target as HTMLDetailsElement).open && !this.opened.has(item.session_id)) {
      this.opened = new Map(this.opened).set(item.session_id, item);
    }
  }

  /** Show the new count at once, and fetch the list behind it. */
  private reviewed(item: SessionItem, now: Watch): void {
    if (this.page === null) return;
    const left = { ...item, violations_unreviewed: now.integrity.unreviewed };
    this.page = { ...this.page, sessions: this.page.sessions.map((one) => (one.session_id === item.session_id ? left : one)) };
    void this.load();
  }
}

function waiting(count: number): string {
  return `${count} ${count === 1 ? "signal waits" : "signals wait"}`;
}
