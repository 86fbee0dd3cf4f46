// The job openings: what is open, and where people apply.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Link, Plus } from "lucide";
import { badge } from "../badge";
import { icon } from "../icons";
import { day, type Tone } from "../words";
import { copied } from "./clipboard";
import { mayMake, PlanList, type Column } from "./paged";
import type { Job, JobStatus } from "./types";

export const JOB_STATUS: Record<JobStatus, { word: string; tone: Tone; means: string }> = {
  draft: { word: "Draft", tone: "plain", means: "The link opens nothing yet." },
  open: { word: "Open", tone: "good", means: "Whoever has the link can apply." },
  closed: { word: "Closed", tone: "warn", means: "Whoever opens the link reads that the job is not open any more." },
};

@customElement("desk-jobs")
export class DeskJobs extends PlanList<Job> {
  protected readonly path = "/staff/jobs";
  protected readonly source = "/api/v1/interviewer/jobs";
  protected override readonly onlyIs = "status";
  protected readonly name = "Job openings";
  protected readonly searches = "How the title begins";
  protected override readonly columns: Column[] = [
    { word: "Job", key: "title" },
    { word: "State" },
    { word: "Asks" },
    { word: "Made", key: "created_at", first: "-" },
    { word: "" },
  ];
  @state() private said = "";

  protected override get fresh(): string {
    return "/staff/jobs/new";
  }

  protected override heading(): TemplateResult {
    return html`<h1>Job openings</h1>${mayMake() ? html`<a class="button primary" href=${this.fresh} data-testid="job-new">${icon(Plus)}New job opening</a>` : nothing}`;
  }

  protected override above(): TemplateResult {
    return html`<p role="status" class=${this.said ? "notice" : "unseen"}>${this.said}</p>`;
  }

  protected override tools(): TemplateResult {
    return html`<label class="unseen" for="status">State</label><select id="status" data-testid="jobs-status" @change=${(event: Event) => this.show({ only: (event.target as HTMLSelectElement).value })}>
      <option value="" ?selected=${!this.only}>All states</option>
      ${Object.entries(JOB_STATUS).map(([status, { word }]) => html`<option value=${status} ?selected=${status === this.only}>${word}</option>`)}</select>`;
  }

  protected override empty(): TemplateResult {
    return html`<div class="empty"><h2>No job openings yet</h2>
      <p>A job opening has a link that anybody may have: on your website, in an advertisement. Whoever opens it can apply, and takes the interview at once.</p>
      ${mayMake() ? html`<a class="button primary" href=${this.fresh}>${icon(Plus)}Make the first job opening</a>` : nothing}</div>`;
  }

  protected override row(job: Job): TemplateResult {
    const href = `/staff/jobs/${job.id}`;
    const { word, tone } = JOB_STATUS[job.status];
    const asks = job.interview_id !== null ? "an interview" : job.questions.length === 1 ? "1 question" : `${job.questions.length} questions`;
    return html`<tr @click=${(event: MouseEvent) => this.open(event, href)} data-testid="job">
      <td class="wrap"><a href=${href} data-stop>${job.title}</a><span class="under">${[job.location, job.experience].filter(Boolean).join(" · ")}</span></td>
      <td data-label="State">${badge(word, tone)}</td>
      <td data-label="Asks">${asks}</td>
      <td data-label="Made" class="date"><time datetime=${job.created_at}>${day(job.created_at)}</time></td>
      <td class="acts"><div class="row tight"><a class="button plain" href=${`/staff/sessions?job=${job.id}`} aria-label=${`Sessions: ${job.title}`}>Sessions</a>
        ${job.status === "open" ? html`<button class="plain square" title="Copy the link" aria-label=${`Copy the link: ${job.title}`} @click=${() => this.copy(job)}>${icon(Link)}</button>` : nothing}</div></td>
    </tr>`;
  }

  private async copy(job: Job): Promise<void> {
    this.said = (await copied(job.share_url)) ? `The link of “${job.title}” is copied.` : `The browser did not allow it. The link: ${job.share_url}`;
  }
}
