// The interviewer: a face or a calm orb, by choice.
import { LitElement, css, html } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { RoomState } from "../model";
import type { Mood } from "../words";
import type { Look } from "./looks";
import "./face";
import "./orb";

@customElement("viva-avatar")
export class Avatar extends LitElement {
  @property() mood: Mood = "idle";
  @property() look: Look = "mara";
  @property({ attribute: false }) visemes: RoomState["visemes"] = null;

  static override styles = css`:host { display: block; } :host > * { width: 100%; height: 100%; }`;

  override render() {
    return this.look === "orb"
      ? html`<viva-orb .mood=${this.mood} .visemes=${this.visemes}></viva-orb>`
      : html`<viva-face .mood=${this.mood} .look=${this.look as Exclude<Look, "orb">} .visemes=${this.visemes}></viva-face>`;
  }
}
