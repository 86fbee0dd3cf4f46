// Who did what, newest first. Nothing here can be changed.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { ChevronLeft, ChevronRight } from "lucide";
import { api, type Answered } from "./api";
import { DeskElement } from "./element";
import { sentence } from "./http";
import { icon } from "./icons";
import { go } from "./router";
import { day, plainWords } from "./words";

const SIZE = 50;
const PLAIN = /^[a-z_]+$/;
const SESSION = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

type AuditPage = Answered<"/api/v1/audit", "get">;

@customElement("desk-audit")
export class DeskAudit extends DeskElement {
  @property() actor = "";
  @property() action = "";
  @property({ type: Number }) offset = 0;
  @state() private page: AuditPage | null = null;
  @state() private problem = "";

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  protected override updated(changed: Map<string, unknown>): void {
    if (this.page !== null && ["actor", "action", "offset"].some((name) => changed.has(name))) void this.load();
  }

  private async load(): Promise<void> {
    const { actor, action, offset, life: { signal } } = this;
    try {
      this.page = await api.get("/api/v1/audit", { query: { limit: SIZE, offset, actor, action }, signal });
      this.problem = "";
    } catch (error) {
      this.problem = sentence(error) ?? this.problem;
    }
  }

  private show(change: Record<string, string | number>): void {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries({ actor: this.actor, action: this.action, ...change })) if (value) query.set(name, String(value));
    go(`/staff/audit${query.size ? `?${query}` : ""}`);
  }

  protected override render(): TemplateResult {
    const { page } = this;
    return html`<div class="title"><h1>Audit log</h1><span class="quiet">Who did what. Entries are added and never changed.</span></div>
      ${this.actor || this.action ? html`<div class="tools">
        ${this.actor ? html`<button @click=${() => this.show({ actor: "" })}>By ${who(this.actor)} ✕<span class="unseen"> take this filter away</span></button>` : nothing}
        ${this.action ? html`<button @click=${() => this.show({ action: "" })}>${plainWords(this.action)} ✕<span class="unseen"> take this filter away</span></button>` : nothing}</div>` : nothing}
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${page === null ? (this.problem ? nothing : html`<p class="quiet" aria-busy="true">Loading…</p>`) : this.table(page)}`;
  }

  private table(page: AuditPage): TemplateResult {
    if (page.items.length === 0) return html`<div class="empty"><h2>Nothing like that was done</h2></div>`;
    const to = page.offset + page.items.length;
    return html`<div class="scroll"><table class="list still" data-testid="audit-list">
        <thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">On what</th><th scope="col">Details</th></tr></thead>
        <tbody>${page.items.map((one) => html`<tr>
          <td class="date"><time datetime=${one.at} title=${one.at}>${day(one.at)}</time></td>
          <td><button class="plain tiny" @click=${() => this.show({ actor: one.actor, offset: 0 })}>${who(one.actor)}</button></td>
          <td><button class="plain tiny" @click=${() => this.show({ action: one.action, offset: 0 })}>${plainWords(one.action)}</button></td>
          <td class="wrap">${about(one)}</td>
          <td class="quiet small wrap">${detailed(one.details)}</td></tr>`)}</tbody></table></div>
      <nav class="pager" aria-label="Pages"><span>${page.offset + 1}–${to} of ${page.total}</span>
        <button ?disabled=${page.offset === 0} aria-label="Previous page" @click=${() => this.show({ offset: Math.max(0, this.offset - SIZE) })}>${icon(ChevronLeft)}</button>
        <button ?disabled=${to >= page.total} aria-label="Next page" @click=${() => this.show({ offset: this.offset + SIZE })}>${icon(ChevronRight)}</button></nav>`;
  }
}

function who(actor: string): string {
  return actor.startsWith("staff:") ? actor.slice(6) : actor === "service" ? "A service" : actor === "anyone" ? "Somebody unknown" : actor;
}

/** By its name, as a link where it has a page; what is gone has none. */
function about({ action, target, name }: AuditPage["items"][number]): TemplateResult {
  const page = SESSION.test(target) ? `/staff/sessions/${target}` : action.startsWith("interview_") || action === "people_invited" ? `/staff/interviews/${target}` : action.startsWith("job_") ? `/staff/jobs/${target}` : "";
  if (name) return page ? html`<a href=${page}>${name}</a>` : html`${name}`;
  return html`<span class="quiet">${page ? "Deleted since" : PLAIN.test(target) ? plainWords(target) : ""}</span>`;
}

function detailed(details: Record<string, unknown>): string {
  return Object.entries(details).map(([name, value]) => `${plainWords(name)}: ${Array.isArray(value) ? value.join(", ") : String(value)}`).join(" · ");
}
