// Officers: keys for lists (switched off with data-keys="off" on <body>), counting of what is picked, htmx set-up.
(function () {
  "use strict";
  var rows = function () {
    return Array.from(document.querySelectorAll("[data-rows] tbody tr"));
  };
  var current = -1;

  function go(step) {
    var all = rows();
    if (!all.length) return;
    current = Math.max(0, Math.min(all.length - 1, current + step));
    var link = all[current].querySelector("a.mc-code, a");
    if (link) link.focus();
  }
  document.addEventListener("focusin", function (event) {
    var row = event.target.closest("[data-rows] tbody tr");
    if (row) current = rows().indexOf(row);
  });
  document.addEventListener("keydown", function (event) {
    if (document.body.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]") && event.target.type !== "checkbox") return;
    var link;
    if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
    else if (event.key === "x" && current >= 0) {
      var box = rows()[current].querySelector("input[type=checkbox]");
      if (box) box.click();
    } else if (event.key === "/") {
      var search = document.getElementById("tim");
      if (!search) return;
      search.focus();
    } else if ((link = document.querySelector('[data-key="' + CSS.escape(event.key) + '"]'))) link.click();
    else return;
    event.preventDefault();
  });

  // The bar of bulk acts says how many are picked, and the row shows it.
  function count() {
    var boxes = Array.from(document.querySelectorAll("[data-rows] tbody input[type=checkbox]"));
    var picked = boxes.filter(function (box) { return box.checked; });
    boxes.forEach(function (box) {
      box.closest("tr").classList.toggle("is-picked", box.checked);
    });
    document.querySelectorAll("[data-picked]").forEach(function (place) {
      place.textContent = place.dataset.picked.replace("{0}", picked.length);
    });
    document.querySelectorAll("[data-bulk]").forEach(function (bar) {
      bar.hidden = !picked.length;
    });
  }
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-pick-all]"))
      document.querySelectorAll("[data-rows] tbody input[type=checkbox]").forEach(function (box) {
        box.checked = event.target.checked;
      });
    if (event.target.type === "checkbox") count();
  });
  document.querySelectorAll("[data-pick]").forEach(function (part) { part.hidden = false; });
  document.addEventListener("htmx:afterSwap", count);
  count();
})();
