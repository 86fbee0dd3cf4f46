// The devices in the room: watched, and changed for others without leaving it.
import { Hearing, LOOK_MS } from "./hearing";
import type { Microphone } from "./mic";
import type { Choice, Choices, DeviceState, Notice } from "./model";

const AUDIO = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const VIDEO = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 24 } };

const REFUSED: Record<"audio" | "video", Readonly<Record<string, string>>> = {
  audio: { NotAllowedError: "microphone_denied", NotFoundError: "microphone_missing" },
  video: { NotAllowedError: "camera_denied" },
};

export interface SensesEvents {
  changed(): void;
  tell(code: string): void;
  /** The microphone in use is gone, or there is one again. */
  hears(hears: boolean): void;
  /** `track` is in `stream` in the place of the old one of its kind; null: none is any more. */
  swapped(kind: "audio" | "video", track: MediaStreamTrack | null, stream: MediaStream): Promise<void>;
}

export class Senses {
  stream: MediaStream | null = null;
  private readonly hearing = new Hearing();
  private heard: DeviceState = "on";
  private seen: DeviceState = "on";
  private timer: ReturnType<typeof setInterval> | undefined;
  private following = false;

  constructor(private readonly microphone: Microphone, private readonly events: SensesEvents) {}

  begin(stream: MediaStream | null): void {
    this.stream = stream;
    this.timer = setInterval(() => this.look(), LOOK_MS);
    (navigator.mediaDevices as MediaDevices | undefined)?.addEventListener("devicechange", this.plugged);
  }

  end(): void {
    clearInterval(this.timer);
    (navigator.mediaDevices as MediaDevices | undefined)?.removeEventListener("devicechange", this.plugged);
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
  }

  /** How the microphone is, where there is or was one. */
  get hearingState(): DeviceState | null {
    return this.track("audio") === null ? null : this.heard;
  }

  /** How the camera is, where there is or was one. */
  get seeingState(): DeviceState | null {
    return this.track("video") === null ? null : this.seen;
  }

  async choices(): Promise<Choices> {
    const all = (await (navigator.mediaDevices as MediaDevices | undefined)?.enumerateDevices()) ?? [];
    const of = (kind: MediaDeviceKind): Choice[] => all
      .filter((one) => one.kind === kind && one.deviceId !== "")
      .map((one, index) => ({ id: one.deviceId, label: one.label || `${kind === "audioinput" ? "Microphone" : "Camera"} ${index + 1}` }));
    return { microphones: of("audioinput"), cameras: of("videoinput"), microphone: this.inUse("audio"), camera: this.inUse("video") };
  }

  /** Another device of that kind; "" for the browser's own choice, null for none. Rejects with a Notice. */
  async choose(kind: "audio" | "video", id: string | null): Promise<void> {
    const track = id === null ? null : await open(kind, id);
    const stream = this.stream ?? new MediaStream();
    for (const old of kind === "audio" ? stream.getAudioTracks() : stream.getVideoTracks()) {
      stream.removeTrack(old);
      old.stop();
    }
    if (track) stream.addTrack(track);
    this.stream = stream;
    if (kind === "audio") {
      this.hearing.renew();
      this.heard = "on";
    } else {
      this.seen = "on";
    }
    await this.events.swapped(kind, track, stream);
    if (kind === "audio" && track) this.events.hears(true);
    this.events.changed();
  }

  private look(): void {
    const sound = this.track("audio");
    if (sound) this.note(this.hearing.look({ live: sound.readyState === "live", muted: sound.muted, level: this.microphone.loudest() }, performance.now()));
    const picture = this.track("video");
    if (picture === null) return;
    const seen = picture.readyState === "live" ? "on" : "lost";
    if (seen === this.seen) return;
    this.seen = seen;
    if (seen === "lost") this.events.tell("camera_lost");
    this.events.changed();
  }

  private note(now: DeviceState): void {
    if (now === this.heard) return;
    this.heard = now;
    this.events.tell(now === "on" ? "microphone_back" : "microphone_lost");
    this.events.changed();
    this.events.hears(now !== "lost");
    if (now === "lost") void this.follow();
  }

  /** What was unplugged is followed by what is there, so that the answer goes on. */
  private async follow(): Promise<void> {
    if (this.following || this.heard !== "lost") return;
    this.following = true;
    try {
      await this.choose("audio", "");
      this.events.tell("microphone_changed");
    } catch {
      // There is no other: the page says so until one is plugged in or chosen.
    } finally {
      this.following = false;
    }
  }

  private readonly plugged = (): void => {
    if (this.heard === "lost") void this.follow();
    this.events.changed();
  };

  private track(kind: "audio" | "video"): MediaStreamTrack | null {
    return (kind === "audio" ? this.stream?.getAudioTracks() : this.stream?.getVideoTracks())?.[0] ?? null;
  }

  private inUse(kind: "audio" | "video"): string | null {
    const track = this.track(kind);
    return track?.readyState === "live" ? (track.getSettings().deviceId ?? null) : null;
  }
}

async function open(kind: "audio" | "video", id: string): Promise<MediaStreamTrack> {
  const wanted = { ...(kind === "audio" ? AUDIO : VIDEO), ...(id ? { deviceId: { exact: id } } : {}) };
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ [kind]: wanted });
    const [track] = stream.getTracks();
    if (track) return track;
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    throw notice(REFUSED[kind][name] ?? "device_unusable");
  }
  throw notice("device_unusable");
}

function notice(code: string): Notice {
  return { code, text: "", fatal: false };
}
