// What people make of an interview: decision, own scorecard, tags, notes. Above the machine's scores.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { X } from "lucide";
import type { Band } from "../protocol.gen";
import { badge } from "./badge";
import { DeskElement } from "./element";
import { currentUser, getJson, postJson, sentence } from "./http";
import { icon } from "./icons";
import { reviewer } from "./signal-words";
import type { DecisionOutcome, Judged, Rating } from "./types";
import { BAND, day, DECISION } from "./words";

const BANDS = Object.keys(BAND) as Band[];
const OUTCOMES = ["advance", "hold", "reject"] as const;

@customElement("desk-judged")
export class DeskJudged extends DeskElement {
  @property() sessionId = "";
  @property({ attribute: false }) questions: { number: number; text: string }[] = [];
  @state() private judged: Judged | null = null;
  @state() private problem = "";
  @state() private said = "";
  @state() private busy = false;
  @state() private wish: DecisionOutcome | null = null;
  @state() private mine: { ratings: Map<number, Rating>; overall: Band | null; comment: string } | null = null;

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has("sessionId")) void this.load();
  }

  private get path(): string {
    return `/api/parallel_interview/session/${encodeURIComponent(this.sessionId)}`;
  }

  private async load(): Promise<void> {
    try {
      this.judged = (await getJson<{ judged: Judged }>(`${this.path}/judged`, this.life.signal)).judged;
    } catch (error) {
      this.problem = sentence(error) ?? "";
    }
  }

  private async send(what: string, body: unknown, said: string): Promise<boolean> {
    this.busy = true;
    [this.problem, this.said] = ["", ""];
    try {
      this.judged = (await postJson<{ judged: Judged }>(`${this.path}/${what}`, body)).judged;
      this.said = said;
      return true;
    } catch (error) {
      this.problem = sentence(error) ?? "";
      return false;
    } finally {
      this.busy = false;
    }
  }

  protected override render(): TemplateResult {
    const { judged } = this;
    return html`<section class="panel judged" aria-labelledby="judged-title" data-testid="report-judged">
      <h2 id="judged-title">Your review</h2>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${judged === null
        ? this.problem ? nothing : html`<p class="quiet" aria-busy="true">Loading…</p>`
        : html`${this.decision(judged)} ${this.cards(judged)} ${this.tags(judged)} ${this.notes(judged)}`}
      <p class="unseen" role="status">${this.said}</p>
    </section>`;
  }

  // --- decision

  private decision({ decision }: Judged): TemplateResult {
    const { wish } = this;
    return html`<div class="part">
      <h3>Decision</h3>
      ${decision && wish === null
        ? html`<div class="row stands" data-testid="judged-decision">${badge(DECISION[decision.outcome].word, DECISION[decision.outcome].tone)}
            <span>${decision.reason}</span><span class="quiet small">${reviewer(decision.by)}, ${day(decision.at)}</span>
            <button class="plain tiny" ?disabled=${this.busy} @click=${() => (this.wish = decision.outcome)}>Change</button>
            <button class="plain tiny" ?disabled=${this.busy} @click=${() => this.send("decision", { outcome: "undecided" }, "The decision was taken back.")}>Take back</button></div>`
        : html`<form class="decide" @submit=${this.decide}>
            <div class="segments" role="radiogroup" aria-label="Decision">${OUTCOMES.map((outcome) =>
              segment("decision", outcome, DECISION[outcome].word, wish === outcome, () => (this.wish = outcome)))}</div>
            ${wish
              ? html`<label class="unseen" for="why">Reason</label><input id="why" name="why" required maxlength="2000" autocomplete="off" placeholder="Why? One sentence for your colleagues." .value=${decision?.reason ?? ""} data-testid="judged-why" />
                  <button class="primary" ?disabled=${this.busy} data-testid="judged-decide">Save</button>
                  <button type="button" class="plain" @click=${() => (this.wish = null)}>Cancel</button>`
              : nothing}
          </form>`}
    </div>`;
  }

  private async decide(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const reason = String(new FormData(event.target as HTMLFormElement).get("why") ?? "");
    if (this.wish && (await this.send("decision", { outcome: this.wish, reason }, "The decision is saved."))) this.wish = null;
  }

  // --- scorecards

  private get own(): string {
    return `staff:${currentUser()?.username ?? ""}`;
  }

  private cards({ scorecards }: Judged): TemplateResult {
    const mine = scorecards.find((card) => card.by === this.own);
    const others = scorecards.filter((card) => card !== mine);
    return html`<div class="part">
      <h3>Scorecard</h3>
      ${this.mine
        ? this.form(this.mine)
        : html`${mine ? this.card(mine, "You") : nothing}
            <button ?disabled=${this.busy} data-testid="judged-open" @click=${() => this.open(mine)}>${mine ? "Change your scorecard" : "Give your scorecard"}</button>`}
      ${others.map((card) => this.card(card, reviewer(card.by)))}
    </div>`;
  }

  private open(mine: Judged["scorecards"][number] | undefined): void {
    const ratings = new Map((mine?.ratings ?? []).map((rating) => [rating.question_number, rating]));
    this.mine = { ratings, overall: mine?.overall ?? null, comment: mine?.comment ?? "" };
  }

  private card(card: Judged["scorecards"][number], by: string): TemplateResult {
    return html`<div class="given" data-testid="judged-card"><p class="small"><strong>${by}</strong> <span class="quiet">${day(card.at)}</span></p>
      <ul class="plain-list small">
        ${card.overall ? html`<li>Overall: ${BAND[card.overall].toLowerCase()}</li>` : nothing}
        ${[...card.ratings].sort((a, b) => a.question_number - b.question_number).map(
          (one) => html`<li>Question ${one.question_number}: ${BAND[one.band].toLowerCase()}${one.comment ? html`. ${one.comment}` : nothing}</li>`)}
        ${card.comment ? html`<li>${card.comment}</li>` : nothing}
      </ul></div>`;
  }

  private form(mine: NonNullable<DeskJudged["mine"]>): TemplateResult {
    const rate = (number: number, change: Partial<Rating>): void => {
      const known = mine.ratings.get(number) ?? { question_number: number, band: "some" as Band, comment: "" };
      this.mine = { ...mine, ratings: new Map(mine.ratings).set(number, { ...known, ...change }) };
    };
    return html`<form class="scorecard" data-testid="judged-form" @submit=${this.give}>
      ${this.questions.map(({ number, text }) => html`<fieldset>
        <legend>${number}. ${text}</legend>
        <div class="segments">${BANDS.map((band) => segment(`q${number}`, band, BAND[band], mine.ratings.get(number)?.band === band, () => rate(number, { band })))}</div>
        ${mine.ratings.has(number)
          ? html`<label class="unseen" for=${`comment-${number}`}>Comment on question ${number}</label>
              <input id=${`comment-${number}`} maxlength="2000" placeholder="Why? (optional)" .value=${live(mine.ratings.get(number)?.comment ?? "")}
                @input=${(event: Event) => rate(number, { comment: (event.target as HTMLInputElement).value })} />`
          : nothing}
      </fieldset>`)}
      <fieldset><legend>Overall</legend>
        <div class="segments">${BANDS.map((band) => segment("overall", band, BAND[band], mine.overall === band, () => (this.mine = { ...mine, overall: band })))}</div></fieldset>
      <label class="unseen" for="card-comment">Comment</label>
      <textarea id="card-comment" rows="2" maxlength="2000" placeholder="What should colleagues know? (optional)" .value=${live(mine.comment)}
        @input=${(event: Event) => (this.mine = { ...mine, comment: (event.target as HTMLTextAreaElement).value })}></textarea>
      <div class="row"><button class="primary" ?disabled=${this.busy} data-testid="judged-give">Save scorecard</button>
        <button type="button" class="plain" @click=${() => (this.mine = null)}>Cancel</button></div>
    </form>`;
  }

  private async give(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const { mine } = this;
    if (mine === null) return;
    const body = { ratings: [...mine.ratings.values()], overall: mine.overall, comment: mine.comment };
    if (await this.send("scorecard", body, "Your scorecard is saved.")) this.mine = null;
  }

  // --- tags and notes

  private tags({ tags }: Judged): TemplateResult {
    return html`<div class="part"><h3>Tags</h3>
      <form class="row tags" @submit=${(event: SubmitEvent) => this.tag(event, tags)}>
        ${tags.map((tag) => html`<span class="tag">${tag}<button type="button" class="plain square" aria-label=${`Remove tag ${tag}`} ?disabled=${this.busy}
          @click=${() => this.send("tags", { tags: tags.filter((one) => one !== tag) }, `Tag ${tag} removed.`)}>${icon(X, 12)}</button></span>`)}
        <label class="unseen" for="new-tag">New tag</label>
        <input id="new-tag" name="tag" maxlength="40" autocomplete="off" placeholder="Add a tag" data-testid="judged-tag" />
      </form></div>`;
  }

  private async tag(event: SubmitEvent, tags: string[]): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const tag = String(new FormData(form).get("tag") ?? "").trim();
    if (tag && (await this.send("tags", { tags: [...tags, tag] }, `Tag ${tag} added.`))) form.reset();
  }

  private notes({ notes }: Judged): TemplateResult {
    return html`<div class="part"><h3>Notes</h3>
      ${notes.map((note) => html`<div class="given" data-testid="judged-note"><p class="small"><strong>${reviewer(note.by)}</strong> <span class="quiet">${day(note.at)}</span></p><p class="prose">${note.text}</p></div>`)}
      <form class="decide" @submit=${this.note}>
        <label class="unseen" for="new-note">New note</label>
        <textarea id="new-note" name="note" rows="1" required maxlength="4000" placeholder="A note for colleagues; it cannot be changed afterwards" data-testid="judged-note-text"></textarea>
        <button ?disabled=${this.busy} data-testid="judged-note-add">Add note</button>
      </form></div>`;
  }

  private async note(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const text = String(new FormData(form).get("note") ?? "").trim();
    if (text && (await this.send("notes", { text, note_id: crypto.randomUUID?.() }, "The note is added."))) form.reset();
  }
}

function segment(name: string, value: string, word: string, on: boolean, pick: () => void): TemplateResult {
  return html`<label class=${`segment ${value}${on ? " on" : ""}`}><input type="radio" name=${name} value=${value} .checked=${live(on)} @change=${pick} data-testid=${`judged-${name}-${value}`} />${word}</label>`;
}
