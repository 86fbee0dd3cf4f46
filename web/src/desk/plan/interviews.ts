// The list of interviews: what is asked, in which version, of how many people.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Copy, Plus, Trash2 } from "lucide";
import { badge } from "../badge";
import { confirmed } from "../confirm";
import { postJson, remove, sentence } from "../http";
import { icon } from "../icons";
import { go } from "../router";
import { day } from "../words";
import { mayMake, PlanList, type Column } from "./paged";
import { planTabs } from "./tabs";
import type { Interview, InterviewItem } from "./types";

export const INTERVIEWS = "/api/v1/interviewer/interviews";

/** What goes with an interview that is deleted, and what stays. */
export function deleteWords(title: string, invitations: number): { title: string; text: string; act: string } {
  const gone = invitations === 0 ? "Nobody is invited to it." : invitations === 1 ? "The link of one invitation stops working." : `The links of ${invitations} invitations stop working.`;
  return { title: `Delete “${title}”?`, text: `${gone} Sessions that began with it stay, with their reports.`, act: "Delete interview" };
}

@customElement("desk-interviews")
export class DeskInterviews extends PlanList<InterviewItem> {
  protected readonly path = "/staff/interviews";
  protected readonly source = INTERVIEWS;
  protected readonly name = "Interviews";
  protected readonly searches = "How the title begins";
  protected override readonly columns: Column[] = [
    { word: "Interview", key: "title" },
    { word: "Held" },
    { word: "State" },
    { word: "Invited", number: true },
    { word: "Sessions", number: true },
    { word: "Changed", key: "updated_at", first: "-" },
    ...(mayMake() ? [{ word: "" }] : []),
  ];
  protected override readonly usually = "-updated_at";
  @state() private busy = false;

  protected override get fresh(): string {
    return "/staff/interviews/new";
  }

  protected override heading(): TemplateResult {
    return html`<h1>Interviews</h1>${mayMake() ? html`<a class="button primary" href=${this.fresh} data-testid="interview-new">${icon(Plus)}New interview</a>` : nothing}`;
  }

  protected override above(): TemplateResult {
    return planTabs("interviews");
  }

  protected override empty(): TemplateResult {
    return html`<div class="empty"><h2>No interviews yet</h2>
      <p>An interview is a list of questions and the rules by which they are asked. Write it once, and invite as many people as you like.</p>
      ${mayMake() ? html`<a class="button primary" href=${this.fresh}>${icon(Plus)}Make the first interview</a>` : html`<p>An owner or interviewer of your company makes them.</p>`}</div>`;
  }

  protected override row(item: InterviewItem): TemplateResult {
    const href = `/staff/interviews/${item.id}`;
    const ready = item.total_questions > 0;
    const asked = item.total_questions === 1 ? "1 question" : `${item.total_questions} questions`;
    return html`<tr @click=${(event: MouseEvent) => this.open(event, href)} data-testid="interview">
      <td class="wrap"><a href=${href} data-stop>${item.title}</a><span class="under">${ready ? `${asked}, about ${item.minutes} min` : "no questions yet"} · version ${item.version}</span></td>
      <td data-label="Held">${item.mode === "live" ? "Live" : "Recorded"}</td>
      <td data-label="State">${ready ? badge("Ready", "good") : badge("Needs questions", "warn")}</td>
      <td data-label="Invited" class="number">${mayMake() && item.invitations ? html`<a href=${`${href}/invitations`}>${item.invitations}</a>` : item.invitations}</td>
      <td data-label="Sessions" class="number">${item.sessions}</td>
      <td data-label="Changed" class="date"><time datetime=${item.updated_at}>${day(item.updated_at)}</time></td>
      ${mayMake() ? html`<td class="acts"><div class="row tight">
        <button class="plain square" title="Duplicate" aria-label=${`Duplicate: ${item.title}`} ?disabled=${this.busy} @click=${() => this.duplicate(item)}>${icon(Copy)}</button>
        <button class="plain square" title="Delete" aria-label=${`Delete: ${item.title}`} ?disabled=${this.busy} @click=${() => this.drop(item)}>${icon(Trash2)}</button></div></td>` : nothing}
    </tr>`;
  }

  private duplicate(item: InterviewItem): Promise<void> {
    return this.try(async () => {
      const copy = await postJson<Interview>(`${INTERVIEWS}/${item.id}/duplicate`, {});
      go(`/staff/interviews/${copy.id}`);
    });
  }

  private async drop(item: InterviewItem): Promise<void> {
    if (!(await confirmed(deleteWords(item.title, item.invitations)))) return;
    await this.try(() => remove(`${INTERVIEWS}/${item.id}`));
    await this.load();
  }

  private async try(work: () => Promise<unknown>): Promise<void> {
    this.busy = true;
    try {
      await work();
      this.problem = "";
    } catch (error) {
      this.problem = sentence(error) ?? "";
    } finally {
      this.busy = false;
    }
  }
}
