// The bell: how much is new, and what. One tab listens to the server and tells the others, since a
// browser keeps few connections to one address.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Bell } from "lucide";
import { badge } from "./badge";
import { DeskElement } from "./element";
import { ApiError, getJson, postJson, sentence } from "./http";
import { icon } from "./icons";
import { KINDS, noticeAddress, noticeWords, type Notice, type NoticeKind, type Unread } from "./notices";
import { readEvents } from "./stream";
import { day, type Tone } from "./words";

const PATH = "/api/v1/notifications";
const AGAIN_MS = 3_000;
const SHOWN = 20;
const TONES: Record<NoticeKind, Tone> = { finished: "good", left_early: "warn", needs_review: "warn", appeal: "busy", request: "warn" };

/** Tells the window `unread` with how many. */
@customElement("desk-bell")
export class DeskBell extends DeskElement {
  @state() private unread = 0;
  @state() private said = "";
  @state() private open = false;
  @state() private notices: Notice[] | null = null;
  @state() private total = 0;
  @state() private problem = "";
  private tabs: BroadcastChannel | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.tabs = new BroadcastChannel("vivavoce-notices");
    this.tabs.onmessage = ({ data }: MessageEvent<Unread>) => this.take(data, false);
    const { signal } = this.life;
    window.addEventListener("popstate", () => this.close(), { signal });
    void this.first();
    void this.lead();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.tabs?.close();
  }

  private async first(): Promise<void> {
    try {
      const { unread } = await getJson<{ unread: number }>(`${PATH}?limit=1`, this.life.signal);
      this.count(unread);
    } catch (error) {
      if (!(error instanceof ApiError) && sentence(error) !== null) throw error;
    }
  }

  /** Wait until no other tab listens, then listen. */
  private async lead(): Promise<void> {
    const { signal } = this.life;
    if (!("locks" in navigator)) return this.listen();
    try {
      await navigator.locks.request("vivavoce-notices", { signal }, () => this.listen());
    } catch (error) {
      if (sentence(error) !== null) throw error;
    }
  }

  private async listen(): Promise<void> {
    const { signal } = this.life;
    while (!signal.aborted) {
      try {
        await readEvents(`${PATH}/stream`, signal, (data) => this.take(JSON.parse(data) as Unread, true));
      } catch (error) {
        if (error instanceof ApiError && [401, 403].includes(error.status)) return;
        if (!(error instanceof ApiError) && !(error instanceof TypeError) && sentence(error) !== null) throw error;
      }
      await new Promise<void>((done) => {
        const timer = setTimeout(done, AGAIN_MS);
        signal.addEventListener("abort", () => (clearTimeout(timer), done()), { once: true });
      });
    }
  }

  private take(now: Unread, pass: boolean): void {
    if (now.unread > this.unread && now.newest) this.said = noticeWords(now.newest);
    const moved = now.unread !== this.unread;
    this.count(now.unread);
    if (pass) this.tabs?.postMessage(now);
    if (moved && this.open) void this.load();
  }

  private count(unread: number): void {
    this.unread = unread;
    window.dispatchEvent(new CustomEvent("unread", { detail: unread }));
  }

  private async load(): Promise<void> {
    try {
      const page = await getJson<{ items: Notice[]; total: number; unread: number }>(`${PATH}?limit=${SHOWN}`, this.life.signal);
      [this.notices, this.total, this.problem] = [page.items, page.total, ""];
      this.count(page.unread);
    } catch (error) {
      this.problem = sentence(error) ?? this.problem;
    }
  }

  private async show(): Promise<void> {
    this.open = true;
    await this.updateComplete;
    this.querySelector("dialog")?.showModal();
    await this.load();
  }

  private close(): void {
    this.querySelector("dialog")?.close();
  }

  protected override render(): TemplateResult {
    const count = this.unread > 99 ? "99+" : String(this.unread);
    return html`<button class="plain square bell" aria-label=${this.unread ? `Notifications, ${this.unread} unread` : "Notifications"} title="Notifications" data-testid="bell" @click=${this.show}>
        ${icon(Bell)}${this.unread ? html`<span class="count" aria-hidden="true" data-testid="bell-count">${count}</span>` : nothing}</button>
      <span class="unseen" role="status">${this.said}</span>
      ${this.open ? this.panel() : nothing}`;
  }

  private panel(): TemplateResult {
    return html`<dialog class="confirm review notices" aria-labelledby="notices-title" data-testid="notices" @close=${() => (this.open = false)}>
      <div class="row"><h2 id="notices-title">Notifications</h2>
        <button class="at-end" data-testid="notices-close" @click=${this.close}>Close</button></div>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${this.notices === null
        ? this.problem ? nothing : html`<p class="quiet" aria-busy="true">Loading…</p>`
        : this.notices.length === 0
          ? html`<p class="quiet">Nothing yet. When an interview ends, a candidate leaves early, or something waits for your review, it stands here.</p>`
          : html`<ul class="things">${this.notices.map((one) => this.one(one))}</ul>
              ${this.total > SHOWN ? html`<p class="quiet small">The newest ${SHOWN} of ${this.total}.</p>` : nothing}`}
      <div class="row"><button ?disabled=${this.unread === 0} data-testid="notices-read" @click=${() => this.read(null)}>Mark all as read</button>
        <a class="button plain" href="/staff/settings">Choose what you are told of</a></div>
    </dialog>`;
  }

  private one(notice: Notice): TemplateResult {
    return html`<li data-testid="notice" class=${notice.read ? "" : "new"}><div>
        <a href=${noticeAddress(notice)} @click=${() => void this.read([notice.id])}>${noticeWords(notice)}</a>
        <span class="under">${day(notice.at)}${notice.read ? "" : " · new"}</span></div>
      ${badge(KINDS[notice.kind].word, TONES[notice.kind])}</li>`;
  }

  private async read(ids: string[] | null): Promise<void> {
    try {
      const now = await postJson<Unread>(`${PATH}/read`, { ids });
      this.take(now, true);
      if (this.open) await this.load();
    } catch (error) {
      this.problem = sentence(error) ?? "";
    }
  }
}
