// The face: drawn once for each look, then moved by attributes every frame.
import { LitElement, css, html, svg } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { RoomState } from "../model";
import type { Mood } from "../words";
import { BEFORE, BEHIND, DRESS, GLASSES, ON_SKIN } from "./hair";
import { eyePaths, headPath, mouthPaths } from "./geometry";
import { PALETTES, type Look } from "./looks";
import { CALM, Rig, still, type Pose } from "./rig";
import { REST, mix, mouthAt, type Mouth } from "./visemes";

@customElement("viva-face")
export class Face extends LitElement {
  @property() mood: Mood = "idle";
  @property() look: Exclude<Look, "orb"> = "mara";
  @property({ attribute: false }) visemes: RoomState["visemes"] = null;
  /** Holds this pose instead of moving. */
  @property({ attribute: false }) held: Pose | null = null;
  private readonly rig = new Rig();
  private readonly calm = matchMedia("(prefers-reduced-motion: reduce)");
  private frame = 0;
  private last = 0;
  private mouth: Mouth = REST;
  private parts = new Map<string, Element>();

  static override styles = css`
    :host { display: block; } svg { width: 100%; height: 100%; display: block; }
    .ring { fill: none; stroke: var(--accent); stroke-width: 5; opacity: 0; transition: opacity 200ms; }
    .listening .ring { opacity: 1; }
    .thinking .ring { opacity: 0.9; stroke-dasharray: 2 17; stroke-linecap: round; stroke-width: 6; }
    .waiting .ring { opacity: 1; stroke: var(--amber); stroke-dasharray: 14 14; }
    .speaking .ring { opacity: 0.28; stroke-width: 9; }
  `;

  override connectedCallback(): void {
    super.connectedCallback();
    this.frame = requestAnimationFrame(this.draw);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    cancelAnimationFrame(this.frame);
  }

  override updated(): void {
    this.parts.clear();
    for (const part of this.renderRoot.querySelectorAll("[id]")) this.parts.set(part.id, part);
    this.paint(this.held ?? { ...CALM, mouth: this.mouth });
  }

  private readonly draw = (now: number): void => {
    this.frame = requestAnimationFrame(this.draw);
    if (this.held !== null || this.parts.size === 0) return;
    const dt = Math.min(0.1, (now - this.last) / 1000);
    this.last = now;
    const wanted = this.visemes && this.mood === "speaking" ? mouthAt(this.visemes.shapes, (now - this.visemes.startedAt) / 1000) : REST;
    // While shapes play they are exact; when speech is cut off the mouth closes softly.
    this.mouth = wanted === REST ? mix(this.mouth, REST, 1 - Math.exp(-dt / 0.06)) : wanted;
    this.paint(this.calm.matches ? still(this.mood, this.mouth) : this.rig.step(now / 1000, dt, this.mood, this.mouth));
    if (!this.calm.matches) this.set("ring", "transform", `rotate(${((now / 60) % 360).toFixed(1)} 200 200)`);
  };

  private set(id: string, name: string, value: string): void {
    this.parts.get(id)?.setAttribute(name, value);
  }

  private paint(pose: Pose): void {
    const mouth = mouthPaths(pose.mouth, pose.smile);
    const x = pose.turn * 4;
    const y = pose.nod * 6;
    this.set("body", "transform", `translate(0 ${(-8 - pose.breath * 1.3).toFixed(2)})`);
    this.set("dress", "transform", `translate(0 ${(-8 - pose.breath * 1.3).toFixed(2)})`);
    this.set("head", "transform", `translate(${(x * 0.7).toFixed(2)} ${(y * 0.6 - pose.breath * 0.9).toFixed(2)}) rotate(${pose.tilt.toFixed(2)} 200 300)`);
    this.set("features", "transform", `translate(${x.toFixed(2)} ${(y * 0.7).toFixed(2)})`);
    this.set("fringe", "transform", `translate(${(x * 0.25).toFixed(2)} ${(y * 0.2).toFixed(2)})`);
    const head = headPath(mouth.drop);
    this.set("skull", "d", head);
    this.set("skull-clip", "d", head);
    this.eyes(pose);
    this.lips(mouth);
  }

  private eyes(pose: Pose): void {
    const eye = eyePaths(pose.lids);
    const iris = `translate(${(pose.gazeX * 5).toFixed(2)} ${(pose.gazeY * 3.4 + 0.6).toFixed(2)})`;
    for (const side of ["l", "r"]) {
      this.set(`white-${side}`, "d", eye.white);
      this.set(`eye-clip-${side}`, "d", eye.white);
      this.set(`lash-${side}`, "d", eye.lash);
      this.set(`crease-${side}`, "d", eye.crease);
      this.set(`iris-${side}`, "transform", iris);
    }
    this.set("brow-l", "transform", `translate(170 ${(158 - pose.browLeft * 6).toFixed(2)}) rotate(${(pose.browLeft * -2).toFixed(2)})`);
    this.set("brow-r", "transform", `translate(230 ${(158 - pose.browRight * 6).toFixed(2)}) scale(-1 1) rotate(${(pose.browRight * -2).toFixed(2)})`);
  }

  private lips(mouth: ReturnType<typeof mouthPaths>): void {
    for (const part of ["lips", "inside", "upper", "seam"] as const) this.set(part, "d", mouth[part]);
    this.set("lower", "d", mouth.lower);
    this.set("inside-clip", "d", mouth.inside);
    this.set("teeth-top", "d", mouth.teethTop);
    this.set("teeth-bottom", "d", mouth.teethBottom);
    this.set("tongue", "cy", mouth.tongue.cy.toFixed(2));
    this.set("tongue", "rx", mouth.tongue.rx.toFixed(2));
    this.set("seam", "opacity", mouth.seamOpacity.toFixed(2));
    this.set("under-lip", "transform", `translate(0 ${(mouth.bottom + 5).toFixed(2)})`);
  }

  private eye(side: "l" | "r", x: number) {
    const p = PALETTES[this.look];
    return svg`<g transform=${`translate(${x} 186)${side === "r" ? " scale(-1 1)" : ""}`}>
      <clipPath id=${`clip-${side}`}><path id=${`eye-clip-${side}`} /></clipPath>
      <path id=${`crease-${side}`} fill="none" stroke=${p.shade} stroke-width="2.2" stroke-linecap="round" />
      <path id=${`white-${side}`} fill="#f6f2ec" />
      <g clip-path=${`url(#clip-${side})`}>
        <g transform=${side === "r" ? "scale(-1 1)" : ""}><g id=${`iris-${side}`}>
          <circle r="9.2" fill=${p.iris} /><circle r="4.6" fill="#140e0b" /><circle cx="-2.8" cy="-3.2" r="2.1" fill="#fff" />
        </g></g>
        <path d="M-20 -14H20V-5C8 -9 -8 -9 -20 -3Z" fill="#000" opacity="0.1" />
      </g>
      <path id=${`lash-${side}`} fill="none" stroke=${p.hairDark} stroke-width="3.2" stroke-linecap="round" />
    </g>`;
  }

  override render() {
    const p = PALETTES[this.look];
    const brow = "M-20 4C-14 -6 4 -7 17 2C18.5 3 17.5 6 15 5.5C3 0 -9 0 -18 6.5Q-21 7 -20 4Z";
    return html`${svg`<svg viewBox="0 0 400 400" class=${this.mood} aria-hidden="true">
      <clipPath id="disc"><circle cx="200" cy="200" r="186" /></clipPath>
      <clipPath id="skin"><path id="skull-clip" /></clipPath>
      <circle cx="200" cy="200" r="186" fill=${p.back} />
      <g clip-path="url(#disc)"><g transform="translate(-20 -14) scale(1.1)">
        <g id="body">
          <path fill=${p.cloth} d="M52 400C52 352 100 334 158 318H242C300 334 348 352 348 400Z" />
        </g>
        <g id="head">
          ${BEHIND[this.look](p)}
          <path fill=${p.shade} d="M172 250H228V306C232 318 240 322 246 324C230 346 170 346 154 324C160 322 168 318 172 306Z" />
          <path fill=${p.skin} d="M172 292C190 306 212 304 228 294V306C232 318 240 322 246 324C230 346 170 346 154 324C160 322 168 318 172 306Z" />
          <g fill=${p.skin}><ellipse cx="135" cy="194" rx="11" ry="18" /><ellipse cx="265" cy="194" rx="11" ry="18" /></g>
          <g fill="none" stroke=${p.shade} stroke-width="2.6" stroke-linecap="round"><path d="M131 186Q139 192 134 204M269 186Q261 192 266 204" /></g>
          <path id="skull" fill=${p.skin} />
          <g clip-path="url(#skin)">
            <path fill=${p.shade} opacity="0.55" d="M244 120C254 170 250 226 222 268C212 282 200 288 190 292H280V110Z" />
            <path fill=${p.light} opacity="0.55" d="M150 150C156 120 178 104 204 106C186 116 168 132 164 160Z" />
            <g fill=${p.blush} opacity="0.4"><ellipse cx="156" cy="222" rx="15" ry="10" /><ellipse cx="244" cy="222" rx="15" ry="10" /></g>
            ${ON_SKIN[this.look](p)}
          </g>
          <g id="features">
            ${this.eye("l", 170)}${this.eye("r", 230)}
            <path id="brow-l" fill=${p.hair} d=${brow} /><path id="brow-r" fill=${p.hair} d=${brow} />
            <path d="M203 190C206 206 213 216 212 223C209 231 196 232 189 226" fill="none" stroke=${p.shade} stroke-width="3.6" stroke-linecap="round" stroke-linejoin="round" />
            ${GLASSES[this.look](p)}
            <g transform="translate(200 254)">
              <path id="under-lip" d="M-11 0Q0 3.5 11 0" fill="none" stroke=${p.shade} stroke-width="3" stroke-linecap="round" />
              <path id="lips" fill=${p.lipDark} />
              <clipPath id="mouth-clip"><path id="inside-clip" /></clipPath>
              <path id="inside" fill="#3b1616" />
              <g clip-path="url(#mouth-clip)">
                <ellipse id="tongue" cx="0" cy="0" rx="12" ry="7.5" fill="#b5545a" />
                <path id="teeth-bottom" fill="#e9e2d8" /><path id="teeth-top" fill="#f7f2ea" />
              </g>
              <path id="upper" fill=${p.lipDark} /><path id="lower" fill=${p.lip} />
              <path id="seam" fill="none" stroke="#4a2320" stroke-width="1.8" stroke-linecap="round" />
            </g>
          </g>
          <g id="fringe">${BEFORE[this.look](p)}</g>
        </g>
        <g id="dress">${DRESS[this.look](p)}</g>
      </g></g>
      <circle class="ring" id="ring" cx="200" cy="200" r="193" />
    </svg>`}`;
  }
}
