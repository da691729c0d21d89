/** How far a restore is that was approved. */

import { Problem, Unreachable } from "../common/api.js";
import { element, fact, part } from "../common/elements.js";
import * as session from "../common/session.js";
import { text } from "../common/texts.js";
import { isolated } from "./phrases.js";

/** @typedef {{approval: string, status: string, requestId: string, job?: string, percent?: number,
 *   error?: {code?: string, message?: string}}} Restore */

const ENDED = ["completed", "failed", "cancelled", "unknown"];
const USUAL_PAUSE_S = 15;

let era = 0;

/** Until it ends, or something else is shown. @param {string} id */
export async function followRestore(id) {
  const mine = ++era;
  while (mine === era) {
    let pause = USUAL_PAUSE_S;
    try {
      const response = await session.send("GET", `approvals/${id}/restore`);
      const restore = await response.json();
      if (mine !== era) return;
      showRestore(restore);
      if (ENDED.includes(restore.status)) return;
      pause = Math.min(Number(response.headers.get("Retry-After")) || pause, 60);
    } catch (error) {
      const mayPass = error instanceof Unreachable || (error instanceof Problem && error.status === 503);
      if (!mayPass) return; // Whatever the person does next says why.
    }
    await new Promise((resolve) => setTimeout(resolve, pause * 1000));
  }
}

export function leaveRestore() {
  era += 1;
  part("restore").hidden = true;
}

/** @param {Restore} restore */
function showRestore({ status, requestId, job, percent, error }) {
  const told = text(`restore.${status}`);
  if (part("restore-state").textContent !== told) part("restore-state").textContent = told;
  part("restore-bar").hidden = ENDED.includes(status);
  if (percent === undefined) part("restore-bar").removeAttribute("value");
  else part("restore-bar").value = percent;
  const facts = [
    ...(job ? [fact(text("job"), isolated(job))] : []),
    fact(text("requestId"), isolated(requestId)),
    ...(error ? [fact(text("azureSays"), isolated([error.code, error.message].filter(Boolean).join(": ")))] : []),
  ];
  part("restore-facts").replaceChildren(...facts);
  part("restore").hidden = false;
}
