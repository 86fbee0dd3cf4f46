// The code editor: CodeMirror 6 with a language choice and a way out for keyboard users.
import { LitElement, css, html, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { cpp } from "@codemirror/lang-cpp";
import { java } from "@codemirror/lang-java";
import { javascript } from "@codemirror/lang-javascript";
import { python } from "@codemirror/lang-python";
import { sql } from "@codemirror/lang-sql";
import { bracketMatching, indentOnInput, indentUnit, type LanguageSupport } from "@codemirror/language";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { shared } from "../ui";
import { codeTheme } from "./code-theme";

const LANGUAGES: Readonly<Record<string, () => LanguageSupport | []>> = {
  Python: python,
  JavaScript: () => javascript(),
  TypeScript: () => javascript({ typescript: true }),
  Java: java,
  "C and C++": cpp,
  SQL: () => sql(),
  "Plain text": () => [],
};

@customElement("viva-code")
export class CodePane extends LitElement {
  /** Another question empties the editor. */
  @property({ type: Number }) question = 0;
  @state() private language = "Python";
  private view: EditorView | null = null;
  private readonly grammar = new Compartment();

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
      kbd { font-family: var(--mono); font-size: 0.9em; border: 1px solid var(--line-strong); border-radius: 4px; padding: 0 4px; }
    `,
  ];

  get code(): string {
    return this.view?.state.doc.toString() ?? "";
  }

  override firstUpdated(): void {
    const parent = this.renderRoot.querySelector<HTMLElement>(".editor");
    if (!parent) return;
    this.view = new EditorView({ parent, root: this.renderRoot as ShadowRoot, state: this.blank() });
  }

  override updated(changed: PropertyValues): void {
    if (changed.get("question") !== undefined && changed.has("question")) this.view?.setState(this.blank());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.view?.destroy();
    this.view = null;
  }

  private blank(): EditorState {
    const changed = EditorView.updateListener.of((update) => {
      if (update.docChanged) this.dispatchEvent(new CustomEvent("typing"));
    });
    return EditorState.create({
      extensions: [
        lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), highlightActiveLine(),
        indentUnit.of("    "), EditorView.lineWrapping,
        keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
        EditorView.contentAttributes.of({ "data-testid": "code-editor", "aria-label": "Your code", "aria-describedby": "way-out" }),
        this.grammar.of(LANGUAGES[this.language]?.() ?? []), codeTheme, changed,
      ],
    });
  }

  private readonly choose = (event: Event): void => {
    this.language = (event.target as HTMLSelectElement).value;
    this.view?.dispatch({ effects: this.grammar.reconfigure(LANGUAGES[this.language]?.() ?? []) });
  };

  override render() {
    return html`<div class="bar">
        <label>Language
          <select @change=${this.choose}>${Object.keys(LANGUAGES).map((name) => html`<option .selected=${name === this.language}>${name}</option>`)}</select>
        </label>
        <span class="small muted" id="way-out"><kbd>Esc</kbd> then <kbd>Tab</kbd> leaves the editor</span>
      </div>
      <div class="editor"></div>`;
  }
}
