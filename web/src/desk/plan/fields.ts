// The parts of forms: a label, what is typed, a hint, and what is wrong with it, tied together for everybody.
import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";

export interface Field {
  id: string;
  label: string | TemplateResult;
  value: string;
  set: (value: string) => void;
  wrong?: string | undefined;
  hint?: string | TemplateResult;
  type?: string;
  placeholder?: string;
  required?: boolean;
  max?: number;
  rows?: number;
  disabled?: boolean;
  list?: string;
}

function described({ id, wrong, hint }: Field): string | typeof nothing {
  return [hint ? `${id}-hint` : "", wrong ? `${id}-wrong` : ""].filter(Boolean).join(" ") || nothing;
}

function around(field: Field, control: TemplateResult): TemplateResult {
  const { id, label, hint, wrong } = field;
  return html`<div class="field"><label for=${id}>${label}</label>
    ${hint ? html`<span class="hint" id=${`${id}-hint`}>${hint}</span>` : nothing}${control}
    ${wrong ? html`<p class="problem" id=${`${id}-wrong`}>${wrong}</p>` : nothing}</div>`;
}

export function line(field: Field): TemplateResult {
  return around(field, html`<input id=${field.id} name=${field.id} type=${field.type ?? "text"} .value=${live(field.value)} placeholder=${field.placeholder ?? nothing} autocomplete="off"
    inputmode=${field.type === "number" ? "decimal" : nothing} step=${field.type === "number" ? "any" : field.type === "datetime-local" ? "60" : nothing} min=${field.type === "number" ? "0" : nothing}
    maxlength=${field.max ?? nothing} list=${field.list ?? nothing} ?disabled=${field.disabled ?? false} aria-required=${field.required ? "true" : nothing}
    aria-invalid=${field.wrong ? "true" : nothing} aria-describedby=${described(field)} data-testid=${`plan-${field.id}`}
    @input=${(event: Event) => field.set((event.target as HTMLInputElement).value)} />`);
}

export function area(field: Field): TemplateResult {
  return around(field, html`<textarea id=${field.id} rows=${field.rows ?? 3} .value=${live(field.value)} placeholder=${field.placeholder ?? nothing} maxlength=${field.max ?? nothing} ?disabled=${field.disabled ?? false}
    aria-required=${field.required ? "true" : nothing} aria-invalid=${field.wrong ? "true" : nothing} aria-describedby=${described(field)} data-testid=${`plan-${field.id}`}
    @input=${(event: Event) => field.set((event.target as HTMLTextAreaElement).value)}></textarea>`);
}

export function choice(field: Field & { options: [string, string][] }): TemplateResult {
  const known = field.options.some(([value]) => value === field.value);
  const options = known ? field.options : [...field.options, [field.value, field.value] as [string, string]];
  return around(field, html`<select id=${field.id} ?disabled=${field.disabled ?? false} aria-invalid=${field.wrong ? "true" : nothing} aria-describedby=${described(field)} data-testid=${`plan-${field.id}`}
    .value=${live(field.value)} @change=${(event: Event) => field.set((event.target as HTMLSelectElement).value)}>
    ${options.map(([value, word]) => html`<option value=${value} ?selected=${value === field.value}>${word}</option>`)}</select>`);
}

export interface Tick {
  id: string;
  label: string;
  on: boolean;
  set: (on: boolean) => void;
  hint?: string;
  disabled?: boolean;
}

export function tick({ id, label, on, set, hint, disabled }: Tick): TemplateResult {
  return html`<div class="field check"><input id=${id} type="checkbox" .checked=${live(on)} ?disabled=${disabled ?? false} data-testid=${`plan-${id}`}
      @change=${(event: Event) => set((event.target as HTMLInputElement).checked)} />
    <label for=${id}>${label}${hint ? html`<span class="hint">${hint}</span>` : nothing}</label></div>`;
}
