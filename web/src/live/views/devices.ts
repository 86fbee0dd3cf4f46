// Camera and microphone before the interview: open them, meter them, record a test clip, play a tone.

export type Refusal = "denied" | "missing" | "busy" | "insecure";

export interface Opened {
  stream: MediaStream | null;
  /** Why the microphone, the camera, or both are not there. */
  microphone: Refusal | null;
  camera: Refusal | null;
}

/** Both, else the microphone alone, else the camera alone. Never throws. */
export async function openDevices(): Promise<Opened> {
  // `mediaDevices` is absent on pages without https.
  if (!(navigator.mediaDevices as MediaDevices | undefined)) {
    return { stream: null, microphone: "insecure", camera: "insecure" };
  }
  const video = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 24 } };
  const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  const both = await ask({ audio, video });
  if (both instanceof MediaStream) return { stream: both, microphone: null, camera: null };
  const sound = await ask({ audio });
  if (sound instanceof MediaStream) return { stream: sound, microphone: null, camera: both };
  const picture = await ask({ video });
  if (picture instanceof MediaStream) return { stream: picture, microphone: sound, camera: null };
  return { stream: null, microphone: sound, camera: picture };
}

async function ask(wanted: MediaStreamConstraints): Promise<MediaStream | Refusal> {
  try {
    return await navigator.mediaDevices.getUserMedia(wanted);
  } catch (error) {
    return refusal(error instanceof DOMException ? error.name : "");
  }
}

/** Names of the Media Capture specification, section 10.6. */
export function refusal(name: string): Refusal {
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return "missing";
}

export class Listener {
  private readonly context = new AudioContext();
  private readonly analyser = this.context.createAnalyser();
  private readonly wave: Float32Array<ArrayBuffer>;

  constructor(private readonly stream: MediaStream) {
    this.analyser.fftSize = 1024;
    this.wave = new Float32Array(this.analyser.fftSize);
    this.context.createMediaStreamSource(stream).connect(this.analyser);
  }

  /** Loudness now, 0..1; speech at a normal distance is about 0.2 to 0.5. */
  level(): number {
    this.analyser.getFloatTimeDomainData(this.wave);
    let sum = 0;
    for (const sample of this.wave) sum += sample * sample;
    return Math.min(1, Math.sqrt(sum / this.wave.length) * 4);
  }

  /** Browsers hold audio back until the first click. */
  resume(): void {
    void this.context.resume();
  }

  /** Record the microphone for so long. */
  record(seconds: number): Promise<Blob> {
    const recorder = new MediaRecorder(new MediaStream(this.stream.getAudioTracks()));
    const parts: Blob[] = [];
    return new Promise((done, fail) => {
      recorder.ondataavailable = (event) => parts.push(event.data);
      recorder.onerror = () => fail(new Error("recording the test failed"));
      recorder.onstop = () => done(new Blob(parts, { type: recorder.mimeType }));
      recorder.start();
      setTimeout(() => recorder.state !== "inactive" && recorder.stop(), seconds * 1000);
    });
  }

  /** Record until `stop`; there is one at a time. */
  begin(): () => Promise<Blob> {
    const recorder = new MediaRecorder(new MediaStream(this.stream.getAudioTracks()));
    const parts: Blob[] = [];
    const whole = new Promise<Blob>((done, fail) => {
      recorder.ondataavailable = (event) => parts.push(event.data);
      recorder.onerror = () => fail(new Error("recording failed"));
      recorder.onstop = () => done(new Blob(parts, { type: recorder.mimeType }));
    });
    recorder.start();
    return () => {
      if (recorder.state !== "inactive") recorder.stop();
      return whole;
    };
  }

  /** Two soft notes. Resolves when they have been played. */
  async tone(): Promise<void> {
    await this.context.resume();
    await playTone(this.context);
  }

  close(): void {
    void this.context.close();
  }
}

/** Two soft notes through the speakers. */
export function playTone(context: AudioContext): Promise<void> {
  const gain = context.createGain();
  gain.connect(context.destination);
  const start = context.currentTime + 0.05;
  gain.gain.setValueAtTime(0, start);
  for (const [index, frequency] of [523.25, 659.25].entries()) {
    const note = context.createOscillator();
    const at = start + index * 0.35;
    note.frequency.value = frequency;
    note.connect(gain);
    gain.gain.linearRampToValueAtTime(0.18, at + 0.03);
    gain.gain.exponentialRampToValueAtTime(0.001, at + 0.33);
    note.start(at);
    note.stop(at + 0.35);
  }
  return new Promise((done) => setTimeout(done, 800));
}
