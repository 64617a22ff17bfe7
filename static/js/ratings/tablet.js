/* The tablet at the counter. Everything it needs stands in #state; only ratings, QR codes and news travel.
 * What can wait a few seconds (attract.js, care.js) is fetched once the page stands, and joins through `shared`. */
(function () {
  "use strict";
  var island = document.getElementById("state"), state = JSON.parse(island.textContent), shared = window.kioskTablet = {};
  var code = state.counter.code, base = location.pathname.replace(/\/+$/, "");
  var loadedVersion = state.version, loadedTold = state.told, html = document.documentElement, body = document.body;
  var REFRESH = 120, LATER = 3000, GUARD = 500, LONGEST_GUARD = 2500, OTHER_FINGER = 1000, ENGLISH = 30, UNDO = 3000, AGAIN = 8000;
  var screen = "", language = "zh-Hans", rated = null, last = "", ratedAt = 0, card = "", againFrom = 0, shownAt = 0, activeAt = 0, deadline = 0, span = 1, guardUntil = 0;
  var skew = 0, stateAsked = 0, revoked = false;
  var pointers = {}, lastPointer = -1e9;

  function mono() { return performance.now(); }
  function now() { return Date.now() + skew; }
  function all(selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); }
  function one(selector) { return document.querySelector(selector); }
  function fill(name, text) { all("[data-x=" + name + "]").forEach(function (el) { el.textContent = text; }); }
  function word(key) { return state.words[language][key]; }
  function pick(pair) { return pair[language === "en" ? 1 : 0]; }
  function make(tag, className, text) {
    var el = document.createElement(tag);
    if (className) { el.className = className; }
    if (text !== undefined) { el.textContent = text; }
    return el;
  }
  function stored(name) { try { return localStorage.getItem(name); } catch (error) { return null; } }
  function store(name, value) {
    try { if (value) { localStorage.setItem(name, value); } else { localStorage.removeItem(name); } } catch (error) { /* private mode */ }
  }
  function device() {
    try { var found = JSON.parse(stored("kiosk.device")); return found && found.counter === code ? found.key : null; } catch (error) { return null; }
  }

  /* A UUID of version 7, without crypto.randomUUID: plain http on a LAN address is no secure context. */
  function uuid() {
    var text = ("00000000000" + now().toString(16)).slice(-12) + "7";
    crypto.getRandomValues(new Uint8Array(19)).forEach(function (byte, i) { text += (i === 3 ? byte & 3 | 8 : byte & 15).toString(16); });
    return text.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }
  function nextNumber() {
    var number = Math.max(Number(stored("kiosk.seq")) || 0, 0) + 1;
    store("kiosk.seq", String(number));
    return number;
  }

  /* One request with an end: a line that hangs must not hold the queue. `told` is the answer's JSON, `ours` whether this
     server can have said it: a hotel's sign-in page is no receipt, and a firewall's refusal is no refusal. */
  async function ask(address, body) {
    var control = new AbortController(), timer = 0, late = new Promise(function (_resolve, reject) {
      timer = setTimeout(function () { control.abort(); reject(new Error("late")); }, 10000); /* Safari 12.0 aborts nothing */
    });
    var options = { headers: { Authorization: "Device " + device() }, cache: "no-store", signal: control.signal };
    if (body) {
      options.method = "POST";
      options.headers["Content-Type"] = "application/json";
      options.body = JSON.stringify(body);
    }
    try {
      var answer = await Promise.race([fetch(address, options), late]), type = answer.headers.get("Content-Type") || "";
      var told = await Promise.race([answer.json(), late]).catch(function () { return null; });
      return { ok: answer.ok, status: answer.status, told: told, ours: !!told && (answer.ok || type.indexOf("problem") > 0), head: answer.headers };
    } catch (error) {
      return { status: 0 };
    } finally { clearTimeout(timer); }
  }

  async function send(entry, again) {
    var live = !again && now() - entry.at < 10000 && now() >= entry.at;
    var answer = await ask("/api/ratings", Object.assign({}, entry.rating, { live: live })), told = answer.told;
    if (answer.ok && told && told.id === entry.rating.id) {
      if (told.mark && told.id === last) { tellUncounted(true); }
      return { done: true };
    }
    if (answer.ours && answer.status === 401) { revoked = true; return { stop: true }; }
    if (answer.ours && [400, 403, 409, 413, 415, 422].indexOf(answer.status) >= 0) {
      return { refused: { status: answer.status, code: told.code, why: told.title } };
    }
    return { wait: answer.status && Number(answer.head.get("Retry-After")) || 0 };
  }
  var waiting = { unsent: 0, refused: 0, kept: true };
  var queue = new window.RatingQueue(send, function (count) {
    shared.waiting = waiting = count;
    if (shared.paintWaiting) { shared.paintWaiting(); }
  }, now);
  function keep(rating, at) { return queue.add({ rating: rating, at: at }); }

  /* Screens. */
  function show(name) {
    screen = name;
    body.setAttribute("data-screen", name);
    all(".t-screen").forEach(function (el) { el.hidden = el.id !== name; });
    shownAt = activeAt = mono();
    guardUntil = shownAt + GUARD;
    pointers = {};
    all(".is-down").forEach(function (el) { el.classList.remove("is-down"); });
    window.scrollTo(0, 0);
    if (name === "rate" && shared.fit) { shared.fit(); }
  }
  function say(text) { one("[data-x=say]").textContent = text; }
  function tell(key) {
    say(word(key));
    if (shared.speak) { shared.speak(word(key)); }
  }
  function countdown(seconds) { span = seconds; deadline = mono() + seconds * 1000; }

  function rate(level) {
    if (screen !== "rate" || rated) { return; }
    var at = now();
    rated = { id: uuid(), counter: code, level: level, seq: nextNumber(), pressed_at: new Date(at).toISOString(), returned: Math.floor(mono() - shownAt) };
    last = rated.id;
    var visitor = shared.visitor && shared.visitor() || card;
    if (visitor) { rated.visitor = visitor; }
    again(0);
    show("after");
    ratedAt = shownAt;
    tellUncounted(false);
    countdown(state.times.untouched);
    paintCountdown();
    tell("thanks");
    one("#about").focus({ preventScroll: true });
    keep(rated, at);
  }
  function chosen() {
    var reasons = all("[data-reason][aria-pressed=true]").map(function (el) { return el.getAttribute("data-reason"); });
    var person = one("[data-staff][aria-pressed=true]"), comment = one("#comment").value.trim(), extra = {};
    if (reasons.length) { extra.reasons = reasons; }
    if (comment) { extra.comment = comment; }
    if (person) { extra.staff = Number(person.getAttribute("data-staff")); }
    return extra;
  }
  /* Thanks are for what counts: where the server says otherwise, so does the screen. */
  function tellUncounted(on) {
    all("[data-t=uncounted]").forEach(function (el) { el.hidden = !on; });
    if (on) { say(word("uncounted")); }
  }
  /* Taken back before the next screen came: kept, and marked. The same person may tap once more. */
  function takeBack() {
    keep(Object.assign({}, rated, { taken_back: true }), now());
    store("kiosk.said", "");
    card = rated.visitor;
    last = "";
    rated = null;
    forget();
    show("rate");
    again(mono());
    tell("taken_back");
  }
  function again(from) {
    var hint = one("#hint"), key = from ? "taken_back" : "hint";
    againFrom = from;
    hint.setAttribute("data-t", key);
    hint.textContent = word(key);
    if (!from) { card = ""; }
  }
  /* What was said after the tap goes out once: by the button, or when the rater has walked away. */
  function leave(thank) {
    var extra = chosen();
    store("kiosk.said", "");
    if (rated && Object.keys(extra).length) { keep(Object.assign({}, rated, extra), now()); }
    rated = null;
    forget();
    if (!thank) { start(); return; }
    show("thanks");
    countdown(state.times.thanks);
    tell("goodbye");
  }
  /* A page that goes (reloaded, closed, put away) keeps at once what was being said; the next start sends it and shows it to nobody. */
  function saveSaid() {
    var extra = rated ? chosen() : {};
    if (Object.keys(extra).length) { store("kiosk.said", JSON.stringify(Object.assign({}, rated, extra))); }
  }
  function sendSaid() {
    try {
      var found = JSON.parse(stored("kiosk.said"));
      if (found) { keep(found, now()).then(function () { store("kiosk.said", ""); }); }
    } catch (error) { store("kiosk.said", ""); }
  }
  /* Nothing stays behind: no text (nor its undo history), no choice, no focus, no language, no place scrolled to. */
  function forget() {
    var old = one("#comment"), fresh = old.cloneNode(false);
    fresh.value = "";
    fresh.name = "comment-" + Date.now();
    old.parentNode.replaceChild(fresh, old);
    if (document.activeElement && document.activeElement !== body) { document.activeElement.blur(); }
    if (window.getSelection) { window.getSelection().removeAllRanges(); }
    body.classList.remove("is-typing");
    paintChoices();
  }
  function start() {
    setLanguage("zh-Hans");
    say("");
    last = "";
    show(awake() ? "rate" : "sleep");
  }
  function next() {
    leave(false);
    if (screen === "rate" && shared.prompt) { shared.prompt(); }
  }

  /* Painting. */
  function setLanguage(tag) {
    language = tag;
    html.lang = tag;
    all("[data-t]").forEach(function (el) { el.textContent = word(el.getAttribute("data-t")); });
    all("[data-level-word]").forEach(function (el) { el.textContent = word("levels")[el.getAttribute("data-level-word")]; });
    all("[data-press=language]").forEach(function (el) { el.textContent = tag === "en" ? "中文" : "English"; el.lang = tag === "en" ? "zh-Hans" : "en"; });
    paint();
  }
  function minutes(text) { return Number(text.slice(0, 2)) * 60 + Number(text.slice(3)); }
  function localMinutes() { return Math.floor(now() / 60000 + state.offset) % 1440; }
  function place() {
    var at = localMinutes(), meal = state.meals.filter(function (m) { return minutes(m[0]) <= at && at < minutes(m[1]); })[0];
    return [state.counter.canteen && pick(state.counter.canteen), meal && pick(meal.slice(2))].filter(Boolean).join(" · ");
  }
  function paintChoices() {
    var reasons = one("[data-x=reasons]"), served = one("[data-x=served]");
    reasons.textContent = "";
    all("[data-staff]").forEach(function (el) { served.removeChild(el); });
    state.reasons.forEach(function (reason) { reasons.appendChild(toggle("t-reason", "data-reason", reason[0], pick(reason.slice(1)))); });
    state.staff.forEach(function (person) { served.appendChild(toggle("t-person", "data-staff", person[0], person[1])); });
    reasons.hidden = !state.reasons.length;
    served.hidden = !state.staff.length;
  }
  function toggle(className, name, value, text) {
    var button = make("button", className, text);
    button.type = "button";
    button.setAttribute(name, value);
    button.setAttribute("data-press", "toggle");
    button.setAttribute("aria-pressed", "false");
    return button;
  }
  function paint() {
    html.style.setProperty("--scale", state.scale / 100);
    html.classList.toggle("is-large", state.scale >= 130);
    fill("name", pick(state.counter.name));
    fill("place", place());
    fill("here", [pick(state.counter.name), place()].filter(Boolean).join(" · "));
    var comment = one("#comment");
    comment.placeholder = word("comment");
    comment.setAttribute("aria-label", word("comment"));
    if (!rated) { paintChoices(); }
    if (shared.paint) { shared.paint(); }
  }
  function paintCountdown() {
    var left = Math.max(0, deadline - mono());
    one("[data-x=bar]").style.transform = "scaleX(" + Math.min(1, left / (span * 1000)) + ")";
    fill("left", word("back").replace("%(n)s", Math.ceil(left / 1000)));
    one("[data-press=undo]").hidden = mono() >= ratedAt + UNDO;
  }
  function attract() {
    if (!shared.turn) { return; }
    show("attract");
    shared.turn();
  }

  /* News from the server. */
  /* A page or state that the service worker kept says when it was true. */
  function takeTime(kept) { skew = state.now - (Number(kept) || Date.now()); }
  /* Refused: no longer this counter's tablet, and the server's page says so. What is unsent goes out after enrolment. */
  async function refresh() {
    stateAsked = mono();
    var answer = await ask(base + "/state.json"), found = answer.told, kept = answer.ok && answer.head.get("X-Kept");
    if (answer.ours && answer.status === 401) { revoked = true; }
    if (!answer.ok || !found || !found.version) { return; } /* the tablet works on with what it knows */
    if (!kept && (found.version !== loadedVersion || found.told !== loadedTold) && !rated && screen !== "thanks") { location.reload(); return; }
    state = found;
    takeTime(kept);
    if (shared.takeQr) { shared.takeQr(state.qr); }
    if (!rated) { paint(); }
    if (!kept) { queue.pump(); }
  }
  function later() {
    if (shared.care) { return; }
    var style = document.head.appendChild(make("link")), script = body.appendChild(make("script"));
    style.rel = "stylesheet";
    style.href = state.later[0];
    script.src = state.later[1];
    script.onload = paint;
    script.onerror = function () { setTimeout(later, 10 * LATER); };
  }
  function awake() {
    var time = now();
    if (!state.active) { return false; }
    return !state.open || state.open.some(function (span) { return span[0] <= time && time < span[1]; });
  }

  function tick() {
    var at = mono(), idle = (at - activeAt) / 1000;
    if (screen === "after") {
      paintCountdown();
      if (at >= deadline) { leave(false); }
    } else if (screen === "thanks") {
      if (at >= deadline) { start(); }
    } else if (revoked) {
      location.replace(state.enrol);
    } else if (!awake()) {
      if (screen !== "sleep") { start(); }
    } else if (screen === "sleep") {
      start();
    } else if (screen === "rate") {
      if (againFrom && at - againFrom >= AGAIN) { again(0); }
      if (idle >= state.times.attract) { setLanguage("zh-Hans"); attract(); } else if (language !== "zh-Hans" && idle >= ENGLISH) { setLanguage("zh-Hans"); }
    } else if (screen === "attract" && language !== "zh-Hans" && idle >= ENGLISH) {
      setLanguage("zh-Hans");
      attract();
    }
    if (at - stateAsked >= REFRESH * 1000 && screen !== "after") { refresh(); }
  }
  setInterval(tick, 250);
  setInterval(function () { fill("place", place()); }, 20000);

  /* Fingers. A tap is a finger that goes down and up on the same thing; another finger's fresh press wins over it. */
  function press(el) {
    var what = el.getAttribute("data-press");
    activeAt = mono();
    if (what === "level") { rate(Number(el.getAttribute("data-level"))); }
    if (what === "language") { setLanguage(language === "en" ? "zh-Hans" : "en"); }
    if (what === "all") { attract(); }
    if (what === "wake") { show("rate"); if (shared.prompt) { shared.prompt(); } }
    if (what === "done") { leave(true); }
    if (what === "next") { next(); }
    if (what === "undo") { takeBack(); }
    if (what === "toggle") {
      var on = el.getAttribute("aria-pressed") !== "true";
      if (el.hasAttribute("data-staff")) { all("[data-staff]").forEach(function (other) { other.setAttribute("aria-pressed", "false"); }); }
      el.setAttribute("aria-pressed", String(on));
      if (screen === "after") { countdown(state.times.reset); }
    }
  }
  function pressable(event) { return event.target.closest ? event.target.closest("[data-press]") : null; }
  function guarded() {
    if (mono() >= guardUntil) { return false; }
    guardUntil = Math.min(Math.max(guardUntil, mono() + 400), shownAt + LONGEST_GUARD);
    return true;
  }
  function othersFirst(id) {
    return Object.keys(pointers).some(function (other) {
      return other !== String(id) && pointers[other].el && pointers[other].at <= pointers[id].at && mono() - pointers[other].at < OTHER_FINGER;
    });
  }
  window.kioskFingers({
    down: function (finger) {
      activeAt = lastPointer = mono();
      var el = guarded() ? null : pressable(finger);
      pointers[finger.id] = { el: el, at: mono() };
      if (el && !othersFirst(finger.id) && el.id !== "attract") { el.classList.add("is-down"); }
    },
    up: function (finger) {
      var down = pointers[finger.id], el = down && down.el;
      lastPointer = mono();
      if (el) {
        el.classList.remove("is-down");
        var under = document.elementFromPoint(finger.x, finger.y);
        if (under && el.contains(under) && !othersFirst(finger.id)) { press(el); }
      }
      delete pointers[finger.id];
    },
    cancel: function (finger) {
      var down = pointers[finger.id];
      if (down && down.el) { down.el.classList.remove("is-down"); }
      delete pointers[finger.id];
    }
  });
  /* Whoever writes and presses a button goes on writing until the press is over: the page would move under the press. */
  document.addEventListener("mousedown", function (event) { if (document.activeElement.id === "comment" && pressable(event)) { event.preventDefault(); } });
  /* Keyboards and screen readers make clicks without pointers. */
  document.addEventListener("click", function (event) {
    var el = pressable(event);
    if (!el || (event.detail > 0 && mono() - lastPointer < 700) || mono() < guardUntil) { return; }
    press(el);
  });
  document.addEventListener("keydown", function (event) {
    activeAt = mono();
    if (event.target.id === "comment" || event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (screen === "attract") { if (mono() >= guardUntil) { show("rate"); } event.preventDefault(); return; }
    if (screen === "rate" && /^[1-5]$/.test(event.key) && !event.repeat && mono() >= guardUntil) { rate(Number(event.key)); }
    if (screen === "after" && event.key === "Escape") { leave(true); }
  });
  document.addEventListener("input", function (event) { if (event.target.id === "comment") { countdown(state.times.typing); } });
  document.addEventListener("focusin", function (event) {
    var typing = event.target.id === "comment";
    body.classList.toggle("is-typing", typing);
    if (typing) { countdown(state.times.typing); }
  });
  ["contextmenu", "dragstart", "gesturestart"].forEach(function (name) { document.addEventListener(name, function (event) { event.preventDefault(); }); });
  document.addEventListener("selectstart", function (event) { if (event.target.id !== "comment") { event.preventDefault(); } });
  document.addEventListener("wheel", function (event) { if (event.ctrlKey) { event.preventDefault(); } }, { passive: false });
  document.addEventListener("scroll", function () { window.scrollTo(0, 0); });

  /* The way back leads nowhere. */
  history.replaceState(null, "", base);
  history.pushState(null, "", base);
  window.addEventListener("popstate", function () { history.pushState(null, "", base); });
  window.addEventListener("resize", function () { if (!rated && shared.paint) { shared.paint(); } });
  window.addEventListener("online", function () { queue.pump(); });
  window.addEventListener("pageshow", function (event) { if (event.persisted) { location.reload(); } });
  window.addEventListener("pagehide", saveSaid);
  document.addEventListener("visibilitychange", function () { if (document.visibilityState === "hidden") { saveSaid(); } });

  if (!device()) { location.replace(state.enrol); return; }
  takeTime(island.getAttribute("data-kept"));
  Object.assign(shared, { ask: ask, base: base, fill: fill, pick: pick, make: make, minutes: minutes, localMinutes: localMinutes, queue: queue, version: loadedVersion, waiting: waiting, now: now, refresh: refresh, show: show, word: word, screen: function () { return screen; }, language: function () { return language; }, state: function () { return state; } });
  stateAsked = mono();
  start();
  sendSaid();
  setTimeout(later, screen === "sleep" ? 0 : LATER);
  if (island.hasAttribute("data-kept")) { refresh(); }
}());
