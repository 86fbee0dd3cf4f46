// A modal question. The native dialog keeps the focus inside; closing gives it back.
import { LitElement, css, html } from "lit";
import { customElement, property } from "lit/decorators.js";
import { shared } from "../ui";

@customElement("viva-dialog")
export class Dialog extends LitElement {
  @property() heading = "";
  private opener: HTMLElement | null = null;

  static override styles = [
    shared,
    css`
      dialog { border: 1px solid var(--line); border-radius: 14px; background: var(--surface); color: var(--ink); padding: var(--s6); width: min(480px, calc(100vw - 32px)); max-height: calc(100dvh - 32px); overflow: auto; box-shadow: var(--shadow); }
      dialog::backdrop { background: var(--scrim); }
      h2 { font-size: var(--text-l); font-weight: 620; margin-bottom: var(--s3); letter-spacing: -0.01em; }
    `,
  ];

  open(from: HTMLElement | null): void {
    this.opener = from;
    this.renderRoot.querySelector("dialog")?.showModal();
  }

  close(): void {
    this.renderRoot.querySelector("dialog")?.close();
  }

  override render() {
    return html`<dialog aria-labelledby="title" @close=${() => this.opener?.focus()} @keydown=${this.trap}>
      <h2 id="title">${this.heading}</h2>
      <slot></slot>
    </dialog>`;
  }

  /** Native dialogs let Tab out to the browser's own controls; here it goes round. */
  private trap(event: KeyboardEvent): void {
    if (event.key !== "Tab") return;
    const stops = [...this.querySelectorAll<HTMLElement>("button:not(:disabled), input, select, textarea, a[href]")];
    const now = (this.getRootNode() as ShadowRoot).activeElement;
    const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
    if (now !== edge) return;
    event.preventDefault();
    (event.shiftKey ? stops[stops.length - 1] : stops[0])?.focus();
  }
}
