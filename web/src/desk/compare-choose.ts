// Whom to compare: those of an interview or a job opening who have finished, or everybody.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { api, type Item } from "./api";
import { standingBadge } from "./badge";
import { DeskElement } from "./element";
import { sentence } from "./http";
import { compareAddress, go } from "./router";
import { DECISION, score } from "./words";

export const MOST = 6;
const ENDED = ["completed", "left_early", "ended_early"] as const;

type Choice = Item<"/api/v1/interviewer/compare/candidates">;

@customElement("desk-compare-choose")
export class DeskCompareChoose extends DeskElement {
  @property({ attribute: false }) ids: string[] = [];
  @property() interview = "";
  @property() job = "";
  @state() private choices: Choice[] | null = null;
  @state() private total = 0;
  @state() private problem = "";
  @state() private open = false;

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has("interview") || changed.has("job")) void this.load();
    if (changed.has("ids") && this.ids.length < 2) this.open = true;
  }

  private async load(): Promise<void> {
    const query = { standing: [...ENDED], limit: 200, interview_id: this.interview ? Number(this.interview) : null, job_id: this.job };
    try {
      const page = await api.get("/api/v1/interviewer/compare/candidates", { query, signal: this.life.signal });
      [this.choices, this.total, this.problem] = [page.items, page.total, ""];
      const few = page.items.length > 0 && page.items.length <= MOST && page.total === page.items.length;
      if (few && (this.interview || this.job) && this.ids.length === 0) {
        this.open = false;
        this.show(page.items.map((one) => one.session_id), "replace");
      }
    } catch (error) {
      this.problem = sentence(error) ?? this.problem;
    }
  }

  private show(ids: string[], how?: "replace"): void {
    go(compareAddress({ ids, interview: this.interview, job: this.job }), how);
  }

  private toggle(id: string, on: boolean): void {
    this.show(on ? [...this.ids, id] : this.ids.filter((one) => one !== id), "replace");
  }

  protected override render(): TemplateResult {
    const { choices } = this;
    return html`<details class="panel choose" ?open=${this.open} data-testid="compare-choose" @toggle=${(event: Event) => (this.open = (event.target as HTMLDetailsElement).open)}>
      <summary><strong>Choose candidates</strong> <span class="quiet">${this.ids.length} of at most ${MOST}</span></summary>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${choices === null
        ? html`<p class="quiet" aria-busy="true">Loading…</p>`
        : choices.length === 0
          ? html`<p class="quiet">Nobody has finished ${this.interview ? "this interview" : this.job ? "an interview for this opening" : "an interview"} yet. Candidates appear here when they have.</p>`
          : html`<ul class="choices">${choices.map((one) => this.one(one))}</ul>
              ${this.total > choices.length ? html`<p class="quiet small">The newest ${choices.length} of ${this.total} are shown.</p>` : nothing}`}
    </details>`;
  }

  private one(choice: Choice): TemplateResult {
    const on = this.ids.includes(choice.session_id);
    const about = [this.interview ? "" : choice.title, choice.overall_score === null ? "not scored" : `${score(choice.overall_score / 10)} of 10`, choice.decision ? DECISION[choice.decision].word : ""];
    return html`<li><label>
      <input type="checkbox" .checked=${on} ?disabled=${!on && this.ids.length >= MOST} @change=${(event: Event) => this.toggle(choice.session_id, (event.target as HTMLInputElement).checked)} />
      <span><strong>${choice.name}</strong><span class="under">${about.filter(Boolean).join(" · ")}</span></span>
      ${standingBadge(choice)}</label></li>`;
  }
}
