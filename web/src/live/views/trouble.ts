// Why a camera or microphone is not there, and what to do: words, steps, a picture.
import { html, nothing } from "lit";
import { RotateCcw } from "lucide";
import { icon } from "../ui";
import { deniedPicture } from "./denied-picture";
import type { Opened, Refusal } from "./devices";

const WORDS: Readonly<Record<Refusal, string>> = {
  denied: "Your browser does not let this page use it.",
  missing: "We found none on this device. Plug one in, then press Try again.",
  busy: "Another program uses it. Close other calls or recorders, then press Try again.",
  insecure: "Browsers give it only to pages with https. Ask the person who invited you for an address with https.",
};

/** Nothing when both devices are there. */
export function trouble(opened: Opened, again: () => void, needed = false) {
  const { microphone, camera } = opened;
  if (microphone === null && camera === null) return nothing;
  const denied = microphone === "denied" || camera === "denied";
  return html`<div class="trouble" role="alert" data-testid="device-trouble">
    ${sentences(microphone, camera, needed)}
    ${denied ? steps() : nothing}
    <button @click=${again}>${icon(RotateCcw)} Try again</button>
  </div>`;
}

function sentences(microphone: Refusal | null, camera: Refusal | null, needed: boolean) {
  if (microphone && microphone === camera) {
    return html`<p><strong>No camera and microphone.</strong> ${WORDS[microphone].replace("use it", "use them")}</p>`;
  }
  return html`
    ${microphone ? html`<p><strong>No microphone.</strong> ${WORDS[microphone]}</p>` : nothing}
    ${camera ? html`<p><strong>No camera.</strong> ${WORDS[camera]}${needed ? "" : " The interview also works without a picture."}</p>` : nothing}`;
}

function steps() {
  return html`${deniedPicture(location.host)}
    <ol>
      <li>Press the sign at the left of the address, at the top of the window. On some browsers it is a lock or a camera.</li>
      <li>Switch camera and microphone on, or choose Allow.</li>
      <li>Come back here and press Try again.</li>
    </ol>`;
}
