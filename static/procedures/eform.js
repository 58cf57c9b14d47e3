// Pages of e-forms: hides questions whose condition does not hold. Without this script every question stays visible
// with the words "only if …"; hidden answers are dropped on the server either way.
(function () {
  "use strict";

  function answerOf(form, key) {
    var inputs = form.querySelectorAll('[name="' + CSS.escape(key) + '"]');
    if (!inputs.length) {
      var stored = JSON.parse(form.dataset.answers || "{}")[key];
      return stored === undefined || stored === null ? [] : [].concat(stored).map(String);
    }
    var values = [];
    inputs.forEach(function (input) {
      var counts = input.type === "radio" || input.type === "checkbox" ? input.checked : true;
      if (counts && input.value !== "" && !isHidden(input)) values.push(input.value);
    });
    return values;
  }

  function isHidden(element) {
    var block = element.closest("[data-show-if]");
    return !!(block && block.hidden);
  }

  function numberOf(text) {
    var compact = String(text).replace(/\s/g, "");
    if (compact.indexOf(",") >= 0 || /^\d{1,3}(\.\d{3})+$/.test(compact)) compact = compact.replace(/\./g, "");
    return parseFloat(compact.replace(",", "."));
  }

  function dayOf(text) {
    var found = /^\s*(\d{1,2})[\/.\-\s]+(\d{1,2})[\/.\-\s]+(\d{4})\s*$/.exec(text || "");
    return found ? new Date(+found[3], +found[2] - 1, +found[1]) : null;
  }

  function yearsSince(day) {
    var now = new Date();
    var years = now.getFullYear() - day.getFullYear();
    var early = now.getMonth() < day.getMonth() || (now.getMonth() === day.getMonth() && now.getDate() < day.getDate());
    return early ? years - 1 : years;
  }

  function anyOf(values, wanted) {
    return values.some(function (value) { return wanted.indexOf(value) >= 0; });
  }

  function holds(form, condition) {
    function judge(part) { return holds(form, part); }
    if (condition.any) return condition.any.some(judge);
    if (condition.all) return condition.all.every(judge);
    var values = answerOf(form, condition.field);
    if ("equals" in condition) return values.indexOf(condition.equals) >= 0;
    if ("includes" in condition) return values.indexOf(condition.includes) >= 0;
    if ("not_equals" in condition) return values.length > 0 && values.indexOf(condition.not_equals) < 0;
    if ("in" in condition) return anyOf(values, condition.in);
    if ("includes_any" in condition) return anyOf(values, condition.includes_any);
    if ("not_only" in condition) {
      return values.some(function (value) { return condition.not_only.indexOf(value) < 0; });
    }
    if ("gte" in condition) return numberOf(values[0]) >= condition.gte;
    var day = dayOf(values[0]);
    if (!day) return false;
    var days = Math.floor((Date.now() - day.getTime()) / 86400000);
    if ("age_between" in condition) {
      var years = yearsSince(day);
      return years >= condition.age_between[0] && years <= condition.age_between[1];
    }
    return "days_ago_over" in condition ? days > condition.days_ago_over : days <= condition.days_ago_up_to;
  }

  function refresh(form) {
    // Twice: a question may hang on one that has just been hidden.
    for (var round = 0; round < 2; round++) {
      form.querySelectorAll("[data-show-if]").forEach(function (block) {
        block.hidden = !holds(form, JSON.parse(block.dataset.showIf));
      });
    }
  }

  document.querySelectorAll("[data-eform-answers]").forEach(function (place) {
    var form = place.closest("form");
    if (!form) return;
    form.dataset.answers = place.dataset.eformAnswers;
    form.querySelectorAll(".mc-only-if").forEach(function (hint) { hint.hidden = true; });
    // Where the page fetches communes by itself (data-communes-url, motcua.js) its button only stands in the way.
    if (form.dataset.communesUrl) {
      form.querySelectorAll('button[name="_communes"]').forEach(function (button) {
        button.classList.add("govuk-!-display-none");
      });
    }
    refresh(form);
    form.addEventListener("change", function () { refresh(form); });
    form.addEventListener("input", function (event) {
      if (event.target.type !== "radio" && event.target.type !== "checkbox") refresh(form);
    });
  });
})();
