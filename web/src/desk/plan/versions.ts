// Which versions an interview has had, and how many sessions keep each.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { DeskElement } from "../element";
import { getJson, sentence } from "../http";
import { reviewer } from "../signal-words";
import { day } from "../words";
import { draftOf } from "./design";
import { INTERVIEWS } from "./interviews";
import { questionNote } from "./question";
import type { Interview, VersionItem, VersionPage } from "./types";

/** "3 sessions began with version 2". */
export function begunWords(sessions: number, version: number): string {
  if (sessions === 0) return `No session began with version ${version}`;
  return sessions === 1 ? `1 session began with version ${version}` : `${sessions} sessions began with version ${version}`;
}

@customElement("plan-versions")
export class PlanVersions extends DeskElement {
  @property() interviewId = "";
  /** Asked anew when it changes. */
  @property({ type: Number }) version = 0;
  @state() private page: VersionPage | null = null;
  @state() private problem = "";
  @state() private seen = new Map<number, Interview>();

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has("interviewId") || changed.has("version")) void this.load(0);
  }

  private async load(offset: number): Promise<void> {
    try {
      const page = await getJson<VersionPage>(`${INTERVIEWS}/${this.interviewId}/versions?limit=20&offset=${offset}`, this.life.signal);
      this.page = offset && this.page ? { ...page, items: [...this.page.items, ...page.items] } : page;
      this.problem = "";
    } catch (error) {
      this.problem = sentence(error) ?? "";
    }
  }

  private async look(event: Event, version: number): Promise<void> {
    if (!(event.currentTarget as HTMLDetailsElement).open || this.seen.has(version)) return;
    try {
      this.seen = new Map(this.seen).set(version, await getJson<Interview>(`${INTERVIEWS}/${this.interviewId}/versions/${version}`, this.life.signal));
    } catch (error) {
      this.problem = sentence(error) ?? "";
    }
  }

  protected override render(): TemplateResult {
    const { page } = this;
    return html`<section class="panel" aria-labelledby="versions-title" data-testid="plan-versions"><h2 id="versions-title">Versions</h2>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${page === null ? nothing : html`
        <p>Version ${page.version} is in force. ${begunWords(page.sessions, page.version)}${page.sessions ? ", and keep it whatever is changed here" : ""}.</p>
        ${page.items.length === 0 ? html`<p class="quiet">It is the first one.</p>` : html`<ul class="asked-list versions">${page.items.map((item) => this.one(item))}</ul>`}
        ${page.items.length < page.total ? html`<button class="plain" @click=${() => this.load(page.items.length)}>Show earlier ones</button>` : nothing}`}
    </section>`;
  }

  private one(item: VersionItem): TemplateResult {
    const seen = this.seen.get(item.version);
    return html`<li><details @toggle=${(event: Event) => this.look(event, item.version)}>
      <summary>${begunWords(item.sessions, item.version)} <span class="quiet">${day(item.made_at)}, ${reviewer(item.made_by)}</span></summary>
      ${seen === undefined ? html`<p class="quiet" aria-busy="true">Loading…</p>` : html`<p>${seen.title}</p>
        <ol class="then">${draftOf(seen).questions.map((each) => html`<li>${each.text}<span class="under">${questionNote(each)}</span></li>`)}</ol>`}
    </details></li>`;
  }
}
