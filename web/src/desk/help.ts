// The overlay of keyboard shortcuts, opened by "?".
import { html, render } from "lit";

const KEYS: { place: string; keys: [string[], string][] }[] = [
  {
    place: "Everywhere",
    keys: [
      [["?"], "Show this help"],
      [["g", "i"], "Go to the interviews"],
      [["g", "l"], "Go to the live board"],
      [["g", "s"], "Go to the sessions"],
      [["g", "r"], "Go to the review queue"],
      [["g", "q"], "Go to what candidates ask for"],
    ],
  },
  {
    place: "Lists, live board, review queue",
    keys: [
      [["j"], "Next"],
      [["k"], "Previous"],
      [["Enter"], "Open"],
      [["/"], "Search (in the lists)"],
      [["n"], "New (in the lists of interviews, jobs and sessions)"],
    ],
  },
  {
    place: "Interview",
    keys: [
      [["Ctrl", "s"], "Save"],
      [["↑"], "Move the question up (on its handle)"],
      [["↓"], "Move the question down (on its handle)"],
    ],
  },
  {
    place: "Report",
    keys: [
      [["Space"], "Play or pause the recording"],
      [["←"], "Back 5 seconds"],
      [["→"], "Forward 5 seconds"],
    ],
  },
];

/** Open the overlay; a second call while it is open does nothing. */
export function showHelp(): void {
  if (document.querySelector("dialog.help")) return;
  const dialog = document.createElement("dialog");
  dialog.className = "confirm help";
  dialog.dataset.testid = "help";
  dialog.setAttribute("aria-labelledby", "help-title");
  render(
    html`<h2 id="help-title">Keyboard shortcuts</h2>
      ${KEYS.map(
        ({ place, keys }) => html`<h3>${place}</h3>
          <dl>${keys.map(([strokes, does]) => html`<div><dt>${strokes.map((stroke) => html`<kbd>${stroke}</kbd> `)}</dt><dd>${does}</dd></div>`)}</dl>`,
      )}
      <form method="dialog" class="row end"><button>Close</button></form>`,
    dialog,
  );
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
}
