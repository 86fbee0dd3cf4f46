// A calm shape instead of a face: rings that breathe, open with the voice and turn while thinking.

import { html, type TemplateResult } from "lit";
import type { AvatarMood } from "./life";

export function orbTemplate(): TemplateResult {
  return html`
    <svg viewBox="0 0 400 400" aria-hidden="true" focusable="false">
      <circle cx="200" cy="200" r="196" fill="#16282a" />
      <circle class="ring ring-3" cx="200" cy="200" r="150" fill="#1e4a4d" />
      <circle class="ring ring-2" cx="200" cy="200" r="112" fill="#28696c" />
      <circle class="ring ring-1" cx="200" cy="200" r="76" fill="#3c9498" />
      <circle class="ring ring-0" cx="200" cy="200" r="40" fill="#bfe6e4" />
      <g class="arc"><path d="M 200 22 A 178 178 0 0 1 354 111" fill="none" stroke="#7fc9c7"
        stroke-width="5" stroke-linecap="round" /></g>
    </svg>`;
}

const RADII = [40, 76, 112, 150] as const;

export class OrbRig {
  private readonly rings = RADII.map((_, i) => this.root.querySelector(`.ring-${i}`));
  private readonly arc = this.root.querySelector(".arc");
  private loud = 0;

  constructor(private readonly root: ParentNode) {}

  apply(mood: AvatarMood, now_s: number, step_s: number, open: number): void {
    this.loud += (open - this.loud) * (1 - Math.exp(-step_s * 14));
    const breath = Math.sin(now_s * 1.35);
    const lean = mood === "listening" ? -8 : 0;
    this.rings.forEach((ring, i) => {
      const follow = this.loud * (30 - i * 4);
      const radius = (RADII[i] ?? 40) + breath * (2 + i) + follow + lean * (i / 3);
      ring?.setAttribute("r", radius.toFixed(2));
    });
    this.arc?.setAttribute("opacity", mood === "thinking" ? "1" : "0");
    this.arc?.setAttribute("transform", `rotate(${((now_s * 120) % 360).toFixed(1)} 200 200)`);
  }
}
