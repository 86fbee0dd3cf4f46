// The report's drawings: a radar of the averages, and the line of what happened when.
import { html, nothing, svg, type TemplateResult } from "lit";
import { barsPath } from "./peaks";
import type { ReportBody } from "./types";
import { at, score } from "./words";

export interface Axis {
  word: string;
  value: number | null;
}

const CENTRE = 150;
const RADIUS = 92;
const FULL = 10;

export function axesOf({ kpis }: ReportBody): Axis[] {
  return [
    { word: "Technical", value: kpis.technical },
    { word: "Communication", value: kpis.communication },
    { word: "Clarity", value: kpis.clarity },
    { word: "Relevance", value: kpis.relevance },
    { word: "Depth", value: kpis.depth },
    { word: "Confidence", value: kpis.confidence },
    { word: "Problem solving", value: kpis.problem_solving },
  ];
}

function point(index: number, count: number, part: number): [number, number] {
  const angle = (2 * Math.PI * index) / count - Math.PI / 2;
  return [CENTRE + Math.cos(angle) * RADIUS * part, CENTRE + Math.sin(angle) * RADIUS * part];
}

function ring(count: number, part: number): string {
  return Array.from({ length: count }, (_, index) => point(index, count, part).map((n) => n.toFixed(1)).join(",")).join(" ");
}

/** Only drawn from three values on; axes without a value have no corner. */
export function radar(axes: Axis[]): TemplateResult | typeof nothing {
  const scored = axes.map((axis, index) => ({ ...axis, index })).filter((axis) => axis.value !== null);
  if (scored.length < 3) return nothing;
  const said = axes.map((axis) => `${axis.word}: ${score(axis.value)}`).join(", ");
  const corners = scored.map(({ index, value }) => point(index, axes.length, (value ?? 0) / FULL));
  return html`<svg class="radar" viewBox="-100 32 500 236" role="img" aria-label=${`Averages out of 10. ${said}`}>
    ${[0.25, 0.5, 0.75, 1].map((part) => svg`<polygon class="ring" points=${ring(axes.length, part)} />`)}
    ${axes.map((_, index) => {
      const [x, y] = point(index, axes.length, 1);
      return svg`<line class="ring" x1=${CENTRE} y1=${CENTRE} x2=${x} y2=${y} />`;
    })}
    <polygon class="area" points=${corners.map((corner) => corner.map((n) => n.toFixed(1)).join(",")).join(" ")} />
    ${corners.map(([x, y]) => svg`<circle class="corner" cx=${x} cy=${y} r="3" />`)}
    ${axes.map((axis, index) => radarLabel(axis, index, axes.length))}
  </svg>`;
}

function radarLabel(axis: Axis, index: number, count: number): TemplateResult {
  const [x, y] = point(index, count, 1.14);
  const anchor = Math.abs(x - CENTRE) < 12 ? "middle" : x < CENTRE ? "end" : "start";
  return svg`<text x=${x} y=${y + 4} text-anchor=${anchor}>${axis.word} <tspan class="value">${axis.value === null ? "–" : score(axis.value)}</tspan></text>`;
}

const MARKED = new Set(["question", "follow_up", "outage", "left", "fault", "break", "refused", "consent", "ended", "signal", "reopened"]);

/** The length of the line under the player, s. */
export function timelineEnd(report: ReportBody): number {
  const ends = report.timeline.map((entry) => entry.end_s ?? entry.at_s ?? 0);
  return Math.max(report.duration_s, ...ends);
}

/** Question marks above, bands for what lasted; each is a button that goes to its place. */
export function timeline(report: ReportBody, loudness: number[] | null, go: (sessionS: number) => void): TemplateResult | typeof nothing {
  const entries = report.timeline.filter((entry) => entry.at_s !== null && MARKED.has(entry.kind));
  const total = timelineEnd(report);
  if (total <= 0 || entries.length === 0) return nothing;
  const share = (seconds: number): string => `${((100 * seconds) / total).toFixed(2)}%`;
  return html`<div class="timeline" role="group" aria-label="Timeline of the interview">
    <div class="line ${loudness ? "loud" : ""}">
      ${loudness
        ? html`<svg class="wave" data-testid="report-waveform" viewBox=${`0 0 ${loudness.length} 2`} preserveAspectRatio="none" aria-hidden="true"><path d=${barsPath(loudness)} /></svg>`
        : nothing}
      ${report.answers.map((answer) =>
        answer.start_s === null || answer.end_s === null
          ? nothing
          : html`<i class="said" style=${`left:${share(answer.start_s)};width:${share(answer.end_s - answer.start_s)}`}></i>`,
      )}
      <i class="needle" hidden></i>
      ${entries.map((entry) => {
        const start = entry.at_s ?? 0;
        const name = entry.kind === "question" ? `Question ${entry.question_number}` : entry.label;
        const sign = entry.kind === "question" ? `${entry.question_number}` : "";
        return html`<button class=${`mark ${entry.kind}`} style=${`left:${share(start)}`} title=${`${at(start)} ${entry.label}`}
          aria-label=${`${name}, at ${at(start)}`} @click=${() => go(start)}>${sign}</button>`;
      })}
    </div>
    <div class="ends"><span>0:00</span><span>${at(total)}</span></div>
  </div>`;
}
