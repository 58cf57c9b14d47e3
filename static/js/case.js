// The dossier page of the desk: keys for messages and notes, and j/k for papers where there is no list to walk.
(function () {
  "use strict";
  var parts = { m: "/trao-doi/", c: "/ghi-chu/" };

  // The officer may have switched the keys off on the list; this browser remembers it (desk.js).
  function off() {
    try {
      return localStorage.getItem("desk-keys") === "off";
    } catch (error) {
      return false;
    }
  }
  document.addEventListener("keydown", function (event) {
    if (off() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    var link = null;
    if (parts[event.key]) {
      link = Array.from(document.querySelectorAll(".mc-tabs a")).find(function (one) {
        return one.pathname.endsWith(parts[event.key]);
      });
    } else if ((event.key === "j" || event.key === "k") && !document.querySelector("[data-rows]"))
      link = document.querySelector('[data-key="' + event.key + '"]');
    if (link) link.click();
  });
})();
