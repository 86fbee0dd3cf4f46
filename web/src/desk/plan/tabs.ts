// The pages of one interview, and of what interviews are made from.
import { html, nothing, type TemplateResult } from "lit";

export function tabs(label: string, pages: { href: string; word: string; here: boolean }[]): TemplateResult {
  return html`<nav class="tabs" aria-label=${label}>${pages.map(({ href, word, here }) => html`<a href=${href} aria-current=${here ? "page" : nothing}>${word}</a>`)}</nav>`;
}

/** Interviews, and the questions they are made from. */
export function planTabs(here: "interviews" | "questions"): TemplateResult {
  return tabs("Planning", [
    { href: "/staff/interviews", word: "Interviews", here: here === "interviews" },
    { href: "/staff/questions", word: "Question bank", here: here === "questions" },
  ]);
}

/** The pages of one interview; `makes`: whoever may not change it is not led to invitations. */
export function interviewTabs(id: string, here: "design" | "invitations", makes: boolean): TemplateResult {
  const path = `/staff/interviews/${encodeURIComponent(id)}`;
  return tabs("Interview", [
    { href: path, word: "Design", here: here === "design" },
    ...(makes ? [{ href: `${path}/invitations`, word: "Invitations", here: here === "invitations" }] : []),
    { href: `/staff/sessions?interview=${encodeURIComponent(id)}`, word: "Sessions", here: false },
    { href: `/staff/compare?interview=${encodeURIComponent(id)}`, word: "Compare", here: false },
  ]);
}
