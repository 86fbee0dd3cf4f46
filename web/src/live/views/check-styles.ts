import { css } from "lit";

export const checkStyles = css`
  video { display: block; width: 100%; aspect-ratio: 16 / 9; object-fit: cover; background: var(--sunken); border-radius: var(--radius); margin-top: var(--s6); transform: scaleX(-1); }
  section { margin-top: var(--s6); border-top: 1px solid var(--line); }
  .check { padding: var(--s5) 0; border-bottom: 1px solid var(--line); display: grid; gap: var(--s3); }
  .check p { color: var(--ink-2); }
  .spread { justify-content: space-between; }
  .outcome { min-height: 1.5em; flex: 1 1 240px; }
  .check .outcome.heard { color: var(--green); font-weight: 500; }
  .check .outcome.failed, .check .outcome.unheard { color: var(--amber); }
  .check .outcome.recording { color: var(--accent); font-weight: 500; }
  .asking { margin-top: var(--s6); padding: var(--s12) var(--s6); background: var(--sunken); border-radius: var(--radius); text-align: center; color: var(--ink-2); }
  .trouble { margin-top: var(--s6); padding: var(--s4) var(--s5); border-left: 3px solid var(--amber); background: var(--amber-soft); display: grid; gap: var(--s3); justify-items: start; }
  .trouble ol { padding-left: var(--s5); display: grid; gap: var(--s1); color: var(--ink-2); }
  .figures { font-variant-numeric: tabular-nums; }
  .actions { margin-top: var(--s8); display: flex; align-items: center; gap: var(--s4) var(--s6); flex-wrap: wrap; }
  .actions .link { min-height: var(--touch); }
  .needed { margin-top: var(--s6); padding: var(--s4) var(--s5); background: var(--sunken); border-radius: var(--radius); display: grid; gap: var(--s2); }
  .note { margin-top: var(--s3); }
`;
