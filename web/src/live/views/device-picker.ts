// Another microphone or camera in the midst of the interview, which goes on meanwhile.
import { LitElement, css, html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Actions, Choice, Choices, Notice } from "../model";
import { shared } from "../ui";
import { noticeWords } from "../words";
import "./dialog";
import type { Dialog } from "./dialog";

const NONE = "none";

@customElement("viva-device-picker")
export class DevicePicker extends LitElement {
  @property({ attribute: false }) actions!: Actions;
  @state() private choices: Choices | null = null;
  @state() private trouble = "";
  @query("viva-dialog") private dialog!: Dialog;

  static override styles = [
    shared,
    css`
      label { display: grid; gap: var(--s1); margin-top: var(--s4); color: var(--ink-2); font-size: var(--text-s); }
      select { width: 100%; }
      .row { justify-content: flex-end; margin-top: var(--s6); }
      p { color: var(--ink-2); } .bad { color: var(--amber); }
    `,
  ];

  async open(from: HTMLElement): Promise<void> {
    this.trouble = "";
    this.choices = await this.actions.choices();
    this.dialog.open(from);
  }

  override render() {
    const { choices } = this;
    return html`<viva-dialog heading="Microphone and camera">
      <p>The interview goes on while you choose. What you have said is kept.</p>
      ${choices === null ? nothing : html`
        <label>Microphone ${this.list("audio", choices.microphones, choices.microphone, "No microphone: I type")}</label>
        <label>Camera ${this.list("video", choices.cameras, choices.camera, "No camera")}</label>`}
      <p class="bad" role="status" data-testid="device-problem">${this.trouble}</p>
      <div class="row"><button class="main" data-testid="device-close" @click=${() => this.dialog.close()}>Back to the interview</button></div>
    </viva-dialog>`;
  }

  private list(kind: "audio" | "video", devices: Choice[], used: string | null, none: string) {
    return html`<select data-testid=${`choose-${kind}`} @change=${(event: Event) => void this.choose(kind, (event.target as HTMLSelectElement).value)}>
      ${devices.map(({ id, label }) => html`<option value=${id} .selected=${id === used}>${label}</option>`)}
      <option value=${NONE} .selected=${used === null}>${none}</option>
    </select>`;
  }

  private async choose(kind: "audio" | "video", id: string): Promise<void> {
    this.trouble = "";
    try {
      await this.actions.choose(kind, id === NONE ? null : id);
    } catch (notice) {
      this.trouble = noticeWords(notice as Notice);
    }
    this.choices = await this.actions.choices();
  }
}
