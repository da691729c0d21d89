/** The way to the page for requests, if there is something on it for this person. */

import { part } from "../common/elements.js";
import * as session from "../common/session.js";

/** Increases when the account goes, so that a late answer is not shown to the next one. */
let era = 0;

/** Others may be about to decide, so it is looked up at each visit, and nothing waits for it. */
export async function showRequestLink() {
  const mine = ++era;
  try {
    const [{ access }, { asked, waiting }] = await Promise.all(["access", "approvals"].map(read));
    if (mine !== era) return;
    part("requests-text").textContent = told(access.length, asked.length, waiting.length);
    part("requests-part").hidden = access.length + asked.length + waiting.length === 0;
  } catch {
    // What the person does next says whatever fails.
  }
}

export function hideRequestLink() {
  era += 1;
  part("requests-part").hidden = true;
}

/** @param {string} path */
async function read(path) {
  return (await session.send("GET", path)).json();
}

/** @param {number} offered @param {number} asked @param {number} waiting */
function told(offered, asked, waiting) {
  if (waiting) return waiting === 1 ? "A request waits for your decision." : `${waiting} requests wait for your decision.`;
  return offered ? "You may ask for access to other systems." : "You have asked for access in the last days.";
}
