// Which element shows which address of planning.
import { html, type TemplateResult } from "lit";
import type { PlanPlace } from "./places";
import "./bank";
import "./design-page";
import "./interviews";
import "./invitations";
import "./job-page";
import "./jobs";

export const PLAN_TITLES: Record<PlanPlace["view"], string> = {
  interviews: "Interviews",
  design: "Interview",
  invitations: "Invitations",
  questions: "Question bank",
  jobs: "Job openings",
  job: "Job opening",
};

export function isPlan(place: { view: string }): place is PlanPlace {
  return place.view in PLAN_TITLES;
}

export function planView(place: PlanPlace): TemplateResult {
  switch (place.view) {
    case "interviews":
      return html`<desk-interviews .search=${place.search} .sort=${place.sort} .only=${place.only} .offset=${place.offset}></desk-interviews>`;
    case "questions":
      return html`<desk-bank .search=${place.search} .sort=${place.sort} .only=${place.only} .offset=${place.offset}></desk-bank>`;
    case "jobs":
      return html`<desk-jobs .search=${place.search} .sort=${place.sort} .only=${place.only} .offset=${place.offset}></desk-jobs>`;
    case "invitations":
      return html`<desk-invitations .interviewId=${place.id} .search=${place.search} .offset=${place.offset}></desk-invitations>`;
    case "design":
      return html`<desk-design .interviewId=${place.id}></desk-design>`;
    case "job":
      return html`<desk-job .jobId=${place.id}></desk-job>`;
  }
}
