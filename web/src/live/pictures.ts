// The camera's pictures over a socket of their own, where no peer carries them: without WebRTC an
// honest candidate would look absent.
import { waitMs } from "./socket";

const EVERY_MS = 500;
const WIDTH_PX = 480;
const QUALITY = 0.7;
/** The line cannot keep up: the next picture is worth more than this one. */
const MAX_UNSENT_BYTES = 150_000;

export interface PictureSource {
  /** What the camera shows now, a JPEG data URL; null before its first picture. */
  grab(): string | null;
  close(): void;
}

export class Pictures {
  private socket: WebSocket | null = null;
  private source: PictureSource | null = null;
  private timer: ReturnType<typeof setInterval> | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private attempt = 0;
  private wanted = false;

  constructor(
    private readonly address: (ticket: string) => string,
    private readonly ticket: () => Promise<string>,
    private readonly open: () => PictureSource,
  ) {}

  /** Send pictures from now on, or no more. */
  show(wanted: boolean): void {
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    if (wanted) void this.connect();
    else this.stop();
  }

  private async connect(): Promise<void> {
    try {
      const ticket = await this.ticket();
      if (!this.wanted || this.socket !== null) return;
      this.listen(new WebSocket(this.address(ticket)));
    } catch {
      this.again();
    }
  }

  private listen(socket: WebSocket): void {
    this.socket = socket;
    this.source ??= this.open();
    socket.onmessage = () => (this.attempt = 0);
    socket.onclose = () => this.again();
    this.timer = setInterval(() => this.send(socket), EVERY_MS);
  }

  private send(socket: WebSocket): void {
    if (socket.readyState !== WebSocket.OPEN || socket.bufferedAmount > MAX_UNSENT_BYTES) return;
    const image_data = this.source?.grab();
    if (image_data) socket.send(JSON.stringify({ type: "process_frame", image_data }));
  }

  private again(): void {
    this.drop();
    if (!this.wanted) return;
    this.attempt += 1;
    this.retry = setTimeout(() => void this.connect(), waitMs(this.attempt, Math.random()));
  }

  private stop(): void {
    clearTimeout(this.retry);
    this.drop();
    this.source?.close();
    this.source = null;
  }

  private drop(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    const { socket } = this;
    this.socket = null;
    if (socket === null) return;
    socket.onclose = socket.onmessage = null;
    socket.close();
  }
}

export function pictureAddress(sessionId: string): (ticket: string) => string {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return (ticket) => `${scheme}://${location.host}/ws/proctoring?${new URLSearchParams({ session_id: sessionId, ticket })}`;
}

/** Draws the stream's picture when it is asked. */
export function pictureSource(track: MediaStreamTrack | null): PictureSource {
  const video = document.createElement("video");
  video.muted = video.playsInline = true;
  video.srcObject = track && new MediaStream([track]);
  void video.play().catch(() => undefined); // without a picture `grab` says so
  const canvas = document.createElement("canvas");
  return {
    grab() {
      if (video.videoWidth === 0 || track?.readyState !== "live") return null;
      canvas.width = Math.min(WIDTH_PX, video.videoWidth);
      canvas.height = Math.round((canvas.width * video.videoHeight) / video.videoWidth);
      canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
      return canvas.toDataURL("image/jpeg", QUALITY);
    },
    close: () => (video.srcObject = null),
  };
}
