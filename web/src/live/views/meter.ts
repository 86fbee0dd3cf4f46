// Moves with the candidate's voice, so that they know they are heard.
import { LitElement, css, html } from "lit";
import { customElement, property } from "lit/decorators.js";

const BARS = 12;

@customElement("viva-meter")
export class Meter extends LitElement {
  /** 0..1, asked once per animation frame. */
  @property({ attribute: false }) level: () => number = () => 0;
  private frame = 0;
  private shown = 0;

  static override styles = css`
    :host { display: inline-flex; gap: 3px; align-items: center; height: 20px; }
    i { width: 4px; height: 14px; border-radius: 2px; background: var(--line-strong); opacity: 0.45; }
    i.on { background: var(--accent); opacity: 1; }
  `;

  override render() {
    return html`${Array.from({ length: BARS }, () => html`<i></i>`)}`;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute("aria-hidden", "true");
    const draw = () => {
      const now = Math.min(1, Math.sqrt(Math.max(0, this.level())));
      this.shown = now > this.shown ? now : this.shown * 0.88;
      const lit = Math.round(this.shown * BARS);
      this.renderRoot.querySelectorAll("i").forEach((bar, index) => bar.classList.toggle("on", index < lit));
      this.frame = requestAnimationFrame(draw);
    };
    this.frame = requestAnimationFrame(draw);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    cancelAnimationFrame(this.frame);
  }
}
