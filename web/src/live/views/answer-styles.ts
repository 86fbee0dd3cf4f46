import { css } from "lit";

export const answerStyles = css`
  :host { display: block; }
  .controls { display: flex; align-items: center; justify-content: center; gap: var(--s2); flex-wrap: wrap; }
  .controls .main { min-width: 120px; }
  .controls .plain { border-color: var(--line); background: var(--surface); }
  .controls .plain:hover:not(:disabled) { border-color: var(--line-strong); }
  .typed { display: flex; gap: var(--s3); align-items: flex-end; max-width: 720px; margin: 0 auto var(--s4); }
  .typed textarea { flex: 1; resize: none; field-sizing: content; min-height: 76px; max-height: 30dvh; }
  .coding { display: flex; flex-direction: column; gap: var(--s3); height: 100%; min-height: 0; }
  .coding .controls { justify-content: flex-start; }
  .coding .controls .main { margin-left: auto; }
  .explain { resize: none; }
  .excess { color: var(--amber); max-width: 720px; margin: 0 auto; font-size: var(--text-s); }
  .excess:not(:empty) { margin-bottom: var(--s2); }
  .controls .excess { flex: 1 0 100%; grid-column: 1 / -1; margin: 0; }
  .controls .excess:empty { position: absolute; }
  textarea[readonly] { color: var(--ink-2); }
  @media (max-width: 700px) {
    .controls { display: grid; grid-template-columns: 1fr 1fr; }
    .controls .main, .coding .controls .main { grid-column: 1 / -1; min-height: 52px; margin: 0; }
    .controls .plain:nth-child(3):nth-last-child(2) { grid-column: 1 / -1; }
    .controls button { padding: 0 var(--s2); }
    /* Code is longer than a phone: what sends it stays at the thumb, unless a keyboard leaves no room. */
    @media (min-height: 560px) { .coding .controls { position: sticky; bottom: 0; z-index: 1; padding: var(--s2) var(--s1) max(var(--s3), env(safe-area-inset-bottom)); margin: 0 calc(-1 * var(--s1)) calc(-1 * var(--s3)); background: var(--sunken); } }
    .typed { flex-direction: column; align-items: stretch; margin-bottom: var(--s3); }
  }
`;
