// What the views ask the server apart from the call. What goes wrong comes as a Notice.
import { type CandidateApi, Failure } from "./api";
import type { Actions, Notice, WatchNotice } from "./model";

type Enquiries = Pick<Actions, "recognise" | "compareFaces" | "giveFace" | "flags" | "explain" | "own" | "ask" | "rate" | "practice">;

/** `chosen`: what the candidate has decided on the comparison of faces, once the server has it. */
export function enquiries(
  api: () => CandidateApi | null, watch: () => WatchNotice | null,
  chosen: (change: Partial<WatchNotice>) => void,
): Enquiries {
  const ask = async <T>(question: (api: CandidateApi) => Promise<T>): Promise<T> => {
    const known = api();
    if (known === null) throw noticeOf(null);
    try {
      return await question(known);
    } catch (error) {
      throw noticeOf(error);
    }
  };
  return {
    recognise: (clip) => ask((server) => server.transcribe(clip)),
    compareFaces: async (granted) => {
      const version = watch()?.biometric.version ?? "";
      await ask((server) => server.compareFaces(granted, version));
      // A picture that was taken under an earlier yes is removed with the no.
      const reference_taken = granted && watch()?.reference_taken === true;
      chosen({ biometric_consent: granted, reference_taken });
    },
    giveFace: async (image) => {
      await ask((server) => server.giveFace(image));
      chosen({ reference_taken: true });
    },
    flags: () => ask((server) => server.flags()),
    practice: () => ask((server) => server.practice()),
    own: () => ask((server) => server.own()),
    ask: (kind, text) => ask((server) => server.ask(kind, text)),
    rate: (stars, comment) => ask((server) => server.rate(stars, comment)),
    explain: (violationId, text) => ask((server) => server.explain(violationId, text)),
  };
}

export function noticeOf(error: unknown): Notice {
  return error instanceof Failure ? error.notice : { code: "unavailable", text: "", fatal: false };
}
