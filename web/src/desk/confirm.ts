// A question before what cannot be undone.
import { html, nothing, render } from "lit";

interface Question {
  title: string;
  text: string;
  act: string;
}

/** True when confirmed; false on Escape or Cancel. */
export async function confirmed(question: Question): Promise<boolean> {
  return (await asked(question, null)) !== null;
}

/** The reason given; null on Escape or Cancel. */
export function reasoned(question: Question & { label: string }): Promise<string | null> {
  return asked(question, question.label);
}

function asked(question: Question, label: string | null): Promise<string | null> {
  const dialog = document.createElement("dialog");
  dialog.className = "confirm";
  dialog.setAttribute("aria-labelledby", "confirm-title");
  render(
    html`<form method="dialog">
      <h2 id="confirm-title">${question.title}</h2>
      <p>${question.text}</p>
      ${label === null
        ? nothing
        : html`<div class="field"><label for="confirm-reason">${label}</label>
            <input id="confirm-reason" name="reason" required pattern=".*\\S.*" maxlength="500" autocomplete="off" data-testid="confirm-reason" /></div>`}
      <div class="row end">
        <button type="button" ?autofocus=${label === null} @click=${() => dialog.close("no")}>Cancel</button>
        <button value="yes" class=${label === null ? "danger" : "primary"} data-testid="confirm-yes">${question.act}</button>
      </div>
    </form>`,
    dialog,
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((answer) => {
    dialog.addEventListener("close", () => {
      const reason = dialog.querySelector<HTMLInputElement>("#confirm-reason")?.value.trim() ?? "";
      dialog.remove();
      answer(dialog.returnValue === "yes" ? reason : null);
    });
  });
}
