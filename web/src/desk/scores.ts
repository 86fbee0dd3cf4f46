// The report's left side: what it is worth, why, and by which words.
import { html, nothing, type TemplateResult } from "lit";
import "./rescore";
import type { EvidenceQuote, Score } from "../protocol.gen";
import { reviewer } from "./signal-words";
import type { AnswerReport, ReportBody, Rescored, ScoreLine } from "./types";
import { at, BAND, day, duration, OUTCOME, score, scoreName, sureWords } from "./words";

export type PlayQuote = (quote: EvidenceQuote, answerId: string) => void;

export function overall(report: ReportBody): TemplateResult {
  const [whole, ...parts] = report.scores;
  const shown = parts.filter((line) => line.of > 0);
  return html`<section class="panel" aria-labelledby="scores-title">
    <h2 id="scores-title">Scores by software</h2>
    <p class="caveat" data-testid="report-caveat">${report.caveat || report.reading_note}</p>
    <div class="overall">
      ${whole === undefined || whole.value === null
        ? html`<p class="big none" data-testid="report-score-overall">No overall score</p>`
        : html`<p class="big" data-testid="report-score-overall">${score(whole.value)}<small> of 10</small></p>`}
      <div>${whole?.band ? html`<p><strong>${BAND[whole.band]}</strong></p>` : nothing}
        <p class="quiet small">${whole ? sureWords(whole) : ""}</p>
        <p class="coverage">${report.coverage.statement}</p></div>
    </div>
    <dl class="lines">${shown.map(scoreLine)}</dl>
    <p class="quiet small">${report.reading_note}</p>
    <desk-rescore .sessionId=${report.session_id} .waiting=${report.report_status !== "ready"} .scored=${report.coverage.to_evaluate > 0}></desk-rescore>
  </section>`;
}

/** What it measures, how much of it, how sure, and from how many answers. */
function scoreLine(line: ScoreLine): TemplateResult {
  return html`<div><dt>${line.label}</dt>
    <dd>${meter(line.value)}<span class="quiet small sure">${line.value === null ? (line.reason ?? "") : [howSure(line), `from ${line.answers} of ${line.of}`].filter(Boolean).join(" · ")}</span></dd></div>`;
}

function meter(value: number | null): TemplateResult {
  if (value === null) return html`<span class="figure quiet">not scored</span>`;
  return html`<span class="figure">${score(value)}<span class="quiet"> / 10</span></span><span class="meter" aria-hidden="true"><i style=${`width:${10 * value}%`}></i></span>`;
}

export function answers(report: ReportBody, play: PlayQuote): TemplateResult {
  return html`<section class="panel answers" aria-labelledby="answers-title">
    <h2 id="answers-title">Answers</h2>
    ${report.answers.length
      ? report.answers.map((answer, index) => one(answer, index === 0, play))
      : html`<p class="quiet">No question was answered.</p>`}
  </section>`;
}

function one(answer: AnswerReport, open: boolean, play: PlayQuote): TemplateResult {
  const top = answer.evaluation?.scores.overall?.value ?? null;
  return html`<details class="answer" ?open=${open}>
    <summary>
      <span class="q">${answer.is_follow_up ? "Follow-up" : `Question ${answer.question_number}`}</span>
      <span class="quiet">${OUTCOME[answer.outcome]}${answer.clock_used_s >= 1 ? ` · ${duration(answer.clock_used_s)}` : ""}</span>
      <strong class=${top === null ? "quiet" : ""}>${top === null ? stateWords(answer) : html`${score(top)}<span class="quiet"> / 10, indicative</span>`}</strong>
    </summary>
    <p class="asked">${answer.question}</p>
    ${answer.heard ? html`<p class="quiet">${HEARD[answer.heard]}</p>` : nothing}
    ${answer.evaluation_reason ? html`<p class="reason">${answer.evaluation_reason}</p>` : nothing}
    ${answer.evaluation === null ? nothing : evaluation(answer, play)}
    ${answer.rescored.map(again)}
  </details>`;
}

/** Both results of an answer that was scored again. */
function again(one: Rescored): TemplateResult {
  const before = one.earlier.scores.overall?.value ?? null;
  return html`<div class="notice small" data-testid="report-rescored">
    <p><strong>Scored again</strong> on ${day(one.at)} by ${reviewer(one.by)}${one.reason ? html`: ${one.reason}` : nothing}</p>
    ${one.failure
      ? html`<p>No new scores came (${one.failure}) The earlier ones stand.</p>`
      : html`<p>Before (${one.earlier.method}): ${before === null ? "no overall score" : `${score(before)} of 10`}. Now: ${one.method}.</p>
          ${one.changes.length
            ? html`<ul>${one.changes.map((change) => html`<li>${scoreName(change.name)}: ${said(change.before)} → ${said(change.after)}</li>`)}</ul>`
            : html`<p>No score changed.</p>`}`}
  </div>`;
}

const said = (value: number | null): string => (value === null ? "not scored" : score(value));

const HEARD = {
  whole: "Words: from the answer's whole sound.",
  captions: "Words: the live captions.",
};

function stateWords(answer: AnswerReport): string {
  return answer.evaluation_state === "pending" ? "being evaluated" : "not scored";
}

function evaluation(answer: AnswerReport, play: PlayQuote): TemplateResult {
  const found = answer.evaluation;
  if (found === null) return html``;
  return html`
    ${found.feedback ? html`<p>${found.feedback}</p>` : nothing}
    <ul class="reasons">
      ${Object.entries(found.scores).map(
        ([key, given]) => html`<li>
          <span class="name">${given.label || scoreName(key)}</span>
          <span class="value ${given.value === null ? "quiet" : ""}">${given.value === null ? "not scored" : html`${score(given.value)}<span class="quiet"> / 10</span>`}</span>
          ${given.value === null ? nothing : html`<span class="quiet small sure">${[howSure(given), "indicative"].filter(Boolean).join(" · ")}</span>`}
          <span class="why">${given.reason}</span>
          ${given.evidence.map((quote) => quoted(quote, answer, play))}
        </li>`,
      )}
    </ul>
  `;
}

/** Band, measured uncertainty and method: `clear evidence · ± 1.7 · by rules`. */
export function howSure(given: Pick<Score, "band" | "uncertainty" | "method" | "value">): string {
  return [given.band ? BAND[given.band].toLowerCase() : "", sureWords(given)].filter(Boolean).join(" · ");
}

/** Its name is what can be read on it: who dictates to the page says what they see. */
export function quoted(quote: EvidenceQuote, answer: AnswerReport, play: PlayQuote): TemplateResult {
  const code = answer.code?.includes(quote.quote) ?? false;
  return html`<button class="quote" data-testid="report-quote" @click=${() => play(quote, answer.answer_id)}><span class="unseen">Show </span>${
    code ? html`<span class="as-typed">${quote.quote}</span>` : html`“${quote.quote}”`}${
    quote.start_s === null ? html`<span class="unseen"> in the transcript</span>` : html` <time>${at(quote.start_s)}</time>`}</button>`;
}

export function summary(report: ReportBody): TemplateResult {
  const said = report.summary.length ? report.summary : report.detailed_feedback.split(/\n{2,}/).slice(0, 1);
  return html`<section class="panel" aria-labelledby="summary-title" data-testid="report-summary">
    <h2 id="summary-title">In short</h2>
    ${said.map((sentence) => html`<p class="prose">${sentence}</p>`)}
    <div class="two">
      ${list("Strengths", report.strengths)} ${list("To improve", report.areas_for_improvement)}
    </div>
  </section>`;
}

function list(title: string, items: string[]): TemplateResult | typeof nothing {
  if (items.length === 0) return nothing;
  return html`<div><h3>${title}</h3><ul class="plain-list">${items.map((item) => html`<li>${item}</li>`)}</ul></div>`;
}

export function kpis(report: ReportBody): TemplateResult {
  const { kpis: k } = report;
  const some = (value: number | null, say: (n: number) => string): string => (value === null ? "not measured" : say(value));
  const lines: [string, string][] = [
    ["Questions answered", `${k.questions_answered} of ${k.questions_planned}`],
    ["Time to answer", some(k.response_time_avg, (n) => `${n.toFixed(1)} s`)],
    ["Speech rate", some(k.speech_rate_wpm, (n) => `${Math.round(n)} words a minute`)],
    ["Filler words", some(k.filler_share_percent, (n) => `${n.toFixed(1)} %`)],
    ["Silence", some(k.silence_share_percent, (n) => `${Math.round(n)} %`)],
    ["Words spoken", String(k.words_spoken)],
    ["Time spoken", duration(k.spoken_s)],
  ];
  return html`<section class="panel" aria-labelledby="kpis-title">
    <h2 id="kpis-title">Measures</h2>
    <dl class="facts">${lines.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
  </section>`;
}
