// What the report was made of and by what, and what was missing while it was made.
import { html, nothing, type TemplateResult } from "lit";
import type { ReportBody } from "./types";
import { day, plainWords } from "./words";

export function provenance(report: ReportBody): TemplateResult {
  const { provenance: p } = report;
  const lines: [string, string][] = [
    ["Made of", `${p.events} stored events (up to number ${p.last_seq}), ${plainWords(p.source).toLowerCase()}`],
    ["Made at", day(p.built_at)],
    ["Consent", p.consent_at === null ? "Not given" : `${day(p.consent_at)}, text ${p.consent_text_version ?? "–"}`],
    ...p.engines.map((engine): [string, string] => [
      plainWords(engine.role),
      [engine.name, engine.version, engine.note].filter(Boolean).join(" · "),
    ]),
    ["Evaluated by", Object.entries(p.evaluation_methods).map(([method, count]) => `${plainWords(method)} (${count})`).join(", ") || "nothing yet"],
    ["Weights", report.weights.note],
  ];
  return html`<section class="panel" aria-labelledby="provenance-title">
    <h2 id="provenance-title">How this was made</h2>
    ${report.capability_notes.length
      ? html`<ul class="plain-list">${report.capability_notes.map((note) => html`<li>${note.note}</li>`)}</ul>`
      : nothing}
    ${report.refused_answers.length
      ? html`<p>${report.refused_answers.length} late or repeated messages were kept but not scored.</p>`
      : nothing}
    <dl class="facts">${lines.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
  </section>`;
}
