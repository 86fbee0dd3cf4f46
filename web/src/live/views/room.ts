// The room: avatar, state in words, question, captions, answer, controls. Dark.
import { LitElement, html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { Circle, CloudOff, MicOff, Pause, VideoOff } from "lucide";
import "../avatar/avatar";
import { savedLook, type Look } from "../avatar/looks";
import type { App, AppState, DeviceState, RoomState } from "../model";
import { icon, shared } from "../ui";
import { noticeWords, presence, spanWords, timeWords } from "../words";
import { type Answer, mayAnswer } from "./answer";
import "./clock";
import "./coming";
import "./device-picker";
import type { DevicePicker } from "./device-picker";
import "./flags";
import "./menu";
import "./meter";
import { roomStyles } from "./room-styles";
import "./watch";

type InRoom = Extract<AppState, { kind: "live" | "reconnecting" }>;

/** How much room a question takes. */
function lengthOf(question: string): string {
  return question.length > 420 ? "longest" : question.length > 180 ? "long" : "";
}

@customElement("viva-room")
export class Room extends LitElement {
  @property({ attribute: false }) app!: App;
  @property({ attribute: false }) state!: InRoom;
  @state() private captions = true;
  @state() private look: Look = savedLook();
  @query("viva-answer") private answer!: Answer;
  @query("viva-device-picker") private picker!: DevicePicker;

  static override styles = [shared, roomStyles];

  override updated(): void {
    const video = this.renderRoot.querySelector("video");
    if (video && video.srcObject !== this.app.preview) video.srcObject = this.app.preview;
  }

  override render() {
    const { room } = this.state;
    const coding = room.questionKind === "coding" && room.questionNumber !== null;
    return html`<div class="room ${coding ? "coding" : ""}" data-testid="room">
      ${this.header(room)}
      <main>
        ${room.pausedUntil === null
          ? html`${this.face()} ${this.asked(room)} ${this.captions ? this.words(room) : nothing}`
          : this.paused(room.pausedUntil)}
        <viva-coming class="coming" .room=${room} .actions=${this.app.actions}></viva-coming>
      </main>
      <viva-answer role="region" aria-label="Answer" ?hidden=${room.pausedUntil !== null} .app=${this.app} .state=${this.state}></viva-answer>
      ${this.self()}
      <viva-device-picker .actions=${this.app.actions}></viva-device-picker>
      ${this.state.kind === "reconnecting" ? this.lost(this.state.attempt) : nothing}
    </div>`;
  }

  /** A person is asked; meanwhile the candidate can say what happened. */
  private paused(until: Date) {
    const { limit } = this.state.info.proctoring;
    return html`<section class="paused" data-testid="paused">
      <p class="presence waiting" role="status" data-testid="avatar-state">${icon(Pause)} ${presence(this.state).words}</p>
      <h1 tabindex="-1">The interview is paused</h1>
      <p>Software has noted something ${limit ?? 3} times. It may be wrong, so a person has been asked to look. You need not do anything: your clock stands, and your answer so far is saved.</p>
      <p>If nobody decides by ${timeWords(until)}, the interview ends, and you can ask for another look.</p>
      <viva-flags .actions=${this.app.actions}></viva-flags>
    </section>`;
  }

  private header(room: RoomState) {
    const place = room.questionNumber === null ? "" : `Question ${room.questionNumber} of ${room.questionCount}`;
    const { theme, company } = this.state.info;
    return html`<header>
      ${theme?.company_logo ? html`<img class="logo" src=${theme.company_logo} alt=${company} />` : nothing}
      <p class="place"><span class="title">${room.title}</span>${place ? html`<span class="number">${place}</span>` : nothing}</p>
      ${place && room.pausedUntil === null ? html`<button class="link skip" data-testid="btn-skip" aria-label="Skip this question" ?disabled=${!mayAnswer(room) || room.skippingUntil !== null} @click=${() => this.app.actions.skip()}>Skip</button>` : nothing}
      ${this.recording()}
      ${room.watch ? html`<viva-watch .notice=${this.state.info.proctoring} .watch=${room.watch} ?camera=${this.state.media.camera === "on"}></viva-watch>` : nothing}
      <viva-clock .clock=${room.clock} .room=${room} .warningS=${room.warningS}></viva-clock>
      <viva-menu
        .captions=${this.captions} .look=${this.look} .patient=${room.morePatience} .deadline=${this.state.info.deadline} .graceS=${this.state.info.grace_s}
        @patience=${() => this.app.actions.patience()}
        @captions=${() => (this.captions = !this.captions)}
        @look=${(event: CustomEvent<Look>) => (this.look = event.detail)}
        @devices=${(event: CustomEvent<HTMLElement>) => this.picker.open(event.detail)}
        @end=${() => this.app.actions.end(this.answer.unsent())}
      ></viva-menu>
    </header>
    <div class="notices"><div role="status">${this.notice()}</div>${room.watch ? html`<viva-warnings .watch=${room.watch}></viva-warnings>` : nothing}</div>`;
  }

  private recording() {
    const { recording, recordingWhy } = this.state.media;
    if (recording === "off") return nothing;
    if (recording === "on") return html`<span class="recording">${icon(Circle, 12)} Recording</span>`;
    const why = noticeWords({ code: recordingWhy, text: "", fatal: false });
    return html`<button class="link recording failed" title=${why} data-testid="not-recorded" @click=${() => this.app.actions.sayAgain(recordingWhy)}>Not recorded: why?</button>`;
  }

  private notice() {
    if (this.state.kind !== "live" || !this.state.notice) return nothing;
    return html`<p class="notice">${noticeWords(this.state.notice)}</p>`;
  }

  private face() {
    const { mood, words } = presence(this.state);
    return html`<div class="face">
      <viva-avatar .mood=${mood} .look=${this.look} .visemes=${this.state.room.visemes}></viva-avatar>
      <p class="presence ${mood}" role="status" data-testid="avatar-state">${words}</p>
    </div>`;
  }

  private asked(room: RoomState) {
    const prompt = room.line !== null && room.line !== room.question && room.linePurpose !== "question" && room.linePurpose !== "repeat";
    const silent = room.speechFailed || !this.state.info.capabilities.tts.available;
    return html`<div class="asked" aria-live=${silent ? "polite" : "off"}>
      ${prompt && room.question !== null ? html`<p class="line">${room.line}</p>` : nothing}
      <h1 tabindex="-1" data-testid="question-text" class=${lengthOf(room.question ?? room.line ?? "")}>${room.question ?? room.line ?? "One moment, please."}</h1>
    </div>`;
  }

  private words(room: RoomState) {
    const heard = room.committed || room.tentative;
    const hint = this.state.media.microphone === "on" && room.phase === "answering" ? "Your words appear here as you speak." : "";
    return html`<div class="captions" role="region" aria-label="Live captions of your answer" tabindex="0" data-testid="captions">
      <p><span aria-live="polite">${room.committed}</span>${room.tentative ? html` <span class="tentative">${room.tentative}</span>` : nothing}${heard ? nothing : html`<span class="hint">${hint}</span>`}</p>
    </div>`;
  }

  private self() {
    const { media } = this.state;
    const sees = media.camera === "on" && this.app.preview !== null;
    const absent = absentWords(media.microphone);
    const broken = media.camera === "lost";
    if (!sees && !broken && media.microphone === "off") return nothing;
    return html`<aside class="self ${sees ? "" : "bare"}" aria-label="You">
      ${sees ? html`<video autoplay playsinline muted aria-label="Your camera picture"></video>` : nothing}
      ${broken ? html`<p><span class="absent" data-testid="camera-state" role="status">${icon(VideoOff, 16)} Camera stopped</span></p>` : nothing}
      <p><span>You</span>${media.microphone === "on" ? html`<viva-meter .level=${() => this.app.level()}></viva-meter>` : html`<span class="absent" data-testid="device-state" role="status">${icon(MicOff, 16)} ${absent}</span>`}</p>
      ${broken || media.microphone === "lost" || media.microphone === "muted" ? html`<button class="choose" data-testid="btn-choose-device" @click=${this.chooseDevice}>Choose another</button>` : nothing}
    </aside>`;
  }

  private readonly chooseDevice = (event: Event): void => void this.picker.open(event.currentTarget as HTMLElement);

  private lost(attempt: number) {
    return html`<div class="lost" role="alert" data-testid="reconnecting">
      ${icon(CloudOff, 22)}
      <div><strong>The connection is gone. We are reconnecting${attempt > 1 ? ` (try ${attempt})` : ""}.</strong>
      <p>Your answer is safe and the clock stands still. Please keep this page open: your place is kept for ${spanWords(this.state.info.grace_s)}.</p></div>
      <button @click=${() => this.app.actions.retry()}>Try now</button>
    </div>`;
  }
}

function absentWords(state: DeviceState): string {
  if (state === "denied") return "Microphone blocked";
  if (state === "lost") return "Microphone unplugged";
  if (state === "muted") return "Microphone silent";
  return state === "missing" ? "No microphone" : "Microphone off";
}
