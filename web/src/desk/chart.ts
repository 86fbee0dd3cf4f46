// A small line chart over the last minutes.
import { html, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { DeskElement } from "./element";

const HEIGHT_PX = 96;
const AXIS_PX = 54;
const WINDOW_S = 300;

@customElement("desk-chart")
export class DeskChart extends DeskElement {
  @property() name = "";
  /** The value now, in words. */
  @property() said = "";
  @property({ attribute: false }) times: number[] = [];
  @property({ attribute: false }) values: (number | null)[] = [];
  @property({ attribute: false }) say: (value: number) => string = String;
  private plot: uPlot | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    const { signal } = this.life;
    const sizes = new ResizeObserver(() => this.plot?.setSize({ width: this.room(), height: HEIGHT_PX }));
    sizes.observe(this);
    signal.addEventListener("abort", () => (sizes.disconnect(), this.drop()));
    window.addEventListener("themechange", () => this.redraw(), { signal });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw(), { signal });
  }

  protected override render(): TemplateResult {
    return html`<figure class="panel chart">
      <figcaption><span>${this.name}</span><strong>${this.said}</strong></figcaption>
      <div class="plot" aria-hidden="true"></div>
    </figure>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (this.plot === null) this.redraw();
    else if (changed.has("values")) this.plot.setData([this.times, this.values]);
  }

  private room(): number {
    return Math.max(120, this.querySelector(".plot")?.clientWidth ?? 0);
  }

  private drop(): void {
    this.plot?.destroy();
    this.plot = null;
  }

  private redraw(): void {
    const place = this.querySelector<HTMLElement>(".plot");
    if (place === null) return;
    this.drop();
    const style = getComputedStyle(this);
    const [line, muted, accent] = ["--line", "--muted", "--accent"].map((name) => style.getPropertyValue(name).trim());
    const axis = { stroke: muted, font: `11px ${style.fontFamily}`, grid: { stroke: line, width: 1 }, ticks: { show: false } };
    this.plot = new uPlot(
      {
        width: this.room(),
        height: HEIGHT_PX,
        padding: [6, 4, 4, 0],
        cursor: { show: false },
        legend: { show: false },
        scales: { x: { range: (_plot, _first, last) => [last - WINDOW_S, last] }, y: { range: (_plot, _low, high) => [0, high > 0 ? high * 1.15 : 1] } },
        axes: [
          { show: false },
          { ...axis, size: AXIS_PX, space: 28, values: (_plot, marks) => marks.map((mark) => this.say(mark)) },
        ],
        series: [{}, { stroke: accent, width: 1.75, fill: `color-mix(in srgb, ${accent} 12%, transparent)`, points: { show: false } }],
      },
      [this.times, this.values],
      place,
    );
  }
}
