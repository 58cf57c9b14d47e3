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
  // Switched off by the officer: the list says so, the other pages of this browser remember it.
  function off() {
    try {
      if (document.querySelector("[data-help]"))
        localStorage.setItem("desk-keys", document.body.dataset.keys === "off" ? "off" : "on");
      return localStorage.getItem("desk-keys") === "off";
    } catch (error) {
      return document.body.dataset.keys === "off";
    }
  }

  // "g" and a figure: the group of that place. Waits a second and a half for the figure.
  var wentAt = 0;
  function group(figure) {
    var tab = document.querySelectorAll("[data-live] .mc-tabs a, .mc-tabs a")[figure - 1];
    if (tab) tab.click();
  }

  document.addEventListener("keydown", function (event) {
    if (off() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]") && event.target.type !== "checkbox") return;
    if (document.querySelector("dialog[open]")) return;
    var link;
    if (/^[1-9]$/.test(event.key) && Date.now() - wentAt < 1500) {
      wentAt = 0;
      group(Number(event.key));
    } else if (event.key === "g") wentAt = Date.now();
    else if (event.key === "?" && help()) help().showModal();
    else if (event.key === "j") go(1);
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

  // The help as a dialog: the same words that stand in the page, and a button that closes it.
  var dialog;
  function help() {
    var source = document.querySelector("[data-help] > div");
    if (dialog || !source || !window.HTMLDialogElement) return dialog;
    dialog = document.createElement("dialog");
    dialog.className = "mc-dialog";
    dialog.setAttribute("aria-label", document.querySelector("[data-help] > summary").textContent.trim());
    dialog.append.apply(dialog, Array.from(source.cloneNode(true).childNodes));
    var form = document.createElement("form");
    form.method = "dialog";
    var close = document.createElement("button");
    close.className = "govuk-button govuk-button--secondary govuk-button--s";
    close.textContent = document.querySelector("[data-help]").dataset.help;
    form.append(close);
    dialog.append(form);
    document.body.append(dialog);
    return dialog;
  }

  // The tabs' counts: once a minute, only while somebody looks at the page.
  var live = document.querySelector("[data-live]");
  function refresh() {
    if (document.visibilityState !== "visible" || (live.contains(document.activeElement) && document.activeElement !== document.body)) return;
    fetch(live.dataset.live, { headers: { "HX-Request": "true" }, redirect: "error" })
      .then(function (answer) { return answer.ok ? answer.text() : ""; })
      .then(function (text) { if (text) live.innerHTML = text; })
      .catch(function () {});
  }
  if (live) setInterval(refresh, 60000);

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
    if (event.target.matches("[data-all]"))
      document.querySelectorAll("[data-rows] tbody input[type=checkbox]").forEach(function (box) {
        box.checked = event.target.checked;
      });
    else if (event.target.closest("[data-rows]") && !event.target.checked) {
      var whole = document.querySelector("[data-all]");
      if (whole) whole.checked = false;
    }
    if (event.target.type === "checkbox") count();
  });
  document.querySelectorAll("[data-pick]").forEach(function (part) { part.hidden = false; });
  document.addEventListener("htmx:afterSwap", count);
  count();
})();
