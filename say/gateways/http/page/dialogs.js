// Questions to the user, in dialogs of the page.

import { by } from "./dom.js";

/** Promise a token that the user enters, null if none is given. `wrong`: the last one was refused. */
export async function askToken(wrong) {
  by("token-trouble").textContent = wrong ? "The server does not take that token. Enter the one it was started with." : "";
  by("token").value = "";
  const answer = await answered(by("token-dialog"));
  return answer === "use" ? by("token").value.trim() : null;
}

/** Promise whether the user wants that to be done. */
export async function confirmed(question, deed) {
  by("question").textContent = question;
  by("deed").textContent = deed;
  return (await answered(by("question-dialog"))) === "do";
}

/** Promise the value of the button that closed a dialog, "" for Escape. */
function answered(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true }));
}
