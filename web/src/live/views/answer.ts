// How the candidate answers: by voice, by typing, in code; and the buttons at the thumb.
import { LitElement, html, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { ArrowRight, Hourglass, Keyboard, Mic, RotateCcw, Send, SkipForward } from "lucide";
import type { App, AppState, RoomState } from "../model";
import { icon, shared } from "../ui";
import { answerStyles } from "./answer-styles";
import { remaining } from "./clock";
import "./code-pane";
import type { CodePane } from "./code-pane";

type InRoom = Extract<AppState, { kind: "live" | "reconnecting" }>;

/** interview/nouns.py, MAX_ANSWER_CHARS. */
const MAX_CHARS = 20_000;
/** What is typed when the time ends is sent this long before, so that it arrives in time. */
const LAST_CALL_S = 0.8;
const TYPING_EVERY_MS = 1000;

@customElement("viva-answer")
export class Answer extends LitElement {
  @property({ attribute: false }) app!: App;
  @property({ attribute: false }) state!: InRoom;
  @state() private typing = false;
  @state() private draft = "";
  @query("textarea") private box!: HTMLTextAreaElement | null;
  @query("viva-code") private code!: CodePane | null;
  private told = 0;
  private timer = 0;
  private sentFor: string | null = null;

  static override styles = [shared, answerStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = window.setInterval(() => this.lastCall(), 200);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  override willUpdate(changed: PropertyValues): void {
    const before = changed.get("state") as InRoom | undefined;
    if (before && before.room.questionNumber !== this.state.room.questionNumber) {
      this.draft = "";
      this.sentFor = null;
    }
  }

  /** The room makes place for the box. */
  override updated(): void {
    this.toggleAttribute("open", !isCoding(this.state.room) && (this.typing || this.mustType()));
  }

  /** What was typed and not sent, for the end of the interview. */
  unsent(): { content?: string; code?: string } | undefined {
    const content = this.draft.trim();
    const code = this.code?.code.trim() ?? "";
    if (!content && !code) return undefined;
    return { ...(content ? { content } : {}), ...(code ? { code } : {}) };
  }

  override render() {
    const { room } = this.state;
    if (isCoding(room)) return this.coding(room);
    const silent = this.mustType();
    const open = silent || this.typing;
    return html`
      ${open ? this.typed(room, silent) : nothing}
      <div class="controls" role="group" aria-label="Your answer">
        ${this.common(room)}
        ${silent
          ? nothing
          : html`<button class="plain" data-testid="btn-type" aria-expanded=${open} @click=${this.toggle}>${icon(open ? Mic : Keyboard)} ${open ? "Speak instead" : "Type instead"}</button>
              <button class="main" data-testid="btn-done" ?disabled=${!mayAnswer(room)} @click=${this.done}>Done ${icon(ArrowRight)}</button>`}
      </div>`;
  }

  private common(room: RoomState) {
    const asked = room.questionNumber !== null;
    const turn = mayAnswer(room);
    return html`
      <button class="plain" data-testid="btn-repeat" ?disabled=${!turn} @click=${() => this.app.actions.repeat()}>${icon(RotateCcw)} Repeat</button>
      ${asked
        ? html`<button class="plain" data-testid="btn-moment" ?disabled=${room.phase !== "answering" || room.momentsLeft < 1} @click=${() => this.app.actions.moment()}>${icon(Hourglass)} I need a moment</button>
            <button class="plain" data-testid="btn-skip" ?disabled=${!turn} @click=${() => this.app.actions.skip()}>${icon(SkipForward)} Skip</button>`
        : nothing}`;
  }

  private typed(room: RoomState, silent: boolean) {
    return html`<form class="typed" @submit=${this.submit}>
      <textarea data-testid="typed-answer" aria-label="Your answer, typed" rows="3" maxlength=${MAX_CHARS} placeholder="Type your answer"
        .value=${this.draft} @input=${this.input} @keydown=${this.keys}></textarea>
      <button class=${silent ? "main" : ""} data-testid="btn-send" ?disabled=${!this.draft.trim() || !mayAnswer(room)}>${icon(Send)} Send</button>
    </form>`;
  }

  private coding(room: RoomState) {
    return html`<div class="coding">
      <viva-code .question=${room.questionNumber ?? 0} @typing=${this.tell}></viva-code>
      <textarea class="explain" data-testid="typed-answer" aria-label="Explain your solution" rows="2" maxlength=${MAX_CHARS}
        placeholder="Explain your solution, or say it aloud" .value=${this.draft} @input=${this.input}></textarea>
      <div class="controls" role="group" aria-label="Your answer">
        ${this.common(room)}
        <button class="main" data-testid="btn-submit-code" ?disabled=${!mayAnswer(room)} @click=${this.sendCode}>Submit code ${icon(ArrowRight)}</button>
      </div>
    </div>`;
  }

  /** No microphone on this side, or no ears on the other. */
  private mustType(): boolean {
    const { media, info } = this.state;
    return media.microphone !== "on" || media.transport === "text" || !info.capabilities.stt.available;
  }

  private readonly toggle = async (): Promise<void> => {
    this.typing = !this.typing;
    await this.updateComplete;
    this.box?.focus();
  };

  private readonly tell = (): void => {
    const now = performance.now();
    if (now - this.told < TYPING_EVERY_MS) return;
    this.told = now;
    this.app.actions.typing();
  };

  private readonly input = (event: Event): void => {
    this.draft = (event.target as HTMLTextAreaElement).value;
    this.tell();
  };

  private readonly keys = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.submit(event);
  };

  private readonly submit = (event: Event): void => {
    event.preventDefault();
    if (!this.draft.trim() || !mayAnswer(this.state.room)) return;
    this.app.actions.answerTyped(this.draft.trim());
    this.draft = "";
  };

  private readonly done = (event: Event): void => {
    if (this.draft.trim()) this.submit(event);
    else this.app.actions.done();
  };

  private readonly sendCode = (): void => {
    this.app.actions.answerTyped(this.draft.trim(), this.code?.code ?? "");
    this.sentFor = String(this.state.room.questionNumber);
  };

  /** The time is almost over: what was typed counts. */
  private lastCall(): void {
    const { room } = this.state;
    if (this.state.kind !== "live" || room.clock.state !== "running" || room.phase !== "answering") return;
    const left = remaining(room.clock, performance.now());
    const key = String(room.questionNumber);
    if (left === null || left > LAST_CALL_S || this.sentFor === key || !this.unsent()) return;
    this.sentFor = key;
    if (isCoding(room)) this.app.actions.answerTyped(this.draft.trim(), this.code?.code ?? "");
    else this.app.actions.answerTyped(this.draft.trim());
    this.draft = "";
  }
}

function isCoding(room: RoomState): boolean {
  return room.questionKind === "coding" && room.questionNumber !== null;
}

function mayAnswer(room: RoomState): boolean {
  return !room.savingAnswer && (room.phase === "answering" || room.phase === "consent" || room.phase === "thinking" || room.phase === "preparing");
}
