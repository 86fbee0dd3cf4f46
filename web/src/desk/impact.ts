// Selection rates by a column that the organisation brings; it is sent, answered, and kept nowhere.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { badge } from "./badge";
import { DeskElement } from "./element";
import { postJson, sentence } from "./http";

const PATH = "/api/v1/interviewer/analytics/adverse-impact";

interface Group {
  group: string;
  decided: number;
  selected: number;
  rate: number | null;
  low: number | null;
  high: number | null;
  ratio: number | null;
  ratio_low: number | null;
  ratio_high: number | null;
  flagged: boolean;
}

interface Impact {
  groups: Group[];
  lines: number;
  unknown: number;
  undecided: number;
  statement: string;
}

@customElement("desk-impact")
export class DeskImpact extends DeskElement {
  @state() private found: Impact | null = null;
  @state() private wrong = "";
  @state() private busy = false;

  protected override render(): TemplateResult {
    return html`<section class="panel" aria-labelledby="impact-title"><h2 id="impact-title">Do groups fare alike?</h2>
      <p class="quiet">Bring a column of your own: one line for each candidate, e-mail address (or session) and group. Rates are compared by the four-fifths rule. The column is read for this answer and not kept.</p>
      <form class="inner" novalidate @submit=${this.submit}>
        <div class="field"><label for="column">Lines</label>
          <textarea id="column" name="column" rows="5" spellcheck="false" placeholder=${"ada@example.com,A\ngrace@example.com,B"} aria-invalid=${this.wrong ? "true" : "false"}></textarea></div>
        <div class="row"><button class="primary" ?disabled=${this.busy} data-testid="impact-submit">Compare</button>
          <label class="button" for="column-file">From a CSV file</label><input class="unseen" id="column-file" type="file" accept=".csv,text/csv,text/plain" @change=${this.read} />
          <span class="problem" role="alert">${this.wrong}</span></div>
      </form>
      ${this.found ? this.table(this.found) : nothing}</section>`;
  }

  private table(found: Impact): TemplateResult {
    return html`<p data-testid="impact-statement"><strong>${found.statement}</strong></p>
      <div class="wide-scroll" tabindex="0" role="region" aria-label="Table of groups"><table class="plain-table">
        <thead><tr><th>Group</th><th class="number">Decided</th><th class="number">Go on</th><th class="number">Rate (95 %)</th><th class="number">Of the highest (95 %)</th><th></th></tr></thead>
        <tbody>${found.groups.map((one) => html`<tr><td>${one.group}</td><td class="number">${one.decided}</td><td class="number">${one.selected}</td>
          <td class="number">${one.rate === null ? "too few" : `${percent(one.rate)} (${percent(one.low)}–${percent(one.high)})`}</td>
          <td class="number">${one.ratio === null ? "–" : `${one.ratio.toFixed(2)}${one.ratio_low === null ? "" : ` (${one.ratio_low.toFixed(2)}–${(one.ratio_high ?? 0).toFixed(2)})`}`}</td>
          <td>${one.flagged ? badge("Below 4/5", "warn") : nothing}</td></tr>`)}</tbody>
      </table></div>
      <p class="quiet small">${found.lines} lines; ${found.unknown} name nobody here; ${found.undecided} candidates are not decided on.</p>`;
  }

  private async read(event: Event): Promise<void> {
    const file = (event.target as HTMLInputElement).files?.[0];
    const field = this.querySelector<HTMLTextAreaElement>("#column");
    if (file && field) field.value = await file.text();
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const column = String(new FormData(event.target as HTMLFormElement).get("column") ?? "");
    if (!column.trim()) {
      this.wrong = "Give at least one line.";
      return;
    }
    this.busy = true;
    this.wrong = "";
    try {
      this.found = await postJson<Impact>(PATH, { column });
    } catch (error) {
      this.wrong = sentence(error) ?? "";
    }
    this.busy = false;
  }
}

function percent(share: number | null): string {
  return share === null ? "–" : `${(100 * share).toFixed(0)} %`;
}
