// One question of a plan as a form holds it: what is typed, what is sent, what is wrong. Pure.
import type { QuestionKind } from "../../protocol.gen";
import type { Point, QuestionFields } from "./types";

export const MAX_SECONDS = 3_600;
export const MAX_POINTS = 12;

export interface PointDraft {
  text: string;
  weight: string;
  wrong: string;
  counts: boolean;
  /** What the form does not show, and must not lose. */
  wordings: string[];
  draftedBy: string;
}

export interface QuestionDraft {
  /** Its number in the interview; null while it is new. */
  id: number | null;
  /** Its name in the form, the same wherever it is moved. */
  key: string;
  text: string;
  type: QuestionKind;
  preparation: string;
  responding: string;
  pause: string;
  keywords: string;
  ideal: string;
  points: PointDraft[];
}

export function blankQuestion(key: string, preparation: number | null = 30, responding = 60): QuestionDraft {
  return { id: null, key, text: "", type: "text", preparation: preparation === null ? "" : String(preparation), responding: String(responding), pause: "", keywords: "", ideal: "", points: [] };
}

export function blankPoint(): PointDraft {
  return { text: "", weight: "1", wrong: "", counts: true, wordings: [], draftedBy: "" };
}

export function draftOfQuestion(question: QuestionFields, key: string, id: number | null): QuestionDraft {
  return {
    id,
    key,
    text: question.text,
    type: question.type,
    preparation: question.preparation_time === null ? "" : String(question.preparation_time),
    responding: String(question.responding_time),
    pause: question.pause_tolerance_s === null ? "" : String(question.pause_tolerance_s),
    keywords: question.keywords.join(", "),
    ideal: question.ideal_answer ?? "",
    points: question.points.map(draftOfPoint),
  };
}

function draftOfPoint(point: Point): PointDraft {
  return { text: point.text, weight: String(point.weight), wrong: point.wrong, counts: point.approved_by !== "", wordings: point.wordings, draftedBy: point.drafted_by };
}

/** As the server takes it. */
export function questionBody(draft: QuestionDraft): Record<string, unknown> {
  return {
    ...(draft.id === null ? {} : { id: draft.id }),
    text: draft.text.trim(),
    type: draft.type,
    preparation_time: draft.preparation.trim() === "" ? null : Number(draft.preparation),
    responding_time: Number(draft.responding),
    pause_tolerance_s: draft.pause.trim() === "" ? null : Number(draft.pause),
    keywords: parts(draft.keywords),
    ideal_answer: draft.ideal.trim() === "" ? null : draft.ideal.trim(),
    points: draft.points.filter((point) => point.text.trim()).map((point) => ({
      text: point.text.trim(),
      weight: Number(point.weight),
      wrong: point.wrong.trim(),
      wordings: point.wordings,
      drafted_by: point.draftedBy,
      approved: point.counts,
    })),
  };
}

/** "a, b,,c" as its parts. */
export function parts(text: string): string[] {
  return text.split(",").map((part) => part.trim()).filter(Boolean);
}

/** What is wrong, by field; the field's id is `${key}-${field}`. */
export function questionFaults(draft: QuestionDraft): Record<string, string> {
  const found: Record<string, string> = {};
  if (!draft.text.trim()) found[`${draft.key}-text`] = "Please write the question.";
  if (!isSeconds(draft.responding)) found[`${draft.key}-responding`] = `Please enter seconds, from 1 to ${MAX_SECONDS}.`;
  if (draft.preparation.trim() && !isSeconds(draft.preparation)) found[`${draft.key}-preparation`] = `Please enter seconds, or leave it empty for none.`;
  const pause = Number(draft.pause);
  if (draft.pause.trim() && !(pause >= 0.5 && pause <= 30)) found[`${draft.key}-pause`] = "Please enter 0.5 to 30 seconds, or leave it empty.";
  draft.points.forEach((point, place) => {
    const weight = Number(point.weight);
    if (point.text.trim() && !(weight > 0 && weight <= 10)) found[`${draft.key}-weight-${place}`] = "Please enter a weight above 0, at most 10.";
  });
  return found;
}

function isSeconds(text: string): boolean {
  const seconds = Number(text);
  return text.trim() !== "" && seconds > 0 && seconds <= MAX_SECONDS;
}

/** "1:30" for 90. */
export function spell(seconds: string | number): string {
  const whole = Math.round(Number(seconds));
  return whole < 60 ? `${whole} s` : whole % 60 === 0 ? `${whole / 60} min` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** What a line of the list says under the question. */
export function questionNote(draft: QuestionDraft): string {
  const said = [draft.type === "coding" ? "With code" : "By speaking"];
  if (isSeconds(draft.preparation)) said.push(`${spell(draft.preparation)} to prepare`);
  if (isSeconds(draft.responding)) said.push(`${spell(draft.responding)} to answer`);
  const points = draft.points.filter((point) => point.text.trim()).length;
  if (points) said.push(points === 1 ? "1 rubric point" : `${points} rubric points`);
  return said.join(" · ");
}
