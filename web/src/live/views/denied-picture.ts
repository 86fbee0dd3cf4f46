// A browser window's address bar with the sign to press, for a permission that was denied.
import { css, svg } from "lit";

export const pictureStyles = css`
  .picture { width: 100%; max-width: 460px; display: block; margin: var(--s3) 0; }
  .picture .window { fill: var(--surface); stroke: var(--line-strong); } .picture .bar { fill: var(--sunken); stroke: var(--line); }
  .picture text { fill: var(--ink-2); font: 500 13px var(--font); } .picture .name { fill: var(--ink); font-weight: 600; }
  .picture .sign { fill: none; stroke: var(--ink); stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
  .picture .ring { fill: none; stroke: var(--accent); stroke-width: 2.5; }
  .picture .on { fill: var(--accent); } .picture .knob { fill: var(--surface); }
`;

/** The sign at the left of the address, ringed, and the two switches behind it. */
export function deniedPicture(host: string) {
  return svg`<svg class="picture" viewBox="0 0 460 158" role="img" aria-label="The sign at the left of the address opens a list with the switches for camera and microphone.">
    <rect class="window" x="0.5" y="0.5" width="459" height="157" rx="10" />
    <rect class="bar" x="14" y="12" width="432" height="32" rx="16" />
    <g class="sign"><path d="M24 24 h8 m6 0 h4 M24 32 h4 m6 0 h8" /><circle cx="35" cy="24" r="3" /><circle cx="31" cy="32" r="3" /></g>
    <circle class="ring" cx="33" cy="28" r="17" />
    <text x="58" y="33">${host}</text>
    <path class="ring" d="M33 46 v14" />
    <rect class="window" x="14" y="60" width="252" height="86" rx="8" />
    <text class="name" x="30" y="89">Camera</text><text class="name" x="30" y="125">Microphone</text>
    ${[84, 120].map((y) => svg`<rect class="on" x="212" y="${y - 9}" width="36" height="20" rx="10" /><circle class="knob" cx="238" cy="${y + 1}" r="7" />`)}
  </svg>`;
}
