// What other programs may do here, and what they are told.
import { html, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { DeskElement } from "./element";
import "./keys-panel";
import "./hooks-panel";
import "./programs.css";

@customElement("desk-programs")
export class DeskPrograms extends DeskElement {
  protected override render(): TemplateResult {
    return html`<p class="crumb"><a href="/staff/settings">Settings</a></p>
      <div class="title"><h1>Other programs</h1></div>
      <p class="quiet meta">All addresses with examples are in the <a href="/docs" target="_blank" rel="noopener">documentation</a>.</p>
      <desk-keys></desk-keys><desk-hooks></desk-hooks>`;
  }
}
