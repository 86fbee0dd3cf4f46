// How sound and picture reach the server: a peer, or PCM over the socket, or nothing at all.

import type { BacklogRequest, ClientFrame, Media, Welcome } from "../protocol.gen";
import type { Microphone } from "../media/microphone";
import { Peer } from "../media/peer";
import { RATE_HZ, base64Pcm, pcmBytes } from "../media/ring";

const CONNECT_MS = 8_000;
const BACKLOG_PIECE = RATE_HZ * 2;

export interface ConferenceEvents {
  send(frame: ClientFrame): boolean;
  sendPcm(pcm: Uint8Array<ArrayBuffer>): void;
  voice(stream: MediaStream | null): void;
  settled(media: Media, fell_back: boolean): void;
}

export class Conference {
  /** What carries the candidate's voice now. */
  media: Media = "text";
  private peer: Peer | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private anchor: { clock_s: number; at_ms: number } | null = null;
  private without_webrtc = false;

  constructor(
    private readonly stream: MediaStream,
    private readonly microphone: Microphone,
    private readonly events: ConferenceEvents,
  ) {}

  /** What to announce when the socket opens. */
  get wanted(): Media {
    if (this.stream.getAudioTracks().length === 0) return "text";
    return this.without_webrtc || typeof RTCPeerConnection === "undefined" ? "websocket" : "webrtc";
  }

  /** On every welcome: media start anew, a peer does not outlive its connection. */
  async begin(welcome: Welcome): Promise<void> {
    this.end();
    const clock_s = welcome.snapshot.session_clock_s;
    this.anchor = clock_s === null ? null : { clock_s, at_ms: performance.now() };
    const wanted = welcome.transport === "websocket" && this.wanted === "webrtc"
      ? "websocket" : this.wanted;
    if (wanted === "webrtc") await this.connect(welcome.ice_servers);
    else if (wanted === "websocket") this.useSocket(false);
    else this.settle("text", false);
  }

  /** Session clock now, as the server counts it. */
  clockS(): number {
    if (this.anchor === null) return 0;
    return this.anchor.clock_s + (performance.now() - this.anchor.at_ms) / 1000;
  }

  async answer(sdp: string): Promise<void> {
    try {
      await this.peer?.answer(sdp);
    } catch {
      this.useSocket(true);
    }
  }

  /** An offer that the server refused. */
  refused(): void {
    if (this.peer && this.media !== "webrtc") this.useSocket(true);
  }

  /** The candidate chose another microphone or camera. */
  async replace(track: MediaStreamTrack): Promise<void> {
    await this.peer?.replace(track);
  }

  /** The microphone was opened anew; go on sending where sound goes over the socket. */
  resumePcm(): void {
    if (this.media === "websocket") this.sendPieces();
  }

  /** Send what the microphone heard since `from_s`. Nothing when part of it is no longer here. */
  backlog(request: BacklogRequest): void {
    if (this.anchor === null) return;
    const from_ms = this.anchor.at_ms + (request.from_s - this.anchor.clock_s) * 1000;
    const pcm = this.microphone.ring.since(from_ms);
    if (pcm === null || pcm.length === 0) return;
    for (let at = 0; at < pcm.length; at += BACKLOG_PIECE) {
      const piece = pcm.subarray(at, at + BACKLOG_PIECE);
      this.events.send({
        type: "backlog",
        gap_id: request.gap_id,
        start_s: Math.max(0, request.from_s + at / RATE_HZ),
        pcm: base64Pcm(piece),
        last: at + BACKLOG_PIECE >= pcm.length,
      });
    }
  }

  /** No more media on this connection. */
  end(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.peer?.close();
    this.peer = null;
    this.microphone.onpiece = null;
    this.media = "text";
    this.events.voice(null);
  }

  private async connect(ice_servers: string[]): Promise<void> {
    const peer = new Peer(ice_servers);
    this.peer = peer;
    peer.onvoice = (stream) => this.events.voice(stream);
    peer.onstate = (state) => {
      if (state === "connected") this.connected();
      if (state === "lost") this.useSocket(true);
    };
    this.timer = setTimeout(() => this.useSocket(true), CONNECT_MS);
    try {
      const sdp = await peer.offer(this.stream);
      if (peer === this.peer) this.events.send({ type: "webrtc_offer", id: "offer", sdp });
    } catch {
      if (peer === this.peer) this.useSocket(true);
    }
  }

  private connected(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.settle("webrtc", false);
  }

  private useSocket(fell_back: boolean): void {
    if (fell_back) {
      this.end();
      this.without_webrtc = true;
      this.events.send({ type: "webrtc_close" });
    }
    this.sendPieces();
    this.settle("websocket", fell_back);
  }

  private sendPieces(): void {
    this.microphone.onpiece = (pcm) => this.events.sendPcm(pcmBytes(pcm));
  }

  private settle(media: Media, fell_back: boolean): void {
    this.media = media;
    this.events.settled(media, fell_back);
  }
}
