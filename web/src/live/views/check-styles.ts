import { css } from "lit";

export const checkStyles = css`
  video { display: block; width: 100%; aspect-ratio: 16 / 9; object-fit: cover; background: var(--sunken); border-radius: var(--radius); margin-top: var(--s6); transform: scaleX(-1); }
  section { margin-top: var(--s6); border-top: 1px solid var(--line); }
  .check { padding: var(--s5) 0; border-bottom: 1px solid var(--line); display: grid; gap: var(--s3); }
  .check p { color: var(--ink-2); }
  .check label { display: flex; align-items: center; gap: var(--s3); min-height: var(--touch); cursor: pointer; }
  .spread { justify-content: space-between; }
  .outcome { min-height: 1.5em; flex: 1 1 240px; }
  .check .outcome.heard { color: var(--green); font-weight: 500; }
  .check .outcome.failed, .check .outcome.unheard { color: var(--amber); }
  .check .outcome.recording { color: var(--accent); font-weight: 500; }
  .asking { margin-top: var(--s6); padding: var(--s12) var(--s6); background: var(--sunken); border-radius: var(--radius); text-align: center; color: var(--ink-2); }
  .trouble { margin-top: var(--s6); padding: var(--s4) var(--s5); border-left: 3px solid var(--amber); background: var(--amber-soft); display: grid; gap: var(--s3); justify-items: start; }
  .trouble ol { padding-left: var(--s5); display: grid; gap: var(--s1); color: var(--ink-2); }
  .figures { font-variant-numeric: tabular-nums; }
  .picture > viva-identity { margin-top: var(--s6); border-top: 1px solid var(--line); }
  /* Wide: the picture beside the checks, so that the way on is in view. */
  @media (min-width: 1000px) {
    main:has(.picture) { max-width: 1080px; }
    main:has(.picture) .lead { max-width: var(--measure); }
    .beside { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 0 var(--s12); align-items: start; }
    .beside > section { border-top: 0; margin-top: var(--s2); }
  }
  /* The way on stays in reach: each check may be left out. */
  .actions { position: sticky; bottom: 0; z-index: 1; padding: var(--s4) 0; background: var(--paper); border-top: 1px solid var(--line); }
  section > :last-child { border-bottom: 0; }
  .actions { display: flex; align-items: center; gap: var(--s4) var(--s6); flex-wrap: wrap; }
  .actions .link { min-height: var(--touch); }
  .needed { margin-top: var(--s6); padding: var(--s4) var(--s5); background: var(--sunken); border-radius: var(--radius); display: grid; gap: var(--s2); }
  .note { margin-top: var(--s3); }
`;
