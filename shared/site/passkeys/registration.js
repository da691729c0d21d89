/**
 * Making a passkey, and never two where one was wanted. A passkey that the server refuses is
 * signalled away. Where no answer tells whether it was saved, the next attempt finds that out
 * before it makes another one: a finish that never arrived can be sent again, as its challenge is
 * unspent; if the challenge is spent, whoever asks looks for the passkey at the server. What the
 * server does not have yet is not given up while the first finish may still be under way.
 *
 * "Name taken" needs no such care: the server says so of a finish whose challenge it took just now,
 * and only after it has looked whether the name's owner holds this very passkey.
 */

import { Problem, begin, post } from "../common/api.js";
import { createPasskey } from "./ceremonies.js";
import * as notices from "../common/notices.js";
import { signalUnknown } from "./signals.js";
import * as unsettled from "./unsettled.js";
import { idOf, registrationJSON } from "./webauthn_json.js";

/** The passkey is made, and nobody knows whether the server keeps it. */
export class Unsettled extends Error {
  name = "Unsettled";
}

/** The server does not have it, and may be about to. */
class MayBeUnderWay extends Error {
  name = "MayBeUnderWay";
}

/** The passkey is made, and the server does not keep it. */
export class NotSaved extends Error {
  name = "NotSaved";
  leftover = "";
}

/** @template T @typedef {{account: string, username?: string, keyName: string,
 *   via?: import("../common/api.js").Send, find: (credentialId: string) => Promise<T | null>}} Wanted
 * `account` tells whose passkey it is to be; `find` tells whether the server holds one */
/** @typedef {import("./unsettled.js").Made} Made */

/** @template T @param {Wanted<T>} wanted @returns {Promise<any>} what the server says of the passkey,
 * or what `find` does */
export function register(wanted) {
  const made = unsettled.current();
  return made?.account === wanted.account ? settle(made, wanted) : makeOne(wanted);
}

/** @param {Wanted<unknown>} wanted */
async function makeOne({ account, username, keyName, via }) {
  const name = keyName && { name: keyName }; // Told at begin too: one that won't do is refused there.
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

/** A challenge is spent by whichever request came first, and that may have been this very one: a
 * browser repeats a request when its connection broke. @param {unknown} error */
function toldWhenSpent(error) {
  throw isSpent(error) ? new Unsettled("", { cause: error }) : error;
}

/** @template T @param {Made} made @param {Wanted<T>} wanted */
async function settle(made, { find }) {
  notices.progress(
    "Finding out whether your passkey was saved",
    "No second one is made meanwhile.",
  );
  try {
    return await finish(made);
  } catch (error) {
    if (!isSpent(error)) throw error;
  }
  unsettled.keep(made); // What was sent just now did nothing.
  const found = await find(made.credentialId);
  if (!found && unsettled.mayBeUnderWay(made)) throw new MayBeUnderWay();
  unsettled.keep(null);
  if (!found) throw await dropped(new NotSaved(), made);
  return found;
}

/** Let the device forget the passkey, and let the error tell whether it could be asked to.
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
