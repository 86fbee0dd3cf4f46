// Base of the desk's elements: drawn into the page itself, so that one style sheet serves all.
import { LitElement } from "lit";

export class DeskElement extends LitElement {
  /** Aborted when the element leaves the page. */
  protected life = new AbortController();

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    if (this.life.signal.aborted) this.life = new AbortController();
    super.connectedCallback();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.life.abort();
  }

  /** Run `work` now and then every `everyMs` until the element goes; never twice at once. */
  protected async repeat(everyMs: number, work: () => Promise<void>): Promise<void> {
    const { signal } = this.life;
    while (!signal.aborted) {
      if (!document.hidden) await work();
      await new Promise<void>((done) => {
        const timer = setTimeout(done, everyMs);
        signal.addEventListener("abort", () => (clearTimeout(timer), done()), { once: true });
      });
    }
  }
}
