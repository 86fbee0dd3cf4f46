// What is kept of candidates: for how long, a copy of one person's data, and its end. For owners.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { api, type Answered, type Query, type Sent } from "./api";
import { confirmed } from "./confirm";
import { DeskElement } from "./element";
import { failure, request, sentence } from "./http";
import { day } from "./words";

const KINDS: [keyof Days, string][] = [
  ["sessions_days", "Sessions, with recording, transcript and report, after they ended"],
  ["recordings_days", "Recordings, after the session ended; transcript and report stay"],
  ["pictures_days", "Pictures of signals, after the session ended; the signals stay"],
  ["letters_days", "Letters that are over, after they were written"],
  ["invitations_days", "Invitations that nobody used, after they expired"],
];
const GOING: Record<string, [string, string]> = { session: ["session", "sessions"], recording: ["recording", "recordings"], pictures: ["session's pictures", "sessions' pictures"], letter: ["letter", "letters"], invitation: ["invitation", "invitations"] };

type Days = Required<Sent<"/api/v1/privacy/retention", "put">>;
type Said = Answered<"/api/v1/privacy/retention", "get">;
type Preview = Answered<"/api/v1/privacy/retention/preview", "get">;
type Held = Answered<"/api/v1/privacy/candidate", "post">;

@customElement("desk-privacy")
export class DeskPrivacy extends DeskElement {
  @state() private said: Said | null = null;
  @state() private preview: Preview | null = null;
  @state() private held: Held | null = null;
  @state() private email = "";
  @state() private problem = "";
  @state() private wrong = "";
  @state() private done = "";
  @state() private kept = "";
  @state() private busy = false;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    const { signal } = this.life;
    try {
      this.said = await api.get("/api/v1/privacy/retention", { signal });
      this.preview = await api.get("/api/v1/privacy/retention/preview", { signal });
    } catch (error) {
      this.problem = sentence(error) ?? this.problem;
    }
  }

  protected override render(): TemplateResult {
    return html`<div class="title"><h1>Privacy</h1></div>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${this.said ? this.retention(this.said) : html`<p class="quiet" aria-busy="true">Loading…</p>`}
      ${this.person()}`;
  }

  private retention(said: Said): TemplateResult {
    return html`<section class="panel narrow" aria-labelledby="kept-title"><h2 id="kept-title">How long what is kept</h2>
      <p class="quiet">Empty means: until somebody deletes it. Reference faces always go after ${said.reference_days} days at the latest.</p>
      <form @submit=${this.save} novalidate>
        ${KINDS.map(([name, words]) => html`<div class="field"><label for=${name}>${words}</label><div class="row"><input id=${name} name=${name} type="number" min="1" max="3650" inputmode="numeric" class="days" .value=${String(said[name] ?? "")} @input=${this.look} data-testid=${name} /><span class="quiet">days</span></div></div>`)}
        ${this.going()}
        <div class="row"><button class="primary" ?disabled=${this.busy} data-testid="retention-save">Save</button><span role="status" class="quiet">${this.kept}</span></div>
      </form></section>`;
  }

  private going(): TemplateResult | typeof nothing {
    if (!this.preview) return nothing;
    const parts = Object.entries(this.preview.counts).filter(([, count]) => count > 0).map(([kind, count]) => `${count} ${GOING[kind]?.[count === 1 ? 0 : 1] ?? kind}`);
    return html`<p data-testid="retention-preview" role="status">${parts.length ? html`<strong>${parts.join(", ")}</strong> would go in the next 30 days${this.preview.next[0] ? html`, the first on ${day(this.preview.next[0].goes_at)}` : nothing}.` : "Nothing would go in the next 30 days."}</p>`;
  }

  private look = async (): Promise<void> => {
    const query: Query<"/api/v1/privacy/retention/preview"> = this.days();
    this.kept = "";
    try {
      // Without any days the server would show what is set: then nothing would go.
      this.preview = Object.values(query).some(Boolean) ? await api.get("/api/v1/privacy/retention/preview", { query, signal: this.life.signal }) : { until: "", counts: {}, next: [] };
    } catch (error) {
      this.kept = sentence(error) ?? "";
    }
  };

  private days(): Days {
    const of = (name: string): number | null => {
      const text = this.querySelector<HTMLInputElement>(`#${name}`)?.value.trim() ?? "";
      return text ? Number(text) : null;
    };
    return { sessions_days: of("sessions_days"), recordings_days: of("recordings_days"), pictures_days: of("pictures_days"), letters_days: of("letters_days"), invitations_days: of("invitations_days") };
  }

  private save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    this.busy = true;
    try {
      this.said = await api.put("/api/v1/privacy/retention", { body: this.days() });
      await this.load();
      this.kept = "Saved. It is acted on within the hour.";
    } catch (error) {
      this.kept = sentence(error) ?? "";
    } finally {
      this.busy = false;
    }
  };

  private person(): TemplateResult {
    const { held } = this;
    const some = held !== null && counted(held) !== "";
    return html`<section class="panel narrow" aria-labelledby="person-title"><h2 id="person-title">One person</h2>
      <p class="quiet">A candidate may ask for a copy of all that you hold, or for its erasure.</p>
      <form @submit=${this.find} novalidate><div class="field"><label for="person-email">E-mail address</label><input id="person-email" type="email" autocomplete="off" .value=${this.email} data-testid="person-email" /></div>
        <div class="row"><button ?disabled=${this.busy} data-testid="person-find">Find</button></div></form>
      ${this.wrong ? html`<p class="problem" role="alert">${this.wrong}</p>` : nothing}
      <p role="status" data-testid="person-said">${this.done || (held === null ? nothing : some ? html`Held of <strong>${this.email}</strong>: ${counted(held)}.` : html`Nothing is held of ${this.email}.`)}</p>
      ${some ? html`<div class="row"><button ?disabled=${this.busy} @click=${this.copy} data-testid="person-copy">Download a copy</button><button class="danger quietly" ?disabled=${this.busy} @click=${this.erase} data-testid="person-erase">Erase everything</button></div>` : nothing}</section>`;
  }

  private find = (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    this.email = this.querySelector<HTMLInputElement>("#person-email")?.value.trim() ?? "";
    return this.try(async () => {
      this.held = await api.post("/api/v1/privacy/candidate", { body: { email: this.email } });
    });
  };

  private copy = (): Promise<void> =>
    this.try(async () => {
      const answer = await request("/api/v1/privacy/candidate/export", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ email: this.email }) });
      if (!answer.ok) throw await failure(answer);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await answer.blob());
      link.download = "candidate.zip";
      link.click();
      URL.revokeObjectURL(link.href);
    });

  private erase = async (): Promise<void> => {
    const text = `Every session, recording, report, letter and invitation of ${this.email} is removed. There is no way back.`;
    if (!(await confirmed({ title: "Erase everything of this person?", text, act: "Erase everything" }))) return;
    await this.try(async () => {
      await api.post("/api/v1/privacy/candidate/erase", { body: { email: this.email } });
      this.held = null;
      this.done = `Everything of ${this.email} is erased.`;
    });
  };

  private async try(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.wrong = this.done = "";
    try {
      await work();
    } catch (error) {
      this.wrong = sentence(error) ?? "";
    } finally {
      this.busy = false;
    }
  }
}

/** "1 session, 2 letters": what there is, by its own number. */
function counted(held: Held): string {
  const parts = Object.entries(held) as [string, unknown][];
  return parts
    .filter((part): part is [string, number] => typeof part[1] === "number" && part[1] > 0)
    .map(([name, count]) => `${count} ${count === 1 ? name.slice(0, -1) : name}`)
    .join(", ");
}
