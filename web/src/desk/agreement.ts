// How far an organisation's people and the software agree, and whether its scores are shown.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { reasoned } from "./confirm";
import { DeskElement } from "./element";
import { getJson, postJson, sentence } from "./http";
import { reviewer } from "./signal-words";
import type { Agreement, AgreementReply, ScoringChoice } from "./types";
import { day } from "./words";

const PATH = "/api/parallel_interview";
/** As in `server/platform/reports/agreement.py`. */
const ENOUGH = 30;

@customElement("desk-agreement")
export class DeskAgreement extends DeskElement {
  @state() private found: AgreementReply | null = null;
  @state() private problem = "";
  @state() private said = "";

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      this.found = await getJson<AgreementReply>(`${PATH}/agreement`, this.life.signal);
    } catch (error) {
      this.problem = sentence(error) ?? "";
    }
  }

  protected override render(): TemplateResult {
    return html`<div class="title"><h1>People and software</h1></div>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${this.found === null ? nothing : html`${this.figures(this.found)}${this.choice(this.found.scoring)}`}`;
  }

  private figures({ agreement, sessions }: AgreementReply): TemplateResult {
    return html`<section class="panel" aria-labelledby="agree-title">
      <h2 id="agree-title">How far they agree</h2>
      <p class="quiet">Your colleagues' scorecards beside the software's scores of the same answers, over the newest interviews (${sessions} with scores).</p>
      ${agreement.length
        ? html`${agreement.map(method)}
            <p class="quiet small">Kappa is weighted: 1 is full agreement, 0 is what chance alone would give. Two people grading the same short answers reach about 0.6 in correlation.</p>`
        : html`<p data-testid="agreement-none">Nobody has rated an answer yet. Give scorecards in the reports, and this page compares them.</p>`}
    </section>`;
  }

  private choice(choice: ScoringChoice): TemplateResult {
    const who = choice.by ? html`<p class="quiet small">Chosen by ${reviewer(choice.by)} on ${day(choice.at)}: ${choice.reason}</p>` : nothing;
    return html`<section class="panel" aria-labelledby="choice-title">
      <h2 id="choice-title">Scores by software</h2>
      <p data-testid="scoring-state">${choice.shown ? "Reports and lists show them, with their evidence." : "They are switched off: reports and lists show none. Nothing that was scored is lost."}</p>
      ${who}
      <div class="row"><button @click=${() => this.choose(!choice.shown)} data-testid="scoring-switch">${choice.shown ? "Switch scores off" : "Show scores again"}</button></div>
      <p role="status" class="quiet">${this.said}</p>
    </section>`;
  }

  private async choose(shown: boolean): Promise<void> {
    const reason = await reasoned({
      title: shown ? "Show scores again?" : "Switch scores by software off?",
      text: "It holds for your whole organisation. The reports of ended interviews are written anew.",
      label: "Why? Your answer is kept with your name.",
      act: shown ? "Show scores" : "Switch off",
    });
    if (reason === null) return;
    [this.problem, this.said] = ["", ""];
    try {
      await postJson(`${PATH}/scoring`, { shown, reason });
      this.said = "Kept. The reports are being written anew.";
      await this.load();
    } catch (error) {
      this.problem = sentence(error) ?? "";
    }
  }
}

function method(one: Agreement): TemplateResult {
  const enough = one.n >= ENOUGH;
  const figure = (value: number | null): string => (value === null || !enough ? "too few answers" : value.toFixed(2));
  return html`<section class="agreement" data-testid="agreement">
    <h3>${one.method === "rules" ? "Scored by rules" : `Scored by ${one.method}`}</h3>
    <p>${one.statement}</p>
    <dl class="facts"><div><dt>Rated answers</dt><dd>${one.n}</dd></div><div><dt>Kappa</dt><dd>${figure(one.kappa)}</dd></div>
      <div><dt>Correlation</dt><dd>${figure(one.r)}</dd></div></dl>
  </section>`;
}
