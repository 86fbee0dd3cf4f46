// What was noted in the own session, with the time, and the candidate's own words about it.
import { LitElement, css, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Check, MessageSquareText } from "lucide";
import type { Actions, Flag, Notice } from "../model";
import { icon, shared } from "../ui";
import { notedWords, outcomeWords } from "../watch-words";
import { clockText, noticeWords } from "../words";

/** interview/signals.py, MAX_EXPLANATION_CHARS. */
const MAX_CHARS = 2_000;

@customElement("viva-flags")
export class Flags extends LitElement {
  @property({ attribute: false }) actions!: Actions;
  @state() private flags: Flag[] | null = null;
  @state() private trouble = "";
  @state() private open: string | null = null;
  @state() private sending = false;
  @state() private draft = "";

  static override styles = [
    shared,
    css`
      :host { display: block; margin-top: var(--s10); }
      h2 { font-size: var(--text-l); font-weight: 600; letter-spacing: -0.01em; }
      .intro { color: var(--ink-2); margin-top: var(--s2); }
      ol { list-style: none; margin-top: var(--s4); border-top: 1px solid var(--line); }
      li { display: grid; grid-template-columns: 56px 1fr auto; gap: var(--s1) var(--s3); align-items: baseline; padding: var(--s3) 0; border-bottom: 1px solid var(--line); }
      time { color: var(--muted); font-variant-numeric: tabular-nums; }
      .what { font-weight: 550; }
      .more { grid-column: 2 / -1; color: var(--ink-2); font-size: var(--text-s); }
      .still { width: 168px; aspect-ratio: 4 / 3; object-fit: cover; border-radius: var(--radius); border: 1px solid var(--line); }
      .own { display: flex; gap: var(--s2); color: var(--ink); font-size: var(--text-m); white-space: pre-wrap; overflow-wrap: anywhere; }
      .own svg { margin-top: 3px; color: var(--muted); }
      form { grid-column: 2 / -1; display: grid; gap: var(--s2); margin-top: var(--s2); }
      form label { font-size: var(--text-s); color: var(--ink-2); }
      textarea { width: 100%; resize: vertical; min-height: 88px; }
      /* Higher than its line, and above what follows it: all of it can be pressed. */
      button.link { position: relative; min-height: var(--touch); margin: calc(var(--s3) * -1) 0; white-space: nowrap; }
      .bad { color: var(--amber); }
      .none { display: flex; gap: var(--s2); color: var(--ink-2); }
      @media (max-width: 480px) { li { grid-template-columns: 48px 1fr auto; } form .row button { flex: 1; } }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  override render() {
    if (this.flags === null) {
      if (!this.trouble) return nothing;
      return html`<p class="row bad" role="status">${this.trouble} <button @click=${this.load}>Try again</button></p>`;
    }
    if (this.flags.length === 0) return html`<p class="none" data-testid="flags-none">${icon(Check)} <span>Nothing was noted about the camera or this page.</span></p>`;
    return html`<section aria-labelledby="flags-title" data-testid="flags">
      <h2 id="flags-title">What was noted</h2>
      <p class="intro">Software noted this while you answered. It may be wrong. People look at it before anything is decided, and they read what you write here. The pictures are the ones that they see.</p>
      <ol>${this.flags.map((flag) => this.one(flag))}</ol>
    </section>`;
  }

  private one(flag: Flag) {
    const words = notedWords(flag.code, flag.message);
    const open = this.open === flag.violation_id;
    return html`<li data-testid="flag" data-kind=${flag.code}>
      <time datetime=${flag.recorded_at}>${clockText(Math.floor(flag.at_s))}</time>
      <span class="what">${words}</span>
      <button class="link" aria-expanded=${open} data-testid="flag-explain" aria-label="${flag.explanation ? "Change" : "Explain"}: ${words}" @click=${() => this.toggle(flag)}>${flag.explanation ? "Change" : "Explain"}</button>
      ${flag.still_url ? html`<img class="more still" src=${flag.still_url} alt=${`The picture that was taken: ${words}`} loading="lazy" />` : nothing}
      ${flag.explanation && !open ? html`<p class="more own" data-testid="flag-explanation">${icon(MessageSquareText, 18)}<span>${flag.explanation}</span></p>` : nothing}
      ${open ? this.form(flag, words) : html`<p class="more">${outcomeWords(flag)}</p>`}
    </li>`;
  }

  private form(flag: Flag, words: string) {
    return html`<form @submit=${(event: Event) => this.send(event, flag)}>
      <label for="explanation">What happened, in your own words</label>
      <textarea id="explanation" aria-describedby="explanation-trouble" maxlength=${MAX_CHARS} data-testid="flag-text" aria-label="What happened: ${words}" .value=${this.draft} @input=${(event: Event) => (this.draft = (event.target as HTMLTextAreaElement).value)}></textarea>
      <p id="explanation-trouble" class="small bad" role="status">${this.trouble}</p>
      <div class="row">
        <button class="main" data-testid="flag-send" ?disabled=${this.sending || !this.draft.trim()}>Send</button>
        <button type="button" @click=${() => this.toggle(flag)}>Cancel</button>
      </div>
    </form>`;
  }

  private readonly load = async (): Promise<void> => {
    try {
      this.flags = (await this.actions.flags()).sort((a, b) => a.at_s - b.at_s);
      this.trouble = "";
    } catch (notice) {
      this.trouble = noticeWords(notice as Notice);
    }
  };

  private async toggle(flag: Flag): Promise<void> {
    const opening = this.open !== flag.violation_id;
    this.open = opening ? flag.violation_id : null;
    this.draft = opening ? (flag.explanation ?? "") : "";
    this.trouble = "";
    await this.updateComplete;
    if (opening) this.renderRoot.querySelector("textarea")?.focus();
    else this.button(flag)?.focus();
  }

  private async send(event: Event, flag: Flag): Promise<void> {
    event.preventDefault();
    this.sending = true;
    try {
      const next = await this.actions.explain(flag.violation_id, this.draft.trim());
      this.flags = (this.flags ?? []).map((one) => (one.violation_id === next.violation_id ? next : one));
      await this.toggle(flag);
    } catch (notice) {
      this.trouble = noticeWords(notice as Notice);
    }
    this.sending = false;
  }

  private button(flag: Flag): HTMLElement | null {
    const place = (this.flags ?? []).findIndex((one) => one.violation_id === flag.violation_id);
    return this.renderRoot.querySelectorAll<HTMLElement>("[data-testid=flag-explain]")[place] ?? null;
  }
}
