// How good the way to the server is, before the room. Round trips over HTTP, and a download as a hint.
const PINGS = 5;
const TIMEOUT_MS = 5_000;
/** A spoken turn feels slow above this. */
const SLOW_MS = 250;
/** Sound needs 0.05, the recording about 1. */
const NARROW_MBPS = 1.5;

/** The way to the server as measured. */
export interface Line {
  /** Median of several round trips. */
  roundTripMs: number;
  /** Megabits per second of one download; null where the browser does not tell. */
  mbps: number | null;
}

export type Verdict = "good" | "slow" | "narrow";

/** Time the server. `asset` is a file of this page, for the download. Rejects when it cannot be reached. */
export async function measure(asset: string): Promise<Line> {
  const trips: number[] = [];
  for (let ping = 0; ping < PINGS; ping += 1) {
    const began = performance.now();
    await fetched("/healthz");
    trips.push(performance.now() - began);
  }
  return { roundTripMs: median(trips), mbps: await downloaded(asset) };
}

/** What to tell the candidate about a line. */
export function verdict(line: Line): Verdict {
  if (line.roundTripMs > SLOW_MS) return "slow";
  return line.mbps !== null && line.mbps < NARROW_MBPS ? "narrow" : "good";
}

/** The first trip opens the connection, so the middle one counts. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

async function downloaded(asset: string): Promise<number | null> {
  const address = new URL(asset, location.href);
  address.searchParams.set("line", String(Math.round(performance.now())));
  await fetched(address.href);
  const timing = performance.getEntriesByName(address.href).at(-1);
  if (!(timing instanceof PerformanceResourceTiming) || timing.encodedBodySize === 0) return null;
  const seconds = (timing.responseEnd - timing.requestStart) / 1000;
  return (timing.encodedBodySize * 8) / 1e6 / Math.max(0.001, seconds);
}

async function fetched(address: string): Promise<void> {
  const reply = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!reply.ok) throw new Error(`the server answered ${reply.status}`);
  await reply.arrayBuffer();
}
