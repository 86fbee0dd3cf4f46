// The report: scores left, the spoken words with the recording beside them.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Columns2, Download, Printer, Share2, X } from "lucide";
import type { EvidenceQuote } from "../protocol.gen";
import { standingBadge } from "./badge";
import { timeline, timelineEnd } from "./charts";
import { blindNotice } from "./blind";
import { DeskElement } from "./element";
import { download } from "./download";
import { expectJson, request, sentence } from "./http";
import { icon } from "./icons";
import "./integrity";
import "./judged";
import { answers, kpis, overall, summary } from "./scores";
import { taken } from "./keys";
import { mayDecide } from "./roles";
import { compareAddress } from "./router";
import { showShares } from "./share";
import { readPeaks } from "./peaks";
import { provenance } from "./provenance";
import { fileTime, sessionTime, wordAt } from "./sync";
import { transcript, type Marked } from "./transcript";
import type { ReportBody, ReportReply } from "./types";
import { day, duration, endWords } from "./words";

const FRESH_MS = 3_000;
const GLANCE_MS = 2_400;
const SKIP_S = 5;
const BARS = 240;

@customElement("desk-report")
export class DeskReport extends DeskElement {
  @property() sessionId = "";
  /** A moment of the session to show at once. */
  @property({ type: Number }) at: number | null = null;
  @state() private blind = false;
  @state() private report: ReportBody | null = null;
  @state() private waiting = "";
  @state() private problem = "";
  @state() private fetching = false;
  @state() private mediaFailed = false;
  /** On a narrow page: the player stays at the foot once a quote was asked for. */
  @state() private docked = false;
  @state() private marked: Marked | null = null;
  @state() private loudness: number[] | null = null;
  private words: { start_s: number; end_s: number; node: HTMLElement }[] = [];
  private now: HTMLElement | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.repeat(FRESH_MS, () => this.load());
    const { signal } = this.life;
    this.addEventListener("rescored", () => {
      if (this.report !== null) this.report = { ...this.report, report_status: "partial" };
    });
    window.addEventListener("beforeprint", () => this.unfold(), { signal });
    window.addEventListener("keydown", (event) => this.key(event), { signal });
  }

  private async load(): Promise<void> {
    if (this.report !== null && ["ready", "failed"].includes(this.report.report_status)) return;
    try {
      const path = `/api/reports/${encodeURIComponent(this.sessionId)}`;
      const reply = (await expectJson(await request(path, { signal: this.life.signal }))) as ReportReply;
      if (reply.report !== null && reply.report.revision !== this.report?.revision) this.adopt(reply.report);
      this.blind = reply.blind;
      this.waiting = reply.report === null ? (reply.message ?? "The report is being made.") : "";
      this.problem = "";
    } catch (error) {
      this.problem = sentence(error) ?? this.problem;
    }
  }

  /** With the own scorecard come name, recording and pictures: all is read anew. */
  private unveil(): void {
    if (!this.blind) return;
    this.report = null;
    void this.load();
  }

  /** A new revision of a recording that is open keeps its address: a new one would restart it. */
  private adopt(report: ReportBody): void {
    const [old, next] = [this.report?.recording.url, report.recording.url];
    const same = old && next && !this.mediaFailed && old.split("?")[0] === next.split("?")[0];
    this.report = same ? { ...report, recording: { ...report.recording, url: old } } : report;
    if (!same) void this.listen(this.report);
  }

  /** The waveform comes when it has been read; the page does not wait for it. */
  private async listen(report: ReportBody): Promise<void> {
    const { available, url, timeline: spans } = report.recording;
    this.loudness = available && url ? await readPeaks(url, spans, timelineEnd(report), BARS, this.life.signal) : null;
  }

  /** Space plays and pauses, arrows skip, unless a control that knows the key has the focus. */
  private key(event: KeyboardEvent): void {
    const { player } = this;
    const onControl = event.target instanceof HTMLElement && event.target.matches("button, a, summary, video");
    if (player === null || taken(event) || onControl) return;
    if (event.key === " ") player.paused ? void player.play().catch(() => undefined) : player.pause();
    else if (event.key === "ArrowLeft") player.currentTime = Math.max(0, player.currentTime - SKIP_S);
    else if (event.key === "ArrowRight") player.currentTime += SKIP_S;
    else return;
    event.preventDefault();
  }

  protected override updated(): void {
    this.words = [...this.querySelectorAll<HTMLElement>("[data-start]")]
      .map((node) => ({ start_s: Number(node.dataset.start), end_s: Number(node.dataset.end), node }))
      .sort((a, b) => a.start_s - b.start_s);
  }

  /** Paper cannot be clicked: everything is shown on it. */
  private unfold(): void {
    for (const part of this.querySelectorAll("details")) part.open = true;
  }

  private get player(): HTMLVideoElement | null {
    return this.querySelector("video");
  }

  protected override render(): TemplateResult {
    const problem = this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing;
    const crumb = html`<p class="crumb"><a href="/staff/sessions">Sessions</a> /
      <a href=${`/staff/sessions/${encodeURIComponent(this.sessionId)}`}>Session</a></p>`;
    const { report } = this;
    if (report === null) {
      return html`${crumb}<div class="title"><h1>Report</h1></div>${problem}
        ${this.waiting ? html`<p class="notice" role="status">${this.waiting} This page shows it as soon as it is there.</p>` : nothing}`;
    }
    const people = html`<desk-judged .sessionId=${this.sessionId} .questions=${asked(report)} ?blind=${this.blind} @given=${this.unveil}></desk-judged>`;
    return html`${crumb}${this.head(report)}${problem}${this.blind ? blindNotice : nothing}
      ${report.report_status === "partial" || report.report_status === "pending"
        ? html`<p class="notice" role="status">Some answers are still being evaluated. This page fills itself in.</p>`
        : nothing}
      <div class="report">
        <div class="read">
          ${spoken(report) ? [people, summary(report)] : [summary(report), people]}
          ${overall(report)}${answers(report, (quote, id) => this.show(quote, id))}
          ${this.integrity(report)} ${kpis(report)} ${provenance(report)}
        </div>
        <div class="hear">
          <section class="panel recording ${this.docked ? "docked" : ""}" aria-labelledby="recording-title">
            <h2 id="recording-title">Recording</h2>
            ${this.docked ? html`<button class="plain square undock" aria-label="Put the recording back" @click=${() => (this.docked = false)}>${icon(X)}</button>` : nothing}
            ${this.media(report)}${timeline(report, this.loudness, (s) => this.seek(s))}
          </section>
          ${transcript(report, this.marked, (s) => this.seek(s))}
        </div>
      </div>`;
  }

  private head(report: ReportBody): TemplateResult {
    return html`<div class="title">
        <h1>${report.candidate_name}</h1>${report.standing ? standingBadge({ standing: report.standing, questions_answered: report.kpis.questions_answered, max_questions: report.kpis.questions_planned }) : nothing}
        <div class="row end">
          ${mayDecide() ? html`<button data-testid="report-share" @click=${() => showShares(this.sessionId, report.candidate_name)}>${icon(Share2)}Share</button>` : nothing}
          <a class="button" href=${compareAddress({ ids: [this.sessionId] })} data-testid="report-compare">${icon(Columns2)}Compare</a>
          <button class="wide-only" @click=${() => window.print()}>${icon(Printer)}Print</button>
          <button class="primary" ?disabled=${this.fetching} @click=${this.download} data-testid="report-pdf">
            ${icon(Download)}${this.fetching ? "Preparing…" : "PDF"}</button>
        </div>
      </div>
      <p class="quiet meta">${report.title} · ${day(report.interview_date)} · ${duration(report.duration_s)}
        ${report.end_reason ? html` · ${endWords(report.end_reason)}` : nothing} · revision ${report.revision}</p>`;
  }

  private integrity(report: ReportBody): TemplateResult {
    return html`<section class="panel" id="integrity" aria-labelledby="integrity-title" data-testid="report-integrity">
      <h2 id="integrity-title">Integrity</h2>
      <desk-integrity .sessionId=${this.sessionId} .revision=${report.revision}
        .ended=${report.status === "terminated" && report.end_reason === "integrity_violations"}
        .seek=${report.recording.available ? (s: number) => this.jump(s) : null}></desk-integrity>
    </section>`;
  }

  /** From the signals, which lie below: the recording stays in view. */
  private jump(sessionS: number): void {
    this.docked = true;
    this.seek(sessionS);
  }

  private media({ recording }: ReportBody): TemplateResult {
    if (!recording.available || recording.url === null) {
      return html`<p class="quiet" data-testid="report-player">${recording.reason ?? recording.statement}</p>`;
    }
    return html`<video controls preload="metadata" playsinline src=${recording.url} data-testid="report-player"
        @loadedmetadata=${this.begin} @play=${this.run} @seeked=${this.follow} @error=${() => (this.mediaFailed = true)}></video>
      ${this.mediaFailed
        ? html`<p class="notice warn" role="alert">The recording cannot be played here. Its address may have expired: reload the page to get a new one.</p>`
        : nothing}
      <p class="quiet small">${recording.statement}</p>`;
  }

  /** Play from that moment of the session; without a recording, only show the words. */
  private seek(sessionS: number): void {
    const file = this.report ? fileTime(this.report.recording.timeline, sessionS) : null;
    if (this.player !== null && file !== null) {
      this.player.currentTime = file;
      // Autoplay may be refused; the player then stands at the right place with its own button.
      void this.player.play().catch(() => undefined);
    }
    this.mark(sessionS);
  }

  /** The moment that the address asks for, once. */
  private begin = (): void => {
    const file = this.at === null || this.report === null ? null : fileTime(this.report.recording.timeline, this.at);
    if (this.player !== null && file !== null) this.player.currentTime = file;
    this.at = null;
  };

  /** Each frame while it plays: `timeupdate` comes only four times a second, words come faster. */
  private run = (): void => {
    this.follow();
    if (this.player !== null && !this.player.paused) requestAnimationFrame(this.run);
  };

  private follow(): void {
    if (this.report === null || this.player === null) return;
    const sessionS = sessionTime(this.report.recording.timeline, this.player.currentTime);
    if (sessionS !== null) this.mark(sessionS);
  }

  private mark(sessionS: number): void {
    const word = this.words[wordAt(this.words, sessionS)]?.node ?? null;
    if (word !== this.now) {
      this.now?.classList.remove("now");
      word?.classList.add("now");
      this.now = word;
    }
    const needle = this.querySelector<HTMLElement>(".needle");
    if (needle === null || this.report === null) return;
    needle.hidden = false;
    needle.style.left = `${Math.min(100, (100 * sessionS) / Math.max(this.report.duration_s, 1))}%`;
  }

  private async show(quote: EvidenceQuote, answerId: string): Promise<void> {
    this.docked = quote.start_s !== null;
    this.marked = quote.start_s === null ? { answerId, quote: quote.quote } : null;
    await this.updateComplete;
    const mark = this.querySelector<HTMLElement>(".entries mark");
    const first = this.querySelector<HTMLElement>(`[data-answer="${CSS.escape(answerId)}"]`);
    const entry = mark?.closest("li") ?? first;
    if (quote.start_s === null) (mark ?? entry)?.scrollIntoView({ block: "center", behavior: "smooth" });
    else if (entry) entry.closest<HTMLElement>(".entries")?.scrollTo({ top: entry.offsetTop - 60, behavior: "smooth" });
    for (const { start_s, end_s, node } of this.words) {
      const said = quote.start_s !== null && start_s < (quote.end_s ?? quote.start_s) && end_s > quote.start_s;
      node.classList.toggle("quoted", said);
    }
    if (quote.start_s !== null) this.seek(quote.start_s);
    else if (entry && mark === null) {
      entry.classList.add("glance");
      setTimeout(() => entry.classList.remove("glance"), GLANCE_MS);
    }
  }

  private async download(): Promise<void> {
    this.fetching = true;
    try {
      const made = await download(`/api/reports/${encodeURIComponent(this.sessionId)}/pdf`, "interview_report.pdf");
      if (!made) this.problem = "The report is still being made. Please try again in a moment.";
    } catch (error) {
      this.problem = sentence(error) ?? "";
    } finally {
      this.fetching = false;
    }
  }
}

/** The questions that were asked, for the scorecard; a follow-up belongs to its question. */
function asked(report: ReportBody): { number: number; text: string }[] {
  const found = new Map(report.answers.filter((one) => !one.is_follow_up).map((one) => [one.question_number, one.question]));
  return [...found].map(([number, text]) => ({ number, text }));
}

/** Whether a person has said anything that weighs: it then stands above all that software found. */
function spoken({ judged }: ReportBody): boolean {
  return judged.decision !== null || judged.scorecards.length > 0;
}
