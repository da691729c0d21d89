/** Sends the answer to the application at once. Without scripts the person presses the button. */

/** @type {HTMLFormElement} */ (document.getElementById("answer")).submit();
