/* The code's ten minutes run down, and the page tells when it was used or is over. */
(function () {
  "use strict";
  var box = document.querySelector("[data-enrolment]"), clock = box.querySelector("[data-countdown]");
  var ends = performance.now() + Number(box.getAttribute("data-left")) * 1000, state = "good", timer = 0;
  function show(found) {
    state = found;
    Array.prototype.forEach.call(box.querySelectorAll("[data-state]"), function (part) { part.hidden = part.getAttribute("data-state") !== found; });
    if (state !== "good") { clearInterval(timer); }
  }
  function paint() {
    var left = Math.max(0, Math.ceil((ends - performance.now()) / 1000)), seconds = left % 60;
    clock.textContent = clock.getAttribute("data-countdown").replace("{time}", Math.floor(left / 60) + ":" + (seconds < 10 ? "0" : "") + seconds);
    if (!left) { ask(); }
  }
  function ask() {
    fetch(box.getAttribute("data-enrolment"), { cache: "no-store", credentials: "same-origin" }).then(function (answer) {
      return answer.ok ? answer.json() : null;
    }).then(function (found) {
      if (!found) { return; }
      ends = performance.now() + found.left * 1000;
      if (found.state !== state) { show(found.state); }
    }).catch(function () { /* asked again in a moment */ });
  }
  if (box.querySelector("[data-state=good]").hidden) { return; }
  paint();
  timer = setInterval(paint, 1000);
  var asking = setInterval(function () { if (state === "good") { ask(); } else { clearInterval(asking); } }, 2000);
}());
