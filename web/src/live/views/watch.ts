// That the interview is watched: a small sign that opens what is looked at; and warnings that help.
import { LitElement, css, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { CircleAlert, Eye, EyeOff, Info } from "lucide";
import type { WatchNote, WatchNotice, WatchState, WatchWarning } from "../model";
import { icon, shared } from "../ui";
import { identityWords, limitWords, notedWords, unavailableWords, watchedWords } from "../watch-words";

const TICK_MS = 200;
const NOTE_MS = 12_000;
/** More would hide the interview. */
const MAX_SHOWN = 2;

@customElement("viva-watch")
export class Watch extends LitElement {
  @property({ attribute: false }) notice!: WatchNotice;
  @property({ attribute: false }) watch!: WatchState;
  @property({ type: Boolean }) camera = false;

  static override styles = [
    shared,
    css`
      :host { display: inline-flex; }
      .sign { min-height: 36px; padding: 0 var(--s2); gap: 6px; border-color: transparent; font-size: var(--text-s); font-weight: 450; color: var(--ink-2); white-space: nowrap; }
      @media (pointer: coarse) { .sign { min-height: var(--touch); } }
      #watched { position: fixed; inset: 60px 16px auto auto; margin: 0; width: min(400px, calc(100vw - 32px)); max-height: calc(100dvh - 80px); overflow: auto; border: 1px solid var(--line); border-radius: var(--radius); background: var(--surface); color: var(--ink); padding: var(--s5); box-shadow: var(--shadow); }
      #watched > * + * { margin-top: var(--s3); }
      h2 { font-size: var(--text-m); font-weight: 600; }
      h3 { font-size: var(--text-s); font-weight: 600; color: var(--ink-2); }
      h3 + ul { margin-top: var(--s1) !important; }
      ul { padding-left: 1.2em; font-size: var(--text-s); color: var(--ink-2); display: grid; gap: 2px; }
      p { font-size: var(--text-s); color: var(--ink-2); }
      .foot { border-top: 1px solid var(--line); padding-top: var(--s3); }
    `,
  ];

  override render() {
    const { watching } = this.watch;
    return html`<button class="sign" popovertarget="watched" data-testid="watch-sign">
        ${icon(watching ? Eye : EyeOff, 16)} ${watching ? "Watching" : "Not watching"}
      </button>
      <section id="watched" popover aria-label="What is watched" tabindex="-1" data-testid="watch-panel">
        ${watching ? this.looks() : html`<h2>Nothing is watched yet</h2><p>It begins when the interview does.</p>`}
      </section>`;
  }

  private looks() {
    const { notice, watch } = this;
    const unseen = unavailableWords(notice, watch.unavailable);
    const identity = identityWords(notice);
    return html`<h2>What software watches</h2>
      ${watchedWords(notice, watch.unavailable, this.camera).map(({ title, points }) => html`<h3>${title}</h3>${list(points)}`)}
      ${identity ? html`<p data-testid="watch-identity">${identity}</p>` : nothing}
      ${unseen.length > 0 ? html`<h3>Cannot be seen here</h3>${list(unseen)}` : nothing}
      <p class="foot">${consequences(notice)}</p>`;
  }
}

function list(points: string[]) {
  return html`<ul>${points.map((point) => html`<li>${point}</li>`)}</ul>`;
}

function consequences(notice: WatchNotice): string {
  const { profile } = notice;
  const people = "What is noted has a time, and a picture where the camera saw it. People look at it and decide; you see it at the end and can explain it.";
  if (profile === "observe") return `You are not interrupted. ${people}`;
  if (profile === "warn") return `You are told, so that you can put it right. ${people}`;
  return `You are told, so that you can put it right. ${limitWords(notice)} ${people}`;
}

/** What holds now, with the time until it is noted; and, for a while, what was noted. */
@customElement("viva-warnings")
export class Warnings extends LitElement {
  @property({ attribute: false }) watch!: WatchState;
  @state() private now = 0;
  private timer = 0;

  static override styles = [
    shared,
    css`
      :host { display: block; }
      .list { display: grid; gap: var(--s2); justify-items: center; padding: 0 var(--s4); }
      .one { display: flex; gap: var(--s3); align-items: center; max-width: var(--measure); border-radius: var(--radius); padding: var(--s2) var(--s4); background: var(--amber-soft); color: var(--amber); box-shadow: var(--shadow); pointer-events: auto; }
      .one p { flex: 1; }
      .due { font-size: var(--text-s); white-space: nowrap; font-variant-numeric: tabular-nums; }
      .note { background: var(--surface); color: var(--ink-2); border: 1px solid var(--line); }
      .note strong { color: var(--ink); font-weight: 550; }
      button { border-color: currentColor; color: inherit; }
      @media (max-width: 700px) { .list { justify-items: stretch; } .one { flex-wrap: wrap; gap: var(--s2) var(--s3); } .one p { flex: 1 1 50%; } }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    const tick = () => (this.now = performance.now());
    tick();
    this.timer = window.setInterval(tick, TICK_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  /** A status would be read anew with every second: here only what comes is read. */
  override render() {
    const { note } = this.watch;
    const warnings = this.watch.warnings.slice(0, MAX_SHOWN);
    const fresh = note !== null && this.now - note.at < NOTE_MS ? note : null;
    const alone = fresh !== null && !warnings.some(({ kind }) => kind === fresh.kind);
    return html`<div class="list" aria-live="polite">
      ${warnings.map((warning) => this.warning(warning, fresh?.kind === warning.kind ? fresh : null))}
      ${alone && warnings.length < MAX_SHOWN ? noted(fresh) : nothing}
    </div>`;
  }

  private warning({ kind, advice, dueAt }: WatchWarning, note: WatchNote | null) {
    const left = dueAt === null ? null : Math.max(0, Math.ceil((dueAt - this.now) / 1000));
    const full = kind === "fullscreen_exit" && mayFill();
    return html`<div class="one" data-testid="watch-warning" data-kind=${kind}>
      ${icon(CircleAlert)}<p>${advice}</p>
      ${note ? html`<span class="due">Noted${note.limit === null ? "" : `: ${note.counted} of ${note.limit}`}</span>` : left === null ? nothing : html`<span class="due" aria-hidden="true">Noted in ${left} s</span>`}
      ${full ? html`<button @click=${() => void fill()}>Full screen</button>` : nothing}
    </div>`;
  }
}

function noted({ kind, counted, limit }: WatchNote) {
  const rule = limit === null || counted === 0 ? "A person will look at it; you can explain it at the end." : `${counted} of ${limit}: at ${limit} the interview pauses and a person decides. You can explain it.`;
  return html`<div class="one note" data-testid="watch-note" data-kind=${kind}>${icon(Info)}<p><strong>Noted: ${lower(notedWords(kind))}.</strong> ${rule}</p></div>`;
}

function lower(words: string): string {
  return words.charAt(0).toLowerCase() + words.slice(1);
}

function mayFill(): boolean {
  return document.fullscreenElement === null && typeof document.documentElement.requestFullscreen === "function";
}

/** The browser may refuse; the interview goes on all the same. */
export async function fill(): Promise<void> {
  if (mayFill()) await document.documentElement.requestFullscreen().catch(() => undefined);
}
