/* For those who look after the tablet: the sign of life, the menu behind the PIN, the lock for cleaning, sending again after
 * a restore, and what a browser offers only sometimes (full screen, a screen that stays awake, a page that loads without network).
 */
(function () {
  "use strict";
  var shared = window.kioskTablet, queue = shared.queue, html = document.documentElement;
  var BEAT = 45000, HOLD = 3000, IDLE = 60000, CLEAN = 60, DAY = 86400000, KEPT = 7 * DAY, LONGEST_WAIT = 300;
  var veil = null, view = "", typed = "", closeAt = 0, cleanUntil = 0, holding = 0, lastContact = 0, filled = false, shown;
  if (shared.care) { return; }
  shared.care = true;

  function stored(name) { try { return JSON.parse(localStorage.getItem(name)); } catch (error) { return null; } }
  function store(name, value) { try { localStorage.setItem(name, JSON.stringify(value)); } catch (error) { /* private mode */ } }

  /* The sign of life, and what is learnt from its answer. */
  async function beat() {
    var waiting = shared.waiting;
    var answer = await shared.ask("/api/tablets/heartbeat", { unsent: waiting.unsent, refused: waiting.refused, version: shared.version, clock: Date.now() });
    var told = answer.told;
    if (!answer.ok || !told || !told.now) { return; }
    lastContact = Date.now();
    store("kiosk.pin", told.pin);
    queue.pump();
    if (told.version !== shared.version || told.shown !== shown) { shown = told.shown; shared.refresh(); }
    await meet(told.epoch);
    await settle(told.settled);
    await prune(told.now);
    await report();
    queue.pump();
  }
  function quietly(promise) { if (promise && promise.catch) { promise.catch(function () { /* not here, or not now */ }); } }

  /* A new epoch: the server was restored and lacks what came after its backup. All that was delivered goes out again. */
  async function meet(epoch) {
    await queue.keep(function (store) {
      var facts = store("facts"), known = facts.get("epoch"), newest = store("delivered").openKeyCursor(null, "prev");
      newest.onsuccess = function () {
        if (known.result === epoch) { return; }
        facts.put(epoch, "epoch");
        if (known.result !== undefined && newest.result) { facts.put([0, newest.result.key], "again"); }
      };
    });
  }
  /* What was delivered a week ago is in some backup by now. The server's clock and the tablet's must both say so: one that
   * jumps takes nothing away. A moment in the future was told by a clock that was wrong; then the other one decides. */
  function isOld(moment, time) { return moment < time - KEPT || moment > time + DAY; }
  function prune(time) {
    return queue.keep(function (store) {
      var walk = store("delivered").openCursor();
      walk.onsuccess = function () {
        var cursor = walk.result;
        if (!cursor) { return; }
        if (isOld(cursor.value.sent, time) && (cursor.value.here === undefined || isOld(cursor.value.here, Date.now()))) { cursor.delete(); }
        cursor.continue();
      };
    });
  }
  function tray(found) {
    return queue.keep(function (store) {
      var keys = store("refused").getAllKeys(), values = store("refused").getAll();
      return function () { return values.result.map(function (value, i) { return Object.assign({ key: keys.result[i] }, value); }); };
    }, "readonly").then(found);
  }
  /* The office reads what was refused, and why; each entry is brought there once. */
  function report() {
    return tray(async function (entries) {
      for (var entry of entries.filter(function (one) { return !one.told; })) {
        var body = { status: entry.status || 0, code: entry.code || "", why: (entry.why || "").slice(0, 200), rating: entry.rating };
        var answer = await shared.ask("/api/tablets/refused", body);
        if (!answer.ok && !answer.ours) { return; }
        await mark(entry);
      }
    });
  }
  function mark(entry) {
    var kept = Object.assign({}, entry, { told: true });
    delete kept.key;
    return queue.keep(function (store) { store("refused").put(kept, entry.key); });
  }
  async function settle(ids) {
    if (!ids || !ids.length) { return; }
    await tray(function (entries) {
      return queue.keep(function (store) {
        entries.forEach(function (entry) { if (ids.indexOf(entry.rating.id) >= 0) { store("refused").delete(entry.key); } });
      });
    });
    queue.tell();
  }
  /* Back into the queue, in their order. */
  async function retry() {
    await tray(function (entries) {
      return queue.keep(function (store) {
        entries.forEach(function (entry) {
          store("queue").add({ rating: entry.rating, at: entry.at || 0 });
          store("refused").delete(entry.key);
        });
      });
    });
    queue.tell();
    queue.pump();
    paint();
  }

  /* The veil over everything: keypad, menu, lock. */
  function part(name) { return veil.querySelector("[data-c=" + name + "]"); }
  function put(name, text) { Array.prototype.forEach.call(veil.querySelectorAll("[data-c=" + name + "]"), function (el) { el.textContent = text; }); }
  function show(name) {
    if (!veil) { return; }
    view = name;
    typed = "";
    veil.hidden = !name;
    Array.prototype.forEach.call(veil.querySelectorAll("[data-view]"), function (el) { el.hidden = el.getAttribute("data-view") !== name; });
    stay();
    paint();
    var first = name && veil.querySelector("[data-view=" + name + "][data-first], [data-view=" + name + "] [data-first]");
    if (first) { first.focus({ preventScroll: true }); }
  }
  function stay() { closeAt = performance.now() + IDLE; }
  function open() { if (veil && !view) { show(stored("kiosk.pin") ? "keypad" : "none"); } }
  function clock(time) { return new Date(time + shared.state().offset * 60000).toISOString().slice(11, 19); }

  function paint() {
    var left = waitLeft();
    put("typed", typed.replace(/./g, "●") || "○○○○");
    part("wrong").hidden = !(stored("kiosk.wrong") || {}).n;
    part("wait").hidden = !left;
    put("seconds", left);
    if (view === "menu") { paintMenu(); }
  }
  function paintMenu() {
    var waiting = shared.waiting, list = part("tray");
    put("name", shared.state().counter.name[html.lang === "en" ? 1 : 0]);
    put("unsent", waiting.unsent);
    put("refused", waiting.refused);
    put("contact", lastContact ? clock(lastContact) : "—");
    put("version", shared.version);
    part("unkept").hidden = waiting.kept;
    part("retry").hidden = !waiting.refused;
    tray(function (entries) {
      list.textContent = "";
      entries.forEach(function (entry) {
        var row = list.appendChild(document.createElement("li"));
        row.textContent = clock(entry.at || entry.since || 0).slice(0, 5) + "  " + (entry.why || entry.status || "") + (entry.told ? "  ✓" : "");
      });
    }).catch(function () { list.textContent = ""; });
  }

  /* After two wrong PINs each further one costs more time: 2, 4, 8 … 300 seconds, over reloads too. */
  function waitLeft() {
    var wrong = stored("kiosk.wrong") || { until: 0 };
    return Math.min(LONGEST_WAIT, Math.max(0, Math.ceil((wrong.until - Date.now()) / 1000)));
  }
  function enter() {
    var pin = stored("kiosk.pin"), n = (stored("kiosk.wrong") || { n: 0 }).n + 1;
    if (waitLeft() || typed.length < 4 || !pin) { return; }
    if (window.pbkdf2(typed, pin.salt, pin.rounds) === pin.hash) {
      localStorage.removeItem("kiosk.wrong");
      show("menu");
      beat().catch(function () { /* the browser keeps nothing */ }).then(paint);
      return;
    }
    store("kiosk.wrong", { n: n, until: Date.now() + (n > 2 ? Math.min(LONGEST_WAIT, Math.pow(2, n - 2)) * 1000 : 0) });
    typed = "";
    paint();
  }
  function leave() {
    if (document.fullscreenElement) { document.exitFullscreen(); } else if (document.webkitFullscreenElement) { document.webkitExitFullscreen(); }
    location.assign(veil.getAttribute("data-home"));
  }
  var actions = {
    close: function () { show(""); },
    back: function () { typed = typed.slice(0, -1); paint(); },
    enter: enter,
    clean: function () { cleanUntil = performance.now() + CLEAN * 1000; show("clean"); },
    reload: function () { location.reload(); },
    retry: retry,
    leave: leave
  };
  function press(what) {
    stay();
    if (actions[what]) { actions[what](); } else if (!waitLeft() && typed.length < 8) { typed += what; paint(); }
  }

  /* While the veil is up, nothing reaches the page below it; the lock for cleaning lets nothing through at all. */
  function guard(event) {
    if (!view) { return; }
    event.stopPropagation();
    if (view === "clean") { event.preventDefault(); return; }
    var button = event.target.closest ? event.target.closest("[data-care]") : null;
    if (event.type === "click" && button) { press(button.getAttribute("data-care")); }
    if (event.type === "keydown") {
      var key = event.key, keys = { Escape: "close", Backspace: "back", Enter: "enter" };
      if (view === "keypad" ? /^[0-9]$/.test(key) || keys[key] && (key !== "Enter" || !button) : key === "Escape") {
        event.preventDefault(); /* or the same Enter would press what is shown next */
        press(keys[key] || key);
      }
    }
  }
  var PRESSES = ["pointerdown", "pointerup", "pointercancel", "touchstart", "touchend", "touchcancel", "mousedown", "mouseup", "click"];
  PRESSES.concat("keydown", "input", "focusin").forEach(function (name) { window.addEventListener(name, guard, { capture: true, passive: false }); });

  /* The way in: the counter's sign held for three seconds, or Ctrl+Alt+K. */
  function letGo() { clearTimeout(holding); }
  window.kioskFingers({
    down: function (finger) {
      letGo();
      if (finger.target.closest(".t-sign, .sunset")) { holding = setTimeout(open, HOLD); }
    },
    up: function (finger) { letGo(); if (finger.touch) { fillScreen(); } },
    cancel: letGo
  });
  document.addEventListener("keydown", function (event) { if (event.ctrlKey && event.altKey && event.key.toLowerCase() === "k") { event.preventDefault(); open(); } });

  setInterval(function () {
    if (view === "clean") {
      var left = Math.ceil((cleanUntil - performance.now()) / 1000);
      put("left", Math.max(0, left));
      if (left <= 0) { show(""); }
    } else if (view) {
      if (performance.now() >= closeAt) { show(""); } else if (view === "keypad") { paint(); }
    }
  }, 500);

  /* Where the browser allows it; nothing depends on it. */
  function stayAwake() { if (navigator.wakeLock && document.visibilityState === "visible") { quietly(navigator.wakeLock.request("screen")); } }
  document.addEventListener("visibilitychange", stayAwake);
  /* The first touch fills the screen; whoever then leaves it meant to. */
  function fillScreen() {
    var ask = html.requestFullscreen || html.webkitRequestFullscreen;
    if (filled || !ask) { return; }
    filled = true;
    if (!document.fullscreenElement && !document.webkitFullscreenElement) { quietly(ask.call(html)); }
  }
  function offline() {
    if (!window.isSecureContext || !navigator.serviceWorker) { return; }
    var files = Array.prototype.map.call(document.querySelectorAll("link[rel=stylesheet], script[src]"), function (el) { return el.href || el.src; });
    quietly(navigator.serviceWorker.register("/sw.js", { scope: "/c/" }).then(function () { return navigator.serviceWorker.ready; }).then(function (found) {
      found.active.postMessage({ pages: [shared.base, shared.base + "/state.json", shared.state().later[2]], files: files });
    }));
  }

  function dress() {
    fetch(shared.state().later[2]).then(function (answer) { return answer.text(); }).then(function (text) {
      var box = document.createElement("template");
      box.innerHTML = text;
      veil = document.body.appendChild(box.content.querySelector(".c-veil"));
    }).catch(function () { setTimeout(dress, IDLE / 2); });
  }
  dress();
  quietly(beat());
  setInterval(function () { quietly(beat()); }, BEAT);
  stayAwake();
  offline();
}());
