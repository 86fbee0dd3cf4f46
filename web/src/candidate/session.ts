// Joins state, socket, media and recording. Views read `state` and call the verbs; nothing here
// touches what is drawn.

import type { AvatarFrame, ClientFrame, Media, ServerFrame } from "../protocol.gen";
import { stopStream } from "../media/devices";
import { Microphone } from "../media/microphone";
import { type AppState, type Invitation, START, roomOf } from "../state/app";
import { EMPTY, type Outbox, newId, put, refused, settle } from "../state/outbox";
import { type Input, reduce } from "../state/reduce";
import { ApiFailure, CandidateApi, sessionIdOf, takeToken } from "./api";
import { Conference } from "./conference";
import { Link } from "./link";
import { Taping } from "./taping";
import { AvatarVoice } from "./voice";

const TYPING_MS = 1_000;

/** The candidate's sitting in this page. Fires `change` when `state` is another. */
export class Session extends EventTarget {
  state: AppState = START;
  stream: MediaStream = new MediaStream();
  readonly microphone = new Microphone();
  readonly voice = new AvatarVoice();
  taping: Taping | null = null;
  api: CandidateApi | null = null;
  private link: Link | null = null;
  private conference: Conference | null = null;
  private outbox: Outbox = EMPTY;
  private typed_ms = 0;
  private spoken = new Map<string, AvatarFrame>();
  private session_id = "";

  constructor() {
    super();
    this.voice.onblocked = () => this.notice("sound_blocked");
    this.voice.onplayed = (prompt_id, event, position_s) => {
      this.post({ type: "playback", prompt_id, event, position_s });
    };
    const wake = () => {
      this.voice.wake();
      this.microphone.wake();
    };
    addEventListener("pointerdown", wake);
    addEventListener("keydown", wake);
  }

  /** Look up what the link opens. */
  async open(): Promise<void> {
    const session_id = sessionIdOf(location.pathname);
    const token = session_id === null ? null : takeToken(session_id);
    if (session_id === null || token === null) return this.input({ kind: "failed", code: "link_missing" });
    this.session_id = session_id;
    this.api = new CandidateApi(token);
    try {
      const invitation: Invitation = await this.api.invitation();
      this.taping = await Taping.open(this.api, session_id, () => this.changed());
      this.input({ kind: "invited", invitation });
      if (this.state.kind === "lobby" && invitation.consent_received) this.consent();
    } catch (error) {
      const code = error instanceof ApiFailure ? error.code : "network";
      this.input({ kind: "failed", code, text: error instanceof ApiFailure ? error.message : "" });
    }
  }

  consent(): void {
    this.input({ kind: "consented" });
  }

  decline(): void {
    this.input({ kind: "declined" });
  }

  back(): void {
    this.input({ kind: "back" });
  }

  /** Into the room with what was opened in the check; an empty stream means typing. */
  async join(stream: MediaStream): Promise<void> {
    if (this.state.kind !== "checking" || this.api === null) return;
    await this.use(stream);
    this.input({ kind: "checked" });
    this.conference = new Conference(this.stream, this.microphone, {
      send: (frame) => this.link?.send(frame) ?? false,
      sendPcm: (pcm) => this.link?.sendPcm(pcm),
      voice: (voice) => this.voice.attach(voice),
      settled: (media, fell_back) => this.settled(media, fell_back),
    });
    this.link = new Link(this.api, this.session_id, () => this.place(), {
      frame: (frame) => this.take(frame),
      lost: (attempt) => this.lost(attempt),
      failed: (code) => this.leave({ kind: "failed", code }),
    });
    await this.link.open();
  }

  // --- verbs of the room ---------------------------------------------------------------------

  repeat(): void {
    this.command({ type: "repeat", id: newId() });
  }

  moment(): void {
    this.command({ type: "moment", id: newId() });
  }

  skip(): void {
    this.command({ type: "skip", id: newId() });
  }

  done(): void {
    this.command({ type: "done", id: newId(), answer_id: newId() });
  }

  /** A typed answer, with code for a coding question. */
  answer(content: string, code: string | null = null): void {
    const question_number = roomOf(this.state)?.question_number ?? null;
    const id = newId();
    this.command({ type: "text_response", id, answer_id: newId(), content, code, question_number });
  }

  /** Unsent text goes along, so that nothing is lost. */
  end(content = "", code: string | null = null): void {
    this.command({ type: "end_interview", id: newId(), content, code });
  }

  /** Keys are pressed; said at most once a second. */
  typing(): void {
    const now_ms = performance.now();
    if (now_ms - this.typed_ms < TYPING_MS) return;
    this.typed_ms = now_ms;
    this.post({ type: "typing" });
  }

  /** Another device, while the interview goes on. */
  async replace(track: MediaStreamTrack): Promise<void> {
    const old = this.stream.getTracks().find((item) => item.kind === track.kind);
    if (old) {
      this.stream.removeTrack(old);
      old.stop();
    }
    this.stream.addTrack(track);
    await this.conference?.replace(track);
    if (track.kind === "audio") {
      await this.microphone.close();
      await this.microphone.open(this.stream);
      this.conference?.resumePcm();
    }
    await this.taping?.restart(this.stream, this.conference?.clockS() ?? 0);
    this.changed();
  }

  notice(code: string, tone: "info" | "warning" = "info"): void {
    this.input({ kind: "notice", code, tone, now_ms: performance.now() });
  }

  // --- frames -----------------------------------------------------------------------------

  private take(frame: ServerFrame): void {
    const failed = refused(this.outbox, frame);
    this.outbox = settle(this.outbox, frame);
    this.input({ kind: "frame", frame, now_ms: performance.now() });
    switch (frame.type) {
      case "welcome":
        this.spoken.clear();
        void this.conference?.begin(frame);
        break;
      case "webrtc_answer":
        void this.conference?.answer(frame.sdp);
        break;
      case "backlog_request":
        this.conference?.backlog(frame);
        break;
      case "avatar":
        this.speak(frame);
        break;
      case "error":
        if (frame.ref === "offer") this.conference?.refused();
        if (failed?.type === "consent") this.leave({ kind: "failed", code: frame.code, text: frame.content });
        break;
      case "interview_concluded":
      case "takeover":
        void this.over(frame.type);
        break;
    }
  }

  private speak(frame: AvatarFrame): void {
    if (frame.event === "duck" || frame.event === "resume") return this.voice.duck(frame.event === "duck");
    if (frame.event === "end") {
      if (this.conference?.media === "webrtc" || frame.interrupted) this.voice.stop();
      return;
    }
    this.voice.duck(false);
    if (this.conference?.media === "webrtc") return this.voice.follow(frame.visemes);
    const line = roomOf(this.state)?.line;
    if (line?.prompt_id === frame.prompt_id && line.audio_file) {
      this.voice.play(frame.prompt_id, line.audio_file, frame.visemes);
    } else {
      this.voice.follow(frame.visemes);
    }
  }

  /** Media are decided: consent may start the avatar, and the recording with it. */
  private settled(media: Media, fell_back: boolean): void {
    if (fell_back) this.notice("media_socket");
    if (media === "text" && this.stream.getAudioTracks().length > 0) this.notice("media_text", "warning");
    const room = roomOf(this.state);
    if (room === null || this.state.kind !== "live") return;
    if (!room.consent_received) {
      const waiting = this.outbox.waiting.some((item) => item.type === "consent");
      if (!waiting) {
        const { consent_version: text_version } = room;
        this.command({ type: "consent", id: newId(), granted: true, text_version });
      }
    }
    for (const frame of this.outbox.waiting) this.link?.send(frame);
  }

  private tape(): void {
    const room = roomOf(this.state);
    if (this.state.kind !== "live" || !room?.consent_received || !room.recording.available) return;
    if (!this.state.invitation.capabilities.recording.available) return;
    this.taping?.start(this.stream, this.conference?.clockS() ?? 0, () =>
      this.notice("recording_failed", "warning"));
  }

  private lost(attempt: number): void {
    this.conference?.end();
    this.voice.stop();
    this.input({ kind: "lost", attempt });
  }

  private async over(how: "interview_concluded" | "takeover"): Promise<void> {
    this.link?.close();
    this.conference?.end();
    if (how === "takeover") this.voice.stop();
    await this.taping?.finish();
    await this.microphone.close();
    stopStream(this.stream);
    this.changed();
  }

  private leave(input: Input): void {
    this.link?.close();
    this.conference?.end();
    this.voice.stop();
    void this.taping?.finish().then(() => stopStream(this.stream));
    this.input(input);
  }

  private command(frame: ClientFrame): void {
    this.outbox = put(this.outbox, frame);
    this.link?.send(frame);
  }

  private post(frame: ClientFrame): void {
    this.link?.send(frame);
  }

  private place() {
    const room = roomOf(this.state);
    return {
      last_seq: room?.seq ?? null,
      epoch: room?.epoch ?? null,
      media: this.conference?.wanted ?? ("text" as Media),
    };
  }

  private async use(stream: MediaStream): Promise<void> {
    this.stream = stream;
    await this.microphone.close();
    await this.microphone.open(stream);
    stream.getAudioTracks().forEach((track) => {
      track.onended = () => this.notice("microphone_lost", "warning");
    });
  }

  private input(input: Input): void {
    const next = reduce(this.state, input);
    if (next === this.state) return;
    this.state = next;
    this.tape();
    this.changed();
  }

  private changed(): void {
    this.dispatchEvent(new Event("change"));
  }
}
