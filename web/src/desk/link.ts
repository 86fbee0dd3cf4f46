// The candidate's link with its three ways out: copy, open, e-mail.
import { html, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Check, Copy, ExternalLink, Mail } from "lucide";
import { DeskElement } from "./element";
import { icon } from "./icons";

@customElement("desk-link")
export class DeskLink extends DeskElement {
  @property() url = "";
  @property() name = "";
  @property() email = "";
  @property() interview = "Interview";
  @state() private said = "";

  protected override render(): TemplateResult {
    return html`<div class="link">
      <label class="unseen" for="candidate-link">The candidate's link</label>
      <input id="candidate-link" readonly .value=${this.url} data-testid="candidate-link"
        @focus=${(event: Event) => (event.target as HTMLInputElement).select()} />
      <div class="row">
        <button @click=${this.copy}>${icon(this.said === "Copied" ? Check : Copy)}Copy</button>
        <a class="button" href=${this.url} target="_blank" rel="noopener">${icon(ExternalLink)}Open</a>
        <a class="button" href=${this.mail()}>${icon(Mail)}E-mail</a>
        <span role="status" class="quiet">${this.said}</span>
      </div>
    </div>`;
  }

  private mail(): string {
    const text = [
      `Hello ${this.name},`,
      "",
      "please take your interview when it suits you. You need a browser, a quiet place and, best, a microphone and a camera.",
      "",
      this.url,
      "",
      "The link is personal; please do not pass it on.",
    ].join("\r\n");
    const subject = encodeURIComponent(`Your interview: ${this.interview}`);
    return `mailto:${encodeURIComponent(this.email)}?subject=${subject}&body=${encodeURIComponent(text)}`;
  }

  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.url);
      this.said = "Copied";
    } catch {
      // No clipboard without HTTPS or permission: select it, so that the keyboard can.
      this.querySelector<HTMLInputElement>("input")?.select();
      this.said = "Press Ctrl+C to copy";
    }
  }
}
