// The counter: questions that belong to one answer are shown with it, and a signature is drawn. Without this script every
// question stands on the page and the receiver signs on paper.
(function () {
  "use strict";
  var parts = Array.from(document.querySelectorAll("[data-only]"));
  function show() {
    parts.forEach(function (part) {
      var chosen = document.querySelector("input[name=" + part.dataset.only + "]:checked");
      part.hidden = !chosen || part.dataset.value.split(" ").indexOf(chosen.value) < 0;
    });
  }
  if (parts.length) {
    document.addEventListener("change", show);
    show();
  }

  var place = document.querySelector("[data-sign]");
  if (!place) return;
  var canvas = place.querySelector("canvas");
  var field = document.getElementById(place.dataset.sign);
  var pen = canvas.getContext("2d");
  var isDown = false;
  pen.lineWidth = 3;
  pen.lineCap = "round";

  function point(event) {
    var box = canvas.getBoundingClientRect();
    var clip = function (value, most) { return Math.max(0, Math.min(most, Math.round(value))); };
    return [
      clip((event.clientX - box.left) * canvas.width / box.width, canvas.width),
      clip((event.clientY - box.top) * canvas.height / box.height, canvas.height),
    ];
  }
  function add(letter, at) {
    field.value += (field.value ? " " : "") + letter + at[0] + " " + at[1];
  }
  canvas.addEventListener("pointerdown", function (event) {
    var at = point(event);
    isDown = true;
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(at[0], at[1]);
    add("M", at);
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", function (event) {
    if (!isDown) return;
    var at = point(event);
    pen.lineTo(at[0], at[1]);
    pen.stroke();
    add("L", at);
  });
  ["pointerup", "pointercancel"].forEach(function (name) {
    canvas.addEventListener(name, function () { isDown = false; });
  });
  place.querySelector("[data-clear]").addEventListener("click", function () {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    field.value = "";
  });
})();
