/** One question at a time, in a dialog: the browser keeps the focus in it and restores it. */

/** The answer was no. That is not a failure, so no notice is shown. */
export class Declined extends Error {
  name = "Declined";
}

const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("question"));
const [title, text, no, yes] = ["question-title", "question-text", "question-no", "question-yes"].map(
  (id) => /** @type {HTMLElement} */ (document.getElementById(id)),
);

/** @typedef {{title: string, text: string, yes: string, no: string}} Question */

/** Throws Declined unless the answer is yes. @param {Question} question */
export async function ask(question) {
  title.textContent = question.title;
  text.textContent = question.text;
  yes.textContent = question.yes;
  no.textContent = question.no;
  dialog.returnValue = "";
  const closed = new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  dialog.showModal();
  await closed;
  if (dialog.returnValue !== "yes") throw new Declined();
}

yes.addEventListener("click", () => dialog.close("yes"));
no.addEventListener("click", () => dialog.close());
