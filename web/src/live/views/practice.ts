// One question to practise with, before the room: asked aloud, answered by voice or by typing, kept nowhere.
import { LitElement, css, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { ArrowRight, MessageCircleQuestion } from "lucide";
import type { Actions, SessionInfo } from "../model";
import { icon, shared } from "../ui";
import type { Listener } from "./devices";
import "./meter";

const LONGEST_MS = 60_000;

type Step = "offered" | "asking" | "answering" | "working" | "done";

@customElement("viva-practice")
export class Practice extends LitElement {
  @property({ attribute: false }) info!: SessionInfo;
  @property({ attribute: false }) actions!: Actions;
  /** The microphone; null without one, or where nobody would understand it. */
  @property({ attribute: false }) listener: Listener | null = null;
  @state() private step: Step = "offered";
  @state() private typed = "";
  @state() private heard = "";
  private player: HTMLAudioElement | null = null;
  private stop: (() => Promise<Blob>) | null = null;
  private longest: ReturnType<typeof setTimeout> | undefined;

  static override styles = [
    shared,
    css`
      :host { display: grid; gap: var(--s3); padding: var(--s5) 0; border-bottom: 1px solid var(--line); }
      h2 { font-size: var(--text-m); font-weight: 600; }
      p { color: var(--ink-2); }
      .asked { color: var(--ink); font-size: var(--text-l); font-weight: 550; letter-spacing: -0.01em; }
      .presence { color: var(--accent); font-weight: 550; }
      .heard { border-left: 3px solid var(--accent); padding-left: var(--s4); color: var(--ink); white-space: pre-wrap; overflow-wrap: anywhere; }
      textarea { width: 100%; resize: vertical; min-height: 76px; }
      form { display: grid; gap: var(--s2); } label { font-size: var(--text-s); color: var(--ink-2); }
      @media (max-width: 480px) { button { flex: 1 1 auto; } }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.quiet();
  }

  override render() {
    return html`<h2>Practice question</h2>
      ${this.step === "offered" ? this.offered() : this.asked()}`;
  }

  private offered() {
    return html`<p>Try how it is to be asked and to answer. Nothing of it is stored, and nobody reads it.</p>
      <div><button data-testid="practice-start" @click=${this.start}>${icon(MessageCircleQuestion)} Practise one question</button></div>`;
  }

  private asked() {
    const { step } = this;
    return html`<p class="asked" data-testid="practice-question">${this.info.practice}</p>
      <p class="presence" role="status" data-testid="practice-state">${WORDS[step] ?? ""}</p>
      ${step === "answering" ? this.answering() : nothing}
      ${step === "done" ? this.done() : nothing}`;
  }

  private answering() {
    return html`${this.listener ? html`<viva-meter .level=${() => this.listener?.level() ?? 0}></viva-meter>` : nothing}
      <form @submit=${this.finish}>
        <label for="practice-text">${this.listener ? "You may also type, as in the interview" : "Type your answer"}</label>
        <textarea id="practice-text" data-testid="practice-text" .value=${this.typed} @input=${(event: Event) => (this.typed = (event.target as HTMLTextAreaElement).value)}></textarea>
        <div class="row"><button data-testid="practice-done" ?disabled=${!this.listener && !this.typed.trim()}>Done ${icon(ArrowRight)}</button></div>
      </form>`;
  }

  private done() {
    return html`${this.heard ? html`<p class="heard" data-testid="practice-heard">${this.heard}</p>` : nothing}
      <p data-testid="practice-gone">${this.heard ? "So it would be written down. This answer was not stored; it is gone when you leave this page." : "We understood no words. Come closer to the microphone, or type. Nothing was stored."}</p>
      <div><button @click=${this.start}>Practise again</button></div>`;
  }

  private readonly start = async (): Promise<void> => {
    this.quiet();
    this.typed = this.heard = "";
    this.step = "asking";
    await this.say();
    if (!this.isConnected) return;
    this.step = "answering";
    this.listener?.resume();
    this.stop = this.listener?.begin() ?? null;
    this.longest = setTimeout(() => void this.finish(), LONGEST_MS);
    await this.updateComplete;
    if (!this.listener) this.renderRoot.querySelector("textarea")?.focus();
  };

  /** The interview's own voice; without one the question is there to be read. */
  private async say(): Promise<void> {
    const sound = await this.actions.practice().catch(() => null);
    if (sound === null || !this.isConnected) return;
    const url = URL.createObjectURL(sound);
    const player = (this.player = new Audio(url));
    await new Promise<void>((over) => {
      player.onended = player.onerror = player.onpause = () => over();
      player.play().catch(() => over());
    });
    URL.revokeObjectURL(url);
  }

  private readonly finish = async (event?: Event): Promise<void> => {
    event?.preventDefault();
    if (this.step !== "answering") return;
    clearTimeout(this.longest);
    this.step = "working";
    const clip = await this.stop?.().catch(() => null);
    this.stop = null;
    const spoken = clip && !this.typed.trim() ? await this.actions.recognise(clip).catch(() => "") : "";
    this.heard = [spoken.trim(), this.typed.trim()].filter(Boolean).join("\n");
    this.step = "done";
  };

  private quiet(): void {
    clearTimeout(this.longest);
    this.player?.pause();
    void this.stop?.().catch(() => undefined);
    this.stop = null;
  }
}

const WORDS: Readonly<Partial<Record<Step, string>>> = {
  asking: "Speaking",
  answering: "Your turn: answer in a sentence or two, then press Done",
  working: "Understanding what you said",
};
