// Candidates side by side: the answers to the same question in one row.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Download, X } from "lucide";
import type { EvidenceQuote } from "../protocol.gen";
import { api, type Answered } from "./api";
import { badge, standingBadge } from "./badge";
import { blindNotice } from "./blind";
import "./compare-choose";
import { download } from "./download";
import { DeskElement } from "./element";
import { sentence } from "./http";
import { icon } from "./icons";
import { review } from "./review-dialog";
import { mayDecide } from "./roles";
import { compareAddress, go } from "./router";
import { cardWords } from "./scorecard";
import { reviewer } from "./signal-words";
import type { Judged } from "./types";
import { at, BAND, day, DECISION, OUTCOME, score } from "./words";

type Comparison = Answered<"/api/v1/interviewer/compare", "get">;
type Column = Comparison["candidates"][number];
type Cell = Comparison["rows"][number]["cells"][number];
type Answer = Omit<Cell, "follow_ups" | "question_number" | "session_id">;

const SHORT_CHARS = 360;

@customElement("desk-compare")
export class DeskCompare extends DeskElement {
  @property({ attribute: false }) ids: string[] = [];
  @property() interview = "";
  @property() job = "";
  @state() private found: Comparison | null = null;
  @state() private problem = "";
  private asked = new AbortController();

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const before = changed.get("ids") as string[] | undefined;
    if (changed.has("ids") && before?.join() !== this.ids.join()) void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.asked.abort();
  }

  private async load(): Promise<void> {
    this.asked.abort();
    const { signal } = (this.asked = new AbortController());
    this.problem = "";
    if (this.ids.length === 0) {
      this.found = null;
      return;
    }
    try {
      this.found = await api.get("/api/v1/interviewer/compare", { query: { session_ids: this.ids.join(",") }, signal });
    } catch (error) {
      this.problem = sentence(error) ?? this.problem;
    }
  }

  protected override render(): TemplateResult {
    const { found } = this;
    return html`<p class="crumb"><a href="/staff/sessions">Sessions</a></p>
      <div class="title"><h1>Compare candidates</h1>
        <div class="row end">${mayDecide() ? html`<button data-testid="compare-csv" @click=${this.csv}>${icon(Download)}Export CSV</button>` : nothing}</div></div>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${found?.blind && found.candidates.some((one) => one.blind)
        ? html`<div data-testid="compare-blind">${blindNotice}</div>`
        : nothing}
      <desk-compare-choose .ids=${this.ids} .interview=${this.interview} .job=${this.job}></desk-compare-choose>
      ${found === null ? this.empty() : this.table(found)}`;
  }

  private empty(): TemplateResult | typeof nothing {
    if (this.problem || this.ids.length) return nothing;
    return html`<div class="empty"><h2>Nobody is chosen yet</h2><p>Choose two to six candidates: their answers to the same question stand beside each other, with scores and the quotes that they rest on.</p></div>`;
  }

  private async csv(): Promise<void> {
    const query = new URLSearchParams();
    if (this.interview) query.set("interview_id", this.interview);
    if (this.job) query.set("job_id", this.job);
    try {
      await download(`/api/v1/interviewer/candidates.csv?${query}`, "candidates.csv");
    } catch (error) {
      this.problem = sentence(error) ?? "";
    }
  }

  // --- the table

  private table({ candidates, rows }: Comparison): TemplateResult {
    const line = (word: string, cell: (one: Column) => unknown): TemplateResult => html`<tr>
      <th scope="row">${word}</th>${candidates.map((one) => html`<td>${whose(one)}${cell(one)}</td>`)}</tr>`;
    return html`<div class="compare-scroll" tabindex="0" role="region" aria-label="Comparison">
      <table class="compare" data-testid="compare-table" style=${`--columns: ${candidates.length}`}>
        <caption class="unseen">Candidates side by side</caption>
        <thead><tr><th scope="col" class="corner"><span class="unseen">Question</span></th>${candidates.map((one) => this.head(one))}</tr></thead>
        <tbody>
          ${line("Score", overall)} ${line("Your scorecard", (one) => this.own(one))} ${line("Decision", (one) => this.decision(one))}
        </tbody>
        <tbody>
          ${rows.map(({ question, cells }, index) => html`<tr data-testid="compare-row">
            <th scope="row"><span class="n">${index + 1}</span>${question}</th>
            ${candidates.map((one) => {
              const cell = cells.find((each) => each.session_id === one.session_id);
              return html`<td>${whose(one)}${cell ? answered(cell, one) : none("Not asked")}</td>`;
            })}
          </tr>`)}
        </tbody>
        <tbody>
          ${line("Colleagues", (one) => (one.blind ? later() : one.scorecards.length ? one.scorecards.map((card) => cardWords(card, reviewer(card.by))) : none("No scorecard yet")))}
          ${line("Looked after by", (one) => (one.assignee ? reviewer(one.assignee) : none("Nobody in particular")))}
          ${line("Tags", (one) => (one.tags.length ? html`<span class="row">${one.tags.map((tag) => html`<span class="tag said">${tag}</span>`)}</span>` : none("None")))}
          ${line("Notes", (one) => (one.blind ? later() : one.notes.length ? one.notes.map(note) : none("None")))}
        </tbody>
      </table></div>`;
  }

  private head(one: Column): TemplateResult {
    const name = html`<a href=${`/staff/reports/${encodeURIComponent(one.session_id)}`}>${one.name}</a>`;
    return html`<th scope="col" data-testid="compare-candidate"><div class="who-head"><span>${name}</span>
        <button class="plain square" aria-label=${`Take ${one.name} out`} title="Take out" @click=${() => this.without(one.session_id)}>${icon(X, 14)}</button></div>
      <span class="under">${one.title}</span>${standingBadge(one)}</th>`;
  }

  private without(id: string): void {
    go(compareAddress({ ids: this.ids.filter((one) => one !== id), interview: this.interview, job: this.job }), "replace");
  }

  private own(one: Column): TemplateResult {
    const card = one.own_scorecard;
    return html`${card ? cardWords(card, "You") : nothing}
      <button data-testid="compare-score" @click=${() => this.review(one)}>${card ? "Change your scorecard" : "Give your scorecard"}<span class="unseen"> of ${one.name}</span></button>`;
  }

  private decision(one: Column): TemplateResult {
    if (one.blind) return later();
    const { decision } = one;
    return html`${decision
        ? html`<div class="given" data-testid="compare-decision">${badge(DECISION[decision.outcome].word, DECISION[decision.outcome].tone)}
            <p>${decision.reason}</p><p class="quiet small">${reviewer(decision.by)}, ${day(decision.at)}</p></div>`
        : nothing}
      ${mayDecide() ? html`<button data-testid="compare-decide" @click=${() => this.review(one)}>${decision ? "Change the decision" : "Decide"}<span class="unseen"> on ${one.name}</span></button>` : decision ? nothing : none("None yet")}`;
  }

  private async review(one: Column): Promise<void> {
    await review(one);
    if (this.isConnected) await this.load();
  }
}

/** On a phone each cell says whose it is. */
function whose(one: Column): TemplateResult {
  return html`<span class="narrow-only whose">${one.name}</span>`;
}

function none(word: string): TemplateResult {
  return html`<span class="quiet small">${word}</span>`;
}

function later(): TemplateResult {
  return none("After your scorecard");
}

function overall(one: Column): TemplateResult {
  const { overall_score: value, coverage } = one;
  return html`${value === null
      ? html`<span class="quiet">Not scored</span>`
      : html`<span class="figure">${score(value / 10)}<span class="quiet"> / 10, indicative</span></span><span class="meter" aria-hidden="true"><i style=${`width:${value}%`}></i></span>`}
    <p class="quiet small">${coverage}</p>`;
}

function note({ text, by, at: when }: Judged["notes"][number]): TemplateResult {
  return html`<div class="given"><p class="small"><strong>${reviewer(by)}</strong> <span class="quiet">${day(when)}</span></p><p>${text}</p></div>`;
}

function answered(cell: Cell, one: Column): TemplateResult {
  return html`${scored(cell)}
    ${cell.quotes.map((quote) => quoted(quote, cell, one))}
    ${words(cell)}
    ${cell.follow_ups.map((more) => html`<details><summary>Asked once more: ${more.question}</summary>${scored(more)}${more.quotes.map((quote) => quoted(quote, more, one))}<p class="said-words">${more.content}</p></details>`)}`;
}

/** A short answer stands there; a long one, or one that is quoted, opens. */
function words({ content, code, quotes }: Answer): TemplateResult | typeof nothing {
  if (!content && !code) return nothing;
  const whole = html`${content ? html`<p class="said-words">${content}</p>` : nothing}${code ? html`<pre>${code}</pre>` : nothing}`;
  if (quotes.length === 0 && content.length <= SHORT_CHARS && !code) return whole;
  return html`<details><summary>Whole answer</summary>${whole}</details>`;
}

function scored({ score: value, band, outcome, reason }: Answer): TemplateResult {
  const how = outcome === "answered" ? "" : OUTCOME[outcome];
  if (value === null) {
    return html`<p class="quiet small">${how || "Not scored"}</p>${reason ? html`<details><summary>Why</summary><p class="quiet small">${reason}</p></details>` : nothing}`;
  }
  return html`<p><span class="figure">${score(value)}<span class="quiet"> / 10</span></span> <span class="quiet small">${[band ? BAND[band].toLowerCase() : "", how, "indicative"].filter(Boolean).join(" · ")}</span></p>`;
}

/** To its place in the report, where there is one and one may know whose it is. */
function quoted({ quote, start_s }: EvidenceQuote, { code }: Answer, one: Column): TemplateResult {
  const words = code?.includes(quote) ? html`<span class="as-typed">${quote}</span>` : html`“${quote}”`;
  if (one.blind || start_s === null) return html`<q class="proof">${words}</q>`;
  return html`<a class="proof" href=${`/staff/reports/${encodeURIComponent(one.session_id)}?at=${start_s}`}>${words} <time>${at(start_s)}</time></a>`;
}
