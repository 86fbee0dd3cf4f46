// The desk's frame: who is signed in, the rail, and the view that the address names.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { ChartColumn, CircleHelp, Flag, Inbox, LogOut, Moon, Radio, Rows3, ScrollText, Settings, Activity, BriefcaseBusiness, ListChecks, Sun, Users, ShieldCheck, Building2, type IconNode } from "lucide";
import { DeskElement } from "./element";
import { ApiError, currentUser, getJson, onUserChange, renew, sentence, signOut } from "./http";
import { showHelp } from "./help";
import { icon } from "./icons";
import { KeyReader, taken } from "./keys";
import { followLinks, go, placeOf, type Place } from "./router";
import { chooseTheme, isDark } from "./theme";
import type { RequestPage, ReviewPage } from "./types";
import "./login";
import "./sessions";
import "./create";
import "./session";
import "./board";
import "./watch";
import "./report";
import "./requests";
import "./reviews";
import "./system";
import "./settings";
import "./agreement";
import "./enter";
import "./people";
import "./audit";
import "./accounts";
import "./privacy";
import "./figures";
import "./programs";
import "./compare";
import "./bell";
import { isPlan, PLAN_TITLES, planView } from "./plan/views";

const FRESH_MS = 10_000;
const TEAM = ["owner", "interviewer", "reviewer"];
/** `roles`: who is led there; without a word the team. `wide`: not where the rail is short. The server decides all the same. */
const RAIL: { view: string[]; href: string; word: string; icon: IconNode; roles?: string[]; wide?: boolean }[] = [
  { view: ["interviews", "design", "invitations", "questions"], href: "/staff/interviews", word: "Interviews", icon: ListChecks },
  { view: ["board", "watch"], href: "/staff/live", word: "Live", icon: Radio },
  { view: ["sessions", "create", "session", "report", "compare"], href: "/staff/sessions", word: "Sessions", icon: Rows3 },
  { view: ["reviews"], href: "/staff/reviews", word: "Review", icon: Flag },
  { view: ["requests"], href: "/staff/requests", word: "Requests", icon: Inbox },
  { view: ["jobs", "job"], href: "/staff/jobs", word: "Jobs", icon: BriefcaseBusiness },
  { view: ["people"], href: "/staff/people", word: "People", icon: Users },
  { view: ["figures"], href: "/staff/figures", word: "Figures", icon: ChartColumn, wide: true },
  { view: ["audit"], href: "/staff/audit", word: "Audit log", icon: ScrollText, roles: ["owner"] },
  { view: ["privacy"], href: "/staff/privacy", word: "Privacy", icon: ShieldCheck, roles: ["owner"] },
  { view: ["accounts"], href: "/staff/accounts", word: "Accounts", icon: Building2, roles: ["administrator"] },
  { view: ["system"], href: "/staff/system", word: "System", icon: Activity, roles: ["administrator"] },
  { view: ["settings", "programs"], href: "/staff/settings", word: "Settings", icon: Settings, roles: [...TEAM, "uploader", "administrator"] },
];

const TITLES: Record<Place["view"], string> = {
  ...PLAN_TITLES,
  login: "Sign in",
  sessions: "Sessions",
  create: "New session",
  session: "Session",
  board: "Live",
  watch: "Live session",
  report: "Report",
  reviews: "Review",
  requests: "Requests",
  system: "System",
  settings: "Settings",
  agreement: "People and software",
  enter: "Welcome",
  people: "People",
  audit: "Audit log",
  accounts: "Accounts",
  privacy: "Privacy",
  figures: "Figures",
  programs: "Other programs",
  compare: "Compare candidates",
  lost: "Not found",
};

@customElement("desk-app")
export class DeskApp extends DeskElement {
  @state() private place: Place = here();
  @state() private ready = false;
  @state() private problem = "";
  @state() private toReview = 0;
  @state() private toAnswer = 0;
  @state() private unread = 0;
  private keys = new KeyReader();
  private shown = "";

  override connectedCallback(): void {
    super.connectedCallback();
    const { signal } = this.life;
    window.addEventListener("popstate", () => this.moved(), { signal });
    window.addEventListener("themechange", () => this.requestUpdate(), { signal });
    document.addEventListener("click", followLinks, { signal });
    window.addEventListener("keydown", (event) => this.key(event), { signal });
    signal.addEventListener("abort", onUserChange(() => (this.guard(), void this.count())));
    window.addEventListener("unread", (event) => (this.unread = (event as CustomEvent<number>).detail), { signal });
    window.addEventListener("reviewed", () => void this.count(), { signal });
    void this.begin();
    void this.repeat(FRESH_MS, () => this.count());
  }

  /** How many signals wait for a review, and requests for an answer; an old figure stays while there is no new one. */
  private async count(): Promise<void> {
    if (!this.ready || currentUser() === null) return;
    try {
      this.toReview = (await getJson<ReviewPage>("/api/reviews?limit=1", this.life.signal)).signals;
      this.toAnswer = (await getJson<RequestPage>("/api/requests?limit=1&state=open", this.life.signal)).open;
    } catch (error) {
      if (!(error instanceof ApiError) && sentence(error) !== null) throw error;
    }
  }

  private async begin(): Promise<void> {
    this.problem = "";
    try {
      await renew();
      this.ready = true;
      this.guard();
      void this.count();
    } catch (error) {
      this.problem = sentence(error) ?? "";
    }
  }

  private moved(): void {
    this.place = here();
    this.guard();
    window.scrollTo(0, 0);
  }

  /** On a phone the rail is a strip: the open page's entry is in it, whether one came by a link or a reload. */
  protected override updated(): void {
    const entry = this.querySelector<HTMLElement>(".rail [aria-current]");
    const strip = entry?.closest("nav");
    const seen = `${entry?.getAttribute("href")} ${strip?.scrollWidth}`; // figures that come make it wider
    if (seen === this.shown) return;
    this.shown = seen;
    if (entry && strip) strip.scrollLeft = entry.offsetLeft - strip.offsetLeft - (strip.clientWidth - entry.offsetWidth) / 2;
  }

  private key(event: KeyboardEvent): void {
    if (currentUser() === null || taken(event)) return;
    const wish = this.keys.press(event.key, event.timeStamp);
    if (wish === "help") showHelp();
    else if (wish !== null) go(`/staff/${wish}`);
    if (wish !== null) event.preventDefault();
  }

  /** Nobody signed in: to the sign-in page, and back after. */
  private guard(): void {
    if (!this.ready) return;
    const inside = currentUser() !== null;
    if (!inside && this.place.view !== "login" && this.place.view !== "enter") {
      go(`/staff/login?next=${encodeURIComponent(location.pathname + location.search)}`, "replace");
    } else if (inside && this.place.view === "login") {
      go(this.place.next, "replace");
    }
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    document.title = `${this.unread && currentUser() ? `(${this.unread}) ` : ""}${TITLES[this.place.view]} · Vivavoce`;
    if (this.problem) return this.failed();
    if (!this.ready) return html`<main class="alone" aria-busy="true"><p class="quiet">Opening the desk…</p></main>`;
    if (this.place.view === "login") return html`<desk-login .next=${this.place.next}></desk-login>`;
    if (this.place.view === "enter") return html`<desk-enter .way=${this.place.way}></desk-enter>`;
    if (currentUser() === null) return html`<main class="alone"></main>`;
    return html`
      <a class="skip" href="#content" @click=${this.skipRail}>Skip to content</a>
      <div class="frame">
        ${this.rail()}
        <main id="content" tabindex="-1">${this.notice()}${this.view()}</main>
      </div>
    `;
  }

  private skipRail(event: Event): void {
    event.preventDefault();
    this.querySelector<HTMLElement>("#content")?.focus();
  }

  private failed(): TemplateResult {
    return html`<main class="alone">
      <h1>We can't reach the server</h1>
      <p>${this.problem}</p>
      <button class="primary" @click=${() => this.begin()}>Try again</button>
    </main>`;
  }

  private rail(): TemplateResult {
    const user = currentUser();
    const dark = isDark();
    return html`<header class="rail">
      <a class="brand" href="/staff/sessions">Vivavoce${user && user.company !== "Vivavoce" ? html`<span>${user.company}</span>` : nothing}</a>
      <nav aria-label="Desk">
        ${RAIL.filter((entry) => (entry.roles ?? TEAM).some((role) => user?.roles.includes(role))).map((entry) => {
          const current = entry.view.includes(this.place.view);
          return html`<a href=${entry.href} class=${entry.wide ? "wide-only" : ""} aria-current=${current ? "page" : nothing}>
            ${icon(entry.icon)}<span>${entry.word}</span>${entry.word === "Review" ? waiting("reviews-count", this.toReview, "signal waits", "signals wait") : entry.word === "Requests" ? waiting("requests-count", this.toAnswer, "request waits", "requests wait") : nothing}</a>`;
        })}
      </nav>
      <div class="account">
        <span class="who" title=${user?.username ?? ""}>${user?.username}</span>
        ${TEAM.some((role) => user?.roles.includes(role)) ? html`<desk-bell></desk-bell>` : nothing}
        <button class="plain square help-button" aria-label="Keyboard shortcuts" title="Keyboard shortcuts (?)" data-testid="help-open" @click=${showHelp}>${icon(CircleHelp)}</button>
        <button class="plain square" aria-label=${dark ? "Use light colours" : "Use dark colours"}
          @click=${() => chooseTheme(dark ? "light" : "dark")}>${icon(dark ? Sun : Moon)}</button>
        <button class="plain square" aria-label="Sign out" data-testid="logout" @click=${this.leave}>${icon(LogOut)}</button>
      </div>
    </header>`;
  }

  private async leave(): Promise<void> {
    try {
      await signOut();
    } catch (error) {
      this.problem = sentence(error) ?? "";
    }
  }

  private notice(): TemplateResult | typeof nothing {
    if (!currentUser()?.must_change_password || this.place.view === "settings") return nothing;
    return html`<p class="notice warn" role="status">
      This account still has its first password.
      <a href="/staff/settings">Choose your own</a>
    </p>`;
  }

  private view(): TemplateResult {
    const place = this.place;
    if (isPlan(place)) return planView(place);
    switch (place.view) {
      case "sessions":
        return html`<desk-sessions .standing=${place.standing} .search=${place.search} .sort=${place.sort} .offset=${place.offset} .assignee=${place.assignee} .interview=${place.interview} .job=${place.job}></desk-sessions>`;
      case "create":
        return html`<desk-create></desk-create>`;
      case "session":
        return html`<desk-session .sessionId=${place.id}></desk-session>`;
      case "board":
        return html`<desk-board></desk-board>`;
      case "watch":
        return html`<desk-watch .sessionId=${place.id}></desk-watch>`;
      case "report":
        return html`<desk-report .sessionId=${place.id} .at=${place.at}></desk-report>`;
      case "reviews":
        return html`<desk-reviews .standing=${place.standing} .search=${place.search} .offset=${place.offset}></desk-reviews>`;
      case "requests":
        return html`<desk-requests .show=${place.state} .offset=${place.offset}></desk-requests>`;
      case "system":
        return html`<desk-system></desk-system>`;
      case "agreement":
        return html`<desk-agreement></desk-agreement>`;
      case "people":
        return html`<desk-people .search=${place.search} .status=${place.status} .sort=${place.sort} .offset=${place.offset}></desk-people>`;
      case "accounts":
        return html`<desk-accounts .search=${place.search} .status=${place.status} .sort=${place.sort} .offset=${place.offset}></desk-accounts>`;
      case "privacy":
        return html`<desk-privacy></desk-privacy>`;
      case "audit":
        return html`<desk-audit .actor=${place.actor} .action=${place.action} .offset=${place.offset}></desk-audit>`;
      case "figures":
        return html`<desk-figures></desk-figures>`;
      case "compare":
        return html`<desk-compare .ids=${place.ids} .interview=${place.interview} .job=${place.job}></desk-compare>`;
      case "programs":
        return html`<desk-programs></desk-programs>`;
      case "settings":
        return html`<desk-settings></desk-settings>`;
      default:
        return html`<div class="empty"><h1>There is nothing at this address</h1>
          <p><a href="/staff/sessions">Go to the sessions</a></p></div>`;
    }
  }
}

function waiting(id: string, count: number, one: string, many: string): TemplateResult | typeof nothing {
  if (count === 0) return nothing;
  return html`<span class="count" data-testid=${id}>${count > 999 ? "999+" : count}<span class="unseen"> ${count === 1 ? one : many}</span></span>`;
}

function here(): Place {
  return placeOf(location.pathname, new URLSearchParams(location.search));
}
