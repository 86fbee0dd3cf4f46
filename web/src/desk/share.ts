// Links to a report for people without an account: made, listed, withdrawn.
import { html, nothing, render, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { badge } from "./badge";
import { DeskElement } from "./element";
import { getJson, postJson, remove, sentence } from "./http";
import "./secret";
import "./share-mail";
import { reviewer } from "./signal-words";
import { day } from "./words";

const DAYS: [string, string][] = [["1", "1 day"], ["7", "7 days"], ["30", "30 days"], ["90", "90 days"]];

interface Share {
  id: string;
  with_contact: boolean;
  note: string;
  created_at: string;
  created_by: string;
  expires_at: string;
  revoked_at: string | null;
  opened: number;
  last_opened_at: string | null;
}

/** Open the links of a report over the page that one is on. */
export function showShares(sessionId: string, name: string): void {
  const dialog = document.createElement("dialog");
  dialog.className = "confirm review";
  dialog.dataset.testid = "share-dialog";
  dialog.setAttribute("aria-labelledby", "share-title");
  render(
    html`<div class="row"><h2 id="share-title">Share the report on ${name}</h2>
        <button class="at-end" data-testid="share-close" @click=${() => dialog.close()}>Close</button></div>
      <desk-shares .sessionId=${sessionId}></desk-shares>`,
    dialog,
  );
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
}

@customElement("desk-shares")
export class DeskShares extends DeskElement {
  @property() sessionId = "";
  @state() private shares: Share[] | null = null;
  @state() private url = "";
  @state() private problem = "";
  @state() private busy = false;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.act(async () => undefined);
  }

  private get path(): string {
    return `/api/v1/interviewer/reports/${encodeURIComponent(this.sessionId)}/shares`;
  }

  /** Do it, then show what there is. */
  private async act(work: () => Promise<unknown>): Promise<void> {
    this.busy = true;
    this.problem = "";
    try {
      await work();
      this.shares = (await getJson<{ shares: Share[] }>(this.path, this.life.signal)).shares;
    } catch (error) {
      this.problem = sentence(error) ?? "";
    } finally {
      this.busy = false;
    }
  }

  protected override render(): TemplateResult {
    const { shares } = this;
    return html`<p class="quiet">Whoever has a link reads the report as a document, without an account, until the link expires or you withdraw it. Decision, scorecards, notes and tags are never in it.</p>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      <form class="inner" @submit=${this.make}>
        <div class="two">
          <div class="field"><label for="share-note">For whom? (optional)</label>
            <input id="share-note" name="note" maxlength="200" autocomplete="off" placeholder="Head of engineering" data-testid="share-note" /></div>
          <div class="field"><label for="share-days">Valid for</label>
            <select id="share-days" name="days" data-testid="share-days">${DAYS.map(([value, word]) => html`<option value=${value} ?selected=${value === "7"}>${word}</option>`)}</select></div>
        </div>
        <label class="tick"><input type="checkbox" name="contact" data-testid="share-contact" /> With the candidate's e-mail address and phone number</label>
        <div class="row"><button class="primary" ?disabled=${this.busy} data-testid="share-make">Make a link</button></div>
      </form>
      ${this.url ? html`<desk-secret .secret=${this.url} what="The link" how="copy it now"></desk-secret>` : nothing}
      ${shares === null
        ? this.problem ? nothing : html`<p class="quiet" aria-busy="true">Loading…</p>`
        : shares.length === 0
          ? html`<p class="quiet small">No link has been made yet.</p>`
          : html`<ul class="things">${shares.map((one) => this.one(one))}</ul>`}
      <desk-report-mail .sessionId=${this.sessionId}></desk-report-mail>`;
  }

  private one(share: Share): TemplateResult {
    const over = share.revoked_at ? "Withdrawn" : Date.parse(share.expires_at) <= Date.now() ? "Expired" : "";
    const opened = share.opened === 0 ? "not opened yet" : `opened ${share.opened} ${share.opened === 1 ? "time" : "times"}, last ${day(share.last_opened_at)}`;
    return html`<li data-testid="share"><div>
        <strong>${share.note || "A link"}</strong> ${over ? badge(over, "plain") : badge("Open", "good")}
        <span class="under">${reviewer(share.created_by)}, ${day(share.created_at)} · ${over ? "" : `until ${day(share.expires_at)} · `}${opened}${share.with_contact ? " · with e-mail and phone" : ""}</span></div>
      ${over ? nothing : html`<button class="danger quietly" ?disabled=${this.busy} data-testid="share-withdraw" @click=${() => this.act(() => remove(`${this.path}/${encodeURIComponent(share.id)}`))}>Withdraw<span class="unseen"> ${share.note || "the link"}</span></button>`}</li>`;
  }

  private async make(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const given = new FormData(form);
    const body = { days: Number(given.get("days")), with_contact: given.get("contact") === "on", note: String(given.get("note") ?? "").trim() };
    await this.act(async () => {
      this.url = (await postJson<{ url: string }>(this.path, body)).url;
      form.reset();
    });
  }
}
