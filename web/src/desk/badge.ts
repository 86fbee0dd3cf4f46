// A state in words with its sign; colour is never alone.
import { html, type TemplateResult } from "lit";
import { Check, Circle, CircleAlert, CircleX, Radio, type IconNode } from "lucide";
import { icon } from "./icons";
import { standingOf, type Tone } from "./words";

const SIGNS: Record<Tone, IconNode> = { good: Check, warn: CircleAlert, bad: CircleX, busy: Radio, plain: Circle };

export function badge(word: string, tone: Tone): TemplateResult {
  return html`<span class="badge ${tone}">${icon(SIGNS[tone], 12)}${word}</span>`;
}

export function standingBadge(one: Parameters<typeof standingOf>[0]): TemplateResult {
  const { word, tone } = standingOf(one);
  return badge(word, tone);
}
