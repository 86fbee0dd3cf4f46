// Answers recorded one by one. A recording is on this device before it is sent, and is sent at once.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { CandidateApi, deadlineOf } from "../live/api";
import { openPieces, type PieceStore } from "../live/pieces";
import { Recorder, recordable } from "../live/recorder";
import { Uploader, recordingServer } from "../live/upload";
import { page, shared } from "../live/ui";
import { Listener } from "../live/views/devices";
import { enquiries } from "../live/enquiries";
import "../live/views/foot";
import "../live/views/meter";
import "../live/views/own";
import { type Asked, type Begun, type Sitting, ask, bearer, reason } from "./api";
import { clock, head, portal, privacyLine } from "./styles";
import { READY, type Take, begun as beginTake, left, passed } from "./take";
import { wear } from "./theme";
import { type Untold, UntoldTakes } from "./untold";

const AGAIN_MS = 5_000;
const NO_MICROPHONE = "We could not use your microphone. Allow it in the browser's settings for this page, then try again.";

const NO_RECORDER = "This browser cannot record sound in a form that we understand. Please use a current Chrome, Edge or Firefox.";

@customElement("portal-recording")
export class PortalRecording extends LitElement {
  static override styles = [shared, page, portal, css`
    .question { font-size: var(--text-question); line-height: 1.3; font-weight: 560; margin: var(--s3) 0 var(--s6); overflow-wrap: anywhere; white-space: pre-line; }
    .stage { border: 1px solid var(--line); border-radius: var(--radius); background: var(--surface); padding: var(--s6); display: grid; gap: var(--s4); justify-items: start; }
    .stage.on { border-color: var(--red); }
    output { font-size: var(--text-2xl); font-weight: 620; font-variant-numeric: tabular-nums; line-height: 1.1; }
    .said { display: flex; align-items: center; gap: var(--s2); font-weight: 560; }
    .dot { width: 12px; height: 12px; border-radius: 50%; background: var(--red); }
    audio { width: 100%; }
    ol.list { list-style: none; display: grid; gap: var(--s3); margin: var(--s6) 0; }
    ol.list li { display: flex; gap: var(--s3); align-items: baseline; justify-content: space-between; border-top: 1px solid var(--line); padding-top: var(--s3); }
    progress { width: 100%; accent-color: var(--accent); }
  `];
  @property({ attribute: false }) begun!: Begun;
  @property() place = "";
  @state() private sitting: Sitting | null = null;
  @state() private problem = "";
  @state() private take: Take = READY;
  @state() private number = 0;
  @state() private now = seconds();
  @state() private waiting = 0;
  @state() private retrying = false;
  @state() private heard = "";
  @state() private busy = false;
  private readonly enquiries = enquiries(() => this.api, () => null, () => undefined);
  private skew = 0;
  private api!: CandidateApi;
  private untold!: UntoldTakes;
  private settling: Promise<void> | null = null;
  private store: PieceStore | null = null;
  private uploader: Uploader | null = null;
  private stream: MediaStream | null = null;
  private listener: Listener | null = null;
  private recorder: Recorder | null = null;
  private preview: { recorder: MediaRecorder; parts: Blob[] } | null = null;
  private ticking = 0;
  private later = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.api = new CandidateApi(this.begun.candidate_token);
    this.untold = new UntoldTakes(this.place);
    this.ticking = window.setInterval(() => this.tick(), 200);
    window.addEventListener("online", this.online);
    window.addEventListener("beforeunload", this.leaving);
    void this.open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.ticking);
    clearTimeout(this.later);
    window.removeEventListener("online", this.online);
    window.removeEventListener("beforeunload", this.leaving);
    this.listener?.close();
    for (const track of this.stream?.getTracks() ?? []) track.stop();
  }

  private leaving = (event: BeforeUnloadEvent): void => {
    if (this.take.step === "recording" || this.waiting > 0) event.preventDefault();
  };

  private readonly online = (): void => {
    this.uploader?.hurry();
    void this.settle();
  };

  private async open(): Promise<void> {
    this.problem = "";
    try {
      await this.read();
      const open = this.asked.findIndex((each) => !this.has(each));
      this.number = open < 0 ? this.asked.length : open;
      this.store ??= await openPieces();
      this.uploader ??= new Uploader(this.store, recordingServer(this.api), this.begun.session_id, () => this.counted());
      await this.uploader.adopt();
      void this.settle();
    } catch (error) {
      this.problem = reason(error);
    }
  }

  /** As the server has it now, which knows of the `settled` recordings. */
  private async read(settled: readonly Untold[] = []): Promise<void> {
    const sitting = await ask<Sitting>("GET", "/api/candidate/sitting", undefined, bearer(this.begun.candidate_token));
    this.skew = Date.parse(sitting.now) - Date.now();
    this.untold.forget(settled);
    this.sitting = sitting;
    wear(sitting.theme);
    document.title = sitting.title;
  }

  private get asked(): Asked[] {
    return this.sitting?.questions ?? [];
  }

  /** Whether an answer is recorded, if only on this device. */
  private has(question: Asked): boolean {
    return question.recorded || this.untold.of(question.id) > 0;
  }

  /** How often it can be recorded again; the server does not count yet what it has not got. */
  private again(question: Asked): number {
    return Math.max(0, (question.takes_left ?? 0) - this.untold.of(question.id));
  }

  private counted(): void {
    this.waiting = this.uploader?.view.waiting ?? 0;
    this.retrying = this.uploader?.view.retrying ?? false;
    if (this.uploader?.view.failed) this.problem = "A recording was not taken by the server. Please record this answer again.";
  }

  private tick(): void {
    this.now = seconds();
    const question = this.asked[this.number];
    if (question === undefined) return;
    const after = passed(this.take, question, this.now);
    if (after !== this.take) void this.become(after, question);
  }

  private async become(take: Take, question: Asked): Promise<void> {
    const before = this.take.step;
    this.take = take;
    if (take.step === "recording") this.record();
    if (before === "recording" && take.step === "recorded") await this.finish(question);
  }

  private async start(question: Asked): Promise<void> {
    this.problem = "";
    if (!(await this.listen())) return;
    if (this.heard) URL.revokeObjectURL(this.heard);
    this.heard = "";
    await this.become(beginTake(question, seconds()), question);
  }

  private async listen(): Promise<boolean> {
    if (this.stream?.getAudioTracks().some((track) => track.readyState === "live")) return true;
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
    } catch {
      this.problem = NO_MICROPHONE;
      return false;
    }
    this.listener?.close();
    this.listener = new Listener(this.stream);
    this.listener.resume();
    if (recordable(this.stream)) return true;
    this.problem = NO_RECORDER;
    return false;
  }

  private record(): void {
    if (this.stream === null || this.store === null) return;
    const started = Date.parse(this.sitting?.start_time ?? "");
    const clockS = Number.isFinite(started) ? (Date.now() + this.skew - started) / 1000 : 0;
    const at = { sessionId: this.begun.session_id, clockS };
    this.recorder = Recorder.start(this.stream, this.store, at, {
      kept: () => void this.uploader?.wake(),
      failed: (why) => (this.problem = why === "disk_full" ? "This device has no room left for the recording." : "The recording broke off. Please record this answer again."),
    });
    if (this.recorder === null) {
      this.problem = NO_RECORDER;
      this.take = READY;
      return;
    }
    const recorder = new MediaRecorder(this.stream);
    this.preview = { recorder, parts: [] };
    recorder.ondataavailable = (event) => this.preview?.parts.push(event.data);
    recorder.onstop = () => {
      const { parts } = this.preview ?? { parts: [] };
      this.heard = parts.length > 0 ? URL.createObjectURL(new Blob(parts, { type: recorder.mimeType })) : "";
    };
    recorder.start();
  }

  private async finish(question: Asked): Promise<void> {
    const { recorder, preview } = this;
    this.recorder = null;
    if (preview?.recorder.state === "recording") preview.recorder.stop();
    if (recorder === null) return;
    this.busy = true;
    await recorder.stop();
    this.untold.add({ question_id: question.id, part_id: recorder.partId, duration_s: recorder.durationS });
    this.busy = false;
    await this.settle();
  }

  /** Send what is there, then say of each recording which question it answers. One at a time. */
  private async settle(): Promise<void> {
    clearTimeout(this.later);
    while (this.settling) await this.settling;
    this.settling = this.send();
    await this.settling.finally(() => (this.settling = null));
  }

  private async send(): Promise<void> {
    await this.uploader?.wake();
    const { settled, problem } = await this.untold.tell((take) => ask("POST", "/api/candidate/takes", take, bearer(this.begun.candidate_token)));
    if (problem) this.problem = problem;
    await this.read(settled).catch(() => undefined);
    this.retrying = this.untold.all.length > 0;
    if (this.retrying && this.isConnected) this.later = window.setTimeout(() => void this.settle(), AGAIN_MS);
  }

  private go(number: number): void {
    this.number = number;
    this.take = READY;
    this.problem = "";
    this.heard = "";
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>("h1")?.focus());
  }

  private async sendIn(): Promise<void> {
    this.busy = true;
    this.problem = "";
    try {
      await this.settle();
      if (this.problem) return;
      await ask("POST", "/api/candidate/send-in", {}, bearer(this.begun.candidate_token));
      await this.read();
    } catch (error) {
      this.problem = reason(error);
    } finally {
      this.busy = false;
    }
  }

  protected override render(): TemplateResult {
    const { sitting } = this;
    if (sitting === null) {
      return html`<main>${this.problem ? html`<p class="bad" role="alert">${this.problem}</p><p class="actions"><button class="main" @click=${() => this.open()}>Try again</button></p>` : html`<p class="muted" aria-busy="true">Opening your interview…</p>`}${this.foot()}</main>`;
    }
    return html`<main>${head(sitting.company, sitting.theme)}${this.body(sitting)}${this.foot()}</main>`;
  }

  private foot(): TemplateResult {
    return html`<viva-foot .deadline=${deadlineOf(this.begun.candidate_token)}></viva-foot>`;
  }

  private body(sitting: Sitting): TemplateResult {
    if (sitting.status === "initialized" || (sitting.status === "in_progress" && !sitting.consent_received)) return this.consent(sitting);
    if (sitting.status === "completed") {
      return html`<h1 tabindex="-1" data-testid="portal-thanks">Thank you, your answers have been sent in</h1>
        <p class="lead">People at ${sitting.company} read them and decide; software only helps them. You can close this page, and come back to it with your link.</p>
        <viva-own .actions=${this.enquiries} heading=${sitting.title}></viva-own>`;
    }
    if (sitting.status !== "in_progress") {
      return html`<h1 tabindex="-1">This interview has ended</h1><p class="lead">Nothing more can be recorded. Ask ${sitting.company} if that is not right.</p>`;
    }
    const question = this.asked[this.number];
    return question === undefined ? this.overview() : this.one(question);
  }

  private consent({ title, consent }: Sitting): TemplateResult {
    return html`<h1 tabindex="-1">${title}</h1>
      <section class="card"><h2>What you agree to</h2>${consent.text.map((text) => html`<p>${text}</p>`)}${privacyLine()}</section>
      ${this.problem ? html`<p class="bad" role="alert">${this.problem}</p>` : nothing}
      <p class="actions"><button class="main" data-testid="portal-consent" ?disabled=${this.busy} @click=${() => this.agree(consent.version)}>I agree, begin</button></p>`;
  }

  private async agree(consent_text_version: string): Promise<void> {
    this.busy = true;
    try {
      await ask("POST", "/api/candidate/agree", { consent_text_version }, bearer(this.begun.candidate_token));
      await this.read();
    } catch (error) {
      this.problem = reason(error);
    } finally {
      this.busy = false;
    }
  }

  private one(question: Asked): TemplateResult {
    return html`<p class="step">Question ${this.number + 1} of ${this.asked.length}</p>
      <h1 class="question" tabindex="-1">${this.take.step === "ready" && !this.has(question) ? "When you are ready, the question is shown" : question.text}</h1>
      <section class=${this.take.step === "recording" ? "stage on" : "stage"} aria-live="polite">${this.stage(question)}</section>
      ${this.problem ? html`<p class="bad" role="alert">${this.problem}</p>` : nothing}
      <p class="actions">
        ${this.number > 0 && this.idle ? html`<button class="plain" @click=${() => this.go(this.number - 1)}>Back</button>` : nothing}
        ${this.idle && !this.has(question) ? html`<button class="plain" @click=${() => this.go(this.number + 1)}>Skip for now</button>` : nothing}
      </p>`;
  }

  private get idle(): boolean {
    return (this.take.step === "ready" || this.take.step === "recorded") && !this.busy;
  }

  private stage(question: Asked): TemplateResult {
    const time = left(this.take, question, this.now);
    const limits = `${question.preparation_time ? `${clock(question.preparation_time)} to prepare, then ` : ""}${clock(question.responding_time)} to answer`;
    switch (this.take.step) {
      case "preparing":
        return html`<p class="said">Time to prepare</p><output>${clock(time ?? 0)}</output>
          <p class="muted">The recording begins by itself when the time is over.</p>
          <button class="main" data-testid="portal-answer" @click=${() => this.become({ step: "recording", since: seconds() }, question)}>Answer now</button>`;
      case "recording":
        return html`<p class="said"><span class="dot" aria-hidden="true"></span>Recording <viva-meter .level=${() => this.listener?.level() ?? 0}></viva-meter></p><output>${clock(time ?? 0)}</output>
          <button class="main" data-testid="portal-stop" @click=${() => this.become({ step: "recorded", since: seconds() }, question)}>I have finished</button>`;
      case "recorded":
        return this.kept(question);
      default:
        return this.has(question) ? this.kept(question) : html`<p>You have ${limits}.</p>
          <button class="main" data-testid="portal-start" @click=${() => this.start(question)}>Show the question</button>`;
    }
  }

  private kept(question: Asked): TemplateResult {
    const again = this.again(question);
    const sent = question.recorded && this.untold.of(question.id) === 0;
    return html`
      <p class="said" data-testid="portal-kept">${this.busy ? "Keeping your recording…" : sent ? "Your answer is recorded" : this.retrying ? "Recorded, not sent yet" : "Sending your recording…"}</p>
      ${sent || this.retrying ? nothing : html`<progress aria-label="Sending"></progress>`}
      ${this.retrying && !sent ? html`<p class="muted" data-testid="portal-offline">The server does not answer. The recording is kept on this device and sent by itself as soon as it can be; you can go on meanwhile.</p>` : nothing}
      ${this.heard ? html`<audio controls src=${this.heard}></audio>` : nothing}
      <div class="row">
        <button class="main" data-testid="portal-next" ?disabled=${this.busy} @click=${() => this.go(this.number + 1)}>${this.number + 1 < this.asked.length ? "Next question" : "To the end"}</button>
        ${again > 0 ? html`<button ?disabled=${this.busy} @click=${() => this.start(question)}>Record again</button>` : nothing}
      </div>
      <p class="muted small" data-testid="portal-again">${again > 0 ? `The latest recording counts. You can record this answer ${again === 1 ? "once more" : `${again} times more`}.` : "This answer cannot be recorded again."}</p>`;
  }

  private overview(): TemplateResult {
    const missing = this.asked.filter((each) => !this.has(each)).length;
    const waits = this.waiting > 0 || this.untold.all.length > 0;
    return html`<h1 tabindex="-1">${missing === 0 ? "All answers are recorded" : missing === 1 ? "One answer is missing" : `${missing} answers are missing`}</h1>
      <p class="lead">Once they are sent in, nothing can be changed any more.</p>
      <ol class="list">${this.asked.map((each, place) => html`<li><span>Question ${place + 1} <span class="muted">${this.untold.of(each.id) ? "recorded, not sent yet" : each.recorded ? "recorded" : "not recorded"}</span></span>
        ${this.has(each) && !this.again(each) ? nothing : html`<button class="link" @click=${() => this.go(place)}>${this.has(each) ? "Record again" : "Answer it"}</button>`}</li>`)}</ol>
      ${waits ? html`<p class="muted" role="status">${this.retrying ? "The server does not answer. What you recorded is kept on this device and sent by itself as soon as it can be; please keep this page open." : "Sending your recordings…"}</p>` : nothing}
      ${this.problem ? html`<p class="bad" role="alert">${this.problem}</p>` : nothing}
      <p class="actions"><button class="main" data-testid="portal-send" ?disabled=${this.busy || waits || missing === this.asked.length} @click=${() => this.sendIn()}>Send my answers in</button></p>`;
  }
}

function seconds(): number {
  return performance.now() / 1000;
}
