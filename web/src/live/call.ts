// The candidate's part in the interview, from joining to the end: connection, media, commands.
import type { ClientFrame, Media, ServerFrame } from "../protocol.gen";
import type { CandidateApi } from "./api";
import { Conference } from "./media";
import type { Microphone } from "./mic";
import type { Notice } from "./model";
import { leadMs } from "./onset";
import { Outbox, closes, newId } from "./outbox";
import { PageWatch } from "./page-events";
import { Pictures, pictureAddress, pictureSource } from "./pictures";
import { type Room, audioOf, roomAfter, typedInto, welcomed } from "./room";
import { Socket } from "./socket";
import { Voice } from "./voice";

const SAVING_MS = 6_000;
/** server/live/messages.py, PROTOCOL_VERSION. */
const PROTOCOL = 1;
/** Sound from the peer is heard about this long after the server says that it began. */
const JITTER_MS = 140;

export interface CallEvents {
  changed(): void;
  notice(code: string, text?: string): void;
  takenOver(): void;
  concluded(): void;
  /** After the goodbye: nothing more will come. */
  over(): void;
  failed(notice: Notice): void;
}

export class Call {
  room: Room | null = null;
  /** 0 while connected, else which try is under way. */
  attempt = 0;
  media: Media;
  private readonly outbox = new Outbox();
  private readonly socket: Socket;
  private readonly conference: Conference;
  private readonly voice: Voice;
  private readonly page: PageWatch;
  private readonly pictures: Pictures;
  private cameraTrack: MediaStreamTrack | null;
  /** Whether the microphone in use is there; not between two of them. */
  private hears = true;
  /** Whether the avatar is expected to be heard. */
  private voiced = false;
  private savingTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    api: CandidateApi, sessionId: string, stream: MediaStream | null, microphone: Microphone,
    private readonly events: CallEvents, watched: readonly string[] = [],
  ) {
    this.cameraTrack = stream?.getVideoTracks()[0] ?? null;
    this.page = new PageWatch(new Set(watched), this.cameraTrack, (name, fields) =>
      this.post({ type: "page_event", name, fields }));
    this.pictures = new Pictures(pictureAddress(sessionId), () => api.ticket(), () => pictureSource(this.cameraTrack));
    this.voice = new Voice({
      blocked: () => events.notice("sound_blocked"),
      played: (promptId, event, positionS) => this.played(promptId, event, positionS),
    });
    this.conference = new Conference(stream, microphone, {
      send: (frame) => this.socket.send(frame),
      sendPcm: (pcm) => this.socket.sendPcm(pcm),
      voice: (voice) => this.voice.attach(voice),
      changed: (media, fellBack) => this.mediaChanged(media, fellBack),
    });
    this.media = this.conference.wanted;
    this.socket = new Socket(sessionId, {
      ticket: () => api.ticket(),
      place: () => ({
        lastSeq: this.room?.seq ?? null,
        epoch: this.room?.epoch ?? null,
        media: this.conference.wanted,
      }),
      frame: (frame) => this.take(frame),
      lost: (attempt) => this.lost(attempt),
      takenOver: () => this.left(events.takenOver),
      over: () => this.over(),
      failed: (notice) => this.left(() => events.failed(notice)),
    });
  }

  open(): void {
    void this.socket.open();
  }

  get clockS(): number {
    return this.conference.clockS();
  }

  wake(): void {
    this.voice.wake();
  }

  hurry(): void {
    this.socket.hurry();
  }

  cut(): void {
    this.socket.cut();
  }

  /** Give up the call without ending the interview. */
  close(): void {
    this.socket.close();
    this.unwatch();
    this.conference.end();
    this.voice.stop();
  }

  /** Consent that was given before the room. */
  consent(): void {
    if (this.room === null || this.room.consentReceived) return;
    if (this.outbox.waiting.some(({ frame }) => frame.type === "consent")) return;
    const text_version = this.room.consentVersion;
    this.command({ type: "consent", granted: true, text_version });
  }

  /** End the interview; what was typed and not sent is kept with the question that it answers. */
  leave(unsent: { content?: string; code?: string } = {}): void {
    this.command({ type: "end_interview", question_number: this.room?.questionNumber ?? null, ...unsent });
  }

  answer(content: string, code: string | null): void {
    const question_number = this.room?.questionNumber ?? null;
    this.command({ type: "text_response", answer_id: newId(), content, code, question_number });
    this.saving(content);
  }

  /** What was typed and not sent when its question closed: it was on its way. */
  keep(questionNumber: number, { content = "", code = null }: { content?: string; code?: string | null }): void {
    const frame = { type: "text_response", answer_id: newId(), content, code, question_number: questionNumber } as const;
    this.command(frame, { number: questionNumber, text: null });
  }

  done(): void {
    this.command({ type: "done", answer_id: newId() });
    this.saving("");
  }

  /** Kept and sent again until the server has answered it. */
  command(frame: ClientFrame, about = { number: this.room?.questionNumber ?? null, text: this.room?.question ?? null }): void {
    const identified = { ...frame, id: newId() };
    this.outbox.put(identified, about.number, about.text);
    this.socket.send(identified);
  }

  /** Worth something only now. */
  post(frame: ClientFrame): void {
    this.socket.send(frame);
  }

  private take(frame: ServerFrame): void {
    const settled = this.outbox.settle(frame);
    if (frame.type === "error" && this.conference.refused(frame.ref)) return;
    // Another command's refusal is none of the answer, which is still on its way.
    if (frame.type === "error" && settled !== null && !closes(settled)) return this.told(frame);
    this.reduce(frame);
    if (settled?.type === "consent" && frame.type === "ack") this.patch({ consentReceived: true });
    if (settled !== null && closes(settled)) this.awaitSaved(); // from here on what it leads to is awaited
    if (this.answering && !this.room?.savingAnswer) this.patch({ savingAnswer: true }); // whatever else was told meanwhile
    this.follow(frame);
    this.events.changed();
  }

  /** An answer to the question that is open here is on its way. */
  private get answering(): boolean {
    return this.room !== null && this.outbox.answers(this.room.questionNumber, this.room.question);
  }

  private reduce(frame: ServerFrame): void {
    const now = performance.now();
    if (this.room !== null) this.room = roomAfter(this.room, frame, now);
    else if (frame.type === "welcome") this.room = welcomed(frame, null, now);
  }

  private told(frame: ServerFrame & { type: "error" }): void {
    this.events.notice(frame.code, frame.content);
    this.events.changed();
  }

  /** What else a frame asks for. */
  private follow(frame: ServerFrame): void {
    switch (frame.type) {
      case "welcome":
        this.attempt = 0;
        this.voiced = frame.tts.available;
        if (frame.protocol !== PROTOCOL) this.events.notice("protocol");
        for (const waiting of this.outbox.resend(this.room?.questionNumber ?? null)) {
          this.socket.send(waiting);
        }
        this.conference.begin(frame);
        this.devices();
        this.watch();
        break;
      case "proctoring_state":
        this.watch();
        break;
      case "question":
        if (frame.speech_failed && this.voiced) this.events.notice("speech_failed");
        break;
      case "state":
        if (frame.status === "in_progress") this.conference.started();
        break;
      case "webrtc_answer":
        void this.conference.answer(frame.sdp);
        break;
      case "backlog_request":
        this.conference.backlog(frame);
        break;
      case "avatar":
        this.speak(frame);
        break;
      case "error":
        this.told(frame);
        break;
      case "interview_concluded":
        this.unwatch();
        this.socket.finish();
        this.events.concluded();
        break;
    }
  }

  /** Whether the candidate takes part with a camera; one that has stopped is not an absent one. */
  private camera(): boolean {
    return this.cameraTrack !== null;
  }

  /** Another device, in the midst of the call. */
  async use(kind: "audio" | "video", track: MediaStreamTrack | null, stream: MediaStream): Promise<void> {
    if (kind === "video") {
      this.cameraTrack = track;
      this.page.use(track);
      this.pictures.show(false);
      this.look();
      this.devices();
    }
    await this.conference.use(stream, track);
  }

  /** The microphone is gone, or there is one again. */
  hear(hears: boolean): void {
    this.hears = hears;
    this.devices();
  }

  private devices(): void {
    this.post({ type: "devices", camera: this.camera(), microphone: this.hears });
  }

  private watch(): void {
    if (this.room?.watch?.watching) this.page.begin();
    this.look();
  }

  /** The peer carries the picture; without one it goes by itself. */
  private look(): void {
    this.pictures.show(this.camera() && this.room?.watch?.watching === true && this.media !== "webrtc");
  }

  private unwatch(): void {
    this.page.end();
    this.pictures.show(false);
  }

  private speak(frame: ServerFrame & { type: "avatar" }): void {
    if (frame.event === "end") {
      if (frame.interrupted) this.voice.stop();
      return;
    }
    this.voice.duck(frame.event === "duck");
    if (frame.event !== "start" || this.room === null) return;
    const { prompt_id: promptId } = frame;
    if (this.media === "webrtc") return this.heardLive(promptId, leadMs(frame.visemes));
    const address = audioOf(this.room, promptId);
    if (!address) return;
    // At rest until the address sounds: it may have to load, or wait its turn.
    this.mouth(promptId, Number.POSITIVE_INFINITY);
    this.voice.play(promptId, address);
  }

  /** An estimate at once, the truth as soon as the sound is heard. */
  private heardLive(promptId: string, silentMs: number): void {
    this.mouth(promptId, performance.now() + JITTER_MS);
    this.voice.whenHeard(() => this.mouth(promptId, performance.now() - silentMs));
  }

  private played(promptId: string, event: "started" | "finished", positionS: number): void {
    this.post({ type: "playback", prompt_id: promptId, event, position_s: positionS });
    if (event === "started") this.mouth(promptId, performance.now() - positionS * 1000);
  }

  /** The mouth moves with the sound, not with the frame. */
  private mouth(promptId: string, startedAt: number): void {
    const visemes = this.room?.visemes;
    if (visemes?.promptId === promptId) this.patch({ visemes: { ...visemes, startedAt } });
  }

  private mediaChanged(media: Media, fellBack: boolean): void {
    this.media = media;
    this.look();
    if (fellBack) this.events.notice(media === "websocket" ? "media_socket" : "media_text");
    this.events.changed();
  }

  private saving(content: string): void {
    if (this.room !== null) this.room = typedInto(this.room, content);
    this.awaitSaved();
    this.events.changed();
  }

  /** An answer that was taken and changed nothing can be given again; one that is on its way is sent again. */
  private awaitSaved(): void {
    if (this.savingTimer) clearTimeout(this.savingTimer);
    this.savingTimer = setTimeout(() => {
      if (!this.answering) return this.patch({ savingAnswer: false });
      for (const { frame } of this.outbox.waiting) if (closes(frame)) this.socket.send(frame);
      this.awaitSaved();
    }, SAVING_MS);
  }

  private patch(change: Partial<Room>): void {
    if (this.room === null) return;
    this.room = { ...this.room, ...change };
    this.events.changed();
  }

  private lost(attempt: number): void {
    this.attempt = attempt;
    this.conference.end();
    this.voice.stop();
    this.patch({ avatarSpeaking: false, visemes: null, candidateSpeaking: false });
    this.events.changed();
  }

  private left(then: () => void): void {
    this.unwatch();
    this.conference.end();
    this.voice.stop();
    then();
  }

  private over(): void {
    this.conference.end();
    this.events.over();
  }
}
