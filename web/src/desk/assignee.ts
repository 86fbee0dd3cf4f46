// Who looks after a session: chosen from the colleagues who can.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { DeskElement } from "./element";
import { getJson, postJson, sentence } from "./http";
import { me } from "./scorecard";
import { reviewer } from "./signal-words";

interface Teammate {
  username: string;
  name: string;
  actor: string;
}

/** Fires `assigned` with who looks after the session now. */
@customElement("desk-assignee")
export class DeskAssignee extends DeskElement {
  @property() sessionId = "";
  @property({ attribute: false }) assignee: string | null = null;
  @state() private team: Teammate[] = [];
  @state() private said = "";
  @state() private problem = "";

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      this.team = (await getJson<{ people: Teammate[] }>("/api/v1/interviewer/team", this.life.signal)).people;
    } catch (error) {
      this.problem = sentence(error) ?? this.problem;
    }
  }

  protected override render(): TemplateResult {
    const gone = this.assignee !== null && this.team.length > 0 && this.team.every((one) => one.actor !== this.assignee);
    return html`<div class="row">
      <label class="unseen" for=${`assignee-${this.sessionId}`}>Looked after by</label>
      <select id=${`assignee-${this.sessionId}`} data-testid="assignee" @change=${this.choose}>
        <option value="" ?selected=${this.assignee === null}>Nobody in particular</option>
        ${gone && this.assignee ? html`<option value=${reviewer(this.assignee)} selected disabled>${reviewer(this.assignee)} (has left)</option>` : nothing}
        ${this.team.map((one) => html`<option value=${one.username} ?selected=${one.actor === this.assignee}>${one.name || one.username}${one.actor === me() ? " (you)" : ""}</option>`)}
      </select>
      <span role="status" class="quiet small">${this.said}</span>
      ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
    </div>`;
  }

  private async choose(event: Event): Promise<void> {
    const assignee = (event.target as HTMLSelectElement).value || null;
    this.problem = this.said = "";
    try {
      const path = `/api/parallel_interview/session/${encodeURIComponent(this.sessionId)}/assignee`;
      this.assignee = (await postJson<{ assignee: string | null }>(path, { assignee })).assignee;
      this.said = "Saved";
      this.dispatchEvent(new CustomEvent("assigned", { detail: this.assignee }));
    } catch (error) {
      this.problem = sentence(error) ?? "";
    }
  }
}
