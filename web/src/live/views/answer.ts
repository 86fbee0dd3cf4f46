// How the candidate answers: by voice, by typing, in code; and the buttons at the thumb.
import { LitElement, html, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { ArrowRight, Hourglass, Keyboard, Mic, RotateCcw, Send } from "lucide";
import { type Draft, Drafts, draftKey, emptyDraft } from "../drafts";
import type { App, AppState, RoomState } from "../model";
import { icon, shared } from "../ui";
import { excessWords } from "../words";
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
const ON_ITS_WAY = "Your answer is on its way";

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
  private drafts: Drafts | null = null;
  private key = "";
  private number: number | null = null;
  /** How many answers there were when it was asked. */
  private answeredAtTurn = 0;
  /** What was sent and is not yet stored there; it comes back if the server refuses it. */
  private waiting: Draft | null = null;
  /** How many answers there were then: one more, and it is taken. */
  private answeredBefore = 0;
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
    if (!changed.has("state")) return;
    const { room, info } = this.state;
    this.drafts ??= new Drafts(info.session_id);
    const key = draftKey(room.questionNumber, room.question);
    if (key !== this.key) this.turnTo(key);
    else if (this.waiting && mayAnswer(room) && room.answered.length === this.answeredBefore) this.refused(this.waiting);
  }

  /** Another question: what was typed for the last one is closed, what was kept for this one is back. */
  private turnTo(key: string): void {
    if (this.key) this.closed();
    this.key = key;
    this.number = this.state.room.questionNumber;
    this.answeredAtTurn = this.state.room.answered.length;
    this.waiting = this.sentFor = null;
    this.restore(this.drafts?.load(key) ?? emptyDraft());
  }

  /** It closed by itself over what was typed and not sent: that belongs to it, unless it was skipped. */
  private closed(): void {
    const { answered } = this.state.room;
    const answer = answered.length > this.answeredAtTurn ? answered.at(-1) : undefined;
    // No answer to it: the interview is over meanwhile, and the draft is handed over with the end.
    if (this.number !== null && answer?.questionNumber !== this.number) return;
    this.drafts?.drop(this.key);
    const unsent = this.waiting ? undefined : this.unsent();
    if (!unsent || answer?.questionNumber !== this.number || answer.outcome === "skipped") return;
    this.app.actions.keepUnsent(answer.questionNumber, unsent);
  }

  private refused(draft: Draft): void {
    this.waiting = this.sentFor = null;
    if (!this.draft) this.restore(draft);
  }

  private restore(draft: Draft): void {
    this.draft = draft.text;
    this.typing ||= draft.text !== "";
    void this.updateComplete.then(() => {
      if (draft.text) this.box?.setSelectionRange(...draft.textAt);
      this.code?.restore(draft);
    });
  }

  private readonly keep = (): void => {
    if (!this.waiting) this.drafts?.keep(this.key, this.now());
  };

  private now(): Draft {
    const { box, code } = this;
    const textAt: Draft["textAt"] = [box?.selectionStart ?? 0, box?.selectionEnd ?? 0];
    return { ...emptyDraft(), text: this.draft, textAt, ...code?.draft() };
  }

  /** The room makes place for the box. */
  override updated(): void {
    this.toggleAttribute("open", !isCoding(this.state.room) && this.open);
  }

  /** A box that holds words, or the cursor, does not go away by itself. */
  private get open(): boolean {
    return this.typing || this.mustType();
  }

  /** What was typed and not sent, for the end of the interview. */
  unsent(): { content?: string; code?: string } | undefined {
    const content = this.draft.trim().slice(0, MAX_CHARS);
    const code = (this.code?.code.trim() ?? "").slice(0, MAX_CHARS);
    if (!content && !code) return undefined;
    return { ...(content ? { content } : {}), ...(code ? { code } : {}) };
  }

  override render() {
    const { room } = this.state;
    if (isCoding(room)) return this.coding(room);
    const silent = this.mustType();
    const { open } = this;
    return html`
      ${open ? this.typed() : nothing}
      <div class="controls" role="group" aria-label="Your answer">
        ${this.common(room)}
        ${silent
          ? nothing
          : html`<button class="plain" data-testid="btn-type" aria-expanded=${open} @click=${this.toggle}>${icon(open ? Mic : Keyboard)} ${open ? "Speak instead" : "Type instead"}</button>`}
        ${this.finish(room, silent)}
      </div>`;
  }

  /** One button ends the answer: it sends what is typed, or says that all was said. */
  private finish(room: RoomState, silent: boolean) {
    if (this.draft.trim() || (silent && !room.committed)) {
      return html`<button class="main" data-testid="btn-send" ?disabled=${!this.draft.trim() || this.tooLong > 0 || !mayAnswer(room)} @click=${this.submit}>Send answer ${icon(Send)}</button>`;
    }
    return html`<button class="main" data-testid="btn-done" ?disabled=${!mayAnswer(room) && room.turn !== "reopened"} @click=${this.done}>Done ${icon(ArrowRight)}</button>`;
  }

  private common(room: RoomState) {
    const asked = room.questionNumber !== null;
    const turn = mayAnswer(room);
    return html`
      <button class="plain" data-testid="btn-repeat" ?disabled=${!turn} @click=${() => this.app.actions.repeat()}>${icon(RotateCcw)} Repeat</button>
      ${asked
        ? html`<button class="plain" data-testid="btn-moment" ?disabled=${room.phase !== "answering" || room.momentsLeft < 1} @click=${() => this.app.actions.moment()}>${icon(Hourglass)} I need a moment</button>`
        : nothing}`;
  }

  private typed() {
    const saving = this.state.room.savingAnswer;
    return html`${this.excess()}<form class="typed" @submit=${this.submit}>
      <textarea data-testid="typed-answer" aria-label="Your answer, typed" rows="3" ?readonly=${saving} placeholder=${saving ? ON_ITS_WAY : "Type your answer"}
        .value=${this.draft} @input=${this.input} @keydown=${this.keys} @keyup=${this.keep} @pointerup=${this.keep}></textarea>
    </form>`;
  }

  private coding(room: RoomState) {
    return html`<div class="coding">
      <viva-code .question=${room.questionNumber ?? 0} ?locked=${room.savingAnswer} @typing=${this.coded}></viva-code>
      <textarea class="explain" data-testid="typed-answer" aria-label="Explain your solution" rows="2" ?readonly=${room.savingAnswer}
        placeholder=${room.savingAnswer ? ON_ITS_WAY : "Explain your solution, or say it aloud"} .value=${this.draft} @input=${this.input} @keyup=${this.keep} @pointerup=${this.keep}></textarea>
      <div class="controls" role="group" aria-label="Your answer">
        ${this.excess()} ${this.common(room)}
        <button class="main" data-testid="btn-submit-code" ?disabled=${this.tooLong > 0 || !mayAnswer(room)} @click=${this.sendCode}>Submit code ${icon(ArrowRight)}</button>
      </div>
    </div>`;
  }

  /** How many characters there are too many. */
  private get tooLong(): number {
    const longest = Math.max(this.draft.trim().length, isCoding(this.state.room) ? (this.code?.code.length ?? 0) : 0);
    return Math.max(0, longest - MAX_CHARS);
  }

  /** Nothing that was pasted is cut off unsaid. */
  private excess() {
    const { tooLong } = this;
    return html`<p class="excess" role="status" data-testid="excess">${tooLong ? excessWords(tooLong) : nothing}</p>`;
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
    this.typing = true;
    this.keep();
    this.tell();
  };

  private readonly coded = (): void => {
    this.requestUpdate();
    this.keep();
    this.tell();
    this.app.actions.typing(this.code?.code);
  };

  private readonly keys = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.submit(event);
  };

  private readonly submit = (event: Event): void => {
    event.preventDefault();
    if (!this.draft.trim() || this.tooLong > 0 || !mayAnswer(this.state.room)) return;
    this.send();
  };

  /** It stays on this device until its question is closed. */
  private send(code?: string): void {
    this.waiting = this.now();
    this.answeredBefore = this.state.room.answered.length;
    // Longer than it may be only when the time is over: then the most of it counts.
    this.app.actions.answerTyped(this.draft.trim().slice(0, MAX_CHARS), code?.slice(0, MAX_CHARS));
    this.draft = "";
  }

  private readonly done = (event: Event): void => {
    event.preventDefault();
    this.app.actions.done();
  };

  private readonly sendCode = (): void => {
    this.send(this.code?.code ?? "");
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
    this.send(isCoding(room) ? (this.code?.code ?? "") : undefined);
  }
}

function isCoding(room: RoomState): boolean {
  return room.questionKind === "coding" && room.questionNumber !== null;
}

export function mayAnswer(room: RoomState): boolean {
  return !room.savingAnswer && (room.phase === "answering" || room.phase === "consent" || room.phase === "thinking" || room.phase === "preparing");
}
