// Every page: works on top of plain HTML, needs nothing.
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");

  // After a failed form the list of errors takes the focus, so that it is read out first.
  var summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();

  // The tab one is on is in sight, also where the bar is wider than the screen.
  document.querySelectorAll(".mc-tabs [aria-current]").forEach(function (tab) {
    var bar = tab.closest(".mc-tabs");
    if (bar.scrollWidth > bar.clientWidth) bar.scrollLeft = tab.offsetLeft - bar.offsetLeft - 48;
  });

  // A link of the error summary puts the cursor into the field and its label in sight.
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest(".govuk-error-summary a[href^='#']");
    var field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    var group = field.closest(".govuk-form-group") || field;
    group.scrollIntoView();
    field.focus({ preventScroll: true });
  });

  // One press sends a form once: a second press within ten seconds is swallowed.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || !form.querySelector("[data-once]")) return;
    var now = Date.now();
    if (now - Number(form.dataset.sentAt || 0) < 10000) {
      event.preventDefault();
      return;
    }
    form.dataset.sentAt = now;
  });
  // Signing out leaves nothing of the counter's forms in this browser (see keep.js).
  document.addEventListener("submit", function (event) {
    if (!/\/dang-xuat\/$/.test(event.target.getAttribute("action") || "")) return;
    try {
      Object.keys(localStorage).forEach(function (name) {
        if (name.indexOf("keep:") === 0) localStorage.removeItem(name);
      });
    } catch (error) {
      return; // no storage, nothing in it
    }
  });

  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent-at]").forEach(function (form) {
      delete form.dataset.sentAt;
    });
  });

  // Lists that are long on a phone stay closed there and open on a wide screen, where the browser cannot do it by style.
  if (window.matchMedia("(min-width: 60rem)").matches)
    document.querySelectorAll("details.mc-facets").forEach(function (one) {
      one.open = true;
    });

  // What is asked only for one choice stays away until it is chosen: data-only-for="name=value".
  document.querySelectorAll("[data-only-for]").forEach(function (part) {
    var wanted = part.dataset.onlyFor.split("=");
    var form = part.closest("form");
    var show = function () {
      part.hidden = !Array.from(form.elements).some(function (one) {
        return one.name === wanted[0] && one.checked && one.value === wanted[1];
      });
    };
    form.addEventListener("change", show);
    show();
  });

  // Communes of the chosen province: a list named …province in a form with data-communes-url; the list follows its own.
  document.querySelectorAll("form[data-communes-url] select[name$=province]").forEach(function (province) {
    province.addEventListener("change", function () {
      var target = document.getElementById(province.id.replace(/province$/, "commune"));
      if (!target) return;
      fetch(province.form.dataset.communesUrl + "?province=" + encodeURIComponent(province.value), { credentials: "same-origin" })
        .then(function (answer) {
          return answer.ok ? answer.json() : Promise.reject(answer);
        })
        .then(function (found) {
          var first = target.options[0] && !target.options[0].value ? target.options[0] : new Option("", "");
          target.replaceChildren(first);
          (found.communes || found).forEach(function (unit) {
            target.add(new Option(unit[1], unit[0]));
          });
          target.value = "";
        })
        .catch(function () {
          // Without an answer the form still works: it is checked on the server and shown again with the right list.
        });
    });
  });
})();
