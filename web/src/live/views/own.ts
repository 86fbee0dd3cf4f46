// After the interview: the own answers, how it was, and what may be asked for.
import { LitElement, css, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Check, ChevronDown, Download, Star } from "lucide";
import type { Actions, Notice, Own } from "../model";
import { RIGHTS, answerWords, answersCopy } from "../own-words";
import { icon, shared } from "../ui";
import { noticeWords } from "../words";
import "./ask";

const STARS = ["Poor", "Fair", "All right", "Good", "Very good"];
/** server/platform/requests.py, MAX_REQUEST_CHARS. */
const MAX_CHARS = 2_000;

@customElement("viva-own")
export class OwnPage extends LitElement {
  @property({ attribute: false }) actions!: Pick<Actions, "own" | "ask" | "rate">;
  @property() heading = "";
  @state() private own: Own | null = null;
  @state() private trouble = "";
  @state() private stars = 0;
  @state() private comment = "";
  @state() private sending = false;
  @state() private said = "";

  static override styles = [
    shared,
    css`
      :host { display: grid; gap: var(--s10); margin-top: var(--s10); }
      h2 { font-size: var(--text-l); font-weight: 600; letter-spacing: -0.01em; }
      .intro { color: var(--ink-2); margin-top: var(--s2); }
      details { border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); margin-top: var(--s4); }
      summary { cursor: pointer; min-height: var(--touch); display: flex; align-items: center; justify-content: space-between; gap: var(--s3); font-weight: 500; }
      summary::-webkit-details-marker { display: none; }
      summary:hover { text-decoration: underline; text-underline-offset: 3px; }
      details[open] summary svg { transform: rotate(180deg); }
      dl { padding-bottom: var(--s4); }
      dt { font-weight: 550; margin-top: var(--s4); }
      dd { color: var(--ink-2); white-space: pre-wrap; overflow-wrap: anywhere; margin-top: var(--s1); }
      pre { font: 400 var(--text-s) / 1.5 var(--mono); background: var(--sunken); padding: var(--s3); border-radius: var(--radius); overflow-x: auto; margin: var(--s2) 0 0; white-space: pre; }
      .rights { list-style: none; margin-top: var(--s3); border-top: 1px solid var(--line); }
      .rights li { border-bottom: 1px solid var(--line); }
      fieldset { border: 0; padding: 0; margin: var(--s3) 0 0; display: flex; align-items: center; gap: var(--s1); flex-wrap: wrap; }
      .star { position: relative; width: var(--touch); height: var(--touch); display: grid; place-items: center; cursor: pointer; color: var(--line-strong); }
      .star input { position: absolute; inset: 0; opacity: 0; margin: 0; width: 100%; height: 100%; cursor: pointer; }
      .star svg { width: 28px; height: 28px; }
      .star.on { color: var(--accent); } .star.on svg { fill: var(--accent); }
      .star:has(:focus-visible) { outline: 3px solid var(--ring); border-radius: var(--radius-s); }
      .word { margin-left: var(--s2); color: var(--ink-2); }
      form { display: grid; gap: var(--s2); margin-top: var(--s3); }
      form label { font-size: var(--text-s); color: var(--ink-2); }
      textarea { width: 100%; resize: vertical; min-height: 72px; }
      .good { display: flex; gap: var(--s2); color: var(--green); margin-top: var(--s3); }
      .bad { color: var(--amber); }
      .save { margin-top: var(--s3); }
      @media (max-width: 480px) { form .main, .save { width: 100%; } }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  override render() {
    const { own } = this;
    if (own === null) {
      return this.trouble ? html`<p class="row bad" role="status">${this.trouble} <button @click=${this.load}>Try again</button></p>` : nothing;
    }
    return html`${this.answers(own)} ${this.rating(own)} ${this.rights(own)}`;
  }

  private answers({ answers }: Own) {
    if (answers.length === 0) return nothing;
    return html`<section aria-labelledby="answers-title" data-testid="own-answers">
      <h2 id="answers-title">Your answers</h2>
      <p class="intro">As they were written down. If something was heard wrong, ask for a correction below.</p>
      <details><summary>Read ${answers.length === 1 ? "your answer" : `your ${answers.length} answers`} ${icon(ChevronDown)}</summary>
        <dl>${answers.map((answer) => html`<dt>${answer.question_number}. ${answer.question}</dt>
          ${answer.code ? html`<dd>${answer.content}<pre tabindex="0" aria-label="Your code"><code>${answer.code}</code></pre></dd>` : html`<dd>${answerWords(answer)}</dd>`}`)}</dl>
      </details>
      <button class="save" data-testid="btn-copy" @click=${this.save}>${icon(Download)} Keep a copy</button>
    </section>`;
  }

  private readonly save = (): void => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([answersCopy(this.heading, this.own?.answers ?? [])], { type: "text/plain" }));
    link.download = "my-answers.txt";
    link.click();
    URL.revokeObjectURL(link.href);
  };

  private rating({ rating }: Own) {
    const stars = this.stars || (rating?.stars ?? 0);
    return html`<section aria-labelledby="rating-title" data-testid="rating">
      <h2 id="rating-title">How was it?</h2>
      <p class="intro">Those who read your interview see this only together with what others said, without your name.</p>
      <fieldset><legend class="visually-hidden">How was the interview</legend>
        ${STARS.map((word, index) => html`<label class="star ${index < stars ? "on" : ""}"><input type="radio" name="stars" aria-label=${word} data-testid="star-${index + 1}" .checked=${stars === index + 1} @change=${() => this.rate(index + 1)} />${icon(Star)}</label>`)}
        <span class="word" aria-hidden="true">${STARS[stars - 1] ?? ""}</span></fieldset>
      ${this.stars ? this.words() : nothing}
      ${this.said ? html`<p class="good" role="status" data-testid="rated">${icon(Check)} <span>${this.said}</span></p>` : nothing}
    </section>`;
  }

  private words() {
    return html`<form @submit=${this.sendRating}>
      <label for="comment">What could be better, if you like</label>
      <textarea id="comment" maxlength=${MAX_CHARS} .value=${this.comment} @input=${(event: Event) => (this.comment = (event.target as HTMLTextAreaElement).value)}></textarea>
      <p class="small bad" role="status">${this.trouble}</p>
      <div><button class="main" data-testid="rating-send" ?disabled=${this.sending}>Send</button></div>
    </form>`;
  }

  private rate(stars: number): void {
    this.comment ||= this.own?.rating?.comment ?? "";
    this.stars = stars;
    this.said = "";
  }

  private readonly sendRating = async (event: Event): Promise<void> => {
    event.preventDefault();
    this.sending = true;
    try {
      this.own = await this.actions.rate(this.stars, this.comment.trim());
      this.stars = 0;
      this.trouble = "";
      this.said = "Thank you for telling us.";
    } catch (notice) {
      this.trouble = noticeWords(notice as Notice);
    }
    this.sending = false;
  };

  private rights(own: Own) {
    return html`<section aria-labelledby="rights-title" data-testid="rights">
      <h2 id="rights-title">What is kept about you is yours</h2>
      <p class="intro">Ask for any of this. A person answers, and you read the answer here.</p>
      <ul class="rights">${RIGHTS.map((kind) => html`<li><viva-ask .actions=${this.actions} .own=${own} kind=${kind} @asked=${this.asked}></viva-ask></li>`)}</ul>
    </section>`;
  }

  private readonly asked = (event: CustomEvent<Own>): void => void (this.own = event.detail);

  private readonly load = async (): Promise<void> => {
    try {
      this.own = await this.actions.own();
      this.trouble = "";
    } catch (notice) {
      this.trouble = noticeWords(notice as Notice);
    }
  };
}
