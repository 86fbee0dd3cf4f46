// The conversation as it was, each word a place in the recording.
import { html, nothing, type TemplateResult } from "lit";
import { Play } from "lucide";
import { icon } from "./icons";
import { wordsByEntry } from "./sync";
import type { Word } from "../protocol.gen";
import type { ReportBody, TranscriptEntry } from "./types";
import { REFUSED, at, day } from "./words";

const UNSURE = 0.5;

/** Words that were typed or are code have no times: a quote of them is marked by its text. */
export interface Marked {
  answerId: string;
  quote: string;
}

export function transcript(report: ReportBody, marked: Marked | null, go: (sessionS: number) => void): TemplateResult {
  const pick = (event: Event): void => {
    const start = (event.target as HTMLElement).dataset.start;
    if (start !== undefined) go(Number(start));
  };
  const words = wordsByEntry(report.interview_transcript, report.answers);
  return html`<section class="panel transcript" aria-labelledby="transcript-title" data-testid="report-transcript">
    <h2 id="transcript-title">Transcript</h2>
    ${report.interview_transcript.length
      ? html`<ol class="entries" @click=${pick}>${report.interview_transcript.map((entry) => line(entry, words.get(entry) ?? [], report.candidate_name, marked?.answerId === entry.answer_id ? marked.quote : "", go))}</ol>`
      : html`<p class="quiet">Nothing was said.</p>`}
    ${tooLate(report)}
  </section>`;
}

/** What was not taken as an answer is read here all the same. */
function tooLate({ refused_answers }: ReportBody): TemplateResult | typeof nothing {
  if (refused_answers.length === 0) return nothing;
  return html`<div data-testid="report-refused"><h3>Not taken as an answer</h3>
    <p class="quiet small">Typed by the candidate and kept, never scored.</p>
    <ul class="entries plain">${refused_answers.map((one) => html`<li>
      <p class="by"><span>${one.question_number === null ? "" : `Question ${one.question_number}: `}${REFUSED[one.reason] ?? "Not taken"}</span> <span class="quiet">${day(one.at)}</span></p>
      <p class="asked-late">${one.content}</p></li>`)}</ul></div>`;
}

function line(entry: TranscriptEntry, words: Word[], name: string, quote: string, go: (sessionS: number) => void): TemplateResult {
  const mine = entry.role === "interviewer";
  const { start_s } = entry;
  return html`<li class=${entry.role} data-answer=${mine ? nothing : (entry.answer_id ?? nothing)}>
    <div class="by">
      <span>${mine ? "Interviewer" : name}</span>
      ${start_s === null
        ? html`<span class="quiet">${mine ? "on the screen" : "typed"}</span>`
        : html`<button class="plain tiny" aria-label=${`Play from ${at(start_s)}`} @click=${() => go(start_s)}>${icon(Play, 10)}${at(start_s)}</button>`}
      ${entry.interrupted ? html`<span class="quiet">interrupted</span>` : nothing}
    </div>
    ${entry.is_code ? html`<pre tabindex="0" aria-label="Code of the answer"><code>${withMark(entry.content, quote)}</code></pre>` : html`<p>${spoken(entry, words, quote)}</p>`}
  </li>`;
}

/** The text with the first place of the quote marked; as it is when the quote is not in it. */
export function withMark(text: string, quote: string): TemplateResult | string {
  const from = quote ? text.indexOf(quote) : -1;
  if (from < 0) return text;
  return html`${text.slice(0, from)}<mark>${quote}</mark>${text.slice(from + quote.length)}`;
}

function spoken(entry: TranscriptEntry, words: Word[], quote: string): TemplateResult | string {
  if (words.length === 0) return withMark(entry.content, quote);
  return html`${words.map(
    (word) => html`<span class=${word.confidence < UNSURE ? "word unsure" : "word"} data-start=${word.start_s} data-end=${word.end_s}
        title=${word.confidence < UNSURE ? "Not heard clearly" : nothing}>${word.text.trim()}</span> `,
  )}`;
}
