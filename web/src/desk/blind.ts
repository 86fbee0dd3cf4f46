// What is said where a candidate has no name yet.
import { html } from "lit";

export const blindNotice = html`<p class="notice" data-testid="blind">Names, pictures and recordings are hidden until you have given your own scorecard, so that nothing but the answers counts.</p>`;
