// The dossier page of the desk: keys for messages and notes, and j/k for papers where there is no list to walk.
(function () {
  "use strict";
  var parts = { m: "/trao-doi/", g: "/ghi-chu/" };
  document.addEventListener("keydown", function (event) {
    if (document.body.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
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
