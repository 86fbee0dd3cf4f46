import { afterEach, describe, expect, it, vi } from "vitest";
import type { CandidateApi } from "./api";
import { Taping } from "./taping";
import { noticeWords } from "./words";

vi.mock("./pieces", () => ({ openPieces: () => Promise.resolve({}) }));
vi.mock("./upload", () => ({
  recordingServer: () => ({}),
  Uploader: class {
    view = { waiting: 0, failed: false, retrying: false };
    adopt = (): Promise<void> => Promise.resolve();
  },
}));

const tracks = [{ kind: "audio" }, { kind: "video" }];
const stream = { getTracks: () => tracks, getVideoTracks: () => tracks.slice(1) } as unknown as MediaStream;

async function taping(told: string[]): Promise<Taping> {
  vi.stubGlobal("addEventListener", () => undefined);
  return Taping.open({} as CandidateApi, "s", { changed: () => undefined, trouble: (code) => told.push(code) });
}

describe("what cannot be recorded", () => {
  afterEach(() => void vi.unstubAllGlobals());

  it("is told, and the reason stays to be read", async () => {
    vi.stubGlobal("MediaRecorder", undefined);
    const told: string[] = [];
    const tape = await taping(told);
    tape.start(stream, 0);
    expect([tape.state, tape.why, told]).toEqual(["failed", "recording_unsupported", ["recording_unsupported"]]);
    expect(noticeWords({ code: tape.why, text: "", fatal: false })).toContain("cannot record");
  });

  it("is another reason where the browser knows the type and still cannot", async () => {
    vi.stubGlobal("MediaStream", class {});
    vi.stubGlobal("MediaRecorder", class {
      static isTypeSupported = (): boolean => true;
      constructor() {
        throw new DOMException("no encoder", "NotSupportedError");
      }
    });
    const told: string[] = [];
    const tape = await taping(told);
    tape.start(stream, 0);
    expect([tape.state, tape.why, told]).toEqual(["failed", "recording_failed", ["recording_failed"]]);
  });
});
