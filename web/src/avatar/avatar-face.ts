// <avatar-face>: the interviewer. `mood` says what it does, `cue` what it says and since when.

import { LitElement, css, html } from "lit";
import { property } from "lit/decorators.js";
import { FaceRig, faceTemplate } from "./face";
import { type AvatarMood, Life } from "./life";
import { type LookName, lookOf } from "./looks";
import { type Mouth, type MouthCue, REST, SHAPES, mouthAt, towards } from "./mouth";
import { OrbRig, orbTemplate } from "./orb";

const STILL = matchMedia("(prefers-reduced-motion: reduce)");
/** With less motion the face changes this often, and only its mouth and lids. */
const STILL_STEP_S = 0.12;

export class AvatarFace extends LitElement {
  static override styles = css`
    :host { display: block; aspect-ratio: 1; border-radius: 50%; position: relative; }
    svg { display: block; width: 100%; height: 100%; overflow: visible; }
    .halo {
      position: absolute; inset: -6px; border-radius: 50%; border: 3px solid transparent;
      transition: border-color 200ms ease-out; pointer-events: none;
    }
    .halo[data-mood="speaking"] { border-color: var(--accent); }
    .halo[data-mood="listening"] { border-color: var(--green); }
    .halo[data-mood="thinking"] { border-color: var(--line-strong); border-style: dashed; }
    .halo[data-mood="waiting"] { border-color: var(--amber); border-style: dashed; }
  `;

  @property() mood: AvatarMood = "idle";
  @property() look: LookName = "mira";
  /** One shape held still, for drawings and tests. */
  @property() shape = "";
  @property({ attribute: false }) cue: MouthCue | null = null;

  private face: FaceRig | null = null;
  private orb: OrbRig | null = null;
  private readonly life = new Life();
  private mouth: Mouth = REST;
  private frame = 0;
  private last_s = 0;

  override render() {
    return html`${this.look === "orb" ? orbTemplate() : faceTemplate(lookOf(this.look))}
      <div class="halo" data-mood=${this.mood}></div>`;
  }

  override updated(): void {
    const svg = this.renderRoot.querySelector("svg");
    if (!svg) return;
    this.face = this.look === "orb" ? null : new FaceRig(svg);
    this.orb = this.look === "orb" ? new OrbRig(svg) : null;
    this.draw(performance.now(), true);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.last_s = performance.now() / 1000;
    this.next();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    cancelAnimationFrame(this.frame);
  }

  private next(): void {
    this.frame = requestAnimationFrame((now_ms) => {
      this.draw(now_ms, false);
      this.next();
    });
  }

  private draw(now_ms: number, at_once: boolean): void {
    const now_s = now_ms / 1000;
    const step_s = Math.min(0.1, Math.max(0, now_s - this.last_s));
    if (STILL.matches && !at_once && now_s - this.last_s < STILL_STEP_S) return;
    this.last_s = now_s;
    this.mouth = this.shape
      ? (SHAPES[this.shape] ?? REST)
      : towards(this.mouth, this.wanted(now_ms), 1 - Math.exp(-step_s * 45));
    this.orb?.apply(this.mood, STILL.matches ? 0 : now_s, step_s, this.mouth.open);
    const pose = this.life.pose(this.mood, now_s, step_s, this.mouth.open);
    if (STILL.matches || this.shape) {
      Object.assign(pose, { nod: 0, tilt: 0, breath: 0 });
      if (this.shape) Object.assign(pose, { gaze_x: 0, gaze_y: 0, lids: 0.02 });
    }
    this.face?.apply(pose, this.mouth);
  }

  private wanted(now_ms: number): Mouth {
    return this.cue ? mouthAt(this.cue.visemes, (now_ms - this.cue.start_ms) / 1000) : REST;
  }
}

customElements.define("avatar-face", AvatarFace);

declare global {
  interface HTMLElementTagNameMap {
    "avatar-face": AvatarFace;
  }
}
