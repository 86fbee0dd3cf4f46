// What the elements of the way in share beside the candidate's own styles.
import { css, html, nothing, type TemplateResult } from "lit";
import { until } from "lit/directives/until.js";
import { about } from "../live/about";
import type { Theme } from "./api";

export const portal = css`
  header { display: flex; align-items: center; gap: var(--s3); margin-bottom: var(--s8); color: var(--ink-2); font-weight: 560; }
  header img { max-height: 40px; max-width: 180px; object-fit: contain; }
  a { color: var(--accent); }
  details.card { display: block; }
  details ol { margin: var(--s3) 0 0; padding-left: 1.6em; display: grid; gap: var(--s3); }
  details li .small { display: block; }
  .facts { display: grid; grid-template-columns: auto 1fr; gap: var(--s2) var(--s5); margin: var(--s6) 0; }
  .facts dt { color: var(--muted); }
  .card { border: 1px solid var(--line); border-radius: var(--radius); background: var(--surface); padding: var(--s5); margin: var(--s5) 0; display: grid; gap: var(--s3); color: var(--ink-2); }
  .card h2 { color: var(--ink); }
  .agree { display: flex; gap: var(--s3); align-items: center; min-height: var(--touch); cursor: pointer; margin: var(--s5) 0; color: var(--ink); }
  .field { display: grid; gap: var(--s1); margin-top: var(--s4); }
  .field label { font-weight: 560; font-size: var(--text-s); }
  input:not([type="checkbox"]) { font: 400 var(--text-m) / var(--leading) var(--font); color: var(--ink); background: var(--surface); border: 1px solid var(--line-strong); border-radius: var(--radius); padding: 0 var(--s3); min-height: var(--touch); width: 100%; }
  input[aria-invalid="true"] { border-color: var(--red); }
  .bad { background: var(--red-soft); border-radius: var(--radius); padding: var(--s3) var(--s4); margin: var(--s4) 0; }
  .note { background: var(--accent-soft); color: var(--ink); border-radius: var(--radius); padding: var(--s3) var(--s4); margin: var(--s4) 0; }
  .bad, .problem { color: var(--ink); }
  .problem { font-size: var(--text-s); color: var(--red); }
  .actions a { display: inline-flex; align-items: center; min-height: var(--touch); }
  .actions { display: flex; flex-wrap: wrap; gap: var(--s3); margin-top: var(--s6); align-items: center; }
  .prose { white-space: pre-line; overflow-wrap: anywhere; }
  details summary { cursor: pointer; font-weight: 560; min-height: var(--touch); align-content: center; margin: calc(-1 * var(--s3)) 0; }
  details p { margin-top: var(--s3); }
`;

/** Where the operator says what happens with the data; nothing while that is not known. */
export function privacyLine(): unknown {
  const line = about().then(({ privacy_url }) => html`<p><a href=${privacy_url} target="_blank" rel="noopener">More on privacy</a></p>`, () => nothing);
  return until(line, nothing);
}

/** The organisation's name and picture. */
export function head(company: string, theme: Theme): TemplateResult {
  return html`<header>${theme.company_logo ? html`<img src=${new URL(theme.company_logo).pathname} alt="" />` : nothing}<span>${company}</span></header>`;
}

export function minutes(seconds: number): string {
  const found = Math.max(1, Math.round(seconds / 60));
  return found === 1 ? "about a minute" : `about ${found} minutes`;
}

export function clock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** A time where the reader is, with the name of that zone. */
export function when(iso: string): string {
  return new Date(iso).toLocaleString(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short" });
}
