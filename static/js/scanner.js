// A scanner is a keyboard that types fast and ends with Enter. A burst goes to the page's fields wherever the cursor is:
// a card (parts with "|", or its twelve digits) begins a visit, anything else is looked for. What a person types is never
// taken: keys that open something wait a moment, and come through when no burst follows.
(function () {
  "use strict";
  var place = document.querySelector("[data-scanner]");
  if (!place) return;
  var GAP = 50; // ms between two keys of a scanner; people need more
  var LEAST = 6; // characters
  var burst = "";
  var isBroken = false; // a key in between that is no character: the rest of the burst is not the whole text
  var held = [];
  var last = 0;
  var timer = 0;
  var before = null;
  var button = place.querySelector("button");

  function isOn() {
    try {
      return localStorage.getItem("desk-scanner") !== "off";
    } catch (error) {
      return true;
    }
  }
  function show() {
    button.setAttribute("aria-pressed", String(isOn()));
    button.querySelector("[data-state]").textContent = isOn() ? button.dataset.on : button.dataset.off;
  }
  button.hidden = false;
  button.addEventListener("click", function () {
    try {
      localStorage.setItem("desk-scanner", isOn() ? "off" : "on");
    } catch (error) {
      return;
    }
    show();
  });
  show();

  function isField(node) {
    return !!node && /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName);
  }
  function remember(node) {
    return isField(node) ? { node: node, value: node.value, checked: node.checked } : null;
  }
  function putBack() {
    if (!before) return;
    if (before.node.value !== before.value) before.node.value = before.value;
    if (before.node.checked !== before.checked) before.node.checked = before.checked;
    before.node.dispatchEvent(new Event("input", { bubbles: true }));
  }
  function forget() {
    clearTimeout(timer);
    burst = "";
    held = [];
    before = null;
  }
  // Nobody scanned: the keys that were held back come through, in order.
  function release() {
    var keys = held;
    forget();
    keys.forEach(function (one) {
      var again = new KeyboardEvent("keydown", { key: one.key, code: one.code, shiftKey: one.shiftKey, bubbles: true, cancelable: true });
      again.isOurs = true;
      one.target.dispatchEvent(again);
    });
  }
  function target(text) {
    var card = document.querySelector("[data-scan-card]");
    if (card && (text.indexOf("|") >= 0 || /^\d{12}$/.test(text))) return card;
    return document.getElementById("tim");
  }
  function take(text) {
    var field = target(text);
    if (!field) return;
    field.value = text;
    field.form.requestSubmit();
  }

  document.addEventListener("keydown", function (event) {
    if (event.isOurs || !isOn() || event.target.id === "tim" || event.target.name === "card") return;
    var now = event.timeStamp;
    var isNear = now - last < GAP;
    if (event.key === "Shift") return;
    last = now;
    if (!isNear) isBroken = false;
    if (isBroken) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat || document.querySelector("dialog[open]")) {
      isBroken = burst !== "";
      release();
    } else if (event.key === "Enter" && isNear && burst.length >= LEAST) {
      event.preventDefault();
      event.stopImmediatePropagation();
      var text = burst;
      putBack();
      forget();
      take(text);
    } else if (event.key.length === 1) {
      if (!isNear) {
        release();
        before = remember(event.target);
      }
      burst += event.key;
      if (!isField(event.target) || event.target.type === "checkbox" || event.target.type === "radio") {
        event.stopImmediatePropagation();
        if (event.key === "/" || event.key === "'" || (event.key === " " && burst.length > 1)) event.preventDefault();
        held.push(event);
        clearTimeout(timer);
        timer = setTimeout(release, GAP + 10);
      }
    } else {
      isBroken = burst !== "";
      release();
    }
  }, true);
})();
