// What people make of an interview: decision, own scorecard, tags, notes. Above the machine's scores.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { X } from "lucide";
import "./assignee";
import { badge } from "./badge";
import { DeskElement } from "./element";
import { getJson, postJson, sentence } from "./http";
import { icon } from "./icons";
import { mayDecide } from "./roles";
import "./scorecard";
import { cardWords, type GivenCard, me, segment } from "./scorecard";
import { reviewer } from "./signal-words";
import type { DecisionOutcome, Judged } from "./types";
import { day, DECISION } from "./words";

const OUTCOMES = ["advance", "hold", "reject"] as const;

@customElement("desk-judged")
export class DeskJudged extends DeskElement {
  @property() sessionId = "";
  @property({ attribute: false }) questions: { number: number; text: string }[] = [];
  /** Nothing of others until one's own scorecard is given. */
  @property({ type: Boolean }) blind = false;
  @state() private judged: Judged | null = null;
  @state() private problem = "";
  @state() private said = "";
  @state() private busy = false;
  @state() private wish: DecisionOutcome | null = null;
  @state() private giving = false;
  private sending: Promise<unknown> = Promise.resolve();

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

  /** When nothing is being sent any more. */
  async settled(): Promise<void> {
    await this.sending;
  }

  private send(what: string, body: unknown, said: string): Promise<boolean> {
    const sending = this.post(what, body, said);
    this.sending = sending;
    return sending;
  }

  private async post(what: string, body: unknown, said: string): Promise<boolean> {
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
        : this.blind
          ? html`<p class="quiet small">Decision, notes and names are shown when your scorecard is given.</p>${this.cards(judged)}`
          : html`${this.decision(judged)} ${this.cards(judged)} ${this.assignee(judged)} ${this.tags(judged)} ${this.notes(judged)}`}
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
            ${mayDecide()
              ? html`<button class="plain tiny" ?disabled=${this.busy} @click=${() => (this.wish = decision.outcome)}>Change</button>
                  <button class="plain tiny" ?disabled=${this.busy} @click=${() => this.send("decision", { outcome: "undecided" }, "The decision was taken back.")}>Take back</button>`
              : nothing}</div>`
        : !mayDecide()
          ? html`<p class="quiet small">Nobody has decided yet. Owners and interviewers do.</p>`
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

  private cards({ scorecards }: Judged): TemplateResult {
    const own = scorecards.find((card) => card.by === me()) ?? null;
    const others = this.blind ? [] : scorecards.filter((card) => card !== own);
    return html`<div class="part">
      <h3>Scorecard</h3>
      ${this.giving
        ? html`<desk-scorecard .questions=${this.questions} .known=${own} ?busy=${this.busy} @give=${this.give} @leave=${() => (this.giving = false)}></desk-scorecard>`
        : html`${own ? cardWords(own, "You") : nothing}
            <button ?disabled=${this.busy} data-testid="judged-open" @click=${() => (this.giving = true)}>${own ? "Change your scorecard" : "Give your scorecard"}</button>`}
      ${others.map((card) => cardWords(card, reviewer(card.by)))}
    </div>`;
  }

  private async give({ detail }: CustomEvent<GivenCard>): Promise<void> {
    if (!(await this.send("scorecard", detail, "Your scorecard is saved."))) return;
    this.giving = this.blind = false;
    this.dispatchEvent(new Event("given", { bubbles: true }));
  }

  // --- assignee, tags and notes

  private assignee({ assignee }: Judged): TemplateResult {
    return html`<div class="part"><h3>Looked after by</h3>
      <desk-assignee .sessionId=${this.sessionId} .assignee=${assignee}
        @assigned=${({ detail }: CustomEvent<string | null>) => this.judged && (this.judged = { ...this.judged, assignee: detail })}></desk-assignee></div>`;
  }

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
