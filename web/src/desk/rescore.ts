// Asks for new scores of an interview; the old ones stay beside them.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { RefreshCw } from "lucide";
import { reasoned } from "./confirm";
import { DeskElement } from "./element";
import { postJson, sentence } from "./http";
import { icon } from "./icons";

@customElement("desk-rescore")
export class DeskRescore extends DeskElement {
  @property() sessionId = "";
  @property({ type: Boolean }) waiting = false;
  @property({ type: Boolean }) scored = false;
  @state() private problem = "";

  protected override render(): TemplateResult {
    if (!this.scored) return html``;
    return html`<div class="row again-row">
        <button @click=${this.ask} ?disabled=${this.waiting} data-testid="report-rescore">${icon(RefreshCw)}Score again</button>
        <a href="/staff/agreement">How far people and software agree</a>
      </div>
      ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}`;
  }

  private ask = async (): Promise<void> => {
    const reason = await reasoned({
      title: "Score the answers again?",
      text: "Every answer is scored by what this server uses today. The report then shows both results.",
      label: "Why? Your answer stands in the report, with your name.",
      act: "Score again",
    });
    if (reason === null) return;
    this.problem = "";
    try {
      await postJson(`/api/parallel_interview/session/${encodeURIComponent(this.sessionId)}/rescore`, { reason });
      this.dispatchEvent(new Event("rescored", { bubbles: true }));
    } catch (error) {
      this.problem = sentence(error) ?? "";
    }
  };
}
