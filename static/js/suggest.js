// Suggestions under the search field: a combobox with a list (WAI-ARIA 1.2). Without this script the form is a plain search.
(function () {
  "use strict";
  var PAUSE = 150;

  document.querySelectorAll("form[data-suggest]").forEach(function (form) {
    var field = form.querySelector("input[type=search]");
    var list = document.createElement("ul");
    var status = document.createElement("div");
    var timer, asked, active;
    list.id = field.id + "-goi-y";
    list.className = "mc-options";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", form.querySelector("label").textContent);
    status.className = "govuk-visually-hidden";
    status.setAttribute("role", "status");
    form.append(list, status);
    Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id }).forEach(
      function (pair) {
        field.setAttribute(pair[0], pair[1]);
      }
    );

    function options() {
      return Array.from(list.querySelectorAll("[role=option]"));
    }

    function close() {
      list.hidden = true;
      field.setAttribute("aria-expanded", "false");
      choose(null);
    }

    function choose(option) {
      if (active) active.setAttribute("aria-selected", "false");
      active = option;
      if (!option) return field.removeAttribute("aria-activedescendant");
      option.setAttribute("aria-selected", "true");
      field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }

    function show(html) {
      list.innerHTML = html;
      var number = options().length;
      choose(null);
      list.hidden = !number;
      field.setAttribute("aria-expanded", String(!!number));
      status.textContent = number ? number + " " + form.dataset.some : form.dataset.none;
    }

    function ask() {
      var text = field.value.trim();
      if (asked) asked.abort();
      if (text.length < 2) {
        status.textContent = "";
        return close();
      }
      asked = new AbortController();
      fetch(form.dataset.suggest + "?q=" + encodeURIComponent(text), { credentials: "same-origin", signal: asked.signal })
        .then(function (answer) {
          return answer.ok ? answer.text() : Promise.reject(answer);
        })
        .then(function (html) {
          if (document.activeElement === field) show(html);
        })
        .catch(function () {
          // No suggestions then: Enter still searches.
        });
    }

    function go(option) {
      window.location.assign(option.dataset.url);
    }

    field.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(ask, PAUSE);
    });
    field.addEventListener("keydown", function (event) {
      if (event.isComposing) return;
      var all = options();
      var at = all.indexOf(active);
      if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        return close();
      }
      if (list.hidden && event.key === "ArrowDown" && all.length) {
        list.hidden = false;
        field.setAttribute("aria-expanded", "true");
      }
      if (list.hidden) return;
      if (event.key === "ArrowDown") choose(all[(at + 1) % all.length]);
      else if (event.key === "ArrowUp") choose(at < 0 ? all[all.length - 1] : all[at - 1] || null);
      else if (event.key === "Enter" && active) go(active);
      else return;
      event.preventDefault();
    });
    list.addEventListener("mousedown", function (event) {
      event.preventDefault(); // the field keeps the focus
    });
    list.addEventListener("click", function (event) {
      var option = event.target.closest("[role=option]");
      if (option) go(option);
    });
    field.addEventListener("blur", close);
  });
})();
