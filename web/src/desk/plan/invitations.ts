// The invitations of an interview: who is invited, what became of it, and what can be done about it.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { BellRing, Copy, RefreshCw, Undo2 } from "lucide";
import { api } from "../api";
import { badge } from "../badge";
import { confirmed } from "../confirm";
import { sentence } from "../http";
import { icon } from "../icons";
import { randomKey } from "../random";
import { day } from "../words";
import { copied } from "./clipboard";
import "./invite-panel";
import { became, inZone, reminderWords } from "./inviting";
import { PlanList, type Column } from "./paged";
import { interviewTabs } from "./tabs";
import type { Interview, Invitation, Usual } from "./types";

const FRESH_MS = 5_000;
const TOKEN = "/api/v1/interviewer/interviews/{interview_key}/tokens/{token_id}";

@customElement("desk-invitations")
export class DeskInvitations extends PlanList<Invitation> {
  @property() interviewId = "";
  protected readonly name = "Invitations";
  protected readonly searches = "How the name begins";
  protected override readonly columns: Column[] = [{ word: "Person" }, { word: "State" }, { word: "To be begun before" }, { word: "Reminders" }, { word: "" }];
  @state() private interview: Interview | null = null;
  @state() private usual: Usual | null = null;
  @state() private disabled = "";
  @state() private said = "";
  /** A link that the clipboard did not take, to be copied by hand. */
  @state() private byHand = "";
  @state() private busy = false;

  protected get path(): string {
    return `/staff/interviews/${encodeURIComponent(this.interviewId)}/invitations`;
  }

  protected get source(): string {
    return `/api/v1/interviewer/interviews/${encodeURIComponent(this.interviewId)}/tokens`;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.about();
    void this.repeat(FRESH_MS, async () => (this.page === null ? undefined : this.load()));
  }

  private async about(): Promise<void> {
    const { signal } = this.life;
    try {
      this.interview = await api.get("/api/v1/interviewer/interviews/{interview_key}", { path: { interview_key: this.interviewId }, signal });
      this.usual = await api.get("/api/v1/interviewer/settings", { signal });
      const { disabled } = await api.get("/api/v1/outbox", { query: { limit: 1 }, signal });
      this.disabled = disabled ? "E-mail is not set up on this server. People are invited all the same: copy their links and send them yourself." : "";
    } catch (error) {
      this.problem = sentence(error) ?? "";
    }
  }

  protected override heading(): TemplateResult {
    return html`<h1>${this.interview?.title ?? "Invitations"}</h1>`;
  }

  protected override above(): TemplateResult {
    const { interview } = this;
    return html`${interviewTabs(this.interviewId, "invitations", true)}
      ${interview === null ? nothing : interview.total_questions === 0
        ? html`<p class="notice warn" data-testid="invite-no-questions">This interview has no questions yet, so that nobody can take it. <a href=${`/staff/interviews/${encodeURIComponent(this.interviewId)}`}>Add questions</a></p>`
        : html`<plan-inviting .interviewId=${String(interview.id)} .usual=${this.usual} .disabled=${this.disabled} @invited=${() => this.load()}></plan-inviting>`}
      <p role="status" class=${this.said ? "notice" : "unseen"} data-testid="invitations-said">${this.said}${this.byHand ? html` <input readonly aria-label="The link" .value=${this.byHand} @focus=${(event: Event) => (event.target as HTMLInputElement).select()} />` : nothing}</p>`;
  }

  protected override empty(): TemplateResult {
    return html`<div class="empty"><h2>Nobody is invited yet</h2><p>Write or paste names and e-mail addresses above. Everybody gets a link of their own.</p></div>`;
  }

  protected override row(one: Invitation): TemplateResult {
    const { word, tone, note } = became(one, day);
    const session = one.session_ids.at(-1);
    const name = one.candidate_name || one.candidate_email || "Whoever has the link";
    const who = one.candidate_email || name;
    const open = one.standing === "waiting" || one.standing === "opened";
    return html`<tr class="still-row" data-testid="invitation">
      <td class="wrap">${session && one.session_standing ? html`<a href=${`/staff/sessions/${encodeURIComponent(session)}`} data-stop>${name}</a>` : html`<span class="strong" data-stop tabindex="-1">${name}</span>`}<span class="under">${one.candidate_name ? one.candidate_email : ""}</span></td>
      <td data-label="State">${badge(word, tone)}${note ? html`<span class="under">${note}</span>` : nothing}</td>
      <td data-label="Before" class="date">${inZone(one.expires_at, one.time_zone)}</td>
      <td data-label="Reminders">${reminderWords(one, day) || html`<span class="quiet">none</span>`}</td>
      <td class="acts"><div class="row tight">
        ${one.standing === "revoked" || one.standing === "expired" ? nothing : html`<button class="plain square" title="Copy the link" aria-label=${`Copy the link: ${who}`} @click=${() => this.copy(one)}>${icon(Copy)}</button>`}
        ${open && !this.disabled && one.candidate_email ? html`<button class="plain square" title="Remind now" aria-label=${`Remind: ${who}`} ?disabled=${this.busy} @click=${() => this.remind(one, who)}>${icon(BellRing)}</button>` : nothing}
        ${one.standing === "completed" ? nothing : html`<button class="plain square" title="New link" aria-label=${`New link: ${who}`} ?disabled=${this.busy} @click=${() => this.renew(one, who)}>${icon(RefreshCw)}</button>`}
        ${open || one.standing === "begun" ? html`<button class="plain square" title="Withdraw" aria-label=${`Withdraw: ${who}`} ?disabled=${this.busy} @click=${() => this.revoke(one, who)}>${icon(Undo2)}</button>` : nothing}
      </div></td></tr>`;
  }

  private where(one: Invitation): { interview_key: string; token_id: string } {
    return { interview_key: this.interviewId, token_id: String(one.id) };
  }

  private async copy(one: Invitation): Promise<void> {
    const done = await copied(one.link);
    this.byHand = done ? "" : one.link;
    this.said = done ? `The link of ${one.candidate_name || one.candidate_email} is copied.` : "The browser did not allow it. Copy the link here:";
  }

  private remind(one: Invitation, who: string): Promise<void> {
    return this.act(async () => {
      await api.post(`${TOKEN}/remind`, { path: this.where(one), header: { "Idempotency-Key": randomKey() } });
      return `A reminder to ${who} is on its way.`;
    });
  }

  private async renew(one: Invitation, who: string): Promise<void> {
    const hours = this.usual?.expires_in_hours ?? 72;
    const sent = this.disabled || !one.candidate_email ? "You copy it and send it yourself." : `It is sent to ${who}.`;
    if (!(await confirmed({ title: `A new link for ${who}?`, text: `The old link opens nothing any more. The new one works for ${hours} hours. ${sent}`, act: "Make a new link" }))) return;
    await this.act(async () => {
      const fresh = await api.post(`${TOKEN}/resend`, { path: this.where(one), body: { expires_in_hours: hours, keep_link: false } });
      if (!this.disabled && one.candidate_email) return `A letter with a new link to ${who} is on its way.`;
      const done = await copied(fresh.link);
      this.byHand = done ? "" : fresh.link;
      return done ? `The new link of ${who} is copied.` : `The new link of ${who}:`;
    });
  }

  private async revoke(one: Invitation, who: string): Promise<void> {
    const text = one.standing === "begun" ? "No other attempt can be begun. The session that has begun stays as it is." : "Whoever opens the link reads that the invitation was withdrawn.";
    if (!(await confirmed({ title: `Withdraw the invitation of ${who}?`, text, act: "Withdraw" }))) return;
    await this.act(async () => {
      await api.post(`${TOKEN}/revoke`, { path: this.where(one) });
      return `The invitation of ${who} is withdrawn.`;
    });
  }

  private async act(work: () => Promise<string>): Promise<void> {
    this.busy = true;
    this.byHand = this.problem = "";
    try {
      this.said = await work();
    } catch (error) {
      this.problem = sentence(error) ?? "";
    } finally {
      this.busy = false;
    }
    await this.load();
  }
}
