// A secret that is shown once, with a button that copies it.
import { html, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Check, Copy } from "lucide";
import { DeskElement } from "./element";
import { icon } from "./icons";

@customElement("desk-secret")
export class DeskSecret extends DeskElement {
  @property() secret = "";
  /** What it is for, as the field's label. */
  @property() what = "";
  /** What to do with it, as the end of a sentence. */
  @property() how = "keep it where only the program can read it";
  @state() private said = "";

  protected override render(): TemplateResult {
    return html`<div class="notice warn secret" data-testid="secret">
      <label for="shown-secret">${this.what}. It is shown here and never again: ${this.how}.</label>
      <div class="row">
        <input id="shown-secret" readonly .value=${this.secret} @focus=${(event: Event) => (event.target as HTMLInputElement).select()} />
        <button @click=${this.copy}>${icon(this.said === "Copied" ? Check : Copy)}Copy</button>
        <span role="status" class="quiet">${this.said}</span>
      </div>
    </div>`;
  }

  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.secret);
      this.said = "Copied";
    } catch {
      this.querySelector<HTMLInputElement>("input")?.select();
      this.said = "Press Ctrl+C to copy";
    }
  }
}
