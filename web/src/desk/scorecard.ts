// One's own scorecard: how much evidence each answer holds, in the bands of the machine's scores.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import type { Band } from "../protocol.gen";
import { DeskElement } from "./element";
import { currentUser } from "./http";
import type { Judged, Rating } from "./types";
import { BAND, day } from "./words";

export type Card = Judged["scorecards"][number];

/** What is sent to the server. */
export interface GivenCard {
  ratings: Rating[];
  overall: Band | null;
  comment: string;
}

const BANDS = Object.keys(BAND) as Band[];

/** Fires `give` with a `GivenCard`, and `leave` when nothing is to be given. */
@customElement("desk-scorecard")
export class DeskScorecard extends DeskElement {
  @property({ attribute: false }) questions: { number: number; text: string }[] = [];
  /** What stands of one's own. */
  @property({ attribute: false }) known: Card | null = null;
  @property({ type: Boolean }) busy = false;
  @state() private ratings = new Map<number, Rating>();
  @state() private overall: Band | null = null;
  @state() private comment = "";

  override connectedCallback(): void {
    super.connectedCallback();
    this.ratings = new Map((this.known?.ratings ?? []).map((rating) => [rating.question_number, rating]));
    this.overall = this.known?.overall ?? null;
    this.comment = this.known?.comment ?? "";
  }

  private rate(number: number, change: Partial<Rating>): void {
    const known = this.ratings.get(number) ?? { question_number: number, band: "some" as Band, comment: "" };
    this.ratings = new Map(this.ratings).set(number, { ...known, ...change });
  }

  protected override render(): TemplateResult {
    return html`<form class="scorecard" data-testid="judged-form" @submit=${this.give}>
      ${this.questions.map(({ number, text }) => html`<fieldset>
        <legend>${number}. ${text}</legend>
        <div class="segments">${BANDS.map((band) => segment(`q${number}`, band, BAND[band], this.ratings.get(number)?.band === band, () => this.rate(number, { band })))}</div>
        ${this.ratings.has(number)
          ? html`<label class="unseen" for=${`comment-${number}`}>Comment on question ${number}</label>
              <input id=${`comment-${number}`} maxlength="2000" placeholder="Why? (optional)" .value=${live(this.ratings.get(number)?.comment ?? "")}
                @input=${(event: Event) => this.rate(number, { comment: (event.target as HTMLInputElement).value })} />`
          : nothing}
      </fieldset>`)}
      <fieldset><legend>Overall</legend>
        <div class="segments">${BANDS.map((band) => segment("overall", band, BAND[band], this.overall === band, () => (this.overall = band)))}</div></fieldset>
      <label class="unseen" for="card-comment">Comment</label>
      <textarea id="card-comment" rows="2" maxlength="2000" placeholder="What should colleagues know? (optional)" .value=${live(this.comment)}
        @input=${(event: Event) => (this.comment = (event.target as HTMLTextAreaElement).value)}></textarea>
      <div class="row"><button class="primary" ?disabled=${this.busy} data-testid="judged-give">Save scorecard</button>
        <button type="button" class="plain" @click=${() => this.dispatchEvent(new CustomEvent("leave"))}>Cancel</button></div>
    </form>`;
  }

  private give(event: SubmitEvent): void {
    event.preventDefault();
    const detail: GivenCard = { ratings: [...this.ratings.values()], overall: this.overall, comment: this.comment };
    this.dispatchEvent(new CustomEvent("give", { detail }));
  }
}

/** As logs of actions name who is signed in. */
export function me(): string {
  return `staff:${currentUser()?.username ?? ""}`;
}

/** A scorecard that was given, in words. */
export function cardWords(card: Card, by: string): TemplateResult {
  return html`<div class="given" data-testid="judged-card"><p class="small"><strong>${by}</strong> <span class="quiet">${day(card.at)}</span></p>
    <ul class="plain-list small">
      ${card.overall ? html`<li>Overall: ${BAND[card.overall].toLowerCase()}</li>` : nothing}
      ${[...card.ratings].sort((a, b) => a.question_number - b.question_number).map(
        (one) => html`<li>Question ${one.question_number}: ${BAND[one.band].toLowerCase()}${one.comment ? html`. ${one.comment}` : nothing}</li>`)}
      ${card.comment ? html`<li>${card.comment}</li>` : nothing}
    </ul></div>`;
}

export function segment(name: string, value: string, word: string, on: boolean, pick: () => void): TemplateResult {
  return html`<label class=${`segment ${value}${on ? " on" : ""}`}><input type="radio" name=${name} value=${value} .checked=${live(on)} @change=${pick} data-testid=${`judged-${name}-${value}`} />${word}</label>`;
}
