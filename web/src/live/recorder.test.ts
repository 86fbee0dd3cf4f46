import { afterEach, describe, expect, it, vi } from "vitest";
import type { PieceStore } from "./pieces";
import { Recorder, recordable } from "./recorder";
import { noticeWords } from "./words";

function stream(...kinds: ("audio" | "video")[]): MediaStream {
  const tracks = kinds.map((kind) => ({ kind }));
  return { getTracks: () => tracks, getVideoTracks: () => tracks.filter((track) => track.kind === "video") } as unknown as MediaStream;
}

function browserThatRecords(pattern: RegExp): void {
  vi.stubGlobal("MediaRecorder", { isTypeSupported: (type: string) => pattern.test(type) });
}

describe("a browser's recorder", () => {
  afterEach(() => void vi.unstubAllGlobals());

  it("takes WebM, with a picture or without", () => {
    browserThatRecords(/webm/);
    expect([recordable(stream("audio", "video")), recordable(stream("audio")), recordable(stream())]).toEqual([true, true, false]);
  });
  it("takes MP4 where that is all it knows", () => {
    browserThatRecords(/mp4/);
    expect([recordable(stream("audio", "video")), recordable(stream("audio"))]).toEqual([true, true]);
  });
  it("records a stream of its own, so that another device in the room ends no recording", () => {
    const taken: MediaStream[] = [];
    const recorder = class {
      static isTypeSupported = (): boolean => true;
      mimeType = "video/webm";
      constructor(given: MediaStream) {
        taken.push(given);
      }
      start(): void {}
    };
    vi.stubGlobal("MediaRecorder", recorder);
    vi.stubGlobal("MediaStream", class {
      constructor(private readonly tracks: unknown[]) {}
      getTracks = (): unknown[] => [...this.tracks];
    });
    const room = stream("audio", "video");
    const events = { kept: (): void => {}, failed: (): void => {} };
    expect(Recorder.start(room, {} as PieceStore, { sessionId: "s", clockS: 0 }, events)).not.toBeNull();
    expect(taken[0]).not.toBe(room);
    expect(taken[0]?.getTracks()).toEqual(room.getTracks());
  });
  it("goes on to the next type where a browser cannot record the one that it says it can", () => {
    const tried: string[] = [];
    vi.stubGlobal("MediaStream", class {});
    vi.stubGlobal("MediaRecorder", class {
      static isTypeSupported = (type: string): boolean => type.includes("mp4");
      constructor(_: unknown, readonly options: { mimeType: string }) {
        tried.push(options.mimeType);
        if (options.mimeType.includes("avc1")) throw new DOMException("no encoder", "NotSupportedError");
      }
      get mimeType(): string {
        return this.options.mimeType;
      }
      start(): void {}
    });
    const events = { kept: (): void => {}, failed: (): void => {} };
    expect(Recorder.start(stream("audio", "video"), {} as PieceStore, { sessionId: "s", clockS: 0 }, events)).not.toBeNull();
    expect(tried).toEqual(["video/mp4;codecs=avc1.42E01E,mp4a.40.2", "video/mp4"]);
  });
  it("is not used where it knows neither, or where there is none: the page says so", () => {
    browserThatRecords(/quicktime/);
    expect(recordable(stream("audio", "video"))).toBe(false);
    vi.stubGlobal("MediaRecorder", undefined);
    expect(recordable(stream("audio"))).toBe(false);
    expect(noticeWords({ code: "recording_unsupported", text: "", fatal: false })).toContain("Your answers are saved in words");
  });
});
