// The face as SVG. Drawn once; after that only attributes change, sixty times a second.

import { html, svg, type TemplateResult } from "lit";
import type { Pose } from "./life";
import type { Look } from "./looks";
import { type Mouth, mouthPaths } from "./mouth";

/** The face at rest. Ids are safe: it lives in a shadow root. */
export function faceTemplate(look: Look): TemplateResult {
  return html`
    <svg viewBox="0 0 400 400" aria-hidden="true" focusable="false">
      <defs>
        <clipPath id="disc"><circle cx="200" cy="200" r="196" /></clipPath>
        <clipPath id="eye-l"><path d="${EYE}" transform="translate(158 196)" /></clipPath>
        <clipPath id="eye-r"><path d="${EYE}" transform="translate(242 196)" /></clipPath>
        <clipPath id="mouth-in"><path class="inside-clip" d="M 0 0" /></clipPath>
        <clipPath id="head-in"><path d="${HEAD}" /></clipPath>
      </defs>
      <g clip-path="url(#disc)">
        <rect width="400" height="400" fill=${look.ground} />
        <circle cx="200" cy="176" r="150" fill="#fff" opacity="0.05" />
        <g class="body">${body(look)}</g>
        <g class="head">
          <path d=${look.hair_back} fill=${look.hair} />
          ${neck(look)}
          <g class="skull">${head(look)} ${eye(look, "l", 158)} ${eye(look, "r", 242)}
            ${brows(look)} ${nose(look)} ${mouth(look)} ${look.glasses ? glasses() : ""}</g>
          <g class="fringe">
            <path d=${look.hair_front} fill=${look.hair} />
            <path d=${look.hair_strands} fill="none" stroke=${look.hair_light} stroke-width="5"
              stroke-linecap="round" opacity="0.7" />
          </g>
        </g>
      </g>
    </svg>`;
}

const HEAD =
  "M 114 176 C 112 112 150 78 200 78 C 250 78 288 112 286 176 C 286 232 270 276 240 298 " +
  "C 226 309 213 313 200 313 C 187 313 174 309 160 298 C 130 276 114 232 114 176 Z";
const EYE = "M -23 3 C -16 -13 12 -16 23 1 C 15 14 -14 15 -23 3 Z";

function body(look: Look) {
  return svg`
    <path d="M 40 420 C 44 346 112 330 158 318 L 242 318 C 288 330 356 346 360 420 Z" fill=${look.shirt} />
    <path d="M 40 420 C 44 362 84 344 120 332 C 100 356 92 384 92 420 Z M 360 420 C 356 362 316 344 280 332 C 300 356 308 384 308 420 Z"
      fill=${look.shirt_shade} />`;
}

function neck(look: Look) {
  return svg`
    <path d="M 164 270 L 164 324 C 172 348 228 348 236 324 L 236 270 Z" fill=${look.shade} />
    <path d="M 164 312 C 172 346 228 346 236 312 L 252 322 C 240 372 214 384 200 386 C 186 384 160 372 148 322 Z"
      fill=${look.shirt} />
    <path d="M 162 310 C 158 318 152 322 148 324 C 158 346 178 362 192 368 L 200 350 C 182 346 168 332 162 310 Z
      M 238 310 C 242 318 248 322 252 324 C 242 346 222 362 208 368 L 200 350 C 218 346 232 332 238 310 Z"
      fill=${look.collar} />
    <path d="M 164 312 C 170 338 186 349 200 350 C 214 349 230 338 236 312 L 236 300 L 164 300 Z" fill=${look.shade} />`;
}

function head(look: Look) {
  return svg`
    <path d="M 116 186 C 100 178 96 198 102 214 C 106 228 116 234 122 228 Z" fill=${look.shade} />
    <path d="M 284 186 C 300 178 304 198 298 214 C 294 228 284 234 278 228 Z" fill=${look.shade} />
    <path d="${HEAD}" fill=${look.skin} />
    <g clip-path="url(#head-in)">
      <path d="M 244 70 C 300 100 300 260 214 326 L 300 326 L 300 70 Z" fill=${look.shade} opacity="0.32" />
      <path d="M 128 190 C 128 140 152 104 196 98 C 156 118 142 156 142 204 C 142 236 150 262 160 284 C 136 262 128 226 128 190 Z"
        fill=${look.light} opacity="0.55" />
      <ellipse cx="148" cy="240" rx="22" ry="13" fill=${look.blush} opacity="0.28" />
      <ellipse cx="252" cy="240" rx="22" ry="13" fill=${look.blush} opacity="0.28" />
      <path d="M 150 318 C 170 300 230 300 250 318 L 250 330 L 150 330 Z" fill=${look.shade} opacity="0.35" />
    </g>`;
}

function eye(look: Look, side: "l" | "r", x: number) {
  const flip = side === "l" ? "" : " scale(-1 1)";
  return svg`
    <g clip-path="url(#eye-${side})">
      <rect x=${x - 30} y="174" width="60" height="44" fill="#fbf8f4" />
      <rect x=${x - 30} y="174" width="60" height="16" fill="#3a2a20" opacity="0.14" />
      <g class="iris">
        <circle cx=${x} cy="196" r="12.4" fill=${look.iris} />
        <circle cx=${x} cy="196" r="12.4" fill="none" stroke="#17110d" stroke-opacity="0.5" stroke-width="1.6" />
        <circle cx=${x} cy="196" r="5.8" fill="#120d0a" />
        <circle cx=${x + 4.2} cy="191.4" r="3.1" fill="#fff" opacity="0.92" />
        <circle cx=${x - 4} cy="200" r="1.6" fill="#fff" opacity="0.4" />
      </g>
      <path class="lid" d="M ${x - 34} 150 H ${x + 34} V 178 Q ${x} 166 ${x - 34} 178 Z" fill=${look.skin} />
      <path class="lid-low" d="M ${x - 34} 240 H ${x + 34} V 216 Q ${x} 222 ${x - 34} 216 Z" fill=${look.skin} />
    </g>
    <path class="lash" d="M -24 3 C -16 -13 12 -16 24 1" transform="translate(${x} 196)${flip}"
      fill="none" stroke=${look.brow} stroke-width="3.6" stroke-linecap="round" />
    <path d="M -15 -15 C -6 -21 10 -21 19 -12" transform="translate(${x} 196)${flip}"
      fill="none" stroke=${look.shade} stroke-width="2.4" stroke-linecap="round" opacity="0.7" />`;
}

function brows(look: Look) {
  const brow = "M -26 5 C -14 -7 10 -9 26 1 C 12 -3 -12 -1 -26 5 Z";
  return svg`
    <g class="brow" data-x="158"><path d=${brow} fill=${look.brow} stroke=${look.brow}
      stroke-width="4" stroke-linejoin="round" transform="scale(-1 1)" /></g>
    <g class="brow" data-x="242"><path d=${brow} fill=${look.brow} stroke=${look.brow}
      stroke-width="4" stroke-linejoin="round" /></g>`;
}

function nose(look: Look) {
  return svg`
    <path d="M 203 196 C 207 214 214 226 217 236 C 219 245 211 249 202 249 C 209 240 206 214 203 196 Z"
      fill=${look.shade} opacity="0.55" />
    <path d="M 184 243 C 188 250 195 252 200 252 C 205 252 212 250 216 243" fill="none"
      stroke=${look.shade} stroke-width="3.4" stroke-linecap="round" />
    <path d="M 197 204 C 196 218 195 228 196 238" fill="none" stroke=${look.light} stroke-width="4"
      stroke-linecap="round" opacity="0.6" />`;
}

function mouth(look: Look) {
  return svg`
    <g transform="translate(200 276) scale(0.82)">
      <path class="inside" fill="#3b1416" />
      <g clip-path="url(#mouth-in)">
        <path class="tongue" fill="#c0625f" />
        <path class="teeth" fill="#fbf7f1" />
      </g>
      <path class="lip-low" fill=${look.lip_low} />
      <path class="lip" fill=${look.lip} />
      <path class="line" fill="none" stroke="#4a1a1a" stroke-width="2.6" stroke-linecap="round" />
      <path class="under" fill="none" stroke=${look.shade} stroke-width="3.4" stroke-linecap="round" opacity="0.75" />
    </g>`;
}

function glasses() {
  return svg`
    <g fill="#fff" fill-opacity="0.07" stroke="#2b2f36" stroke-width="4.2">
      <rect x="124" y="174" width="66" height="50" rx="20" />
      <rect x="210" y="174" width="66" height="50" rx="20" />
      <path d="M 190 192 Q 200 186 210 192 M 124 190 L 112 186 M 276 190 L 288 186" fill="none"
        stroke-linecap="round" />
    </g>`;
}

/** Moves a drawn face. Holds its elements so that a frame costs a few attributes. */
export class FaceRig {
  private readonly one = (name: string) => this.root.querySelector(name);
  private readonly all = (name: string) => [...this.root.querySelectorAll(name)];
  private readonly body = this.one(".body");
  private readonly head = this.one(".head");
  private readonly skull = this.one(".skull");
  private readonly irises = this.all(".iris");
  private readonly lids = this.all(".lid");
  private readonly low = this.all(".lid-low");
  private readonly lashes = this.all(".lash");
  private readonly brows = this.all(".brow");

  constructor(private readonly root: ParentNode) {}

  apply(pose: Pose, mouth: Mouth): void {
    this.applyMouth(mouth);
    const down = pose.nod + mouth.open * 1.2;
    set(this.head, "transform", `rotate(${n(pose.tilt)} 200 330) translate(0 ${n(down * 0.5 - pose.breath)})`);
    set(this.skull, "transform", `translate(0 ${n(down * 0.7)})`);
    set(this.body, "transform", `translate(0 ${n(-pose.breath * 1.3)})`);
    const look = `translate(${n(pose.gaze_x)} ${n(pose.gaze_y)})`;
    this.irises.forEach((item) => set(item, "transform", look));
    const fall = 4 + pose.lids * 31 + Math.max(0, pose.gaze_y) * 0.6;
    this.lids.forEach((item) => set(item, "transform", `translate(0 ${n(fall)})`));
    this.low.forEach((item) => set(item, "transform", `translate(0 ${n(-pose.lids * 5)})`));
    this.lashes.forEach((item, i) => this.lash(item, i === 0 ? 158 : 242, pose.lids));
    this.brows.forEach((item, i) => {
      const turn = (i === 0 ? 1 : -1) * pose.brow_tilt;
      const x = i === 0 ? 158 : 242;
      set(item, "transform", `translate(${x} ${n(166 - pose.brow + pose.lids * 1.5)}) rotate(${n(turn)})`);
    });
  }

  private lash(item: Element, x: number, lids: number): void {
    const y = -13 + lids * 24;
    const y2 = -16 + lids * 28;
    set(item, "d", `M -24 3 C -16 ${n(y)} 12 ${n(y2)} 24 ${n(1 + lids * 2)}`);
    set(item, "transform", `translate(${x} 196)${x < 200 ? "" : " scale(-1 1)"}`);
  }

  private applyMouth(mouth: Mouth): void {
    const paths = mouthPaths(mouth);
    set(this.one(".inside"), "d", paths.inside);
    set(this.one(".inside-clip"), "d", paths.inside);
    set(this.one(".lip"), "d", paths.upper);
    set(this.one(".lip-low"), "d", paths.lower);
    set(this.one(".teeth"), "d", paths.teeth);
    set(this.one(".tongue"), "d", paths.tongue);
    set(this.one(".line"), "d", paths.line);
    set(this.one(".line"), "opacity", n(paths.line_opacity));
    const y = 24 + mouth.open * 32 * (1 - 0.1 * mouth.round);
    set(this.one(".under"), "d", `M -14 ${n(y)} Q 0 ${n(y + 5)} 14 ${n(y)}`);
  }
}

function set(item: Element | null, name: string, value: string): void {
  item?.setAttribute(name, value);
}

const n = (value: number) => value.toFixed(2);
