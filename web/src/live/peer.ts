// The WebRTC peer: our sound and picture out, the avatar's voice in. Offers are complete (the
// candidates are waited for), so that one frame each way is enough.
const GATHER_MS = 1_000;
const VIDEO_FPS = 5;
const VIDEO_BITS = 250_000;

export type PeerState = "connected" | "lost";

export class Peer {
  onstate: ((state: PeerState) => void) | null = null;
  onvoice: ((voice: MediaStream) => void) | null = null;
  private readonly pc: RTCPeerConnection;

  constructor(iceServers: readonly string[]) {
    this.pc = new RTCPeerConnection({ iceServers: iceServers.map((urls) => ({ urls })) });
    this.pc.ontrack = (event) => {
      if (event.track.kind === "audio") this.onvoice?.(new MediaStream([event.track]));
    };
    this.pc.onconnectionstatechange = () => this.changed();
  }

  /** The offer to send. */
  async offer(stream: MediaStream | null): Promise<string> {
    const tracks = stream?.getTracks() ?? [];
    for (const track of tracks) {
      const sender = this.pc.addTrack(track, ...(stream ? [stream] : []));
      if (track.kind === "video") await slow(sender);
    }
    if (!tracks.some((track) => track.kind === "audio")) {
      this.pc.addTransceiver("audio", { direction: "recvonly" });
    }
    await this.pc.setLocalDescription(await this.pc.createOffer());
    await this.gathered();
    return this.pc.localDescription?.sdp ?? "";
  }

  async answer(sdp: string): Promise<void> {
    if (this.pc.signalingState !== "have-local-offer") return;
    await this.pc.setRemoteDescription({ type: "answer", sdp });
  }

  /** Send another track in the place of one of that kind; false where none was sent. */
  async replace(track: MediaStreamTrack): Promise<boolean> {
    const sender = this.pc.getSenders().find((one) => one.track?.kind === track.kind);
    await sender?.replaceTrack(track);
    return sender !== undefined;
  }

  close(): void {
    this.onstate = this.onvoice = null;
    this.pc.close();
  }

  private changed(): void {
    const state = this.pc.connectionState;
    if (state === "connected") this.onstate?.("connected");
    if (state === "failed" || state === "closed") this.onstate?.("lost");
  }

  private gathered(): Promise<void> {
    if (this.pc.iceGatheringState === "complete") return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, GATHER_MS);
      this.pc.onicegatheringstatechange = () => {
        if (this.pc.iceGatheringState !== "complete") return;
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

async function slow(sender: RTCRtpSender): Promise<void> {
  const parameters = sender.getParameters();
  if (!parameters.encodings?.length) parameters.encodings = [{}];
  for (const encoding of parameters.encodings) {
    encoding.maxFramerate = VIDEO_FPS;
    encoding.maxBitrate = VIDEO_BITS;
  }
  try {
    await sender.setParameters(parameters);
  } catch {
    // Older browsers take no parameters before the offer; the picture is then only larger.
  }
}
