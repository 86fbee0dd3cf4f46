// How long pauses in an answer may be, with what that costs (bench/answers.py, docs/topics/listening.md).
export type ListeningProfile = "brisk" | "balanced" | "patient";

export const LISTENING: Record<ListeningProfile, { word: string; means: string }> = {
  brisk: { word: "Brisk", means: "The next question comes 1.9 s after the end of an answer, and in 14 of 100 long answers before it; then it stops and is asked again." },
  balanced: { word: "Balanced", means: "The next question comes 2.9 s after the end of an answer, and in 5 of 100 long answers before it; then it stops and is asked again." },
  patient: { word: "Patient", means: "The next question comes 4.7 s after the end of an answer, and in 1 of 100 long answers before it; then it stops and is asked again." },
};
