// CodeMirror in the page's own colours. Inside a shadow root it adopts its sheet, as the CSP wants.
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const look = EditorView.theme(
  {
    "&": { color: "var(--ink)", backgroundColor: "transparent", fontSize: "15px", height: "100%" },
    "&.cm-focused": { outline: "none" },
    ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6" },
    ".cm-content": { padding: "12px 0", caretColor: "var(--accent)" },
    ".cm-cursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
    ".cm-gutters": { backgroundColor: "transparent", color: "var(--muted)", border: "none", paddingLeft: "6px" },
    ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "rgb(255 255 255 / 4%)" },
    "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "rgb(92 196 184 / 26%)" },
    ".cm-matchingBracket": { outline: "1px solid var(--accent)", backgroundColor: "transparent" },
  },
  { dark: true },
);

const ink = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], color: "#7fd1c7" },
  { tag: [tags.string, tags.special(tags.string)], color: "#e5c07b" },
  { tag: [tags.number, tags.bool, tags.null], color: "#f0a88b" },
  { tag: [tags.comment], color: "#8fa09c", fontStyle: "italic" },
  { tag: [tags.function(tags.variableName), tags.definition(tags.function(tags.variableName))], color: "#a9c7f5" },
  { tag: [tags.typeName, tags.className], color: "#c3d69b" },
  { tag: [tags.operator, tags.punctuation], color: "#c3cecb" },
]);

export const codeTheme = [look, syntaxHighlighting(ink)];
