/* The screen on the wall: turns its pages, asks for news each minute, and says how old the figures are when nobody answers.
   It is meant to run for weeks: nothing is reloaded unless the server has just answered. */
(function () {
  "use strict";
  var TURN = 12000, NEWS = 60000, FADE = 600, OLD = 150000, PATIENCE = 20000, FRESH_HOUR = 3;
  var html = document.documentElement, frame = document.querySelector("[data-wall]");
  if (!frame) { return; }
  var steps = [], at = -1, turned = 0, news = null, asked = 0, heard = performance.now(), asking = null;
  var still = window.matchMedia && window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  html.classList.add("is-turning-pages");

  function all(selector, within) { return Array.prototype.slice.call((within || frame).querySelectorAll(selector)); }
  function one(selector) { return frame.querySelector(selector); }
  function pages() { return one("[data-pages]"); }

  /* A step is a page, or as many of its lines as fit. */
  function measure() {
    steps = [];
    all(".wall-page").forEach(function (page) {
      all(".wall-page").forEach(function (other) { other.hidden = other !== page; });
      var list = page.querySelector("[data-lines]"), rows = list ? Array.prototype.slice.call(list.children) : [];
      rows.forEach(function (row) { row.hidden = false; });
      var room = list ? list.clientHeight : 0, from = 0, used = 0;
      var heights = rows.map(function (row) { return row.offsetHeight; });
      heights.forEach(function (height, n) {
        if (n > from && used + height > room) { steps.push([page, from, n]); from = n; used = 0; }
        used += height;
      });
      steps.push([page, from, rows.length]);
    });
  }
  function show() {
    var step = steps[at];
    if (!step) { return; }
    all(".wall-page").forEach(function (page) { page.hidden = page !== step[0]; });
    all("[data-lines] > li", step[0]).forEach(function (row, n) { row.hidden = n < step[1] || n >= step[2]; });
    one("[data-count]").textContent = steps.length > 1 ? at + 1 + " / " + steps.length : "";
  }
  function key(step) { return step ? step[0].getAttribute("data-page") + " " + step[1] : ""; }

  /* News is taken in between two pages, and the round goes on with the page that would have come. */
  function turn() {
    turned = performance.now();
    var next = at + 1, wanted = key(steps[next % (steps.length || 1)]);
    if (news) {
      var fresh = news;
      news = null;
      frame.parentNode.replaceChild(fresh, frame);
      frame = fresh;
      measure();
      next = steps.map(key).indexOf(wanted);
    }
    at = steps.length && next >= 0 ? next % steps.length : 0;
    show();
    tick();
  }
  function turnSoftly() {
    turned = performance.now();
    if (steps.length < 2 && !news) { return; }
    if (still) { turn(); return; }
    pages().classList.add("is-turning");
    setTimeout(function () { turn(); pages().classList.remove("is-turning"); }, FADE);
  }

  /* Time as the school's clocks show it, counted on from the server's last answer. */
  function schoolTime() {
    return new Date(Number(frame.getAttribute("data-now")) + Number(frame.getAttribute("data-offset")) * 60000 + (performance.now() - heard));
  }
  function tick() {
    var time = schoolTime(), old = one("[data-old-text]"), silent = performance.now() - heard;
    one("[data-clock]").textContent = time.toISOString().slice(11, 16);
    old.hidden = silent < OLD;
    if (!old.hidden) {
      old.textContent = frame.getAttribute("data-old").replace("{at}", frame.getAttribute("data-at")).replace("{minutes}", Math.floor(silent / 60000));
    }
  }

  function take(text) {
    var fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-wall]");
    if (!fresh) { return; }  /* some other page: an error, or another network's sign-in */
    var was = schoolTime();
    heard = performance.now();
    var isNight = was.getUTCHours() < FRESH_HOUR && new Date(Number(fresh.getAttribute("data-now")) + Number(fresh.getAttribute("data-offset")) * 60000).getUTCHours() >= FRESH_HOUR;
    if (fresh.getAttribute("data-version") !== frame.getAttribute("data-version") || isNight) { window.location.reload(); return; }
    news = document.importNode(fresh, true);
    ["data-now", "data-offset", "data-at"].forEach(function (name) { frame.setAttribute(name, fresh.getAttribute(name)); });
    tick();
  }
  function ask() {
    asked = performance.now();
    if (asking) { asking.abort(); }
    var request = asking = new XMLHttpRequest();
    request.open("GET", window.location.pathname + window.location.search);
    request.timeout = PATIENCE;
    request.onload = function () { if (request.status === 200) { take(request.responseText); } };
    request.onloadend = function () { if (asking === request) { asking = null; } };
    request.send();
  }

  setInterval(function () {
    var now = performance.now();
    if (now - asked >= NEWS) { ask(); }
    if (now - turned >= TURN) { turnSoftly(); }
    tick();
  }, 1000);
  window.addEventListener("online", ask);
  window.addEventListener("resize", function () { measure(); at = Math.min(Math.max(at, 0), steps.length - 1); show(); });
  if (document.fonts && document.fonts.ready) { document.fonts.ready.then(function () { measure(); show(); }); }
  asked = turned = performance.now();
  measure();
  at = 0;
  show();
  tick();
}());
