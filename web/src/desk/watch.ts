// One session, live: what is said, where it stands, how answers are judged as they come.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { CircleStop, FileText, VideoOff } from "lucide";
import { phaseWords } from "./board";
import { standingBadge } from "./badge";
import { confirmed } from "./confirm";
import { DeskElement } from "./element";
import { getJson, postJson, sentence } from "./http";
import { icon } from "./icons";
import { clockNow } from "./live-signals";
import { remaining, type ClosedAnswer, type Line, type Watched } from "./observer";
import "./listen";
import { signalsPanel } from "./signals-panel";
import { observe } from "./socket";
import type { Details, Standing, Watch } from "./types";
import { at, clock, day, duration, endWords, OUTCOME, pausedWords, RECORDING, recordingNote, score, scoreName, standingNote } from "./words";

const TICK_MS = 250;
const NEAR_PX = 80;

@customElement("desk-watch")
export class DeskWatch extends DeskElement {
  @property() sessionId = "";
  @state() private seen: Watched | null = null;
  @state() private trouble = "";
  @state() private problem = "";
  @state() private busy = false;
  @state() private stored: Watch | null = null;
  /** How the session stands by the list's account: fetched when somebody comes, goes or ends it. */
  @state() private details: Details["session"] | null = null;
  private detailsFor = "";
  private storedFor = "";
  private atEnd = true;

  override connectedCallback(): void {
    super.connectedCallback();
    const ticking = setInterval(() => this.requestUpdate(), TICK_MS);
    this.life.signal.addEventListener("abort", () => clearInterval(ticking));
    void observe(this.sessionId, this.life.signal, ({ seen, trouble }) => {
      this.seen = seen;
      this.trouble = trouble;
      void this.loadStored();
      void this.loadDetails();
    });
  }

  /** The pictures of signals, and those from before this page was opened: when there is a new one. */
  private async loadStored(): Promise<void> {
    const { seen } = this;
    if (seen?.proctoring == null || seen.proctoring.profile === "off") return;
    const newest = seen.signals.filter((one) => one.violationId !== null).at(-1)?.violationId ?? "";
    const wanted = `${newest} ${seen.proctoring.watching} ${seen.proctoring.unavailable.length}`;
    if (wanted === this.storedFor) return;
    this.storedFor = wanted;
    try {
      this.stored = await getJson<Watch>(`/api/parallel_interview/session/${encodeURIComponent(this.sessionId)}/proctoring`, this.life.signal);
    } catch (error) {
      this.problem = sentence(error) ?? this.problem;
    }
  }

  private async loadDetails(): Promise<void> {
    const { seen } = this;
    const wanted = seen === null ? "" : `${seen.status} ${seen.connected}`;
    if (wanted === this.detailsFor) return;
    this.detailsFor = wanted;
    try {
      const path = `/api/parallel_interview/session/${encodeURIComponent(this.sessionId)}`;
      this.details = (await getJson<Details>(path, this.life.signal)).session;
    } catch (error) {
      this.detailsFor = "";
      this.problem = sentence(error) ?? this.problem;
    }
  }

  /** By the socket while it is open: it knows first who comes and goes. */
  private standing(seen: Watched): Standing {
    const open = seen.status === "in_progress" || seen.status === "initialized";
    if (open && seen.connected) return "live";
    return this.details?.standing ?? (open ? "disconnected" : "completed");
  }

  protected override willUpdate(): void {
    const box = this.querySelector(".talk");
    if (box) this.atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
  }

  /** Follow the talk unless the reader has scrolled up. */
  protected override updated(changed: Map<PropertyKey, unknown>): void {
    const box = this.querySelector(".talk");
    if (box && this.atEnd && changed.has("seen")) box.scrollTop = box.scrollHeight;
  }

  protected override render(): TemplateResult {
    const { seen } = this;
    const notes = html`
      ${this.trouble ? html`<p class="notice warn" role="status">${this.trouble}</p>` : nothing}
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}`;
    const crumb = html`<p class="crumb"><a href="/staff/live">Live</a></p>`;
    if (seen === null) return html`${crumb}<div class="title"><h1>Live session</h1></div>${notes}${this.trouble ? nothing : html`<p class="quiet">Connecting…</p>`}`;
    const open = seen.status === "in_progress" || seen.status === "initialized";
    return html`
      ${crumb}
      <div class="title"><h1>${seen.name}</h1>${this.details || seen.connected ? standingBadge({ ...this.details, standing: this.standing(seen) }) : nothing}<span class="quiet">${seen.title}</span>
        <div class="row end">
          <a class="button" href=${`/staff/sessions/${this.sessionId}`}>Session</a>
          ${open
            ? html`<button class="danger quietly" ?disabled=${this.busy} @click=${this.end} data-testid="live-end">${icon(CircleStop)}End interview</button>`
            : html`<a class="button primary" href=${`/staff/reports/${this.sessionId}`}>${icon(FileText)}Report</a>`}
        </div>
      </div>
      ${notes}
      ${seen.pausedUntil === null ? nothing : this.paused(seen, seen.pausedUntil)}
      <div class="watch">
        <section class="panel talk-panel" aria-labelledby="talk-title">
          <div class="row spread"><h2 id="talk-title">Transcript</h2>${open ? html`<desk-listen .sessionId=${this.sessionId} .prompt=${seen.promptAudio}></desk-listen>` : nothing}</div>
          <div class="talk" data-testid="live-transcript" tabindex="0" role="log" aria-label="What is being said">
            ${seen.lines.map((line) => spoken(line, seen.name))} ${now(seen)}
          </div>
        </section>
        <div class="side">
          ${open ? this.now(seen) : this.over(seen)}
          ${signalsPanel(seen, this.stored)}
          <section class="panel" aria-labelledby="judged-title">
            <h2 id="judged-title">Answers</h2>
            ${seen.answers.length ? [...seen.answers].reverse().map(judged) : html`<p class="quiet">Answers appear here with their scores as they are given.</p>`}
          </section>
        </div>
      </div>
    `;
  }

  /** The interview waits for a person: the signals are beside, with their pictures. */
  private paused(seen: Watched, until: string): TemplateResult {
    const time = new Date(until).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    return html`<div class="notice warn paused" role="alert" data-testid="live-paused">
      <p><strong>Paused: ${seen.proctoring?.limit ?? "several"} signals were noted.</strong> Look at them below, then decide. Without a decision the interview ends at ${time}; ${seen.name}'s clock stands.</p>
      <div class="row">
        <button class="primary" ?disabled=${this.busy} @click=${() => this.settle(true)} data-testid="pause-continue">Continue the interview</button>
        <button class="danger quietly" ?disabled=${this.busy} @click=${() => this.settle(false)} data-testid="pause-end">End it</button>
      </div>
    </div>`;
  }

  private async settle(goOn: boolean): Promise<void> {
    this.busy = true;
    try {
      await postJson(`/api/parallel_interview/session/${encodeURIComponent(this.sessionId)}/pause`, { go_on: goOn });
      this.problem = "";
    } catch (error) {
      this.problem = sentence(error) ?? "";
    } finally {
      this.busy = false;
    }
  }

  private now(seen: Watched): TemplateResult {
    return html`<section class="panel state" aria-label="Now">
      <div class="picture" data-testid="live-picture">
        ${seen.picture ? html`<img alt=${`${seen.name}, live`} src=${seen.picture} />` : html`<span class="quiet">${icon(VideoOff, 20)}No picture</span>`}
      </div>
      <div class="now-row"><p data-testid="live-state" role="status">${this.details && recordingNote(this.details) ? RECORDING : phaseWords(seen)}</p>${this.time(seen)}</div>
      <p class="quiet small">${seen.questionNumber ? `Question ${seen.questionNumber} of ${seen.questionCount}` : `${seen.questionCount} questions`}
        ${this.elapsed(seen)} ${seen.morePatience ? "· longer pauses asked for" : nothing}
        ${seen.recogniser.available ? nothing : html`<br />Typed answers only: ${seen.recogniser.reason}`}</p>
    </section>`;
  }

  /** What is over, once it is: how it stands, how long it took, and where to read on. */
  private over(seen: Watched): TemplateResult {
    const found = this.details;
    const lasted = found?.started_at && found.completed_at ? duration((Date.parse(found.completed_at) - Date.parse(found.started_at)) / 1000) : "";
    return html`<section class="panel" aria-labelledby="over-title">
      <div data-testid="live-state" role="status"><h2 id="over-title">The interview has ended</h2></div>
      ${found ? html`<p>${[standingNote(found), lasted, found.end_reason ? endWords(found.end_reason) : ""].filter(Boolean).join(" · ")}</p>
        <p class="quiet small">${day(found.completed_at)}</p>` : html`<p class="quiet">${seen.answers.length} of ${seen.questionCount} questions were closed.</p>`}
      <p class="small">The report holds all of it; it fills itself in while answers are evaluated.</p>
    </section>`;
  }

  private time(seen: Watched): TemplateResult {
    const left = remaining(seen, performance.now());
    const late = left !== null && seen.timer.state === "running" && left <= 10;
    return html`<div class="clock">
      <time class=${late ? "late" : ""} data-testid="live-clock">${left === null ? "–:––" : clock(left)}</time>
      ${seen.timer.state === "paused" ? html`<span class="quiet small">${pausedWords(seen.timer.paused_reason)}</span>` : nothing}
    </div>`;
  }

  /** The session clock, by which signals are told. */
  private elapsed(seen: Watched): TemplateResult | typeof nothing {
    const now = clockNow(seen, performance.now());
    return now === null || seen.status !== "in_progress" ? nothing : html`· <time data-testid="live-session-clock">${at(now)}</time> into the session`;
  }

  private async end(): Promise<void> {
    const sure = await confirmed({
      title: "End this interview?",
      text: `${this.seen?.name ?? "The candidate"} is told at once and cannot go on. What was answered so far is kept.`,
      act: "End interview",
    });
    if (!sure) return;
    this.busy = true;
    try {
      await postJson(`/api/parallel_interview/session/${encodeURIComponent(this.sessionId)}/end`);
      this.problem = "";
    } catch (error) {
      this.problem = sentence(error) ?? "";
    } finally {
      this.busy = false;
    }
  }
}

function spoken(line: Line, name: string): TemplateResult {
  return html`<div class=${`turn ${line.by}`}>
    <p class="by">${line.by === "interviewer" ? "Interviewer" : name}${line.note ? html`<span class="quiet"> ${line.note}</span>` : nothing}${line.atS === null ? nothing : html` <time class="quiet">${at(line.atS)}</time>`}</p>
    ${line.text ? html`<p>${line.text}</p>` : nothing}
    ${line.code ? html`<pre tabindex="0" aria-label="Submitted code" data-testid="live-submitted"><code>${line.code}</code></pre>` : nothing}
  </div>`;
}

function now(seen: Watched): TemplateResult | typeof nothing {
  if (!seen.said && !seen.live && !seen.tentative && !seen.code) return nothing;
  return html`<div class="turn candidate open">
    <p class="by">${seen.name}<span class="quiet"> now</span></p>
    <p>${[seen.said, seen.live].filter(Boolean).join(" ")} <span class="tentative">${seen.tentative}</span></p>
    ${seen.code ? html`<pre tabindex="0" aria-label="Code as it is typed" data-testid="live-code"><code>${seen.code}</code></pre>` : nothing}
  </div>`;
}

function judged(answer: ClosedAnswer): TemplateResult {
  const { evaluation } = answer;
  const overall = evaluation?.scores.overall ?? null;
  const top = overall?.value ?? null;
  const awaited = evaluation === null && (answer.outcome === "answered" || answer.outcome === "timed_out");
  return html`<details class="answer">
    <summary><span class="q">Question ${answer.questionNumber}</span>
      <span class="quiet">${OUTCOME[answer.outcome]}</span>
      <strong class=${top === null ? "quiet" : ""}>${top === null ? (awaited ? "being evaluated" : "not scored") : html`${score(top)}<span class="quiet"> / 10</span>`}</strong>
    </summary>
    <p class="asked">${answer.question}</p>
    ${answer.code ? html`<pre tabindex="0"><code>${answer.code}</code></pre>` : nothing}
    ${evaluation?.failure ? html`<p class="reason">${evaluation.failure}</p>` : nothing}
    ${evaluation?.feedback ? html`<p>${evaluation.feedback}</p>` : nothing}
    ${evaluation
      ? html`<ul class="reasons">${Object.entries(evaluation.scores).map(
          ([key, given]) => html`<li><span class="name">${given.label || scoreName(key)}</span>
            <span class="value ${given.value === null ? "quiet" : ""}">${score(given.value)}</span><span class="why">${given.reason}</span></li>`,
        )}</ul>`
      : nothing}
  </details>`;
}
