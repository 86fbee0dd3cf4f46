// Inviting: people as they are pasted or in a file, looked through before anybody is written to.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { Copy, FileUp, X } from "lucide";
import { api, type Sent } from "../api";
import { badge } from "../badge";
import { plainFault } from "../draft";
import { DeskElement } from "../element";
import { ApiError, sentence } from "../http";
import { icon } from "../icons";
import { randomKey } from "../random";
import { copied } from "./clipboard";
import { choice, line } from "./fields";
import { hoursWords, inZone, lineWords, linksCsv, localIn, previewWords, textOf, zones } from "./inviting";
import type { Invited, Person, Preview, Usual } from "./types";

const TYPED_MS = 350;
const MAX_BYTES = 500_000;
const MAX_REMINDERS = 5;
const HOURS = [72, 24, 2];
const PATH = "/api/v1/interviewer/interviews/{interview_key}/invitations";

type Body = Sent<typeof PATH, "post">;

@customElement("plan-inviting")
export class PlanInviting extends DeskElement {
  @property() interviewId = "";
  @property({ attribute: false }) usual: Usual | null = null;
  /** Why nothing can be sent; "" when it can. */
  @property() disabled = "";
  @state() private text = "";
  @state() private file = "";
  @state() private preview: Preview | null = null;
  @state() private deadline = "";
  @state() private zone = "";
  @state() private reminders = new Set<number>();
  @state() private attempts = "1";
  @state() private wrong: Record<string, string> = {};
  @state() private problem = "";
  @state() private busy = false;
  @state() private done: Invited | null = null;
  @state() private said = "";
  private typed = 0;
  private asked = new AbortController();
  private attempt = { text: "", key: "" };

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has("usual") || this.usual === null || this.zone) return;
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    this.zone = this.usual.time_zone === "UTC" ? own : this.usual.time_zone;
    this.deadline = localIn(this.zone, new Date(Date.now() + this.usual.expires_in_hours * 3_600_000));
    this.reminders = new Set(this.usual.remind_hours_before);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.typed);
    this.asked.abort();
  }

  private write(text: string, file = ""): void {
    this.text = text;
    this.file = file;
    this.done = null;
    clearTimeout(this.typed);
    this.typed = window.setTimeout(() => void this.look(), file ? 0 : TYPED_MS);
  }

  /** What the server reads in the text; nobody is invited by it. */
  private async look(): Promise<void> {
    this.asked.abort();
    const { signal } = (this.asked = new AbortController());
    this.problem = "";
    if (!this.text.trim()) {
      this.preview = null;
      return;
    }
    try {
      this.preview = await api.post(`${PATH}/preview`, { path: { interview_key: this.interviewId }, body: { text: this.text }, signal });
    } catch (error) {
      const said = sentence(error);
      if (said === null) return;
      this.preview = null;
      this.problem = plainFault(said);
    }
  }

  private async read(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    if (file.size > MAX_BYTES) {
      this.problem = `${file.name} is too large: at most 500 people can be invited at once.`;
      return;
    }
    this.write(textOf(new Uint8Array(await file.arrayBuffer())), file.name);
  }

  protected override render(): TemplateResult {
    const { preview } = this;
    const ready = preview?.ready ?? 0;
    return html`<section class="panel inviting" aria-labelledby="inviting-title"><h2 id="inviting-title">Invite people</h2>
      ${this.disabled ? html`<p class="notice warn" data-testid="invite-no-mail">${this.disabled}</p>` : nothing}
      <form class="plan-form" novalidate @submit=${this.send} @dragover=${(event: DragEvent) => event.preventDefault()} @drop=${this.dropped}>
        <div class="field"><label for="people">People</label>
          <span class="hint" id="people-hint">One person a line: name and e-mail address. A table from a spreadsheet works too.</span>
          <textarea id="people" rows="4" .value=${live(this.text)} placeholder="Ada Lovelace, ada@example.com" aria-describedby="people-hint" data-testid="invite-people"
            @input=${(event: Event) => this.write((event.target as HTMLTextAreaElement).value)}></textarea></div>
        <div class="row"><label class="button file">${icon(FileUp)}Open a CSV file<input type="file" class="unseen" accept=".csv,.tsv,.txt,text/csv,text/plain" data-testid="invite-file"
          @change=${(event: Event) => { const input = event.target as HTMLInputElement; void this.read(input.files?.[0]).then(() => (input.value = "")); }} /></label>
          ${this.file ? html`<span class="quiet">${this.file} <button type="button" class="plain square tiny" aria-label="Take the file out" @click=${() => this.write("")}>${icon(X, 12)}</button></span>` : nothing}</div>
        ${preview ? this.lines(preview) : nothing}
        ${ready > 0 ? this.terms() : nothing}
        ${this.problem ? html`<p class="notice bad" role="alert" data-testid="invite-problem">${this.problem}</p>` : nothing}
        ${preview ? html`<div class="row"><button class="primary" ?disabled=${this.busy || ready === 0} data-testid="invite-send">${this.busy ? "Inviting…" : ready === 1 ? "Invite 1 person" : ready === 0 ? "Nobody to invite" : `Invite ${ready} people`}</button></div>` : nothing}
      </form>
      ${this.done ? this.outcome(this.done) : nothing}
      <p class="unseen" role="status">${this.said}</p>
    </section>`;
  }

  private lines(preview: Preview): TemplateResult {
    return html`<div class="preview" data-testid="invite-preview"><p role="status"><strong>${previewWords(preview)}</strong></p>
      <div class="read" tabindex="0" role="region" aria-label="What was read"><table class="plain-table"><thead><tr><th scope="col">Line</th><th scope="col">Name</th><th scope="col">E-mail</th><th scope="col">What becomes of it</th></tr></thead>
        <tbody>${preview.lines.map((each) => {
          const { word, tone } = lineWords(each);
          return html`<tr class=${each.problem ? "wrong" : ""} data-testid=${each.problem ? "invite-wrong-line" : "invite-line"}><td class="number">${each.number}</td>
            ${each.person ? html`<td>${each.person.name}</td><td>${each.person.email}</td>` : html`<td colspan="2"><code>${each.text}</code></td>`}<td>${badge(word, tone)}</td></tr>`;
        })}</tbody></table></div>
      ${preview.wrong ? html`<p class="quiet small">Lines that cannot be used are left out. Correct them in the field above, or invite those people later.</p>` : nothing}</div>`;
  }

  private terms(): TemplateResult {
    const hours = [...new Set([...HOURS, ...(this.usual?.remind_hours_before ?? [])])].sort((a, b) => b - a);
    return html`<div class="grid">
        ${line({ id: "deadline", label: "To be begun before", type: "datetime-local", value: this.deadline, wrong: this.wrong.deadline, set: (deadline) => ((this.deadline = deadline), (this.wrong = {})) })}
        ${choice({ id: "zone", label: "Time zone", value: this.zone, wrong: this.wrong.zone, options: zones(this.zone).map((zone) => [zone, zone.replaceAll("_", " ")]), set: (zone) => ((this.zone = zone), (this.wrong = {})) })}
        ${choice({ id: "attempts", label: "How often", value: this.attempts, options: [["1", "Once"], ["2", "Twice"], ["3", "Three times"], ["5", "Five times"]], set: (attempts) => (this.attempts = attempts) })}
      </div>
      <fieldset ?disabled=${this.disabled !== ""}><legend>Remind whoever has not begun</legend><div class="choice">
        ${hours.slice(0, MAX_REMINDERS).map((each) => html`<label><input type="checkbox" .checked=${live(this.reminders.has(each) && !this.disabled)} data-testid=${`invite-remind-${each}`} @change=${(event: Event) => this.remind(each, (event.target as HTMLInputElement).checked)} />${hoursWords(each)} before</label>`)}
      </div></fieldset>`;
  }

  private remind(hours: number, on: boolean): void {
    const reminders = new Set(this.reminders);
    if (on) reminders.add(hours);
    else reminders.delete(hours);
    this.reminders = reminders;
  }

  private outcome(done: Invited): TemplateResult {
    const links = done.items.map((each) => each.invitation);
    const first = links[0];
    return html`<div class="outcome" data-testid="invite-done">
      <p class="notice" role="status">${done.invited === 1 ? "1 person is invited" : `${done.invited} people are invited`}${first ? ` until ${inZone(first.expires_at, first.time_zone)}` : ""}. ${done.note}</p>
      ${done.mailed ? nothing : html`<ul class="links">${links.map((one) => html`<li><span class="who-link">${one.candidate_name}<span class="under">${one.candidate_email}</span></span>
          <input readonly .value=${one.link} aria-label=${`Link of ${one.candidate_email}`} data-testid="invite-link" @focus=${(event: Event) => (event.target as HTMLInputElement).select()} />
          <button @click=${() => this.copy(one.link, `The link of ${one.candidate_name} is copied.`)} aria-label=${`Copy: ${one.candidate_email}`}>${icon(Copy)}Copy</button></li>`)}</ul>
        <div class="row"><button data-testid="invite-copy-all" @click=${() => this.copy(linksCsv(links), "All links are copied, as a table.")}>${icon(Copy)}Copy all as a table</button><span class="quiet">${this.said}</span></div>`}
    </div>`;
  }

  private async copy(text: string, said: string): Promise<void> {
    this.said = (await copied(text)) ? said : "The browser did not allow it. Select the link and press Ctrl+C.";
  }

  private dropped = (event: DragEvent): void => {
    event.preventDefault();
    void this.read(event.dataTransfer?.files[0]);
  };

  private send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const people = (this.preview?.lines ?? []).flatMap((each) => (each.person && !each.known ? [each.person as Person] : []));
    if (people.length === 0 || this.busy) return;
    if (!this.deadline) {
      this.wrong = { deadline: "Please choose a day and a time." };
      return;
    }
    await this.invite({ people, deadline: this.deadline, time_zone: this.zone, max_attempts: Number(this.attempts), remind_hours_before: this.disabled ? [] : [...this.reminders] });
    await this.updateComplete;
    this.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  };

  /** The same key for the same form: a second press after a lost answer writes to nobody twice. */
  private async invite(body: Partial<Body> & Pick<Body, "people">): Promise<void> {
    const text = JSON.stringify(body);
    if (text !== this.attempt.text) this.attempt = { text, key: randomKey() };
    Object.assign(this, { busy: true, problem: "", wrong: {} });
    try {
      this.done = await api.post(PATH, { path: { interview_key: this.interviewId }, header: { "Idempotency-Key": this.attempt.key }, body: body as Body });
      Object.assign(this, { text: "", file: "", preview: null });
      this.dispatchEvent(new Event("invited"));
    } catch (error) {
      const said = sentence(error) ?? "";
      const at = error instanceof ApiError ? { deadline: "deadline", time_zone: "zone" }[error.field ?? ""] : undefined;
      if (at) this.wrong = { [at]: plainFault(said) };
      else this.problem = said;
    } finally {
      this.busy = false;
    }
  }
}
