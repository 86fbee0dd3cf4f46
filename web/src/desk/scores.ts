// The report's left side: what it is worth, why, and by which words.
import { html, nothing, type TemplateResult } from "lit";
import type { Band, EvidenceQuote, Score } from "../protocol.gen";
import { axesOf, radar } from "./charts";
import type { AnswerReport, ReportBody, ScoreLine } from "./types";
import { at, duration, OUTCOME, score, scoreName } from "./words";

export type PlayQuote = (quote: EvidenceQuote, answerId: string) => void;

export function overall(report: ReportBody): TemplateResult {
  const lines = report.scores ?? []; // reports from before have none
  const line = (name: string): ScoreLine | undefined => lines.find((one) => one.name === name);
  const parts: [string, number | null][] = [
    [line("technical_accuracy")?.label ?? "Technical", report.technical_score],
    [line("communication_clarity")?.label ?? "Communication", report.communication_score],
    ["Problem solving", report.problem_solving_score],
  ];
  const whole = line("overall");
  return html`<section class="panel" aria-labelledby="scores-title">
    <h2 id="scores-title">Scores</h2>
    <div class="overall">
      ${report.overall_score === null
        ? html`<p class="big none" data-testid="report-score-overall">not scored</p>`
        : html`<p class="big" data-testid="report-score-overall">${score(report.overall_score)}<small> of 100</small></p>`}
      <dl class="parts">${parts.map(([word, value]) => html`<div><dt>${word}</dt><dd>${meter(value, 100)}</dd></div>`)}</dl>
    </div>
    ${whole && whole.value !== null ? html`<p class="quiet small" data-testid="report-how-sure">${howSure(whole)}.</p>` : nothing}
    ${report.score_reason && report.score_reason !== report.coverage.statement ? html`<p class="reason">${report.score_reason}</p>` : nothing}
    <p class="coverage">${report.coverage.statement}</p>
    ${radar(axesOf(report))}
    <p class="quiet small">${report.reading_note}</p>
  </section>`;
}

function meter(value: number | null, full: number): TemplateResult {
  if (value === null) return html`<span class="quiet">not scored</span>`;
  return html`<span class="meter" aria-hidden="true"><i style=${`width:${(100 * value) / full}%`}></i></span
    ><span class="figure">${score(value)}</span>`;
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
      <strong class=${top === null ? "quiet" : ""}>${top === null ? stateWords(answer) : html`${score(top)}<span class="quiet"> / 10</span>`}</strong>
    </summary>
    <p class="asked">${answer.question}</p>
    ${answer.heard ? html`<p class="quiet">${HEARD[answer.heard]}</p>` : nothing}
    ${answer.evaluation_reason ? html`<p class="reason">${answer.evaluation_reason}</p>` : nothing}
    ${answer.evaluation === null ? nothing : evaluation(answer, play)}
  </details>`;
}

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
          <span class="value ${given.value === null ? "quiet" : ""}">${score(given.value)}</span>
          <span class="why">${given.value === null ? nothing : html`<span class="quiet small">${howSure(given)}. </span>`}${given.reason}</span>
          ${given.evidence.map((quote) => quoted(quote, answer.answer_id, play))}
        </li>`,
      )}
    </ul>
  `;
}

const BANDS: Record<Band, string> = {
  clear: "Clear evidence",
  some: "Some evidence",
  little: "Little evidence",
  none: "No evidence",
};

/** Band, measured uncertainty and method of a score: `Some evidence, ± 1.7, by rules`. */
export function howSure(given: Pick<Score, "band" | "uncertainty" | "method">): string {
  const sure = typeof given.uncertainty === "number" ? `± ${given.uncertainty.toFixed(1)}` : null;
  return [given.band && BANDS[given.band], sure, given.method && `by ${given.method}`].filter(Boolean).join(", ");
}

export function quoted(quote: EvidenceQuote, answerId: string, play: PlayQuote): TemplateResult {
  const place = quote.start_s === null ? "in the transcript" : `at ${at(quote.start_s)}`;
  return html`<button class="quote" data-testid="report-quote" aria-label=${`Show “${quote.quote}” ${place}`}
    @click=${() => play(quote, answerId)}>“${quote.quote}”${quote.start_s === null ? nothing : html` <time>${at(quote.start_s)}</time>`}</button>`;
}

export function summary(report: ReportBody): TemplateResult {
  return html`<section class="panel" aria-labelledby="feedback-title">
    <h2 id="feedback-title">In short</h2>
    ${report.detailed_feedback.split(/\n{2,}/).map((text) => html`<p class="prose">${text}</p>`)}
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
    ["Engagement", k.engagement ?? "not scored"],
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
