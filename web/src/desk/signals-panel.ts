// Signals of a running session: what is watched, and what was seen, newest first.
import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { EyeOff, Flag, Info, TriangleAlert, type IconNode } from "lucide";
import type { ProctoringView } from "../protocol.gen";
import { icon } from "./icons";
import { withEarlier, type LiveSignal } from "./live-signals";
import type { Watched } from "./observer";
import { kindWords, PROFILES } from "./signal-words";
import type { Watch } from "./types";
import { at } from "./words";

const SIGNS: Record<LiveSignal["what"], IconNode> = { warning: TriangleAlert, violation: Flag, hint: Info, gap: EyeOff };

export function signalsPanel(seen: Watched, stored: Watch | null): TemplateResult | typeof nothing {
  const { proctoring } = seen;
  if (proctoring === null) return nothing;
  const signals = withEarlier(seen.signals, stored?.violations ?? []).reverse();
  const stills = new Map(stored?.violations.map((one) => [one.violation_id, one.still_url]));
  return html`<section class="panel" aria-labelledby="signals-title" data-testid="live-signals">
    <h2 id="signals-title">Signals${proctoring.profile === "off" ? nothing : html`<span class="quiet profile-word">Profile: ${PROFILES[proctoring.profile].word}</span>`}</h2>
    <p class="small quiet" data-testid="live-watching">${watching(proctoring)}</p>
    ${stored ? unavailable(stored) : nothing}
    ${signals.length
      ? html`<div class="seen" role="log" aria-label="Signals, newest first" tabindex="0"><ol>
          ${repeat(signals, (one, place) => one.violationId ?? `${one.what}-${one.kind}-${one.startS}-${signals.length - place}`, (one) => line(one, stills))}</ol></div>`
      : proctoring.profile === "off" ? nothing : html`<p class="small">Nothing so far.</p>`}
  </section>`;
}

/** What is watched now, in a sentence or two. */
export function watching(view: ProctoringView): string {
  if (view.profile === "off") return "This interview is not watched.";
  const said = [view.watching ? "Watching." : "Not watching now."];
  if (view.identity_wanted) said.push(identity(view));
  if (view.limit !== null) said.push(`${view.counted} of ${view.limit}: at ${view.limit} it pauses and you are asked.`);
  return said.join(" ");
}

function identity({ biometric_consent, reference }: ProctoringView): string {
  if (biometric_consent === null) return "Faces are not compared: the candidate has not been asked or has not decided.";
  if (!biometric_consent) return "Faces are not compared: the candidate did not agree to it.";
  return reference ? "Faces are compared with the reference picture." : "Faces are not compared: there is no reference picture yet.";
}

function unavailable({ integrity }: Watch): TemplateResult | typeof nothing {
  const blind = integrity.kinds.filter((kind) => !kind.available);
  if (blind.length === 0) return nothing;
  return html`<details class="small blind"><summary>Cannot be seen here: ${blind.length === 1 ? kindWords(blind[0]?.code ?? "").toLowerCase() : `${blind.length} kinds`}</summary>
    <ul class="plain-list">${blind.map((kind) => html`<li>${kindWords(kind.code)}: ${kind.reason}</li>`)}</ul></details>`;
}

function line(one: LiveSignal, stills: Map<string, string | null>): TemplateResult {
  const still = one.violationId === null ? null : stills.get(one.violationId);
  return html`<li class=${`${one.what}${one.open ? " open" : ""}`} data-testid=${`live-${one.what}`} data-kind=${one.kind}>
    <time>${one.startS === null ? "" : at(one.startS)}</time>
    ${icon(SIGNS[one.what], 14)}
    <div><p>${one.what === "gap" ? one.text : kindWords(one.kind)}</p><p class="quiet small">${stateOf(one)}</p></div>
    ${still ? html`<img src=${still} alt=${`Camera picture: ${kindWords(one.kind)}`} />` : nothing}
  </li>`;
}

function stateOf(one: LiveSignal): string {
  const until = one.endS === null ? "" : ` until ${at(one.endS)}`;
  switch (one.what) {
    case "warning":
      return one.open ? "Warning, going on" : "Warning, over";
    case "violation":
      return one.open ? "Recorded for review, still going on" : "Recorded for review";
    case "hint":
      return "Hint, weak by itself";
    case "gap":
      return `Not a signal about the candidate${until}`;
  }
}

/** The one thing a card has room for: what goes on now, or how many were recorded. */
export function signalsLine(seen: Watched): TemplateResult | typeof nothing {
  const open = seen.signals.filter((one) => one.open).at(-1);
  if (open) return html`<span class="small noted">${icon(SIGNS[open.what], 12)}${kindWords(open.kind)}${open.startS === null ? nothing : html`<time>${at(open.startS)}</time>`}</span>`;
  const count = seen.proctoring?.violations ?? 0;
  return count ? html`<span class="small quiet noted">${icon(Flag, 12)}${count} ${count === 1 ? "signal" : "signals"} to review</span>` : nothing;
}
