// One thing that the candidate may ask the company for: a button, its form, and the answer.
import { LitElement, css, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { ChevronDown, ChevronUp, MessageSquareText } from "lucide";
import type { Actions, Notice, Own, RequestKind } from "../model";
import { WISHES, standWords } from "../own-words";
import { icon, shared } from "../ui";
import { noticeWords } from "../words";

/** server/platform/requests.py, MAX_REQUEST_CHARS. */
const MAX_CHARS = 2_000;
const LOOK_MS = 15_000;

@customElement("viva-ask")
export class Ask extends LitElement {
  @property({ attribute: false }) actions!: Pick<Actions, "own" | "ask">;
  @property({ attribute: false }) own: Own | null = null;
  @property() kind: RequestKind = "accommodation";
  /** Instead of the kind's own title. */
  @property() words = "";
  @state() private open = false;
  @state() private sending = false;
  @state() private trouble = "";
  @state() private draft = "";

  static override styles = [
    shared,
    css`
      :host { display: block; }
      .opens { width: 100%; justify-content: space-between; padding: var(--s2) 0; border: 0; border-radius: var(--radius-s); text-align: left; font-weight: 500; }
      .opens:hover { background: none; text-decoration: underline; text-underline-offset: 3px; }
      form { display: grid; gap: var(--s2); padding: 0 0 var(--s4); }
      label { font-size: var(--text-s); color: var(--ink-2); }
      textarea { width: 100%; resize: vertical; min-height: 88px; }
      .bad { color: var(--amber); }
      .stand { color: var(--ink-2); font-size: var(--text-s); padding-bottom: var(--s3); }
      .reply { display: flex; gap: var(--s2); padding-bottom: var(--s3); white-space: pre-wrap; overflow-wrap: anywhere; }
      .reply svg { margin-top: 3px; color: var(--muted); }
      @media (max-width: 480px) { form button { flex: 1; } }
    `,
  ];

  private timer: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.own === null) void this.look();
    this.timer = setInterval(() => this.waits && void this.look(), LOOK_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  /** Whether a person's answer may come. */
  private get waits(): boolean {
    return this.own?.requests.some((one) => one.kind === this.kind && one.state === "open") ?? false;
  }

  /** What was asked before, and what was answered; without it the form still sends. */
  private async look(): Promise<void> {
    this.own = await this.actions.own().catch(() => this.own);
  }

  override render() {
    const { title } = WISHES[this.kind];
    const sent = (this.own?.requests ?? []).filter((one) => one.kind === this.kind).at(-1);
    return html`<button class="opens" aria-expanded=${this.open} data-testid="ask-${this.kind}" @click=${this.toggle}>
        <span>${this.words || title}</span>${icon(this.open ? ChevronUp : ChevronDown)}</button>
      ${sent ? html`<p class="stand" role="status" data-testid="asked-${this.kind}">${standWords(sent)}</p>` : nothing}
      ${sent?.reply ? html`<p class="reply" data-testid="reply-${this.kind}">${icon(MessageSquareText, 18)}<span>${sent.reply}</span></p>` : nothing}
      ${this.open ? this.form(sent?.state === "open") : nothing}`;
  }

  private form(again: boolean) {
    const { label, needed, title } = WISHES[this.kind];
    return html`<form @submit=${this.send}>
      <label for="words">${label}</label>
      <textarea id="words" maxlength=${MAX_CHARS} aria-describedby="trouble" data-testid="ask-text" .value=${this.draft}
        @input=${(event: Event) => (this.draft = (event.target as HTMLTextAreaElement).value)}></textarea>
      <p id="trouble" class="small bad" role="status">${this.trouble}</p>
      <div class="row">
        <button class="main" aria-label="${again ? "Change" : "Send"}: ${title}" data-testid="ask-send" ?disabled=${this.sending || (needed && !this.draft.trim())}>${again ? "Change" : "Send"}</button>
        <button type="button" @click=${this.toggle}>Cancel</button>
      </div>
    </form>`;
  }

  private readonly toggle = async (): Promise<void> => {
    this.open = !this.open;
    this.trouble = "";
    const standing = this.own?.requests.find((one) => one.kind === this.kind && one.state === "open");
    this.draft = standing?.text ?? "";
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(this.open ? "textarea" : ".opens")?.focus();
  };

  private readonly send = async (event: Event): Promise<void> => {
    event.preventDefault();
    this.sending = true;
    try {
      this.own = await this.actions.ask(this.kind, this.draft.trim());
      this.dispatchEvent(new CustomEvent("asked", { detail: this.own }));
      await this.toggle();
    } catch (notice) {
      this.trouble = noticeWords(notice as Notice);
    }
    this.sending = false;
  };
}
