/* Says that the page did not start. Not a module, and in the language of the oldest browsers. */
addEventListener(
  "error",
  function () {
    var parts = ["signed-out", "signed-in"].map(function (id) {
      return document.getElementById(id);
    });
    var alert = document.getElementById("alert");
    var started = parts.some(function (part) {
      return part && !part.hidden;
    });
    if (!started && alert && !alert.firstChild) {
      var notice = document.createElement("div");
      notice.className = "notice";
      notice.setAttribute("data-tone", "bad");
      notice.textContent =
        "This page did not start. Reload it; if that does not help, this browser is too old: update it, or use another.";
      alert.appendChild(notice);
    }
  },
  true
);
