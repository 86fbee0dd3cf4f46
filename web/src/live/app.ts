// The candidate's page without its drawing: link, lobby, check, call, end.
import { CandidateApi, sessionIdOf, takeToken } from "./api";
import { Call } from "./call";
import { Drafts } from "./drafts";
import { enquiries, noticeOf } from "./enquiries";
import { Microphone } from "./mic";
import { handOver } from "./leftover";
import type { Actions, App, AppState, ClockView, DeviceState, Devices, MediaView, Notice, RoomState, SessionInfo, WatchNotice } from "./model";
import { measure } from "./network";
import { Senses } from "./senses";
import { Taping } from "./taping";

const NOTICE_MS = 12_000;
const CODE_MS = 500;
const MAX_CODE_CHARS = 20_000;
const TYPING_MS = 1_000;
const LOOK_AGAIN_MS = 1_500;
/** Tries to enter the room before the page says that it cannot. */
const ENTRY_TRIES = 6;

declare global {
  interface Window {
    /** For browser tests: cut the connection; it comes back by itself. */
    __vivaKillSocket?: () => void;
  }
}

/** Opens what the address names; the state says how that goes. */
export function createApp(): App {
  const page = new Page();
  void page.open();
  return page;
}

class Page implements App {
  state: AppState = { kind: "loading" };
  preview: MediaStream | null = null;
  private readonly listeners = new Set<(state: AppState) => void>();
  private readonly microphone = new Microphone();
  private api: CandidateApi | null = null;
  private info: SessionInfo | null = null;
  private taping: Taping | null = null;
  private readonly senses = new Senses(this.microphone, {
    changed: () => this.refresh(),
    tell: (code) => this.tell(code),
    hears: (hears) => this.call?.hear(hears),
    swapped: (kind, track, stream) => this.swapped(kind, track, stream),
  });
  private call: Call | null = null;
  private accepted = false;
  private patient = false;
  private absent: Pick<MediaView, "microphone" | "camera"> = { microphone: "off", camera: "off" };
  private notice: Notice | null = null;
  private noticeTimer: ReturnType<typeof setTimeout> | null = null;
  private code = "";
  private codeTimer: ReturnType<typeof setTimeout> | undefined;
  private typedMs = 0;
  private readonly told = new Set<string>();
  private stayed: ClockView | null = null;
  private looking: ReturnType<typeof setInterval> | undefined;

  readonly actions: Actions = {
    accept: () => this.accept(),
    enterCheck: () => this.enterCheck(),
    join: (devices) => void this.join(devices),
    answerTyped: (content, code) => this.call?.answer(content, code ?? null),
    keepUnsent: (questionNumber, unsent) => this.call?.keep(questionNumber, unsent),
    typing: (code) => this.typing(code),
    choices: () => this.senses.choices(),
    choose: (kind, id) => this.senses.choose(kind, id),
    repeat: () => this.call?.command({ type: "repeat" }),
    moment: () => this.call?.command({ type: "moment" }),
    patience: () => this.patience(),
    skip: () => this.call?.command({ type: "skip" }),
    undoSkip: () => this.call?.command({ type: "undo_skip" }),
    here: () => this.call?.post({ type: "here" }),
    done: () => this.call?.done(),
    end: (unsent) => this.call?.leave(unsent),
    retry: () => this.retry(),
    sayAgain: (code) => this.tell(code),
    network: () => measure(import.meta.url),
    ...enquiries(() => this.api, () => this.info?.proctoring ?? null, (change) => this.chosen(change)),
  };

  constructor() {
    const wake = () => {
      this.call?.wake();
      this.microphone.wake();
    };
    addEventListener("pointerdown", wake);
    addEventListener("keydown", wake);
    addEventListener("online", () => this.handOver());
    for (const sign of ["keydown", "pointerdown", "pointermove"]) addEventListener(sign, () => this.stay());
    window.__vivaKillSocket = () => this.call?.cut();
  }

  subscribe(listener: (state: AppState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  level(): number {
    return this.microphone.level;
  }

  /** Look up what the link opens. */
  async open(): Promise<void> {
    const sessionId = sessionIdOf(location.pathname);
    const token = sessionId === null ? null : takeToken(sessionId);
    if (sessionId === null || token === null) {
      return this.fail({ code: "link_missing", text: "", fatal: true });
    }
    this.api = new CandidateApi(token);
    try {
      const info = await this.api.session();
      if (info.session_id !== sessionId) return this.fail({ code: "forbidden", text: "", fatal: true });
      this.arrived(info);
      this.taping ??= await Taping.open(this.api, sessionId, {
        changed: () => this.refresh(),
        trouble: (code) => this.tellOnce(code),
      });
      this.refresh();
    } catch (error) {
      this.fail(noticeOf(error));
    }
  }

  /** Into the lobby; past it when consent was given before; or told that it is over. */
  private arrived(info: SessionInfo): void {
    this.info = info;
    if (info.status !== "initialized" && info.status !== "in_progress") {
      this.show({ kind: "ended", info, concluded: null, upload: NOTHING_WAITS });
      return this.handOver();
    }
    this.show({ kind: info.consent_received ? "checking" : "lobby", info });
    clearInterval(this.looking);
    this.looking = setInterval(() => void this.lookAgain(), LOOK_AGAIN_MS);
    // A coding question must not wait for its editor; the editor pane reports a failed load.
    if (info.has_coding) import("./views/code-editor").catch(() => undefined);
  }

  /** Until the room is entered: is the interview running, and is somebody in it? */
  private async lookAgain(): Promise<void> {
    const { state } = this;
    if (state.kind !== "lobby" && state.kind !== "checking") return clearInterval(this.looking);
    const info = await this.api?.session().catch(() => null);
    if (!info || this.state !== state || !changedMeanwhile(info, state.info)) return;
    const over = info.status !== "initialized" && info.status !== "in_progress";
    if (over) return this.arrived(info);
    this.info = info;
    this.show({ ...state, info });
  }

  private accept(): void {
    this.accepted = true;
  }

  private enterCheck(): void {
    if (this.state.kind === "lobby" && this.accepted) {
      this.show({ kind: "checking", info: this.state.info });
    }
  }

  private async join({ stream, microphone, camera }: Devices): Promise<void> {
    if (this.state.kind !== "checking" || this.api === null) return;
    this.absent = { microphone: microphone ?? "off", camera: camera ?? "off" };
    const { info } = this.state;
    this.preview = stream;
    this.show({ kind: "joining", info });
    // What the page was told when it was opened may be old: ears that were still loading are there by now.
    this.info = (await this.api.session().catch(() => null)) ?? info;
    await this.listen(stream);
    this.senses.begin(stream);
    this.call = new Call(this.api, info.session_id, stream, this.microphone, {
      changed: () => this.refresh(),
      notice: (code, text) => this.tell(code, text ?? ""),
      takenOver: () => void this.leave({ kind: "takeover", info }),
      concluded: () => this.concluded(info),
      over: () => void this.release(),
      failed: (notice) => void this.leave(this.failure(notice)),
    }, info.proctoring.kinds);
    this.call.open();
    if (this.patient) this.call.command({ type: "patience" });
  }

  private patience(): void {
    this.patient = true;
    this.call?.command({ type: "patience" });
  }

  private async listen(stream: MediaStream | null): Promise<void> {
    if (stream === null) return;
    try {
      await this.microphone.open(stream);
    } catch {
      this.tell("microphone_lost");
    }
  }

  /** A device took another's place. */
  private async swapped(kind: "audio" | "video", track: MediaStreamTrack | null, stream: MediaStream): Promise<void> {
    this.preview = stream;
    this.absent = { ...this.absent, [kind === "audio" ? "microphone" : "camera"]: "off" };
    if (kind === "audio" && track) await this.microphone.change(stream).catch(() => this.tell("microphone_lost"));
    await this.call?.use(kind, track, stream);
    await this.taping?.change(stream, this.call?.clockS ?? 0);
  }

  // --- what the call says -------------------------------------------------------------------

  /** The state as the call has it now. */
  private refresh(): void {
    const { state } = this;
    if (state.kind === "ended") {
      const upload = this.taping?.upload ?? NOTHING_WAITS;
      return this.show({ ...state, upload });
    }
    const { call, info } = this;
    if (call === null || info === null || !IN_CALL.has(state.kind)) return;
    const { room, attempt } = call;
    if (room === null) {
      if (attempt >= ENTRY_TRIES) void this.leave(this.failure(NO_ENTRY));
      return;
    }
    const media = this.media(call);
    if (attempt > 0) return this.show({ kind: "reconnecting", info, room, media, attempt });
    if (this.accepted) call.consent();
    this.tape(room);
    this.show({ kind: "live", info, room, media: this.media(call), notice: this.notice });
  }

  private concluded(info: SessionInfo): void {
    const concluded = this.call?.room?.concluded ?? null;
    void this.taping?.finish();
    this.show({ kind: "ended", info, concluded, upload: this.taping?.upload ?? NOTHING_WAITS });
    this.handOver();
  }

  /** Words that were typed and not sent when it ended; nothing of them is left on this device then. */
  private handOver(): void {
    const { api, state } = this;
    if (state.kind !== "ended" || api === null) return;
    void handOver(new Drafts(state.info.session_id), (unsent) => api.unsent(unsent)).then((unsent) => {
      if (this.state.kind === "ended" && (unsent !== "none" || this.state.unsent === "waiting")) this.show({ ...this.state, unsent });
    });
  }

  private tape(room: RoomState): void {
    const allowed = room.consentReceived && this.info?.capabilities.recording.available;
    if (allowed && this.preview) this.taping?.start(this.preview, this.call?.clockS ?? 0);
  }

  private media(call: Call): MediaView {
    return {
      microphone: this.senses.hearingState ?? device(this.preview?.getAudioTracks(), this.absent.microphone),
      camera: this.senses.seeingState ?? device(this.preview?.getVideoTracks(), this.absent.camera),
      transport: call.media,
      recording: this.taping?.state ?? "off",
      recordingWhy: this.taping?.why ?? "",
    };
  }

  /** Out of the room without an end. */
  private async leave(state: AppState): Promise<void> {
    const { call } = this;
    this.call = null;
    this.show(state);
    call?.close();
    await this.taping?.finish();
    await this.release();
  }

  /** Give the devices back. */
  private async release(): Promise<void> {
    await this.taping?.finish();
    await this.microphone.close();
    this.senses.end();
    this.preview?.getTracks().forEach((track) => track.stop());
    this.preview = null;
    this.refresh();
  }

  // --- what the candidate asks ----------------------------------------------------------------

  private typing(code?: string): void {
    if (code !== undefined) this.showCode(code);
    const now = performance.now();
    if (now - this.typedMs < TYPING_MS) return;
    this.typedMs = now;
    this.call?.post({ type: "typing" });
  }

  /** Those who watch see code as it is written; the last state always goes out. */
  private showCode(code: string): void {
    this.code = code;
    this.codeTimer ??= setTimeout(() => {
      this.codeTimer = undefined;
      const number = this.call?.room?.questionNumber;
      if (number) this.call?.post({ type: "code_draft", question_number: number, code: this.code.slice(0, MAX_CODE_CHARS) });
    }, CODE_MS);
  }

  /** Anything that the candidate does stops the countdown that silence began. */
  private stay(): void {
    const clock = this.call?.room?.clock;
    if (clock?.movingOnS == null || clock === this.stayed) return;
    this.stayed = clock;
    this.call?.post({ type: "here" });
  }

  private retry(): void {
    if (this.state.kind === "reconnecting") this.call?.hurry();
    else if (this.state.kind === "ended") this.again();
    else if (this.state.kind === "takeover" || this.state.kind === "failed") void this.reload();
  }

  private again(): void {
    this.taping?.hurry();
    this.handOver();
  }

  /** Only when the server answers: without a network the browser would show a page of its own. */
  private async reload(): Promise<void> {
    const { state } = this;
    this.show({ kind: "loading" });
    try {
      await this.api?.session();
      location.reload();
    } catch (error) {
      const notice = noticeOf(error);
      if (state.kind === "takeover" && !notice.fatal) this.show(state);
      else this.fail(notice);
    }
  }

  /** What the candidate has chosen holds in the room as well. */
  private chosen(change: Partial<WatchNotice>): void {
    if (this.info === null) return;
    this.info = { ...this.info, proctoring: { ...this.info.proctoring, ...change } };
    if (this.state.kind === "checking") this.show({ kind: "checking", info: this.info });
  }

  // --- telling ----------------------------------------------------------------------------

  private tell(code: string, text = ""): void {
    this.notice = { code, text, fatal: false };
    if (this.noticeTimer) clearTimeout(this.noticeTimer);
    this.noticeTimer = setTimeout(() => {
      this.notice = null;
      this.refresh();
    }, NOTICE_MS);
    this.refresh();
  }

  /** What does not get better by being said again. */
  private tellOnce(code: string): void {
    if (this.told.has(code)) return;
    this.told.add(code);
    this.tell(code);
  }

  private fail(notice: Notice): void {
    this.show(this.failure(notice));
  }

  private failure(notice: Notice): AppState {
    return { kind: "failed", notice, deadline: this.api?.deadline ?? null };
  }

  private show(state: AppState): void {
    this.state = state;
    for (const listener of this.listeners) listener(state);
  }
}

function changedMeanwhile(now: SessionInfo, before: SessionInfo): boolean {
  const parts = JSON.stringify(now.capabilities) !== JSON.stringify(before.capabilities);
  return parts || now.status !== before.status || now.in_room !== before.in_room || now.kept_until_at !== before.kept_until_at || now.camera_required !== before.camera_required;
}

const NOTHING_WAITS = { waiting: 0, failed: false };
const NO_ENTRY: Notice = { code: "network", text: "", fatal: false };
const IN_CALL = new Set<AppState["kind"]>(["joining", "live", "reconnecting"]);

function device(tracks: MediaStreamTrack[] | undefined, absent: DeviceState): DeviceState {
  if (tracks?.some((track) => track.readyState === "live")) return "on";
  return absent === "on" ? "off" : absent;
}
