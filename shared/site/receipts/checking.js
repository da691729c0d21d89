/** Checks a receipt as `python -m shared.audit.verify --receipt` does. Nothing is asked from anybody. */

import { hex } from "./bytes.js";
import { checkGesture, keyNameOf } from "./gestures.js";
import { checkEntry, checkLog, missingOf } from "./sealed.js";

/** @typedef {"good" | "wrong" | "missing" | "unchecked"} State `unchecked`: this browser cannot
 * @typedef {"proven" | "wrong" | "incomplete"} Verdict
 * @typedef {{rpId: string, origins: string[], approvers: number, keys: string[]}} Expected without
 *   keys, nothing has to be sealed
 * @typedef {{about: string, check: string, state: State}} Checked
 * @typedef {import("./receipt.js").Receipt} Receipt
 * @typedef {import("./gestures.js").Named} Named */

/** @param {Receipt} receipt @param {Expected} expected @returns {Promise<{verdict: Verdict, checks: Checked[]}>} */
export async function checkReceipt(receipt, expected) {
  const missing = missingOf(receipt, expected);
  /** @type {Checked[]} */
  const checks = [];
  for (const [at, gesture] of receipt.gestures.entries()) {
    const sealed = /** @type {Named[]} */ (missing.gestures[at] ? [["sealed", "missing"]] : []);
    checks.push(...about(`gesture ${at + 1}`, [...(await checkGesture(receipt, gesture, expected)), ...sealed]));
  }
  checks.push(...about("receipt", checkTogether(receipt, expected)));
  checks.push(...about("log", await checkLog(receipt, expected)));
  for (const [at, entry] of (receipt.sealed?.entries ?? []).entries()) {
    checks.push(...about(`log entry ${at + 1}`, await checkEntry(receipt, entry)));
  }
  if (missing.use) checks.push({ about: "use", check: "sealed", state: "missing" });
  return { verdict: verdictOf(checks), checks };
}

/** @param {Checked[]} checks @returns {Verdict} */
function verdictOf(checks) {
  if (checks.some(({ state }) => state === "wrong")) return "wrong";
  return checks.every(({ state }) => state === "good") ? "proven" : "incomplete";
}

/** @param {string} what @param {Named[]} results @returns {Checked[]} */
function about(what, results) {
  return results.map(([check, result]) => {
    const state = typeof result === "string" ? result : result ? "good" : "wrong";
    return { about: what, check, state };
  });
}

/** @param {Receipt} receipt @param {Expected} expected @returns {Named[]} */
function checkTogether({ gestures, status }, { approvers }) {
  const approving = gestures.filter(({ role }) => role === "approve").length;
  return [
    ["people", areDifferent(gestures.map(({ user }) => user))],
    [
      "credentials",
      areDifferent(gestures.map(({ credentialId }) => hex(credentialId))) && areDifferent(gestures.map(keyNameOf)),
    ],
    .../** @type {Named[]} */ (approvers ? [["approvers", approving >= approvers]] : []),
    ["gestures", gestures.length > 0],
    ["status", ["approved", "used"].includes(status)],
  ];
}

/** @param {string[]} values */
const areDifferent = (values) => new Set(values).size === values.length;
