// A question before what cannot be undone.
import { html, render } from "lit";

/** True when confirmed; false on Escape or Cancel. */
export function confirmed(question: { title: string; text: string; act: string }): Promise<boolean> {
  const dialog = document.createElement("dialog");
  dialog.className = "confirm";
  dialog.setAttribute("aria-labelledby", "confirm-title");
  render(
    html`<form method="dialog">
      <h2 id="confirm-title">${question.title}</h2>
      <p>${question.text}</p>
      <div class="row end">
        <button value="no" autofocus>Cancel</button>
        <button value="yes" class="danger" data-testid="confirm-yes">${question.act}</button>
      </div>
    </form>`,
    dialog,
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((answer) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      answer(dialog.returnValue === "yes");
    });
  });
}
