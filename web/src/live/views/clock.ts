// The fair clock: quiet until 30 s, amber to 10 s, red after; a paused one says why.
import { LitElement, css, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Pause, Timer } from "lucide";
import type { ClockView, RoomState } from "../model";
import { icon, shared } from "../ui";
import { clockText, pausedWords, thinkingLeft } from "../words";

const TICK_MS = 100;

/** Seconds left at `nowMs` (performance.now); null while no question is timed. */
export function remaining(clock: ClockView, nowMs: number): number | null {
  if (clock.remainingS === null) return null;
  if (clock.state !== "running") return clock.remainingS;
  return Math.max(0, clock.remainingS - (nowMs - clock.at) / 1000);
}

@customElement("viva-clock")
export class Clock extends LitElement {
  @property({ attribute: false }) clock!: ClockView;
  /** What is going on while it stands. */
  @property({ attribute: false }) room: Pick<RoomState, "turn" | "phase" | "thinkingUntil"> | null = null;
  @property({ attribute: false }) warningS: number | null = null;
  @state() private left: number | null = null;
  @state() private thinkS: number | null = null;
  private timer = 0;

  static override styles = [
    shared,
    css`
      :host { display: inline-flex; }
      .clock { display: inline-flex; align-items: center; gap: var(--s2); color: var(--ink-2); min-height: 36px; }
      .time { font-weight: 600; font-size: 1.125rem; font-variant-numeric: tabular-nums; letter-spacing: 0.01em; }
      .why { font-size: var(--text-s); color: var(--muted); }
      .left { font-size: var(--text-s); }
      /* The last half minute must not need a row of its own: the room would jump. */
      @media (max-width: 700px) { .left { display: none; } .why { font-size: var(--text-xs); } }
      .amber, .amber .why { color: var(--amber); } .red, .red .why { color: var(--red); }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.look();
    this.timer = window.setInterval(() => this.look(), TICK_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  override willUpdate(): void {
    this.look();
  }

  private look(): void {
    const now = performance.now();
    this.left = remaining(this.clock, now);
    this.thinkS = this.room === null ? null : thinkingLeft(this.room, now);
  }

  override render() {
    const { left, clock } = this;
    if (left === null) return nothing;
    const paused = clock.state !== "running";
    const tone = paused || left > 30 ? "" : left > 10 ? "amber" : "red";
    return html`<div class="clock ${tone}" role="timer" aria-label="Time left for this answer" data-testid="clock" data-remaining=${left.toFixed(2)}>
        ${icon(paused ? Pause : Timer, 18)}
        <span class="time">${clockText(left)}</span>
        ${paused ? html`<span class="why">${pausedWords(clock.pausedReason, this.room)}${this.thinkS === null ? nothing : `: ${this.thinkS} s`}</span>` : left <= 30 ? html`<span class="left">left</span>` : nothing}
      </div>
      <span class="visually-hidden" role="status">${this.warningS === null ? "" : `${this.warningS} seconds left`}</span>`;
  }
}
