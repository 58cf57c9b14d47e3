// Filing pages: saves the draft in the background, sends files one by one with retry. Everything here also works by
// plain forms; words come from data attributes, so no text stands in this file.
(function () {
  "use strict";

  function token(form) {
    var input = (form || document).querySelector("input[name=csrfmiddlewaretoken]");
    return input ? input.value : "";
  }
  function signIn(address) {
    var next = location.pathname + location.search + location.hash;
    location.assign(address + (address.indexOf("?") < 0 ? "?" : "&") + "next=" + encodeURIComponent(next));
  }
  function icon(base, name) {
    var svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    var use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", "mc-icon");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", base + "#i-" + name);
    svg.append(use);
    return svg;
  }

  // ── the draft saves itself ──
  var bar = document.querySelector("[data-autosave]");
  var form = bar && document.getElementById(bar.dataset.form);
  if (form) {
    var words = bar.querySelector("[data-words]");
    var later = bar.querySelector("[data-later]");
    var laterHref = later.getAttribute("href");
    var laterText = later.textContent;
    var key = "draft:" + location.pathname;
    var isDirty = false;
    var isSaving = false;
    var isOut = false;
    var wait = 5000;
    var timer = 0;

    var show = function (state, name, text) {
      bar.classList.toggle("mc-save--busy", state === "busy");
      bar.classList.toggle("mc-save--bad", state === "bad");
      var span = document.createElement("span");
      span.textContent = text;
      words.replaceChildren(icon(bar.dataset.icons, name), span);
      later.textContent = state === "bad" ? (isOut ? bar.dataset.signin : bar.dataset.retry) : laterText;
    };
    var values = function () {
      var data = new FormData(form);
      Array.from(data.keys()).forEach(function (name) {
        if (data.get(name) instanceof File) data.delete(name);
      });
      return data;
    };
    // Kept in this tab only, only between the end of the session and the return from signing in.
    var stash = function () {
      var data = values();
      data.delete("csrfmiddlewaretoken");
      var active = document.activeElement && document.activeElement.name;
      sessionStorage.setItem(key, JSON.stringify({ values: Array.from(data.entries()), active: active }));
    };
    var restore = function () {
      var kept = sessionStorage.getItem(key);
      if (!kept) return;
      sessionStorage.removeItem(key);
      kept = JSON.parse(kept);
      var byName = new Map();
      kept.values.forEach(function (pair) {
        byName.set(pair[0], (byName.get(pair[0]) || []).concat(pair[1]));
      });
      Array.from(form.elements).forEach(function (one) {
        if (!one.name || one.type === "file" || one.type === "hidden" || one.type === "submit") return;
        var found = byName.get(one.name) || [];
        if (one.type === "checkbox" || one.type === "radio") one.checked = found.indexOf(one.value) >= 0;
        else if (found.length) one.value = found.shift();
      });
      if (kept.active && form.elements[kept.active] && form.elements[kept.active].focus) form.elements[kept.active].focus();
      isDirty = true;
      save();
    };
    var plan = function (delay) {
      clearTimeout(timer);
      timer = setTimeout(save, delay);
    };
    var save = function () {
      if (!isDirty || isSaving || isOut) return;
      isDirty = false;
      isSaving = true;
      show("busy", "sync", bar.dataset.busy);
      fetch(bar.dataset.autosave, {
        method: "POST",
        body: values(),
        headers: { "X-CSRFToken": token(form), "X-Requested-With": "fetch", Accept: "application/json" },
        credentials: "same-origin",
        redirect: "manual",
        keepalive: document.visibilityState === "hidden",
      })
        .then(function (answer) {
          if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) isOut = true;
          return answer.ok ? answer.json() : Promise.reject(answer);
        })
        .then(function (saved) {
          wait = 5000;
          show("ok", "check", bar.dataset.ok + " " + saved.saved_at);
        })
        .catch(function () {
          isDirty = true;
          show("bad", "alert", isOut ? bar.dataset.out : bar.dataset.bad);
          if (!isOut) plan((wait = Math.min(wait * 2, 60000)));
        })
        .finally(function () {
          isSaving = false;
          if (isDirty && !isOut && wait === 5000) plan(500);
        });
    };
    form.addEventListener("input", function () {
      isDirty = true;
      plan(1500);
    });
    form.addEventListener("change", function () {
      isDirty = true;
      plan(300);
    });
    form.addEventListener("submit", function (event) {
      if (!isOut) return clearTimeout(timer);
      event.preventDefault();
      stash();
      signIn(bar.dataset.login);
    });
    later.addEventListener("click", function (event) {
      if (isOut) {
        event.preventDefault();
        stash();
        signIn(bar.dataset.login);
      } else if (bar.classList.contains("mc-save--bad")) {
        event.preventDefault();
        save();
      } else if (isDirty && laterHref) {
        save();
      }
    });
    window.addEventListener("online", save);
    document.addEventListener("visibilitychange", function () {
      if (document.visibilityState === "hidden") save();
    });
    restore();
  }

  // ── files, one by one ──
  var text = document.getElementById("mc-words");
  var queue = [];
  var isSending = false;
  var preparing = 0; // photographs being made smaller
  var held = null;
  var notice = document.createElement("p");
  notice.setAttribute("role", "status");

  function fill(pattern, a, b) {
    return (pattern || "").replace("{0}", a).replace("{1}", b);
  }
  function size(bytes) {
    var mega = (bytes / 1e6).toFixed(1);
    return (document.documentElement.lang === "vi" ? mega.replace(".", ",") : mega) + " MB";
  }
  // Photographs of papers need no more than about 2,200 pixels; this saves minutes on a weak network.
  function smaller(file) {
    if (!/^image\/(jpeg|png)$/.test(file.type) || file.size < 1.5e6 || !window.createImageBitmap) return Promise.resolve(file);
    return createImageBitmap(file, { imageOrientation: "from-image" })
      .then(function (image) {
        var scale = Math.min(1, 2200 / Math.max(image.width, image.height));
        var canvas = document.createElement("canvas");
        canvas.width = Math.round(image.width * scale);
        canvas.height = Math.round(image.height * scale);
        canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
        return new Promise(function (done) {
          canvas.toBlob(done, "image/jpeg", 0.85);
        });
      })
      .then(function (blob) {
        if (!blob || blob.size >= file.size) return file;
        return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
      })
      .catch(function () {
        return file;
      });
  }
  function row(card, file) {
    var item = document.createElement("li");
    item.className = "mc-file";
    item.innerHTML =
      '<svg class="mc-file__thumb" viewBox="0 0 48 60" aria-hidden="true"><path d="M8 10h32M8 18h22M8 26h32M8 34h32" stroke="#b9aea0" stroke-width="3"/></svg>' +
      '<p class="mc-file__name"><strong></strong> <span class="mc-muted mc-nowrap"></span></p>' +
      '<p class="mc-file__state mc-is-busy" role="status"></p><progress max="100" value="0"></progress><div class="mc-file__act"></div>';
    item.querySelector("strong").textContent = file.name;
    item.querySelector("progress").setAttribute("aria-label", file.name);
    card.querySelector(".mc-files").append(item);
    return item;
  }
  function state(job, tone, name, message) {
    var line = job.row.querySelector(".mc-file__state");
    var span = document.createElement("span");
    span.textContent = message;
    line.className = "mc-file__state mc-is-" + tone;
    line.replaceChildren(icon(text.dataset.icons, name), span);
  }
  function choices(job, list) {
    var place = job.row.querySelector(".mc-file__act");
    place.replaceChildren();
    list.forEach(function (choice) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "mc-linkbtn";
      button.textContent = choice[0];
      button.addEventListener("click", choice[1]);
      place.append(button);
    });
  }
  function drop(job) {
    if (job.request) job.request.abort();
    job.row.remove();
    queue = queue.filter(function (other) {
      return other !== job;
    });
  }
  function fail(job, message) {
    release(false);
    job.row.querySelector("progress").hidden = true;
    state(job, "bad", "alert", message);
    choices(job, [
      [text.dataset.retry, function () { enqueue(job); }],
      [text.dataset.remove, function () { drop(job); }],
    ]);
  }
  function enqueue(job) {
    job.tries = 0;
    job.row.querySelector("progress").hidden = false;
    state(job, "busy", "sync", text.dataset.waiting);
    choices(job, [[text.dataset.stop, function () { drop(job); next(); }]]);
    queue.push(job);
    next();
  }
  function next() {
    if (isSending || !queue.length) return;
    isSending = true;
    send(queue.shift());
  }
  function finish() {
    isSending = false;
    next();
    if (!isSending && !preparing) release(true);
  }
  // Who goes on while files are still being sent goes on when they are there; a file that fails keeps them here.
  function hold(event) {
    if (!isSending && !queue.length && !preparing) return;
    event.preventDefault();
    held = { form: event.target, button: event.submitter };
    if (!notice.isConnected) event.target.append(notice);
    notice.textContent = text.dataset.hold;
  }
  function release(isDone) {
    var going = held;
    held = null;
    notice.remove();
    if (going) delete going.form.dataset.sentAt;
    if (going && isDone) going.form.requestSubmit(going.button);
  }
  function again(job) {
    job.tries += 1;
    if (job.tries > 3) {
      fail(job, text.dataset.weak);
      return finish();
    }
    state(job, "busy", "sync", text.dataset.weak);
    setTimeout(function () {
      send(job);
    }, 1500 * Math.pow(2, job.tries));
  }
  // The badge of a card ("not there yet", "received") comes with the page; after a change it tells how its files are.
  function badge(card) {
    var old = card.querySelector(".mc-paper__head .mc-badge");
    var rows = Array.from(card.querySelectorAll(".mc-file__state"));
    if (!old || !rows.length) return;
    var has = function (tone) {
      return rows.some(function (row) { return row.classList.contains("mc-is-" + tone); });
    };
    var now = has("bad") ? ["bad", "alert", "cardBad"] : has("busy") ? ["blue", "sync", "cardBusy"] : ["ok", "check", "cardOk"];
    var fresh = document.createElement("strong");
    fresh.className = "mc-badge mc-badge--" + now[0];
    fresh.append(icon(text.dataset.icons, now[1]), text.dataset[now[2]]);
    old.replaceWith(fresh);
  }
  function answered(job) {
    var request = job.request;
    if (request.status === 200 && /^\s*<li/.test(request.responseText)) {
      var holder = document.createElement("template");
      holder.innerHTML = request.responseText;
      var fresh = holder.content.firstElementChild;
      job.row.replaceWith(fresh);
      badge(job.card);
      watch(fresh);
      return finish();
    }
    if (request.status === 401 || request.status === 403 || request.status === 200) return signIn(text.dataset.login);
    if (request.status >= 500 || request.status === 429) return again(job);
    var message = text.dataset.refused;
    try {
      message = JSON.parse(request.responseText).error || message;
    } catch (error) {
      // not JSON: the general sentence stays
    }
    fail(job, message);
    finish();
  }
  function send(job) {
    var data = new FormData();
    data.append("paper", job.card.dataset.paper);
    data.append("file", job.file, job.file.name);
    var request = new XMLHttpRequest();
    job.request = request;
    request.open("POST", job.card.dataset.upload);
    request.setRequestHeader("X-CSRFToken", token(job.card.closest("form")));
    request.setRequestHeader("X-Requested-With", "fetch");
    request.upload.addEventListener("progress", function (event) {
      if (!event.lengthComputable) return;
      job.row.querySelector("progress").value = (100 * event.loaded) / event.total;
      state(job, "busy", "sync", fill(text.dataset.sending, size(event.loaded), size(event.total)));
    });
    request.upload.addEventListener("load", function () {
      state(job, "busy", "sync", text.dataset.checking);
    });
    request.addEventListener("load", function () { answered(job); });
    request.addEventListener("error", function () { again(job); });
    request.addEventListener("abort", finish);
    request.send(data);
  }
  // A file is checked after it came in: ask now and then until the server says how it went.
  function watch(item) {
    if (!item || !item.dataset || !item.dataset.poll) return;
    var asked = 0;
    var ask = function () {
      if (!item.isConnected || ++asked > 20) return;
      fetch(item.dataset.poll, { credentials: "same-origin", headers: { "X-Requested-With": "fetch" }, redirect: "error" })
        .then(function (answer) { return answer.ok ? answer.text() : ""; })
        .then(function (html) {
          if (!/^\s*<li/.test(html)) return;
          var holder = document.createElement("template");
          holder.innerHTML = html;
          var fresh = holder.content.firstElementChild;
          item.replaceWith(fresh);
          item = fresh;
          var card = item.closest("[data-upload]");
          if (card && text) badge(card);
          if (item.dataset.poll) setTimeout(ask, 3000);
        })
        .catch(function () { setTimeout(ask, 6000); });
    };
    setTimeout(ask, 2000);
  }

  if (document.querySelector("[data-upload]")) document.addEventListener("submit", hold);
  document.querySelectorAll("[data-upload]").forEach(function (card) {
    card.addEventListener("change", function (event) {
      var input = event.target;
      if (!input.matches("[data-pick]")) return;
      var files = Array.from(input.files);
      if (!card.dataset.upload || !text) {
        card.querySelector("[data-chosen]").textContent = files.map(function (file) { return file.name; }).join(", ");
        return;
      }
      input.value = "";
      files.forEach(function (file) {
        var job = { card: card, row: row(card, file), file: file, tries: 0 };
        state(job, "busy", "sync", text.dataset.waiting);
        preparing += 1;
        smaller(file).then(function (light) {
          preparing -= 1;
          job.file = light;
          job.row.querySelector(".mc-nowrap").textContent = size(light.size);
          if (light.size > Number(card.dataset.max)) fail(job, text.dataset.large);
          else enqueue(job);
        });
      });
    });
    card.querySelectorAll("[data-poll]").forEach(watch);
  });
  window.addEventListener("beforeunload", function (event) {
    if (isSending) event.preventDefault();
  });
})();
