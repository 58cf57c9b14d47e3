// The counter's forms survive a broken line. What is typed lies in this browser, encrypted under a key that only pages of
// this officer carry; it is gone when the server has taken it, on signing out, and after a day. A form is sent when the
// server answers: by itself when the line is back, or by the button. Sent twice it counts once: the page's own key goes along.
(function () {
  "use strict";
  var DAY = 24 * 60 * 60 * 1000;
  var AGAIN = 4000; // ms between two looks whether the line is back
  var PREFIX = "keep:";
  var store;
  try {
    store = window.localStorage;
  } catch (error) {
    return;
  }
  if (!store) return;

  function names() {
    return Object.keys(store).filter(function (name) { return name.indexOf(PREFIX) === 0; });
  }
  function read(name) {
    try {
      return JSON.parse(store.getItem(name));
    } catch (error) {
      return null;
    }
  }
  // Old ones, and those the server has said it took (motcua.js drops all of them on signing out).
  names().forEach(function (name) {
    var one = read(name);
    var isTaken = one && one.id && document.querySelector('[data-keep-done="' + CSS.escape(one.id) + '"]');
    if (!one || Date.now() - one.at > DAY || isTaken) store.removeItem(name);
  });

  var form = document.querySelector("form[data-keep]");
  if (!form || !window.crypto || !crypto.subtle) return;
  var name = PREFIX + location.pathname;
  var bar = document.querySelector("[data-keep-bar]");
  var words = bar.querySelector("[data-keep-words]");
  var sendNow = bar.querySelector("[data-keep-send]");
  var drop = bar.querySelector("[data-keep-drop]");
  var idField = form.elements.request_key;
  var isGoing = false;
  var waiting = 0;
  var pressed = null;

  function bytes(text) {
    return Uint8Array.from(atob(text), function (letter) { return letter.charCodeAt(0); });
  }
  function text(buffer) {
    return btoa(String.fromCharCode.apply(null, new Uint8Array(buffer)));
  }
  var key = crypto.subtle.importKey("raw", bytes(form.dataset.keep), "AES-GCM", false, ["encrypt", "decrypt"]);

  function values() {
    return Array.from(new FormData(form).entries()).filter(function (pair) {
      return typeof pair[1] === "string" && pair[0] !== "csrfmiddlewaretoken";
    });
  }
  function keep(isSent) {
    var iv = crypto.getRandomValues(new Uint8Array(12));
    var plain = new TextEncoder().encode(JSON.stringify(values()));
    return key
      .then(function (made) { return crypto.subtle.encrypt({ name: "AES-GCM", iv: iv }, made, plain); })
      .then(function (sealed) {
        store.setItem(name, JSON.stringify({ at: Date.now(), id: idField ? idField.value : "", sent: !!isSent, iv: text(iv), data: text(sealed) }));
      })
      .catch(function () {});
  }
  function open(one) {
    return key
      .then(function (made) { return crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(one.iv) }, made, bytes(one.data)); })
      .then(function (plain) { return JSON.parse(new TextDecoder().decode(plain)); });
  }
  function putBack(kept) {
    var byName = new Map();
    kept.forEach(function (pair) { byName.set(pair[0], (byName.get(pair[0]) || []).concat(pair[1])); });
    Array.from(form.elements).forEach(function (one) {
      if (!one.name || one.type === "file" || one.type === "submit" || one.name === "csrfmiddlewaretoken") return;
      if (one.type === "hidden" && one !== idField) return;
      var found = byName.get(one.name);
      if (one.type === "checkbox" || one.type === "radio") one.checked = !!found && found.indexOf(one.value) >= 0;
      else if (found && found.length) one.value = found.shift();
    });
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }
  function say(which) {
    bar.hidden = !which;
    if (which) words.textContent = bar.dataset[which];
    sendNow.hidden = which !== "broken";
    drop.hidden = which !== "back";
  }
  function isLineThere() {
    return fetch("/healthz", { cache: "no-store", credentials: "omit" })
      .then(function (answer) { return answer.ok; })
      .catch(function () { return false; });
  }
  function go() {
    isGoing = true;
    clearTimeout(waiting);
    keep(true).then(function () {
      delete form.dataset.sentAt;
      form.requestSubmit(pressed);
    });
  }
  function tryToSend() {
    clearTimeout(waiting);
    isLineThere().then(function (isThere) {
      if (isThere) return go();
      say("broken");
      waiting = setTimeout(tryToSend, AGAIN);
    });
  }

  // A page that the server sent as the answer to this form shows itself what was typed.
  var kept = read(name);
  var entry = performance.getEntriesByType("navigation")[0];
  var isAnswer = kept && kept.sent && entry && entry.type === "navigate" && (!kept.id || form.querySelector(".govuk-error-message"));
  if (isAnswer) store.removeItem(name);
  else if (kept)
    open(kept).then(function (found) {
      if (JSON.stringify(found) === JSON.stringify(values())) return;
      putBack(found);
      say("back");
    }).catch(function () { store.removeItem(name); }); // another officer's: nobody reads it

  var later = 0;
  form.addEventListener("input", function () {
    clearTimeout(later);
    later = setTimeout(keep, 300);
  });
  form.addEventListener("submit", function (event) {
    if (isGoing) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    pressed = event.submitter;
    keep(false).then(tryToSend);
  }, true);
  window.addEventListener("online", function () { if (!bar.hidden && !sendNow.hidden) tryToSend(); });
  sendNow.addEventListener("click", tryToSend);
  drop.addEventListener("click", function () {
    store.removeItem(name);
    location.reload();
  });
})();
