// The form of one question: words, times, keywords, ideal answer, rubric points.
import { html, nothing, type TemplateResult } from "lit";
import { Plus, Trash2 } from "lucide";
import { icon } from "../icons";
import { area, choice, line, tick } from "./fields";
import { blankPoint, MAX_POINTS, type PointDraft, type QuestionDraft } from "./question";

export interface Editing {
  draft: QuestionDraft;
  wrong: Record<string, string>;
  /** With the fields that were changed. */
  change: (change: Partial<QuestionDraft>) => void;
}

export function questionForm(editing: Editing): TemplateResult {
  const { draft, wrong, change } = editing;
  const id = (name: string): string => `${draft.key}-${name}`;
  const text = (name: string): { id: string; wrong: string | undefined } => ({ id: id(name), wrong: wrong[id(name)] });
  return html`<div class="question-form">
    ${area({ ...text("text"), label: "Question", value: draft.text, rows: 2, max: 2000, required: true, set: (value) => change({ text: value }) })}
    <div class="four">
      ${choice({ ...text("type"), label: "Answered", value: draft.type, options: [["text", "By speaking"], ["coding", "With code"]], set: (value) => change({ type: value as QuestionDraft["type"] }) })}
      ${line({ ...text("preparation"), label: "Seconds to prepare", type: "number", placeholder: "none", value: draft.preparation, set: (value) => change({ preparation: value }) })}
      ${line({ ...text("responding"), label: "Seconds to answer", type: "number", value: draft.responding, set: (value) => change({ responding: value }) })}
      ${line({ ...text("pause"), label: "Longest pause, seconds", type: "number", placeholder: "as the interview", value: draft.pause, set: (value) => change({ pause: value }) })}
    </div>
    ${line({ ...text("keywords"), label: "Keywords, by comma", placeholder: "cause, rollback, learned", value: draft.keywords, max: 3000, set: (value) => change({ keywords: value }) })}
    ${area({ ...text("ideal"), label: "Ideal answer", hint: "What a very good answer would say. Answers are compared with it by meaning.", value: draft.ideal, max: 4000, set: (value) => change({ ideal: value }) })}
    ${points(editing)}
  </div>`;
}

function points({ draft, wrong, change }: Editing): TemplateResult {
  const put = (place: number, fields: Partial<PointDraft>): void => change({ points: draft.points.map((point, each) => (each === place ? { ...point, ...fields } : point)) });
  return html`<fieldset class="points"><legend>Rubric points</legend>
    <p class="hint">What a full answer says. Each answer is checked against them; weights say how much each matters.</p>
    ${draft.points.map((point, place) => {
      const id = (name: string): string => `${draft.key}-${name}-${place}`;
      return html`<div class="point">
        ${line({ id: id("point"), label: `Point ${place + 1}`, value: point.text, max: 500, wrong: wrong[id("point")], set: (text) => put(place, { text }) })}
        ${line({ id: id("weight"), label: "Weight", type: "number", value: point.weight, wrong: wrong[id("weight")], set: (weight) => put(place, { weight }) })}
        ${line({ id: id("wrong"), label: "Contradicted by (optional)", value: point.wrong, max: 500, set: (text) => put(place, { wrong: text }) })}
        <button type="button" class="plain square" aria-label=${`Remove point ${place + 1}`} title="Remove" @click=${() => change({ points: draft.points.filter((_, each) => each !== place) })}>${icon(Trash2)}</button>
        ${point.draftedBy ? tick({ id: id("counts"), label: "It counts", hint: "It was drafted by software; nothing counts before a person says so.", on: point.counts, set: (counts) => put(place, { counts }) }) : nothing}
      </div>`;
    })}
    <button type="button" class="plain" ?disabled=${draft.points.length >= MAX_POINTS} data-testid=${`plan-${draft.key}-add-point`} @click=${() => change({ points: [...draft.points, blankPoint()] })}>${icon(Plus)}Add a point</button>
  </fieldset>`;
}
