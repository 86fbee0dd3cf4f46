// What every element shares: buttons, fields, type, icons. Lit adopts the sheet, so CSP needs no inline style.
import { css } from "lit";
import { createElement } from "lucide";

type IconNode = Parameters<typeof createElement>[0];

/** A Lucide icon as an SVG element; decoration only (the control carries the name). */
export function icon(node: IconNode, size = 20): SVGElement {
  return createElement(node, {
    width: String(size), height: String(size), "aria-hidden": "true", focusable: "false", "stroke-width": "1.75",
  });
}

export const shared = css`
  *, *::before, *::after { box-sizing: border-box; }
  :host { font-family: var(--font); color: var(--ink); line-height: var(--leading); }
  :host([hidden]), [hidden] { display: none !important; }
  h1, h2, h3, p, ul, ol, dl, dd, figure { margin: 0; padding: 0; text-wrap: pretty; }
  :focus-visible { outline: 3px solid var(--ring); outline-offset: 2px; }
  h1:focus-visible { outline: none; } /* focus is moved there for readers, not by hand */
  svg { flex: none; }
  /* An icon may be drawn anew between press and release: the press must be the button's. */
  button svg { pointer-events: none; }
  button {
    font: 500 var(--text-m) / 1.2 var(--font); color: var(--ink); background: transparent; cursor: pointer;
    min-height: var(--touch); padding: 0 var(--s4); border: 1px solid var(--line-strong); border-radius: var(--radius);
    display: inline-flex; align-items: center; justify-content: center; gap: var(--s2);
    transition: background-color var(--fast) var(--ease), border-color var(--fast) var(--ease);
  }
  button:hover { background: var(--sunken); }
  button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; padding: 0 var(--s5); }
  button.main:hover { background: var(--accent-hover); border-color: var(--accent-hover); }
  button.plain { border-color: transparent; }
  button.danger { background: var(--red); border-color: var(--red); color: var(--on-red); font-weight: 600; }
  button.danger:hover { filter: brightness(1.08); }
  button.link { border: 0; padding: 0; color: var(--accent); text-decoration: underline; text-underline-offset: 3px; font-weight: 500; }
  button.link:hover { background: none; text-decoration-thickness: 2px; }
  button:disabled { opacity: 0.45; cursor: not-allowed; }
  button.icon-only { width: var(--touch); padding: 0; }
  textarea, select {
    font: 400 var(--text-m) / var(--leading) var(--font); color: var(--ink); background: var(--surface);
    border: 1px solid var(--line-strong); border-radius: var(--radius); padding: var(--s3); min-height: var(--touch); max-width: 100%;
  }
  select { padding: 0 var(--s3); }
  textarea::placeholder { color: var(--muted); opacity: 1; }
  input[type="checkbox"] { width: 22px; height: 22px; margin: 0; accent-color: var(--accent); flex: none; }
  .muted { color: var(--muted); }
  .small { font-size: var(--text-s); }
  .visually-hidden {
    position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
  }
  .row { display: flex; align-items: center; gap: var(--s3); flex-wrap: wrap; }
`;

/** A page of one column: welcome, check, thanks. */
export const page = css`
  :host { display: block; min-height: 100dvh; background: var(--paper); }
  main { max-width: 640px; margin: 0 auto; padding: clamp(var(--s8), 6vh, 64px) var(--s6) var(--s12); }
  h1 { font-size: clamp(1.6rem, 1.2rem + 1.8vw, var(--text-2xl)); font-weight: 620; line-height: 1.2; letter-spacing: -0.018em; }
  h2 { font-size: var(--text-m); font-weight: 600; }
  .lead { font-size: 1.125rem; color: var(--ink-2); margin-top: var(--s3); }
  .step { font-size: var(--text-s); color: var(--muted); margin-bottom: var(--s3); }
  @media (max-width: 480px) { main { padding: var(--s8) var(--s5) var(--s10); } main > .main, .actions .main { width: 100%; } }
`;
