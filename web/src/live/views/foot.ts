// Under every page of the way in and out: who interviews, whom to ask, privacy, until when.
import { LitElement, css, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { type About, about } from "../about";
import { shared } from "../ui";
import { deadlineWords } from "../words";

@customElement("viva-foot")
export class Foot extends LitElement {
  /** When the link ends; null where that is not known or does not matter. */
  @property({ attribute: false }) deadline: Date | null = null;
  @state() private about: About | null = null;

  static override styles = [
    shared,
    css`
      :host { display: block; margin-top: var(--s10); color: var(--muted); font-size: var(--text-s); }
      footer { padding-top: var(--s5); border-top: 1px solid var(--line); }
      p + p { margin-top: var(--s1); }
      img { display: block; max-height: 32px; max-width: 160px; margin-bottom: var(--s3); }
      a { color: var(--accent); display: inline-block; padding: 2px 0; }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    void about().then((known) => (this.about = known), () => undefined);
  }

  override render() {
    const { about } = this;
    if (about === null) return nothing;
    const { company, contact_email: contact } = about;
    return html`<footer data-testid="foot">
      ${about.logo_url ? html`<img src=${about.logo_url} alt=${company} />` : nothing}
      <p>${company}. ${contact ? html`Questions or trouble: <a href=${`mailto:${contact}`}>${contact}</a>.` : "Questions or trouble: ask the person who invited you."}
        <a href=${about.privacy_url} target="_blank" rel="noopener">Privacy</a></p>
      ${this.deadline ? html`<p data-testid="deadline">${deadlineWords(this.deadline)}</p>` : nothing}
    </footer>`;
  }
}
