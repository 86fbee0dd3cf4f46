// Which screen for which state. The room stays mounted through a reconnect, with its drafts.
import { LitElement, css, html, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { wear } from "../../portal/theme";
import type { App, AppState } from "../model";
import "./check";
import "./last";
import "./room";
import "./welcome";

/** A lost connection is still the room: the focus stays where it was. */
function screenOf({ kind }: AppState): string {
  return kind === "reconnecting" ? "live" : kind;
}

@customElement("viva-candidate")
export class Candidate extends LitElement {
  @property({ attribute: false }) app!: App;
  @state() private current!: AppState;
  private stop: (() => void) | null = null;

  static override styles = css`:host { display: block; min-height: 100dvh; }`;

  override connectedCallback(): void {
    super.connectedCallback();
    this.current = this.app.state;
    this.stop = this.app.subscribe((next) => (this.current = next));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.();
  }

  override willUpdate(changed: PropertyValues): void {
    if (!changed.has("current")) return;
    const inRoom = this.current.kind === "live" || this.current.kind === "reconnecting";
    // The room is dark, so that faces and captions stand out; the pages follow the system.
    if (inRoom) document.documentElement.dataset["theme"] = "dark";
    else delete document.documentElement.dataset["theme"];
    if ("info" in this.current) wear(this.current.info.theme ?? null, inRoom || undefined);
    if ("info" in this.current) document.title = `${this.current.info.title} · Interview`;
  }

  override updated(changed: Map<string, unknown>): void {
    const before = changed.get("current") as AppState | undefined;
    if (before && screenOf(before) !== screenOf(this.current)) void this.greet();
  }

  /** A new screen: its heading takes the focus, so that screen readers start there. */
  private async greet(): Promise<void> {
    const screen = this.renderRoot.firstElementChild;
    if (screen instanceof LitElement) await screen.updateComplete;
    window.scrollTo(0, 0);
    screen?.shadowRoot?.querySelector<HTMLElement>("h1[tabindex]")?.focus();
  }

  override render() {
    const { app, current } = this;
    switch (current.kind) {
      case "loading":
        return html`<viva-waiting words="Opening your interview"></viva-waiting>`;
      case "joining":
        return html`<viva-waiting words="Entering the room"></viva-waiting>`;
      case "lobby":
        return html`<viva-welcome .info=${current.info} .actions=${app.actions}></viva-welcome>`;
      case "checking":
        return html`<viva-check .info=${current.info} .actions=${app.actions}></viva-check>`;
      case "takeover":
        return html`<viva-takeover .info=${current.info} .actions=${app.actions}></viva-takeover>`;
      case "ended":
        return html`<viva-thanks .state=${current} .actions=${app.actions}></viva-thanks>`;
      case "failed":
        return html`<viva-failed .notice=${current.notice} .deadline=${current.deadline} .actions=${app.actions}></viva-failed>`;
      default:
        return html`<viva-room .app=${app} .state=${current}></viva-room>`;
    }
  }
}
