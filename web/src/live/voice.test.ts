import { describe, expect, it } from "vitest";
import { Voice } from "./voice";

/** What an audio element does, driven by hand. */
class Sound {
  paused = true;
  ended = false;
  error: unknown = null;
  volume = 1;
  currentTime = 0;
  autoplay = false;
  srcObject: unknown = null;
  onplaying: (() => void) | null = null;
  onended: (() => void) | null = null;
  onerror: (() => void) | null = null;
  constructor(readonly address: string | undefined) {}
  play(): Promise<void> {
    this.paused = false;
    return Promise.resolve();
  }
  pause(): void {
    this.paused = true;
  }
  end(): void {
    this.ended = true;
    this.onended?.();
  }
}

function rig() {
  const sounds: Sound[] = [];
  const told: string[] = [];
  const voice = new Voice(
    { blocked: () => told.push("blocked"), played: (id, event) => told.push(`${id} ${event}`) },
    (address) => {
      const sound = new Sound(address);
      sounds.push(sound);
      return sound as unknown as HTMLAudioElement;
    },
  );
  return { voice, told, files: () => sounds.slice(1) };
}

describe("voice", () => {
  it("lets a prompt sound to its end before the next one begins", () => {
    const { voice, told, files } = rig();
    voice.play("a", "/a");
    voice.play("b", "/b");
    expect(files().map((sound) => [sound.address, sound.paused])).toEqual([["/a", false]]);
    files()[0]?.end();
    expect(files().map((sound) => sound.address)).toEqual(["/a", "/b"]);
    expect(told).toEqual(["a finished"]);
  });
  it("is silent at once when interrupted, the waiting prompt too", () => {
    const { voice, files } = rig();
    voice.play("a", "/a");
    voice.play("b", "/b");
    voice.stop();
    expect(files().map((sound) => sound.paused)).toEqual([true]);
    expect(files()[0]?.onended).toBeNull();
  });
  it("does not wait behind a sound that the browser holds back or that broke", () => {
    const { voice, files } = rig();
    voice.play("a", "/a");
    files()[0]?.pause();
    voice.play("b", "/b");
    voice.play("c", "/c");
    files()[1]?.onerror?.();
    expect(files().map((sound) => sound.address)).toEqual(["/a", "/b", "/c"]);
  });
  it("says the same prompt once", () => {
    const { voice, files } = rig();
    voice.play("a", "/a");
    voice.play("a", "/a");
    expect(files().length).toBe(1);
  });
});
