/** Signing in on a page that is only for some. */

import * as notices from "../common/notices.js";
import * as otherTabs from "../common/other_tabs.js";
import * as session from "../common/session.js";
import { text } from "../common/texts.js";
import { signIn } from "../passkeys/ceremonies.js";

/** The browser offers the passkeys of all accounts. A session that is open here is replaced. */
export async function enter() {
  notices.progress(text("signingIn"), text("dialog"));
  const { csrfToken, expires_in } = await signIn();
  session.start(csrfToken, expires_in * 1000);
  otherTabs.tell("started");
}
