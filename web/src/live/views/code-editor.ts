// CodeMirror with its languages: loaded when the first coding question may come, not with the page.
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { cpp } from "@codemirror/lang-cpp";
import { java } from "@codemirror/lang-java";
import { javascript } from "@codemirror/lang-javascript";
import { python } from "@codemirror/lang-python";
import { sql } from "@codemirror/lang-sql";
import { bracketMatching, indentOnInput, indentUnit, type LanguageSupport } from "@codemirror/language";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { codeTheme } from "./code-theme";
import type { Language } from "./code-languages";

const GRAMMARS: Readonly<Record<Language, () => LanguageSupport | []>> = {
  Python: python,
  JavaScript: () => javascript(),
  TypeScript: () => javascript({ typescript: true }),
  Java: java,
  "C and C++": cpp,
  SQL: () => sql(),
  "Plain text": () => [],
};

/** One editor in a shadow root. `changed` is called after every edit. */
export class CodeEditor {
  private readonly grammar = new Compartment();
  private readonly lockable = new Compartment();
  private locked = false;
  private readonly view: EditorView;

  constructor(parent: HTMLElement, root: ShadowRoot, private language: Language, private readonly changed: () => void) {
    this.view = new EditorView({ parent, root, state: this.fresh("") });
  }

  get code(): string {
    return this.view.state.doc.toString();
  }

  get selection(): [number, number] {
    const { from, to } = this.view.state.selection.main;
    return [from, to];
  }

  /** Other text and no history, as for another question. */
  reset(doc = "", at: [number, number] = [0, 0]): void {
    const [anchor, head] = at.map((place) => Math.min(place, doc.length)) as [number, number];
    this.view.setState(this.fresh(doc, { anchor, head }));
  }

  speak(language: Language): void {
    this.language = language;
    this.view.dispatch({ effects: this.grammar.reconfigure(GRAMMARS[language]()) });
  }

  lock(locked: boolean): void {
    this.locked = locked;
    this.view.dispatch({ effects: this.lockable.reconfigure(EditorState.readOnly.of(locked)) });
  }

  destroy(): void {
    this.view.destroy();
  }

  private fresh(doc: string, selection = { anchor: 0, head: 0 }): EditorState {
    const edited = EditorView.updateListener.of((update) => {
      if (update.docChanged || update.selectionSet) this.changed();
    });
    return EditorState.create({
      doc,
      selection,
      extensions: [
        lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), highlightActiveLine(),
        indentUnit.of("    "), EditorView.lineWrapping,
        keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
        EditorView.contentAttributes.of({ "data-testid": "code-editor", "aria-label": "Your code" }),
        this.grammar.of(GRAMMARS[this.language]()), this.lockable.of(EditorState.readOnly.of(this.locked)), codeTheme, edited,
      ],
    });
  }
}
