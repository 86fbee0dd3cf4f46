// The live board: one card for each interview that is running.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { Mic, Unplug, VideoOff } from "lucide";
import { DeskElement } from "./element";
import { getJson, sentence } from "./http";
import { icon } from "./icons";
import { lastWords, remaining, type Watched } from "./observer";
import { signalsLine } from "./signals-panel";
import { observe, type Watching } from "./socket";
import type { Counters, SessionItem, SessionPage } from "./types";
import { clock, PHASE, RECORDING, recordingNote, STANDING } from "./words";

const FRESH_MS = 3_000;
const TICK_MS = 1_000;
const CARDS = 24;
const LAST_WORDS = 22;

@customElement("desk-board")
export class DeskBoard extends DeskElement {
  @state() private page: SessionPage | null = null;
  private counts: Counters["by_standing"] | null = null;
  @state() private problem = "";
  private watched = new Map<string, { now: Watching; stop: AbortController }>();

  override connectedCallback(): void {
    super.connectedCallback();
    void this.repeat(FRESH_MS, () => this.load());
    const ticking = setInterval(() => this.requestUpdate(), TICK_MS);
    this.life.signal.addEventListener("abort", () => {
      clearInterval(ticking);
      for (const { stop } of this.watched.values()) stop.abort();
      this.watched.clear();
    });
    window.addEventListener("keydown", (event) => this.key(event), { signal: this.life.signal });
  }

  private async load(): Promise<void> {
    try {
      const path = `/api/parallel_interview/sessions?standing=live,disconnected&limit=${CARDS}`;
      const counters = getJson<Counters>("/api/parallel_interview/stats", this.life.signal);
      const page = await getJson<SessionPage>(path, this.life.signal);
      this.counts = (await counters).by_standing;
      this.page = page;
      this.problem = "";
      this.follow(this.page.sessions.filter((session) => session.mode === "live").map((session) => session.session_id));
    } catch (error) {
      this.problem = sentence(error) ?? this.problem;
    }
  }

  /** A connection for each card, none for what has gone. */
  private follow(ids: string[]): void {
    for (const [id, { stop }] of this.watched) {
      if (ids.includes(id)) continue;
      stop.abort();
      this.watched.delete(id);
    }
    for (const id of ids) {
      if (this.watched.has(id)) continue;
      const entry = { now: { seen: null, trouble: "" } as Watching, stop: new AbortController() };
      this.watched.set(id, entry);
      void observe(id, entry.stop.signal, (now) => {
        entry.now = now;
        this.requestUpdate();
      });
    }
  }

  private key(event: KeyboardEvent): void {
    if (event.metaKey || event.ctrlKey || event.altKey || !["j", "k"].includes(event.key)) return;
    const cards = [...this.querySelectorAll<HTMLAnchorElement>("a.card")];
    const now = cards.findIndex((card) => card === document.activeElement);
    cards[now < 0 ? 0 : Math.min(cards.length - 1, Math.max(0, now + (event.key === "j" ? 1 : -1)))]?.focus();
  }

  protected override render(): TemplateResult {
    const count = this.page?.total ?? 0;
    return html`
      <div class="title"><h1>Live</h1>${count ? html`<span class="quiet" data-testid="board-count">${this.counted()}</span>` : nothing}</div>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${this.page === null
        ? html`<p class="quiet" aria-busy="true">Loading…</p>`
        : count === 0
          ? html`<div class="empty"><h2>Nobody is being interviewed now</h2>
              <p>A card appears here as soon as a candidate is in the room. You may also <a href="/staff/sessions/new">create a session</a>.</p></div>`
          : html`<div class="cards">${repeat(this.page.sessions, (s) => s.session_id, (s) => this.card(s))}</div>`}
      ${count > CARDS ? html`<p class="quiet">The ${CARDS} newest are shown. <a href="/staff/sessions">All sessions</a></p>` : nothing}
    `;
  }

  /** "3 live, 1 disconnected": what the server counts, the cards that are not shown included. */
  private counted(): string {
    return (["live", "disconnected"] as const)
      .map((standing) => ({ standing, count: this.counts?.[standing] ?? 0 }))
      .filter(({ count }) => count > 0)
      .map(({ standing, count }) => `${count} ${STANDING[standing].word.toLowerCase()}`)
      .join(", ");
  }

  private card(session: SessionItem): TemplateResult {
    const recorded = recordingNote(session);
    if (recorded !== null) return recording(session, recorded);
    const now = this.watched.get(session.session_id)?.now;
    const seen = now?.seen ?? null;
    return html`<a class="card" href=${`/staff/live/${session.session_id}`}>
      <span class="picture">${here(session, seen) && seen?.picture ? html`<img alt="" src=${seen.picture} />` : html`<span class="quiet">${icon(here(session, seen) ? VideoOff : Unplug, 20)}${here(session, seen) ? "No picture" : "Disconnected"}</span>`}</span>
      <span class="body">
        <span class="line-1"><strong>${session.user_details.name}</strong>${seen ? timeLeft(seen) : nothing}</span>
        <span class="quiet small">${session.title} · ${seen?.questionNumber ? `question ${seen.questionNumber} of ${seen.questionCount}` : "not at a question yet"}</span>
        <span class="small">${now?.trouble || (seen ? phaseWords(seen) : "Connecting…")}</span>
        ${seen ? signalsLine(seen) : nothing}
        <span class="words">${seen ? lastWords(seen, LAST_WORDS) : ""}</span>
      </span>
    </a>`;
  }
}

/** Who records has no connection, no open question and no words to read yet: the session's page is the place to go. */
function recording(session: SessionItem, note: string): TemplateResult {
  return html`<a class="card" href=${`/staff/sessions/${session.session_id}`}>
    <span class="picture"><span class="quiet">${icon(Mic, 20)}Recorded interview</span></span>
    <span class="body">
      <span class="line-1"><strong>${session.user_details.name}</strong></span>
      <span class="quiet small">${session.title} · ${note}</span>
      <span class="small">${RECORDING}</span>
    </span>
  </a>`;
}

function timeLeft(seen: Watched): TemplateResult | typeof nothing {
  const left = remaining(seen, performance.now());
  return left === null ? nothing : html`<time class=${seen.timer.state === "running" && left <= 10 ? "late" : ""}>${clock(left)}</time>`;
}

/** Whether the candidate is in the room, by the socket where there is one, else by the list. */
function here(session: SessionItem, seen: Watched | null): boolean {
  return seen === null ? session.standing === "live" : seen.connected;
}

export function phaseWords(seen: Watched): string {
  if (seen.pausedUntil !== null) return PHASE.paused;
  if (!seen.connected) return "Candidate is not connected";
  if (seen.speaking) return "Candidate speaks";
  return seen.phase === null ? "Not begun" : PHASE[seen.phase];
}
