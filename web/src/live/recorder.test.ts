import { afterEach, describe, expect, it, vi } from "vitest";
import { recordable } from "./recorder";
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
  it("is not used where it knows neither, or where there is none: the page says so", () => {
    browserThatRecords(/quicktime/);
    expect(recordable(stream("audio", "video"))).toBe(false);
    vi.stubGlobal("MediaRecorder", undefined);
    expect(recordable(stream("audio"))).toBe(false);
    expect(noticeWords({ code: "recording_unsupported", text: "", fatal: false })).toContain("Your answers are saved in words");
  });
});
