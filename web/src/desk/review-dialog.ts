// One candidate's review over the page that one is on: scorecard, decision, tags, notes.
import { html, render } from "lit";
import "./judged";
import type { DeskJudged } from "./judged";

export interface Reviewed {
  session_id: string;
  name: string;
  blind: boolean;
  questions: { number: number; text: string }[];
}

/** Resolves when it was closed and all that was said is stored. */
export function review({ session_id, name, blind, questions }: Reviewed): Promise<void> {
  const dialog = document.createElement("dialog");
  dialog.className = "confirm review";
  dialog.dataset.testid = "review-dialog";
  dialog.setAttribute("aria-labelledby", "review-title");
  render(
    html`<div class="row"><h2 id="review-title">${name}</h2>
        <button class="at-end" data-testid="review-close" @click=${() => dialog.close()}>Close</button></div>
      <desk-judged .sessionId=${session_id} .questions=${questions} ?blind=${blind}></desk-judged>`,
    dialog,
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((closed) => {
    dialog.addEventListener("close", () => {
      const judged = dialog.querySelector<DeskJudged>("desk-judged");
      dialog.remove();
      void (judged?.settled() ?? Promise.resolve()).then(closed);
    });
  });
}
