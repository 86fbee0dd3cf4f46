// The line of what happened when, under the player.
import { html, nothing, type TemplateResult } from "lit";
import { barsPath } from "./peaks";
import type { ReportBody, TimelineEntry } from "./types";
import { at } from "./words";

const NOTICED_S = 0.5;
const MARKED = new Set(["question", "follow_up", "outage", "left", "fault", "break", "refused", "consent", "ended", "signal", "reopened"]);

/** A fault of ours that was over before anybody could notice: it is in the data, and no mark for people. */
export function brief({ kind, at_s, end_s }: Pick<TimelineEntry, "kind" | "at_s" | "end_s">): boolean {
  return (kind === "outage" || kind === "fault") && at_s !== null && end_s !== null && end_s - at_s < NOTICED_S;
}

/** The length of the line under the player, s. */
export function timelineEnd(report: ReportBody): number {
  const ends = report.timeline.map((entry) => entry.end_s ?? entry.at_s ?? 0);
  return Math.max(report.duration_s, ...ends);
}

/** Question marks above, bands for what lasted; each is a button that goes to its place. */
export function timeline(report: ReportBody, loudness: number[] | null, go: (sessionS: number) => void): TemplateResult | typeof nothing {
  const entries = report.timeline.filter((entry) => entry.at_s !== null && MARKED.has(entry.kind) && !brief(entry));
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
