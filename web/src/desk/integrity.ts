// The integrity section: what was watched, what was seen, what was not, and what people made of it.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { Undo2 } from "lucide";
import { reasoned } from "./confirm";
import { DeskElement } from "./element";
import { getJson, postJson, sentence } from "./http";
import { icon } from "./icons";
import "./signal";
import { causeWords, kindWords, PROFILES } from "./signal-words";
import type { Integrity, ProctoringViolation, Watch } from "./types";
import { at, duration } from "./words";

@customElement("desk-integrity")
export class DeskIntegrity extends DeskElement {
  @property() sessionId = "";
  /** Changes when the session's report does: what the candidate explained since is then fetched. */
  @property({ type: Number }) revision = 0;
  /** Only the signals; the page around says the rest. */
  @property({ type: Boolean }) brief = false;
  /** Proctoring ended this session: staff may overrule that. */
  @property({ type: Boolean }) ended = false;
  @property({ attribute: false }) seek: ((sessionS: number) => void) | null = null;
  @state() private watch: Watch | null = null;
  @state() private problem = "";
  @state() private reopened = false;

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has("sessionId") || changed.has("revision")) void this.load();
  }

  private get path(): string {
    return `/api/parallel_interview/session/${encodeURIComponent(this.sessionId)}`;
  }

  private async load(): Promise<void> {
    try {
      this.watch = kept(this.watch, await getJson<Watch>(`${this.path}/proctoring`, this.life.signal));
      this.problem = "";
    } catch (error) {
      this.problem = sentence(error) ?? this.problem;
    }
  }

  protected override render(): TemplateResult {
    const { watch } = this;
    const problem = this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing;
    if (watch === null) return html`${problem || html`<p class="quiet" aria-busy="true">Loading…</p>`}`;
    const signals = watch.violations.filter((one) => !one.hint);
    const hints = watch.violations.filter((one) => one.hint);
    if (this.brief) return html`${problem}${this.list(signals)}`;
    return html`
      ${problem} ${this.end()} ${this.head(watch.integrity)} ${this.list(signals)}
      ${hints.length
        ? html`<details class="hints-part" data-testid="integrity-hints">
            <summary>${hints.length} ${hints.length === 1 ? "hint" : "hints"}, weak by ${hints.length === 1 ? "itself" : "themselves"}</summary>
            <p class="quiet small">Hints never count and need no review. Look at them only together with something else.</p>
            ${this.list(hints)}</details>`
        : nothing}
      ${unseen(watch.integrity)}
    `;
  }

  private end(): TemplateResult | typeof nothing {
    if (this.reopened) {
      return html`<p class="notice" role="status">The session is open again. The candidate may come back by the same link, and the question that was cut is asked anew.
        <a href=${`/staff/sessions/${encodeURIComponent(this.sessionId)}`}>To the session</a></p>`;
    }
    if (!this.ended) return nothing;
    return html`<div class="notice warn ended">
      <p>The interview paused at its third signal that counts, as the strict profile says, and nobody let it go on. If the signals were wrong, you can let the candidate go on now.</p>
      <button @click=${this.reopen} data-testid="report-reopen">${icon(Undo2)}Reopen the session</button>
    </div>`;
  }

  private reopen = async (): Promise<void> => {
    const reason = await reasoned({
      title: "Reopen this session?",
      text: "The candidate may come back by the same link. The signals stay in the record, but no longer count towards an end.",
      label: "Why do you overrule the end? Your answer is kept with your name.",
      act: "Reopen",
    });
    if (reason === null) return;
    try {
      await postJson(`${this.path}/reopen`, { reason });
      this.reopened = true;
    } catch (error) {
      this.problem = sentence(error) ?? "";
    }
  };

  private head({ statement, identity, profile }: Integrity): TemplateResult {
    return html`
      <p data-testid="integrity-statement">${statement}</p>
      ${profile === "off" ? nothing : html`<p class="small quiet">These are signals about the session, not verdicts about the person. Software is sometimes wrong: only what a person has confirmed counts, and nothing here enters a score.</p>`}
      <dl class="facts">
        <div><dt>Profile</dt><dd>${PROFILES[profile].word}. ${PROFILES[profile].means}</dd></div>
        ${profile === "off" ? nothing : html`<div><dt>Identity</dt><dd data-testid="integrity-identity">${identity}</dd></div>`}
      </dl>`;
  }

  private list(signals: ProctoringViolation[]): TemplateResult | typeof nothing {
    if (signals.length === 0) return nothing;
    return html`<div class="signals">${repeat(
      signals,
      (one) => one.violation_id,
      (one) => html`<desk-signal .violation=${one} .sessionId=${this.sessionId} .clip=${this.watch?.clips[one.violation_id] ?? ""}
        .strict=${this.watch?.integrity.profile === "strict"} .seek=${this.seek} @reviewed=${this.adopt}></desk-signal>`,
    )}</div>`;
  }

  private adopt = (event: CustomEvent<Watch>): void => {
    this.watch = kept(this.watch, event.detail);
    this.dispatchEvent(new CustomEvent<Watch>("reviewed", { detail: this.watch }));
  };
}

/** Pictures and clips that are shown keep their addresses: new ones would load them again. */
function kept(before: Watch | null, now: Watch): Watch {
  const stills = new Map(before?.violations.map((one) => [one.violation_id, one.still_url]));
  return {
    ...now,
    violations: now.violations.map((one) => ({ ...one, still_url: stills.get(one.violation_id) ?? one.still_url })),
    clips: { ...now.clips, ...before?.clips },
  };
}

/** Gaps and what could not be seen, said plainly: silence there proves nothing. */
function unseen({ gaps, kinds }: Integrity): TemplateResult | typeof nothing {
  const blind = kinds.filter((kind) => !kind.available);
  if (gaps.length === 0 && blind.length === 0) return nothing;
  return html`<div class="two">
    ${gaps.length
      ? html`<div data-testid="integrity-gaps"><h3>Not watched</h3><ul class="plain-list small">${gaps.map(
          (gap) => html`<li>${at(gap.start_s)} to ${at(gap.end_s)} (${duration(gap.end_s - gap.start_s)}): ${causeWords(gap.cause)}</li>`,
        )}</ul></div>`
      : nothing}
    ${blind.length
      ? html`<div data-testid="integrity-unavailable"><h3>Could not be seen</h3><ul class="plain-list small">${blind.map(
          (kind) => html`<li>${kindWords(kind.code)}: ${kind.reason}</li>`,
        )}</ul></div>`
      : nothing}
  </div>`;
}
