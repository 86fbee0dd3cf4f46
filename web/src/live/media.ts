// How sound and picture reach the server: a peer, PCM over the socket, or nothing at all.
import type { BacklogRequest, ClientFrame, Media, Welcome } from "../protocol.gen";
import type { Microphone } from "./mic";
import { Peer } from "./peer";
import { RATE_HZ, base64Pcm, pcmBytes } from "./ring";

const CONNECT_MS = 8_000;
/** 3 s of sound: 128 KB as base64. */
const BACKLOG_SAMPLES = 3 * RATE_HZ;
const OFFER_ID = "offer";
const MAX_PEERS = 3;

export interface ConferenceEvents {
  send(frame: ClientFrame): boolean;
  sendPcm(pcm: Uint8Array<ArrayBuffer>): void;
  voice(stream: MediaStream | null): void;
  /** What carries the candidate's voice has changed. */
  changed(media: Media, fellBack: boolean): void;
}

/** The session clock, as the server told it once. */
export interface Anchor {
  clockS: number;
  atMs: number;
}

export class Conference {
  media: Media = "text";
  private peer: Peer | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private anchor: Anchor | null = null;
  private iceServers: readonly string[] = [];
  private withoutPeer = typeof RTCPeerConnection === "undefined";
  private peersLost = 0;
  private everConnected = false;

  constructor(
    private stream: MediaStream | null,
    private readonly microphone: Microphone,
    private readonly events: ConferenceEvents,
  ) {}

  /** What to announce when the socket opens. */
  get wanted(): Media {
    if (!this.withoutPeer) return "webrtc";
    return this.hasSound ? "websocket" : "text";
  }

  /** On every welcome: a peer does not outlive its connection. */
  begin(welcome: Welcome): void {
    this.end();
    const clockS = welcome.snapshot.session_clock_s;
    if (typeof clockS === "number") this.anchor = { clockS, atMs: performance.now() };
    if (welcome.transport === "websocket") this.withoutPeer = true;
    this.iceServers = welcome.ice_servers;
    this.peersLost = 0;
    if (this.wanted === "webrtc") void this.connect();
    else this.withoutWebRtc(false);
  }

  /** The session has begun while we were here. */
  started(): void {
    this.anchor ??= { clockS: 0, atMs: performance.now() };
  }

  /** Session clock now, as the server counts it. */
  clockS(): number {
    if (this.anchor === null) return 0;
    return this.anchor.clockS + (performance.now() - this.anchor.atMs) / 1000;
  }

  async answer(sdp: string): Promise<void> {
    const { peer } = this;
    try {
      await peer?.answer(sdp);
    } catch {
      if (peer === this.peer) this.fallBack();
    }
  }

  /** Whether a refused command was our offer. */
  refused(ref: string | null): boolean {
    if (ref !== OFFER_ID) return false;
    this.fallBack();
    return true;
  }

  /** Send what the microphone heard since then; empty when it was not listening yet. */
  backlog(request: BacklogRequest): void {
    if (this.anchor === null) return;
    const { clockS, atMs } = this.anchor;
    const kept = this.microphone.ring.since(atMs + (request.from_s - clockS) * 1000);
    const startS = kept === null ? this.clockS() : clockS + (kept.startMs - atMs) / 1000;
    const pcm = kept?.pcm ?? new Int16Array();
    for (const frame of backlogFrames(request.gap_id, startS, pcm)) this.events.send(frame);
  }

  /** Another device: its track takes the old one's place, else the media are opened anew. */
  async use(stream: MediaStream, track: MediaStreamTrack | null): Promise<void> {
    this.stream = stream;
    if (this.peer === null && this.media !== "text") return;
    if (this.peer && track && (await this.peer.replace(track).catch(() => false))) return;
    this.dropPeer();
    this.withoutPeer = this.withoutPeer && !this.everConnected;
    if (this.wanted === "webrtc") void this.connect();
    else this.withoutWebRtc(false);
  }

  /** No more media on this connection. */
  end(): void {
    this.dropPeer();
    this.microphone.onpiece = null;
    this.media = "text";
  }

  private get hasSound(): boolean {
    return (this.stream?.getAudioTracks().length ?? 0) > 0;
  }

  private async connect(): Promise<void> {
    const peer = new Peer(this.iceServers);
    this.peer = peer;
    peer.onvoice = (voice) => this.events.voice(voice);
    peer.onstate = (state) => (state === "connected" ? this.connected() : this.lost());
    this.timer = setTimeout(() => this.fallBack(), CONNECT_MS);
    try {
      const sdp = await peer.offer(this.stream);
      if (peer === this.peer) this.events.send({ type: "webrtc_offer", id: OFFER_ID, sdp });
    } catch {
      if (peer === this.peer) this.fallBack();
    }
  }

  private connected(): void {
    this.stopTimer();
    this.everConnected = true;
    this.change("webrtc", false);
  }

  /** A peer that was good is tried again; one that never was is not. */
  private lost(): void {
    const again = this.media === "webrtc" && this.peersLost < MAX_PEERS;
    if (!again) return this.fallBack();
    this.peersLost += 1;
    this.dropPeer();
    void this.connect();
  }

  /** The next connection tries a peer again only where one has worked before. */
  private fallBack(): void {
    this.dropPeer();
    if (!this.everConnected) this.withoutPeer = true;
    this.events.send({ type: "webrtc_close" });
    this.withoutWebRtc(true);
  }

  private withoutWebRtc(fellBack: boolean): void {
    if (this.hasSound) {
      this.microphone.onpiece = (pcm) => this.events.sendPcm(pcmBytes(pcm));
    }
    this.change(this.hasSound ? "websocket" : "text", fellBack);
  }

  private change(media: Media, fellBack: boolean): void {
    this.media = media;
    this.events.changed(media, fellBack);
  }

  private dropPeer(): void {
    this.stopTimer();
    this.peer?.close();
    this.peer = null;
    this.events.voice(null);
  }

  private stopTimer(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }
}

/** The sound in pieces that fit a frame, each with its place on the session clock. */
export function backlogFrames(gapId: string, startS: number, pcm: Int16Array): ClientFrame[] {
  const frames: ClientFrame[] = [];
  for (let at = 0; at === 0 || at < pcm.length; at += BACKLOG_SAMPLES) {
    frames.push({
      type: "backlog",
      gap_id: gapId,
      start_s: Math.max(0, startS + at / RATE_HZ),
      pcm: base64Pcm(pcm.subarray(at, at + BACKLOG_SAMPLES)),
      last: at + BACKLOG_SAMPLES >= pcm.length,
    });
  }
  return frames;
}
