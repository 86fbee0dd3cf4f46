// The room's menu: captions, the avatar's look, help, the end.
import { LitElement, css, html } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { Captions, CircleHelp, Ellipsis, Hourglass, LogOut, Mic } from "lucide";
import { LOOKS, saveLook, type Look } from "../avatar/looks";
import { icon, shared } from "../ui";
import { spanWords } from "../words";
import "./dialog";
import type { Dialog } from "./dialog";
import "./foot";

@customElement("viva-menu")
export class Menu extends LitElement {
  @property({ type: Boolean }) captions = true;
  @property({ type: Boolean }) patient = false;
  @property() look: Look = "orb";
  @property({ attribute: false }) deadline: Date | null = null;
  @property({ attribute: false }) graceS = 600;
  @query("#ask-end") private askEnd!: Dialog;
  @query("#help") private help!: Dialog;
  @query("#panel") private panel!: HTMLElement;
  @query("[data-testid=btn-menu]") private button!: HTMLButtonElement;

  static override styles = [
    shared,
    css`
      #panel { position: fixed; inset: 60px 16px auto auto; margin: 0; width: min(300px, calc(100vw - 32px)); border: 1px solid var(--line); border-radius: var(--radius); background: var(--surface); color: var(--ink); padding: var(--s2); box-shadow: var(--shadow); }
      #panel button { width: 100%; justify-content: flex-start; border-color: transparent; font-weight: 450; padding: 0 var(--s3); }
      #panel .end { color: var(--red); }
      .state { margin-left: auto; color: var(--muted); font-size: var(--text-s); }
      fieldset { border: 0; margin: var(--s2) 0; padding: var(--s3); border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); display: grid; grid-template-columns: 1fr 1fr; }
      legend { font-size: var(--text-s); color: var(--muted); float: left; grid-column: 1 / -1; padding: 0; }
      fieldset label { display: flex; align-items: center; gap: var(--s2); min-height: var(--touch); cursor: pointer; }
      input[type="radio"] { width: 18px; height: 18px; accent-color: var(--accent); margin: 0; }
      .row { justify-content: flex-end; margin-top: var(--s6); }
      ul { padding-left: 1.2em; display: grid; gap: var(--s2); color: var(--ink-2); }
      viva-foot { margin: var(--s2) 0 0; padding: var(--s3); }
      viva-dialog p { color: var(--ink-2); }
    `,
  ];

  override render() {
    return html`
      <button class="icon-only plain" aria-label="Menu" data-testid="btn-menu" popovertarget="panel">${icon(Ellipsis, 22)}</button>
      <div id="panel" popover aria-label="Menu">
        <button role="switch" aria-checked=${this.captions} @click=${() => this.dispatchEvent(new CustomEvent("captions"))}>
          ${icon(Captions)} Captions <span class="state">${this.captions ? "On" : "Off"}</span>
        </button>
        <button role="switch" aria-checked=${this.patient} ?disabled=${this.patient} data-testid="btn-patience"
          @click=${() => this.dispatchEvent(new CustomEvent("patience"))}>
          ${icon(Hourglass)} Longer pauses <span class="state">${this.patient ? "On" : "Off"}</span>
        </button>
        <button data-testid="btn-devices" @click=${this.devices}>${icon(Mic)} Microphone and camera</button>
        <button @click=${() => this.show(this.help)}>${icon(CircleHelp)} Help</button>
        <fieldset>
          <legend>Who asks</legend>
          ${LOOKS.map((look) => html`<label><input type="radio" name="look" .checked=${look.name === this.look} @change=${() => this.choose(look.name)} /> ${look.label}</label>`)}
        </fieldset>
        <button class="end" data-testid="btn-end" @click=${() => this.show(this.askEnd)}>${icon(LogOut)} End interview</button>
        <viva-foot .deadline=${this.deadline}></viva-foot>
      </div>
      <viva-dialog id="ask-end" heading="End the interview now?">
        <p>What you have answered so far is saved, and so is what you are just typing. You cannot come back to the open questions.</p>
        <div class="row">
          <button autofocus @click=${() => this.askEnd.close()}>Keep going</button>
          <button class="danger" data-testid="btn-end-confirm" @click=${this.end}>End interview</button>
        </div>
      </viva-dialog>
      <viva-dialog id="help" heading="How this works">
        <ul>
          <li>Listen to the question, then speak. Pauses are fine. If the interviewer goes on too early, just keep talking: it stops, and your words stay with your answer. After a long silence the page counts down before it moves on, and anything you do stops that: a word, a key, a touch.</li>
          <li>If you need longer pauses, switch them on in the menu, or say “please be patient with me”. It does not count against you.</li>
          <li>Press Done when you have finished. Repeat asks the question again. A skip can be taken back for 5 seconds.</li>
          <li>“I need a moment” stops the clock for a little while.</li>
          <li>You may type instead of speaking at any time. It does not count against you.</li>
          <li>If the connection breaks, keep the page open. The clock waits for you for ${spanWords(this.graceS)}, and what you type is kept on this device.</li>
          <li>If we do not seem to hear you, the page says so. Check that your microphone is not muted, or choose another one in this menu.</li>
        </ul>
        <div class="row"><button class="main" autofocus @click=${() => this.help.close()}>Back to the interview</button></div>
      </viva-dialog>`;
  }

  private show(dialog: Dialog): void {
    this.panel.hidePopover();
    dialog.open(this.button);
  }

  private readonly devices = (): void => {
    this.panel.hidePopover();
    this.dispatchEvent(new CustomEvent("devices", { detail: this.button }));
  };

  private choose(look: Look): void {
    saveLook(look);
    this.dispatchEvent(new CustomEvent("look", { detail: look }));
  }

  private readonly end = (): void => {
    this.askEnd.close();
    this.dispatchEvent(new CustomEvent("end"));
  };
}
