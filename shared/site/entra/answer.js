/** Sends the form of this page, which has the answer for Microsoft. */

import { part } from "../common/elements.js";

/** @type {HTMLFormElement} */ (part("answer")).submit();
