// The code pane: language choice, the editor once it is here, a plain box where it cannot be loaded.
import { LitElement, css, html, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Draft } from "../drafts";
import { shared } from "../ui";
import type { CodeEditor } from "./code-editor";
import { LANGUAGES, type Language } from "./code-languages";

@customElement("viva-code")
export class CodePane extends LitElement {
  /** Another question empties the editor. */
  @property({ type: Number }) question = 0;
  /** What was submitted is on its way: it is read, not changed. */
  @property({ type: Boolean }) locked = false;
  @state() private language: Language = "Python";
  @state() private loading: "yes" | "done" | "failed" = "yes";
  private editor: CodeEditor | null = null;
  /** What is in the plain box, used only where the editor did not load. */
  private plain = "";
  /** Kept from before; goes into the editor once that is here. */
  private kept: Pick<Draft, "code" | "codeAt"> | null = null;

  static override styles = [
    shared,
    css`
      :host { display: flex; flex-direction: column; min-height: 0; flex: 1; }
      .bar { display: flex; align-items: center; gap: var(--s2) var(--s4); flex-wrap: wrap; padding-bottom: var(--s3); }
      .bar select { min-height: 40px; }
      label { display: inline-flex; align-items: center; gap: var(--s2); font-size: var(--text-s); color: var(--ink-2); }
      .editor { flex: 1; min-height: 200px; border: 1px solid var(--line-strong); border-radius: var(--radius); overflow: hidden; background: var(--sunken); display: flex; }
      .editor:focus-within { outline: 3px solid var(--ring); outline-offset: 1px; }
      .cm-editor { flex: 1; min-width: 0; }
      @media (pointer: coarse) { .bar select { min-height: var(--touch); } .bar .keys { display: none; } }
      kbd { font-family: var(--mono); font-size: 0.9em; border: 1px solid var(--line-strong); border-radius: 4px; padding: 0 4px; }
      .editor textarea { flex: 1; border: 0; border-radius: 0; background: transparent; font-family: var(--mono); font-size: 15px; line-height: 1.6; resize: none; padding: 12px; }
    `,
  ];

  get code(): string {
    return this.editor?.code ?? this.kept?.code ?? this.plain;
  }

  /** What is there now, to be kept on this device. */
  draft(): Pick<Draft, "code" | "codeAt" | "language"> {
    return { code: this.code, codeAt: this.editor?.selection ?? this.kept?.codeAt ?? [0, 0], language: this.language };
  }

  restore({ code, codeAt, language }: Draft): void {
    if ((LANGUAGES as readonly string[]).includes(language)) this.choose(language as Language);
    if (!code) return;
    this.plain = code;
    this.kept = { code, codeAt };
    this.unpack();
  }

  private unpack(): void {
    if (this.editor && this.kept) this.editor.reset(this.kept.code, this.kept.codeAt);
    if (this.editor) this.kept = null;
    this.requestUpdate();
  }

  override firstUpdated(): void {
    void this.load();
  }

  override updated(changed: PropertyValues): void {
    if (changed.has("locked")) this.editor?.lock(this.locked);
    if (changed.get("question") === undefined || !changed.has("question")) return;
    this.plain = "";
    this.kept = null;
    this.editor?.reset();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.editor?.destroy();
    this.editor = null;
  }

  private async load(): Promise<void> {
    try {
      const { CodeEditor } = await import("./code-editor");
      const parent = this.renderRoot.querySelector<HTMLElement>(".editor");
      if (!parent || !this.isConnected) return;
      this.editor = new CodeEditor(parent, this.renderRoot as ShadowRoot, this.language, this.tell);
      this.loading = "done";
      this.unpack();
    } catch {
      this.loading = "failed";
    }
  }

  private readonly tell = (): void => {
    this.dispatchEvent(new CustomEvent("typing"));
  };

  private choose(language: Language): void {
    this.language = language;
    this.editor?.speak(language);
  }

  private readonly input = (event: Event): void => {
    this.plain = (event.target as HTMLTextAreaElement).value;
    this.tell();
  };

  override render() {
    const failed = this.loading === "failed";
    return html`<div class="bar">
        <label>Language
          <select @change=${(event: Event) => this.choose((event.target as HTMLSelectElement).value as Language)}>${LANGUAGES.map((name) => html`<option .selected=${name === this.language}>${name}</option>`)}</select>
        </label>
        ${failed ? nothing : html`<span class="small muted keys"><kbd>Esc</kbd> then <kbd>Tab</kbd> leaves the editor</span>`}
      </div>
      <div class="editor" aria-busy=${this.loading === "yes"}>${failed
        ? html`<textarea data-testid="code-editor" aria-label="Your code" spellcheck="false" ?readonly=${this.locked} .value=${this.plain} @input=${this.input}></textarea>`
        : nothing}</div>`;
  }
}
