// Camera and microphone: asking, choosing, and what to say when the browser says no.

export type DeviceProblem = "denied" | "missing" | "busy" | "insecure" | "unknown";

export interface Chosen {
  microphone_id?: string;
  camera_id?: string;
}

export interface Opened {
  stream: MediaStream;
  microphone: DeviceProblem | null;
  camera: DeviceProblem | null;
}

const SOUND: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
  channelCount: 1,
};
const PICTURE: MediaTrackConstraints = {
  width: { ideal: 640 },
  height: { ideal: 480 },
  frameRate: { ideal: 15, max: 15 },
  facingMode: "user",
};

/** Open both, or the one that works. Never throws: a problem is named per device. */
export async function openDevices(chosen: Chosen = {}): Promise<Opened> {
  if (!navigator.mediaDevices?.getUserMedia) {
    return { stream: new MediaStream(), microphone: "insecure", camera: "insecure" };
  }
  const audio = { ...SOUND, ...only(chosen.microphone_id) };
  const video = { ...PICTURE, ...only(chosen.camera_id) };
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio, video });
    return { stream, microphone: null, camera: null };
  } catch {
    return openEach(audio, video);
  }
}

async function openEach(
  audio: MediaTrackConstraints, video: MediaTrackConstraints,
): Promise<Opened> {
  const stream = new MediaStream();
  const add = async (wanted: MediaStreamConstraints): Promise<DeviceProblem | null> => {
    try {
      const got = await navigator.mediaDevices.getUserMedia(wanted);
      got.getTracks().forEach((track) => stream.addTrack(track));
      return null;
    } catch (error) {
      return problemOf(error);
    }
  };
  const microphone = await add({ audio });
  const camera = await add({ video });
  return { stream, microphone, camera };
}

function only(device_id: string | undefined): MediaTrackConstraints {
  return device_id ? { deviceId: { exact: device_id } } : {};
}

/** Which of the few things that can be wrong it was. */
export function problemOf(error: unknown): DeviceProblem {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return "unknown";
}

/** What can be chosen now. Names are empty until one device was allowed. */
export async function listDevices(): Promise<MediaDeviceInfo[]> {
  return (await navigator.mediaDevices?.enumerateDevices()) ?? [];
}

export function stopStream(stream: MediaStream | null): void {
  stream?.getTracks().forEach((track) => track.stop());
}
