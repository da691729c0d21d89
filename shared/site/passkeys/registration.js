/**
 * Creates a passkey, and never two instead of one. If the server refuses a passkey, the device is asked
 * to delete it. If no answer says whether it was saved, the next attempt finds out before it creates
 * another one. A finish that never arrived can be sent again, because its challenge is unused. If the
 * challenge is used, the caller looks for the passkey at the server. A passkey that the server does not
 * have yet is not given up while the first finish may still run.
 *
 * "Name taken" does not need this: the server answers it for a finish whose challenge it has just
 * accepted, and only after it has checked whether the name's owner has this passkey.
 */

import { Problem, begin, post } from "../common/api.js";
import { createPasskey } from "./ceremonies.js";
import * as notices from "../common/notices.js";
import { signalUnknown } from "./signals.js";
import * as unsettled from "./unsettled.js";
import { idOf, registrationJSON } from "./webauthn_json.js";

/** The passkey was created, and it is unknown whether the server saved it. */
export class Unsettled extends Error {
  name = "Unsettled";
}

/** The server does not have it, but may still save it. */
class MayBeUnderWay extends Error {
  name = "MayBeUnderWay";
}

/** The passkey was created, and the server did not save it. */
export class NotSaved extends Error {
  name = "NotSaved";
  leftover = "";
}

/** @template T @typedef {{account: string, username?: string, keyName: string,
 *   via?: import("../common/api.js").Send, find: (credentialId: string) => Promise<T | null>}} Wanted
 * `account` is the owner of the passkey; `find` returns whether the server has one */
/** @typedef {import("./unsettled.js").Made} Made */

/** @template T @param {Wanted<T>} wanted @returns {Promise<any>} the server's answer about the passkey,
 * or that of `find` */
export function register(wanted) {
  const made = unsettled.current();
  return made?.account === wanted.account ? settle(made, wanted) : makeOne(wanted);
}

/** @param {Wanted<unknown>} wanted */
async function makeOne({ account, username, keyName, via }) {
  const name = keyName && { name: keyName }; // Sent at begin too, where an invalid name is refused.
  const { publicKey } = await begin("register/begin", { ...(username && { username }), ...name }, { via });
  const credential = await createPasskey(publicKey);
  const ids = { rpId: publicKey.rp.id ?? location.hostname, credentialId: idOf(credential) ?? "" };
  let body;
  try {
    body = { credential: registrationJSON(credential), ...name };
  } catch (error) {
    throw await dropped(error, ids);
  }
  return finish({ account, ...ids, body }).catch(toldWhenSpent);
}

/** @param {Made} made */
async function finish(made) {
  unsettled.keep({ ...made, sentAt: Date.now() });
  try {
    const view = await post("register/finish", made.body);
    unsettled.keep(null);
    return view;
  } catch (error) {
    if (isSpent(error)) throw error;
    if (!isRefusal(error)) throw new Unsettled("", { cause: error });
    unsettled.keep(null);
    throw isHeldAlready(error) ? error : await dropped(error, made);
  }
}

/** The first request uses up a challenge, and that may have been this one: a
 * browser repeats a request when its connection broke. @param {unknown} error */
function toldWhenSpent(error) {
  throw isSpent(error) ? new Unsettled("", { cause: error }) : error;
}

/** @template T @param {Made} made @param {Wanted<T>} wanted */
async function settle(made, { find }) {
  notices.progress(
    "Checking whether your passkey was saved",
    "No second one is created meanwhile.",
  );
  try {
    return await finish(made);
  } catch (error) {
    if (!isSpent(error)) throw error;
  }
  unsettled.keep(made); // The last request had no effect.
  const found = await find(made.credentialId);
  if (!found && unsettled.mayBeUnderWay(made)) throw new MayBeUnderWay();
  unsettled.keep(null);
  if (!found) throw await dropped(new NotSaved(), made);
  return found;
}

/** Ask the device to delete the passkey, and record in the error whether that was possible.
 * @param {any} error @param {{rpId: string, credentialId: string}} made */
async function dropped(error, made) {
  error.leftover = (await signalUnknown(made)) ? "forgotten" : "kept";
  return error;
}

/** @param {unknown} error */
const isSpent = (error) => error instanceof Problem && error.slug === "ceremony-not-found";

/** @param {unknown} error */
const isHeldAlready = (error) => error instanceof Problem && error.slug === "credential-already-registered";

/** The service itself declined, after it had taken the challenge and before it wrote anything. What
 * came from something between us and it, and what it could not finish, may have been written; and who
 * answers too often is not looked at, though an answer before this one may have been taken.
 * @param {unknown} error */
function isRefusal(error) {
  return error instanceof Problem && error.slug !== "" && error.status < 500 && !error.limits.includes("replay.");
}
