import { css } from "lit";

export const roomStyles = css`
  .room {
    min-height: 100dvh; background: var(--sunken); color: var(--ink); display: grid;
    grid-template: "head" auto "notices" auto "main" 1fr "answer" auto / minmax(0, 1fr); position: relative;
  }
  header .logo { height: 28px; max-width: 120px; object-fit: contain; padding: 3px 6px; border-radius: 4px; background: #fff; }
  header { grid-area: head; display: flex; align-items: center; gap: var(--s2) var(--s5); padding: var(--s3) var(--s4) var(--s3) var(--s6); }
  .place { margin-right: auto; display: flex; gap: var(--s3); min-width: 0; color: var(--ink-2); }
  .place .title { font-weight: 600; color: var(--ink); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .place .number { white-space: nowrap; font-variant-numeric: tabular-nums; }
  .recording { display: inline-flex; align-items: center; gap: 6px; font-size: var(--text-s); color: var(--ink-2); white-space: nowrap; }
  .recording svg { fill: var(--red); color: var(--red); }
  .recording.failed { color: var(--amber) !important; min-height: var(--touch); }
  .notices { position: relative; grid-area: notices; display: grid; gap: var(--s2); justify-items: center; padding: 0 var(--s4); }
  .notice { background: var(--amber-soft); color: var(--amber); border-radius: var(--radius); padding: var(--s2) var(--s4); max-width: var(--measure); }
  /* Over the room: what comes and goes must not move the question or the buttons. */
  viva-warnings { position: absolute; z-index: 4; top: 100%; left: 0; right: 0; pointer-events: none; }
  main { grid-area: main; display: flex; flex-direction: column; align-items: center; justify-content: center; gap: var(--s5); padding: 0 var(--s6) 84px; min-height: 0; }
  main { position: relative; }
  .coming { position: absolute; z-index: 3; left: var(--s4); right: var(--s4); bottom: var(--s3); }
  .paused { width: 100%; max-width: 720px; display: grid; gap: var(--s3); align-content: start; }
  .paused h1 { font-size: var(--text-xl); font-weight: 600; }
  .paused p { color: var(--ink-2); }
  .skip { min-height: var(--touch); min-width: var(--touch); font-size: var(--text-s); color: var(--ink-2) !important; font-weight: 450 !important; }
  .face { display: grid; justify-items: center; gap: var(--s2); }
  /* What is left of the height beside question, captions and the place of what comes. */
  viva-avatar { width: clamp(140px, 100dvh - 480px, 350px); aspect-ratio: 1; }
  .room:has(viva-answer[open]) viva-avatar { width: clamp(100px, 100dvh - 560px, 300px); }
  .presence { font-weight: 550; color: var(--ink-2); display: inline-flex; align-items: center; gap: var(--s2); min-height: 28px; }
  .presence.listening { color: var(--accent); }
  .presence.waiting { color: var(--amber); }
  .asked { text-align: center; max-width: 880px; }
  .asked h1 { font-size: var(--text-question); line-height: 1.3; font-weight: 550; letter-spacing: -0.015em; text-wrap: balance; }
  .asked h1.long { font-size: var(--text-l); text-wrap: pretty; }
  /* A question of a page's length leaves room for the answer. */
  .asked h1.longest { font-size: var(--text-m); line-height: 1.5; font-weight: 500; letter-spacing: 0; text-wrap: pretty; }
  .room:has(.longest) viva-avatar, .room:has(.longest):has(viva-answer[open]) viva-avatar { width: 96px; }
  .room:has(.longest) main { padding-bottom: var(--s4); }
  .asked h1:focus { outline: none; }
  .line { color: var(--ink-2); margin-bottom: var(--s2); }
  /* Turned over: the newest words are in view, however the box grows or shrinks. */
  .captions { width: 100%; max-width: 720px; height: 3lh; overflow-y: auto; display: flex; flex-direction: column-reverse; text-align: center; font-size: 1.0625rem; border-radius: var(--radius-s); scrollbar-width: thin; }
  .captions p { color: var(--ink); margin-bottom: auto; }
  .captions:focus-visible { outline-offset: 6px; }
  .captions .tentative, .captions .hint { color: var(--muted); }
  viva-answer { grid-area: answer; padding: 0 var(--s6) var(--s6); }
  .self { position: absolute; right: var(--s6); bottom: var(--s6); width: 184px; }
  .self video { width: 100%; aspect-ratio: 4 / 3; object-fit: cover; border-radius: var(--radius); transform: scaleX(-1); background: var(--surface); display: block; }
  .self .absent { display: inline-flex !important; gap: var(--s1); align-items: center; }
  .self .choose { width: 100%; padding: 0 var(--s2); font-size: var(--text-s); }
  .self.bare p:has(.absent) > span:first-child { display: none; }
  .self p { display: flex; justify-content: space-between; align-items: center; font-size: var(--text-s); color: var(--ink-2); margin-top: var(--s1); min-height: 24px; }
  .lost { position: fixed; z-index: 5; left: 50%; top: 72px; transform: translateX(-50%); width: min(620px, calc(100vw - 32px)); display: flex; gap: var(--s4); align-items: center; background: var(--amber-soft); border: 1px solid var(--amber); border-radius: var(--radius); padding: var(--s4); box-shadow: var(--shadow); }
  .lost svg { color: var(--amber); } .lost div { flex: 1; } .lost p { color: var(--ink-2); font-size: var(--text-s); }

  .coding { height: 100dvh; min-height: 640px; grid-template: "head head" auto "notices notices" auto "answer main" minmax(0, 1fr) / minmax(0, 2fr) minmax(280px, 1fr); }
  .coding main { justify-content: flex-start; gap: var(--s4); padding: 0 var(--s6) var(--s3) var(--s2); margin-bottom: 190px; overflow-y: auto; }
  .coding:has(.self.bare) main { margin-bottom: 64px; }
  .coding viva-avatar { width: 176px; }
  .coding .asked, .coding .captions { text-align: left; }
  .coding .asked h1:not(.longest) { font-size: var(--text-l); text-wrap: pretty; }
  .coding viva-answer { padding-top: 0; }

  @media (max-width: 1100px) { .room:not(.coding) .self { width: 128px; } }
  @media (max-width: 700px) {
    .room, .coding { height: auto; min-height: 100dvh; grid-template: "head" auto "notices" auto "self" auto "main" 1fr "answer" auto / minmax(0, 1fr); }
    header .logo { display: none; }
    header { padding: var(--s2) var(--s2) var(--s2) var(--s4); flex-wrap: wrap; column-gap: var(--s2); }
    .skip { justify-content: flex-start; }
    .place { flex: 1 1 100%; justify-content: space-between; font-size: var(--text-s); padding-right: 52px; }
    .place + * { order: 0; } viva-menu { position: absolute; top: 0; right: 8px; }
    /* Beside a small avatar there is nothing to lie over but the question. */
    .room:has(viva-answer[open]) viva-warnings { position: static; width: calc(100% + 2 * var(--s4)); }
    .coding viva-warnings { position: fixed; top: var(--s2); }
    viva-clock { margin-left: auto; padding-right: var(--s2); }
    .recording { order: 0; }
    viva-avatar, .room:has(viva-answer[open]) viva-avatar { width: 160px; }
    main, .room:has(.longest) main, .coding main, .coding:has(.self.bare) main { margin-bottom: 0; padding: var(--s2) var(--s4) var(--s3); justify-content: flex-start; gap: var(--s3); overflow: visible; }
    .captions { flex: 1 0 3lh; height: auto; max-height: 34dvh; }
    .coding .asked, .coding .captions { text-align: center; }
    .asked h1:not(.longest) { font-size: clamp(1.375rem, 6vw, 1.5rem); }
    viva-answer { padding: var(--s3) var(--s4) max(var(--s4), env(safe-area-inset-bottom)); }
    /* Under the header, however high that is: a reason why the clock stands is never covered. */
    .self, .room:not(.coding) .self { position: static; grid-area: main; justify-self: end; align-self: start; margin: var(--s1) var(--s4) 0 0; z-index: 2; width: 76px; }
    .self.bare, .room:not(.coding) .self.bare { width: auto; white-space: nowrap; }
    /* What needs a hand has a row of its own: over the avatar it hides what it says. */
    .self.bare:has(.absent), .room:not(.coding) .self.bare:has(.absent) { grid-area: self; }
    .self:has(.choose), .room:not(.coding) .self.bare:has(.choose) { grid-area: self; justify-self: stretch; width: auto; margin: var(--s1) var(--s4) 0; display: flex; gap: var(--s3); align-items: center; justify-content: space-between; }
    .self:has(.choose) .choose { width: auto; margin: 0; }
    .self:has(.choose) video { width: 60px; }
    .room:has(.paused) .self { display: none; }
    .self p span { display: none; } .self p { justify-content: center; }
    /* Above the question: what ends the answer stays in reach, and is never covered. */
    .lost { position: static; transform: none; grid-area: notices; width: auto; margin: 0 var(--s4); flex-wrap: wrap; padding: var(--s3); }
    .lost div { flex: 1 1 70%; } .lost button { flex: 1 1 100%; }
    viva-answer { position: sticky; bottom: 0; z-index: 3; background: var(--sunken); }
    .coding viva-answer { position: static; }
    /* The editor is below: what is said at the top would not be seen there. */
    .coding .lost { position: fixed; top: var(--s2); left: 0; right: 0; }
    .coding viva-avatar, .room:has(viva-answer[open]) viva-avatar { width: 64px; }
    .coding .captions, .room:has(viva-answer[open]) .captions { flex: 0 0 auto; max-height: 2lh; }
    .room:has(viva-answer[open]) main { gap: var(--s2); }
    .coming { position: static; width: 100%; }
  }
`;
