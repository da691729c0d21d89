/** Where an approval is, in a sentence, and what comes next. */

import { text } from "../common/texts.js";
import { isolate, moment } from "./phrases.js";

/** @typedef {{role: "ask" | "approve", username: string, at: string}} Gesture
 * @typedef {{username: string, at: string, reason?: string}} Refusal
 * @typedef {{id: string, status: string, approve_url: string, expires_at: string, asker: string,
 *   profile: {name: string, title: string, kind: string}, createdAt: string, missing: number,
 *   needsAsker: boolean, summary?: Summaries}} Brief
 * @typedef {Record<string, {text: string, marks: string[]}>} Summaries by language
 * @typedef {Brief & {role: "asker" | "approver" | "reader", decidedAt?: string, usedAt?: string,
 *   gestures: Gesture[], refusal?: Refusal, mayApprove: boolean, mayRefuse: boolean,
 *   mayWithdraw: boolean, obstacles: string[], lapse?: string, code?: string,
 *   words: import("./statement.js").Words}} Approval
 * @typedef {"good" | "bad" | "plain"} Tone
 * @typedef {{tone: Tone, title: string, text: string}} State */

/** @type {Record<string, Tone>} by status */
const TONES = { approved: "good", used: "good", refused: "bad", expired: "bad", lapsed: "bad" };
const OWN_KINDS = ["custom", "azure-backup-restore", "postgresql-certificate"];

/** @param {{status: string}} approval */
export const isOpen = ({ status }) => status === "pending" || status === "approved";

/** @param {string} status @returns {Tone} */
export const toneOf = (status) => TONES[status] ?? "plain";

/** @param {Approval} approval @returns {State} */
export function stateOf(approval) {
  const { status, lapse, asker, refusal, expires_at } = approval;
  const hasLapsed = lapse !== undefined && isOpen(approval);
  const key = hasLapsed ? `lapsed.${lapse}` : `${status}.${situationOf(approval)}`;
  const values = {
    asker: isolate(asker),
    by: isolate(refusal?.username ?? ""),
    until: moment(expires_at),
    missing: missing(approval),
  };
  return { tone: toneOf(hasLapsed ? "lapsed" : status), title: text(`title.${key}`), text: text(`text.${key}`, values) };
}

/** @param {Approval} approval */
function situationOf(approval) {
  if (approval.role === "asker") return situationOfAsker(approval);
  if (approval.status !== "pending") return "others";
  if (approval.mayApprove) return "decide";
  return approval.obstacles.includes("decided") ? "decided" : "others";
}

/** @param {Approval} approval */
function situationOfAsker({ status, mayApprove, decidedAt, profile: { kind } }) {
  if (status === "pending" && mayApprove) return "confirm";
  if (status === "approved") return OWN_KINDS.includes(kind) ? kind : "token";
  if (status === "expired") return decidedAt ? "unused" : "undecided";
  return "asker";
}

/** What is still missing. @param {Brief} brief */
export function missing({ missing: number, needsAsker }) {
  const approvals = number > 1 ? text("missing.more", { number: String(number) }) : number ? text("missing.one") : "";
  return [approvals, needsAsker ? text("missing.asker") : ""].filter(Boolean).join(" ");
}
