// How the server does, now and over the last minutes.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { badge } from "./badge";
import "./chart";
import { DeskElement } from "./element";
import { getJson, sentence } from "./http";
import { readEvents } from "./stream";
import type { EngineView, History, Ready, Stats } from "./types";
import { bytes, duration, plainWords } from "./words";

const KEPT = 300;
const READY_MS = 5_000;
const AGAIN_MS = 2_000;

interface Series {
  name: string;
  /** Its name in the history that the server keeps. */
  key: keyof History["samples"][number];
  of: (stats: Stats) => number | null;
  say: (value: number) => string;
}

const whole = (value: number): string => String(Math.round(value * 10) / 10);
const SERIES: Series[] = [
  { name: "Interviews running", key: "active_sessions", of: (s) => s.stats.active_sessions, say: whole },
  { name: "Connections", key: "connections", of: (s) => s.connections.candidates + s.connections.observers, say: whole },
  { name: "Event loop lag, p99", key: "loop_lag_p99_ms", of: (s) => s.loop_lag_ms.p99, say: (v) => `${whole(v)} ms` },
  { name: "Recogniser queue", key: "recogniser_queue", of: (s) => s.recogniser?.queue ?? null, say: whole },
  { name: "Recogniser lag", key: "recogniser_lag_s", of: (s) => s.recogniser?.lag_s ?? null, say: (v) => `${whole(v)} s` },
  { name: "Processor", key: "cpu_percent", of: (s) => s.cpu_percent, say: (v) => `${Math.round(v)} %` },
  { name: "Memory, server", key: "memory_bytes", of: (s) => s.memory_bytes, say: bytes },
  { name: "Memory, models", key: "sidecar_memory_bytes", of: (s) => s.sidecar_memory_bytes, say: bytes },
];

const PARTS: Record<string, string> = { storage: "Storage", blobs: "File store", recogniser: "Speech recognition", synthesiser: "Voice" };

@customElement("desk-system")
export class DeskSystem extends DeskElement {
  @state() private ready: Ready | null = null;
  @state() private stats: Stats | null = null;
  @state() private problem = "";
  private times: number[] = [];
  private kept = SERIES.map((): (number | null)[] => []);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.repeat(READY_MS, () => this.look());
    void this.fill().then(() => this.repeat(AGAIN_MS, () => this.stream()));
  }

  /** The charts begin with what the server remembers; without it they fill as time goes. */
  private async fill(): Promise<void> {
    try {
      const { samples } = await getJson<History>("/stats/history", this.life.signal);
      this.times = samples.map((one) => one.at);
      this.kept = SERIES.map(({ key }) => samples.map((one) => one[key]));
    } catch (error) {
      this.problem = sentence(error) ?? this.problem;
    }
  }

  /** Degraded and unready servers answer too (503 with the same body). */
  private async look(): Promise<void> {
    try {
      const answer = await fetch("/readyz", { signal: this.life.signal });
      this.ready = (await answer.json()) as Ready;
    } catch {
      this.ready = null; // the stream below says that the server does not answer
    }
  }

  private async stream(): Promise<void> {
    try {
      await readEvents("/stats/stream", this.life.signal, (data) => this.take(JSON.parse(data) as Stats));
      this.problem = "The server closed the connection. Connecting again…";
    } catch (error) {
      if (this.life.signal.aborted) return;
      this.problem = sentence(error) ?? this.problem;
    }
  }

  private take(stats: Stats): void {
    this.problem = "";
    this.times = [...this.times, Date.now() / 1000].slice(-KEPT);
    this.kept = this.kept.map((values, index) => [...values, SERIES[index]?.of(stats) ?? null].slice(-KEPT));
    this.stats = stats;
  }

  protected override render(): TemplateResult {
    const { stats, ready } = this;
    return html`<div data-testid="system-page">
      <div class="title"><h1>System</h1>${ready ? overallBadge(ready) : nothing}
        ${stats ? html`<span class="quiet">Version ${stats.version} · up ${duration(stats.uptime_s)}</span>` : nothing}</div>
      ${this.problem ? html`<p class="notice warn" role="status">${this.problem}</p>` : nothing}
      ${ready ? this.parts(ready, stats) : nothing}
      ${stats ? this.charts(stats) : this.problem ? nothing : html`<p class="quiet">Waiting for the first figures…</p>`}
    </div>`;
  }

  private parts(ready: Ready, stats: Stats | null): TemplateResult {
    return html`<section class="panel" aria-labelledby="parts-title">
      <h2 id="parts-title">Components</h2>
      <ul class="components">
        ${Object.entries(ready.parts).map(
          ([key, part]) => html`<li><span>${PARTS[key] ?? plainWords(key)}</span>
            ${part.available ? badge("Works", "good") : badge("Not available", "warn")}
            <span class="quiet small">${part.reason || engineWords(key, stats)}</span></li>`,
        )}
        ${stats ? html`<li><span>LiveKit</span>${livekit(stats.livekit)}<span></span></li>` : nothing}
        ${ready.missing_models.map((model) => html`<li><span>Model</span>${badge("Missing", "warn")}<span class="quiet small">${model}</span></li>`)}
      </ul>
    </section>`;
  }

  private charts(stats: Stats): TemplateResult {
    const jobs = Object.entries(stats.jobs);
    return html`
      <h2 class="over">The last five minutes</h2>
      <div class="charts">
        ${SERIES.map((series, index) => {
          const value = series.of(stats);
          return html`<desk-chart .name=${series.name} .said=${value === null ? "not measured" : series.say(value)}
            .times=${this.times} .values=${this.kept[index] ?? []} .say=${series.say}></desk-chart>`;
        })}
      </div>
      <section class="panel" aria-labelledby="counts-title">
        <h2 id="counts-title">Counts</h2>
        <dl class="facts">
          ${fact("Sessions in all", stats.stats.total_sessions)} ${fact("Not started", stats.stats.initialized_sessions)}
          ${fact("Running", stats.stats.active_sessions)} ${fact("Completed", stats.stats.completed_sessions)}
          ${fact("Candidates connected", stats.connections.candidates)} ${fact("Observers connected", stats.connections.observers)}
          ${fact("Audio connections", stats.audio_peers)}
          ${jobs.map(([name, count]) => fact(`Jobs ${plainWords(name).toLowerCase()}`, count))}
        </dl>
      </section>
    `;
  }
}

function fact(name: string, value: number): TemplateResult {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function overallBadge({ status }: Ready): TemplateResult {
  if (status === "ready") return badge("Ready", "good");
  return status === "degraded" ? badge("Works with less", "warn") : badge("No interview can be held", "bad");
}

function livekit(word: string): TemplateResult {
  const off = ["disabled", "off", "not_configured", "not configured"].includes(word);
  return badge(plainWords(word), off ? "plain" : word === "ok" || word === "available" ? "good" : "warn");
}

function engineWords(key: string, stats: Stats | null): string {
  const engine: EngineView | null | undefined = key === "recogniser" ? stats?.recogniser : key === "synthesiser" ? stats?.synthesiser : null;
  if (!engine) return "";
  return engine.restarts > 0 ? `${engine.name}, restarted ${engine.restarts} times` : engine.name;
}
