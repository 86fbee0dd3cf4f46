// One signal with its evidence, and what a person makes of it.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { Check, Eye, Play, X, type IconNode } from "lucide";
import { badge } from "./badge";
import { DeskElement } from "./element";
import { postJson, sentence } from "./http";
import { icon } from "./icons";
import { kindWords, measured, REVIEWED, reviewer, seenBy } from "./signal-words";
import type { ProctoringViolation, ReviewOutcome, Watch } from "./types";
import { at, day, duration } from "./words";

/** What a clip shows before and after the signal, together. */
const AROUND_S = 5;

const CHOICES: { outcome: ReviewOutcome; word: string; sign: IconNode }[] = [
  { outcome: "dismissed", word: "Dismiss", sign: X },
  { outcome: "confirmed", word: "Confirm", sign: Check },
  { outcome: "needs_second_look", word: "Needs a second look", sign: Eye },
];

/** Says "reviewed" with the session's new `Watch` as its detail. */
@customElement("desk-signal")
export class DeskSignal extends DeskElement {
  @property({ attribute: false }) violation!: ProctoringViolation;
  @property() sessionId = "";
  @property() clip = "";
  /** The interview's profile ends it after some signals. */
  @property({ type: Boolean }) strict = false;
  /** Play the recording from there; without it the time is a link to the report. */
  @property({ attribute: false }) seek: ((sessionS: number) => void) | null = null;
  @state() private note = "";
  @state() private busy = false;
  @state() private problem = "";
  @state() private playing = false;
  @state() private clipFailed = false;

  protected override render(): TemplateResult {
    const { violation: v } = this;
    const words = kindWords(v.code);
    const bare = !v.still_url && !this.clip;
    return html`<article class=${bare ? "signal bare" : "signal"} aria-label=${`${words} at ${at(v.at_s)}`} data-testid="signal" data-kind=${v.code}>
      ${bare ? nothing : this.picture()}
      <div class="told">
        <div class="head">
          <h3>${words}</h3>
          ${v.outcome === null ? badge("Not reviewed", "plain") : badge(REVIEWED[v.outcome].word, REVIEWED[v.outcome].tone)}
        </div>
        <p class="quiet small when">${this.time()}<span>${lasted(v)}</span>
          ${v.confidence === null ? nothing : html`<span>Confidence ${Math.round(100 * v.confidence)} %</span>`}
          ${this.strict && v.counted ? html`<span>Counted towards the end</span>` : nothing}</p>
        <p>${v.type}</p>
        ${v.explanation === null ? nothing : html`<blockquote><p class="quiet small">The candidate says</p><p>${v.explanation}</p></blockquote>`}
        ${v.hint ? nothing : this.history()} ${v.hint ? nothing : this.form()}
        ${this.figures()}
      </div>
    </article>`;
  }

  private picture(): TemplateResult {
    const { still_url } = this.violation;
    const words = kindWords(this.violation.code);
    if (this.playing) {
      return html`<div class="evidence">
        <video controls autoplay playsinline src=${this.clip} poster=${still_url ?? nothing} aria-label=${`Recording around: ${words}`}
          data-testid="signal-clip" @loadedmetadata=${this.lead} @error=${() => (this.clipFailed = true)}></video>
        ${this.clipFailed ? html`<p class="small quiet" role="status">There is no recording of this moment.</p>` : nothing}
      </div>`;
    }
    return html`<div class="evidence">
      ${still_url
        ? html`<img src=${still_url} alt=${`Camera picture: ${words}`} loading="lazy" data-testid="signal-still" />`
        : html`<p class="quiet small no-still">No picture</p>`}
      ${this.clip
        ? html`<button class="tiny" data-testid="signal-play" aria-label=${`Clip of the recording: ${words}`} @click=${() => (this.playing = true)}>${icon(Play, 12)}Clip</button>`
        : nothing}
    </div>`;
  }

  /** A clip begins with a whole picture, maybe long before: begin just before the signal. */
  private lead = (event: Event): void => {
    const clip = event.target as HTMLVideoElement;
    const { at_s, end_s } = this.violation;
    const start = clip.duration - (end_s - at_s) - AROUND_S;
    if (Number.isFinite(start) && start > 0) clip.currentTime = start;
  };

  private time(): TemplateResult {
    const { at_s } = this.violation;
    const { seek } = this;
    const name = `Show ${at(at_s)} in the recording`;
    return seek
      ? html`<button class="plain tiny" aria-label=${name} data-testid="signal-time" @click=${() => seek(at_s)}>${icon(Play, 10)}${at(at_s)}</button>`
      : html`<a href=${`/staff/reports/${encodeURIComponent(this.sessionId)}?at=${Math.floor(at_s)}`} aria-label=${name}>${at(at_s)}</a>`;
  }

  private history(): TemplateResult | typeof nothing {
    const { reviews } = this.violation;
    if (reviews.length === 0) return nothing;
    return html`<ul class="looks small" data-testid="signal-reviews" aria-label="Reviews">${reviews.map(
      (look) => html`<li><strong>${REVIEWED[look.outcome].word}</strong> by ${reviewer(look.by)}, <time datetime=${look.at}>${day(look.at)}</time>${look.note ? html`: ${look.note}` : nothing}</li>`,
    )}</ul>`;
  }

  private form(): TemplateResult {
    const { outcome, violation_id } = this.violation;
    const id = `note-${violation_id}`;
    return html`<form class="look" @submit=${(event: Event) => event.preventDefault()}>
      <label class="unseen" for=${id}>Note on this signal (optional)</label>
      <input id=${id} maxlength="2000" placeholder="Note (optional)" autocomplete="off" .value=${live(this.note)}
        @input=${(event: Event) => (this.note = (event.target as HTMLInputElement).value)} />
      <div class="row" role="group" aria-label="Your review">
        ${CHOICES.map(
          (choice) => html`<button type="button" aria-pressed=${String(outcome === choice.outcome)} ?disabled=${this.busy}
            data-testid=${`signal-${choice.outcome}`} @click=${() => this.review(choice.outcome)}>${icon(choice.sign, 14)}${choice.word}</button>`,
        )}
      </div>
      ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
    </form>`;
  }

  private figures(): TemplateResult {
    const { violation: v } = this;
    const lines: [string, string][] = [...measured(v.measures), ["Seen by", seenBy(v.engine)]];
    if (v.model_sha256) lines.push(["Model (sha256)", v.model_sha256]);
    return html`<details class="figures"><summary>What was measured</summary>
      <dl class="facts">${lines.map(([name, value]) => html`<div class=${value.length > 40 ? "whole" : nothing}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></details>`;
  }

  private async review(outcome: ReviewOutcome): Promise<void> {
    this.busy = true;
    this.problem = "";
    try {
      const session = encodeURIComponent(this.sessionId);
      const path = `/api/parallel_interview/session/${session}/violations/${encodeURIComponent(this.violation.violation_id)}/review`;
      const detail = await postJson<Watch>(path, { outcome, note: this.note.trim() });
      this.note = "";
      this.dispatchEvent(new CustomEvent<Watch>("reviewed", { detail }));
      window.dispatchEvent(new Event("reviewed"));
    } catch (error) {
      this.problem = sentence(error) ?? "";
    } finally {
      this.busy = false;
    }
  }
}

function lasted(v: ProctoringViolation): string {
  const seconds = v.end_s - v.at_s;
  return seconds < 1 ? "A moment" : `At least ${duration(seconds)}`;
}
