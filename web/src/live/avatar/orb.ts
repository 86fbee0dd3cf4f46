// The calm alternative to a face: one disc whose rim moves with the voice.
import { LitElement, css, svg, html } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { RoomState } from "../model";
import type { Mood } from "../words";
import { mouthAt } from "./visemes";

@customElement("viva-orb")
export class Orb extends LitElement {
  @property() mood: Mood = "idle";
  @property({ attribute: false }) visemes: RoomState["visemes"] = null;
  private frame = 0;
  private shown = 0;

  static override styles = css`
    :host { display: block; } svg { width: 100%; height: 100%; display: block; }
    .halo { fill: var(--accent-soft); } .body { fill: var(--accent); opacity: 0.32; } .core { fill: var(--accent); }
    .arc { fill: none; stroke: var(--accent); stroke-width: 5; stroke-linecap: round; opacity: 0; transition: opacity 200ms; }
    svg.thinking .arc { opacity: 1; } svg.waiting .core { fill: var(--amber); } svg.idle .core, svg.waiting .core { opacity: 0.75; }
  `;

  override connectedCallback(): void {
    super.connectedCallback();
    this.frame = requestAnimationFrame(this.draw);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    cancelAnimationFrame(this.frame);
  }

  private readonly draw = (now: number): void => {
    this.frame = requestAnimationFrame(this.draw);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const voice = this.mood === "speaking" && this.visemes ? mouthAt(this.visemes.shapes, (now - this.visemes.startedAt) / 1000) : null;
    const loud = voice ? voice.open * 0.8 + voice.round * 0.2 : 0;
    this.shown += (loud - this.shown) * 0.35;
    const breath = still ? 0 : Math.sin(now / 1400) * 3;
    const listening = this.mood === "listening" ? 10 : 0;
    const set = (name: string, r: number) => this.renderRoot.querySelector(name)?.setAttribute("r", r.toFixed(2));
    set(".halo", 150 + this.shown * 38 + breath + listening);
    set(".body", 112 + this.shown * 26 + breath);
    set(".core", 84 + this.shown * 12 + breath * 0.5);
    const angle = still ? 0 : (now / 9) % 360;
    this.renderRoot.querySelector(".arc")?.setAttribute("transform", `rotate(${angle.toFixed(1)} 200 200)`);
  };

  override render() {
    return html`${svg`<svg viewBox="0 0 400 400" class=${this.mood} aria-hidden="true">
      <circle class="halo" cx="200" cy="200" r="150" /><circle class="body" cx="200" cy="200" r="112" />
      <circle class="core" cx="200" cy="200" r="84" /><path class="arc" d="M 200 62 A 138 138 0 0 1 320 132" />
    </svg>`}`;
  }
}
