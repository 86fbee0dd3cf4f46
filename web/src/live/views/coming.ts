// What happens by itself in a few seconds, and how to stop it: a skip, silence, the end of the time.
import { LitElement, css, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Hourglass, SkipForward, Undo2 } from "lucide";
import type { Actions, RoomState } from "../model";
import { icon, shared } from "../ui";
import { coming } from "../words";

const TICK_MS = 200;

@customElement("viva-coming")
export class Coming extends LitElement {
  @property({ attribute: false }) room!: RoomState;
  @property({ attribute: false }) actions!: Actions;
  @state() private now = performance.now();
  private timer = 0;

  static override styles = [
    shared,
    css`
      :host { display: block; pointer-events: none; }
      .one { display: flex; flex-wrap: wrap; gap: var(--s2) var(--s4); align-items: center; justify-content: center; width: fit-content; max-width: 100%; margin: 0 auto; padding: var(--s2) var(--s4); border-radius: var(--radius); background: var(--amber-soft); color: var(--amber); box-shadow: var(--shadow); pointer-events: auto; }
      .one p { font-weight: 550; font-variant-numeric: tabular-nums; }
      /* Narrow: the sign stays beside its words, the button has a row of its own. */
      @media (max-width: 700px) { .one { display: grid; grid-template-columns: auto minmax(0, 1fr); width: 100%; } .one button { grid-column: 1 / -1; } }
      button { border-color: currentColor; color: inherit; }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = window.setInterval(() => (this.now = performance.now()), TICK_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  /** The seconds are for the eye: a screen reader is told once. */
  override render() {
    const next = coming(this.room, Math.max(this.now, performance.now()));
    return html`<div role="status">${next === null ? nothing : html`<div class="one" data-testid="coming" data-what=${next.what}>
        ${icon(next.what === "skip" ? SkipForward : Hourglass)}
        <p><span aria-hidden="true">${next.words}</span><span class="visually-hidden">${next.said}</span></p>
        ${next.what === "skip" ? html`<button data-testid="btn-undo-skip" @click=${() => this.actions.undoSkip()}>${icon(Undo2)} Stay at this question</button>` : nothing}
        ${next.what === "silence" ? html`<button data-testid="btn-here" @click=${() => this.actions.here()}>I'm still here</button>` : nothing}
      </div>`}</div>`;
  }
}
