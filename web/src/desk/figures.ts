// Figures over all sessions: how many, how they went, and whether groups fare alike.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { api, type Answered, type Query } from "./api";
import { DeskElement } from "./element";
import { sentence } from "./http";
import "./impact";
import { DECISION, duration, score, STANDING } from "./words";
import "./programs.css";

const PERIODS: [Period, string][] = [["daily", "Days"], ["weekly", "Weeks"], ["monthly", "Months"]];

type Overview = Answered<"/api/v1/interviewer/analytics/overview", "get">;
type Interview = Answered<"/api/v1/interviewer/analytics/interviews", "get">["items"][number];
type Point = Answered<"/api/v1/interviewer/analytics/trends", "get">["trends"][number];
type Period = NonNullable<Query<"/api/v1/interviewer/analytics/trends">["period"]>;

@customElement("desk-figures")
export class DeskFigures extends DeskElement {
  @state() private overview: Overview | null = null;
  @state() private points: Point[] = [];
  @state() private interviews: Interview[] = [];
  @state() private period: Period = "daily";
  @state() private problem = "";

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    const { signal } = this.life;
    try {
      this.overview = await api.get("/api/v1/interviewer/analytics/overview", { signal });
      this.interviews = (await api.get("/api/v1/interviewer/analytics/interviews", { query: { limit: 50 }, signal })).items;
      await this.trend();
      this.problem = "";
    } catch (error) {
      this.problem = sentence(error) ?? this.problem;
    }
  }

  private async trend(): Promise<void> {
    const { period, life: { signal } } = this;
    this.points = (await api.get("/api/v1/interviewer/analytics/trends", { query: { period }, signal })).trends;
  }

  protected override render(): TemplateResult {
    const { overview } = this;
    return html`<div data-testid="figures-page"><div class="title"><h1>Figures</h1></div>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${overview === null ? html`<p class="quiet">Counting…</p>` : this.content(overview)}</div>`;
  }

  private content(all: Overview): TemplateResult {
    if (all.total_interviews === 0) {
      return html`<div class="empty"><h2>Nothing to count yet</h2><p>Figures appear with the first session.</p>
        <a class="button primary" href="/staff/sessions/new">New session</a></div>`;
    }
    const decided = Object.entries(all.by_decision).map(([key, count]) => `${count} ${word(DECISION, key).toLowerCase()}`);
    return html`
      <dl class="tiles">
        ${tile("Sessions", String(all.total_interviews), `${all.recent_interviews_count} in the last 30 days`)}
        ${tile("Completed", all.completion_rate === null ? "–" : `${all.completion_rate.toFixed(0)} %`, `${all.completed_interviews} of ${all.finished_interviews} that have ended`)}
        ${tile("Mean score", score(all.avg_score), `of 10, over ${all.scored_interviews} with a score`)}
        ${tile("Mean length", all.avg_duration_seconds === null ? "–" : duration(all.avg_duration_seconds), "from the start to the end")}
        ${tile("Decided", String(all.total_interviews - all.undecided), decided.join(", ") || "nobody yet")}
      </dl>
      <section class="panel" aria-labelledby="trend-title">
        <div class="row"><h2 id="trend-title">Sessions created</h2>
          <label class="unseen" for="period">Period</label>
          <select class="at-end" id="period" @change=${this.choose}>${PERIODS.map(([key, name]) => html`<option value=${key} ?selected=${key === this.period}>${name}</option>`)}</select></div>
        ${bars(this.points.map((point) => ({ name: point.date, count: point.count })), "Sessions created")}
        <div class="ends"><span>${shortDay(this.points[0]?.date)}</span><span>${shortDay(this.points.at(-1)?.date)}</span></div>
      </section>
      <div class="pair">
        <section class="panel" aria-labelledby="scores-title"><h2 id="scores-title">Scores</h2>
          ${bars(Object.entries(all.by_score).map(([name, count]) => ({ name, count })), "Sessions by score", true)}
          <div class="ends each">${Object.keys(all.by_score).map((point) => html`<span>${point}</span>`)}</div></section>
        <section class="panel" aria-labelledby="standing-title"><h2 id="standing-title">Where they stand</h2>
          <table class="plain-table"><tbody>${Object.entries(all.by_standing).sort((a, b) => b[1] - a[1]).map(
            ([key, count]) => html`<tr><td>${word(STANDING, key)}</td><td class="number">${count}</td></tr>`,
          )}</tbody></table></section>
      </div>
      ${this.byInterview()}<desk-impact></desk-impact>`;
  }

  private byInterview(): TemplateResult {
    return html`<section class="panel" aria-labelledby="by-title"><h2 id="by-title">By interview</h2>
      <div class="wide-scroll" tabindex="0" role="region" aria-label="Table of interviews"><table class="plain-table">
        <thead><tr><th>Interview</th><th class="number">Sessions</th><th class="number">Completed</th><th class="number">Score</th><th class="number">Length</th></tr></thead>
        <tbody>${this.interviews.map((one) => html`<tr><td>${one.title}</td><td class="number">${one.sessions}</td>
          <td class="number">${one.completion_rate === null ? "–" : `${one.completion_rate.toFixed(0)} %`}</td><td class="number">${score(one.avg_score)}</td>
          <td class="number">${one.avg_duration_seconds === null ? "–" : duration(one.avg_duration_seconds)}</td></tr>`)}</tbody>
      </table></div></section>`;
  }

  private async choose(event: Event): Promise<void> {
    this.period = (event.target as HTMLSelectElement).value as Period;
    try {
      await this.trend();
    } catch (error) {
      this.problem = sentence(error) ?? this.problem;
    }
  }
}

function tile(name: string, value: string, more: string): TemplateResult {
  return html`<div class="tile"><dt>${name}</dt><dd>${value}<small>${more}</small></dd></div>`;
}

/** The highest bar fills the height; each says its name and count. */
function bars(items: { name: string; count: number }[], label: string, few = false): TemplateResult {
  const most = Math.max(1, ...items.map((item) => item.count));
  return html`<ol class="bars ${few ? "few" : ""}" aria-label=${label}>
    ${items.map((item) => html`<li title="${item.name}: ${item.count}"><span class="unseen">${item.name}: ${item.count}</span>
      ${few && item.count ? html`<span aria-hidden="true">${item.count}</span>` : nothing}
      <span class="bar ${item.count ? "some" : ""}" style="height: ${(100 * item.count) / most}%"></span></li>`)}
  </ol>`;
}

function word(words: Record<string, unknown>, key: string): string {
  const found = words[key];
  if (typeof found === "string") return found;
  if (found && typeof found === "object" && "word" in found) return String(found.word);
  return key;
}

function shortDay(text: string | undefined): string {
  return text ? new Date(`${text}T00:00:00`).toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric" }) : "";
}
