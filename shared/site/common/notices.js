/** Notices to the user: one at a time, in a live region, so that they are read out. */

const status = /** @type {HTMLElement} */ (document.getElementById("status"));
const alert = /** @type {HTMLElement} */ (document.getElementById("alert"));

export function clear() {
  status.replaceChildren();
  alert.replaceChildren();
}

/** @param {string} title @param {string} text @param {"good" | "bad" | "plain"} tone */
function notice(title, text, tone) {
  const box = document.createElement("div");
  const heading = document.createElement("strong");
  const body = document.createElement("p");
  box.className = "notice";
  box.dataset.tone = tone;
  heading.textContent = title;
  body.textContent = text;
  box.append(heading, body);
  return box;
}

/** @param {HTMLElement} region @param {HTMLElement} box */
function show(region, box) {
  clear();
  region.append(box);
  box.scrollIntoView({ block: "nearest" });
}

/** @param {string} title @param {string} text */
export function progress(title, text) {
  show(status, notice(title, text, "plain"));
}

/** @param {string} title @param {string} text */
export function success(title, text) {
  show(status, notice(title, text, "good"));
}

/** @param {import("../passkeys/message.js").Message} message @param {() => void} [again] */
export function failure({ title, text, again: label, calm }, again) {
  const box = notice(title, text, calm ? "plain" : "bad");
  if (label && again) box.append(retryButton(label, again));
  show(calm ? status : alert, box);
}

/** A retry removes its own button, so the focus returns to where it was before the failure.
 * @param {string} label @param {() => void} again */
function retryButton(label, again) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.addEventListener("click", () => {
    focused?.focus({ preventScroll: true });
    clear();
    again();
  });
  return button;
}
