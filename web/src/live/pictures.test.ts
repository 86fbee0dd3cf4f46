import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Pictures } from "./pictures";

class FakeSocket {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  readyState = 1;
  bufferedAmount = 0;
  sent: string[] = [];
  closed = false;
  onclose: (() => void) | null = null;
  onmessage: (() => void) | null = null;
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.closed = true;
  }
}

function pictures(grab: () => string | null = () => "data:image/jpeg;base64,AA") {
  const source = { grab, closed: false, close() { this.closed = true; } };
  let tickets = 0;
  const ticket = () => Promise.resolve(`t${(tickets += 1)}`);
  return { shown: new Pictures((given) => `ws://x/${given}`, ticket, () => source), source };
}

describe("pictures over a socket", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    FakeSocket.all = [];
    vi.stubGlobal("WebSocket", FakeSocket);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("sends two a second while they are wanted, and none after", async () => {
    const { shown, source } = pictures();
    shown.show(true);
    shown.show(true);
    await vi.advanceTimersByTimeAsync(2_000);
    const [socket] = FakeSocket.all;
    expect(FakeSocket.all).toHaveLength(1);
    expect(socket?.sent).toHaveLength(4);
    expect(JSON.parse(socket?.sent[0] ?? "")).toEqual({ type: "process_frame", image_data: "data:image/jpeg;base64,AA" });
    shown.show(false);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(socket?.sent).toHaveLength(4);
    expect([socket?.closed, source.closed]).toEqual([true, true]);
  });

  it("lets pictures go that a slow line cannot carry, or that are not there", async () => {
    let image: string | null = null;
    const { shown } = pictures(() => image);
    shown.show(true);
    await vi.advanceTimersByTimeAsync(1_000);
    const [socket] = FakeSocket.all;
    expect(socket?.sent).toEqual([]);
    image = "data:image/jpeg;base64,BB";
    if (socket) socket.bufferedAmount = 200_000;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(socket?.sent).toEqual([]);
    if (socket) socket.bufferedAmount = 0;
    await vi.advanceTimersByTimeAsync(500);
    expect(socket?.sent).toHaveLength(1);
  });

  it("comes back with a new ticket after a cut", async () => {
    const { shown } = pictures();
    shown.show(true);
    await vi.advanceTimersByTimeAsync(100);
    FakeSocket.all[0]?.onclose?.();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(FakeSocket.all.map(({ url }) => url)).toEqual(["ws://x/t1", "ws://x/t2"]);
    expect(FakeSocket.all[1]?.sent.length).toBeGreaterThan(0);
  });
});
