/* A round on the phone: what is tapped is kept at once; the finished round goes to the outbox, which sends it. */
(function () {
  "use strict";
  const page = document.getElementById("walk");
  const words = JSON.parse(document.getElementById("words").textContent);
  const facts = page.dataset;
  const KEY = [facts.account, facts.plan, facts.day, facts.slot].join("|");
  const PROOF = "kiosk.round.proof";
  const lines = Array.prototype.slice.call(page.querySelectorAll("[data-line]"));
  let state = fresh(), result = null, memory = false, opens = Boolean(facts.kept), back = "";

  function fresh() { return { id: window.Outbox.number(), begun: "", version: facts.version, answers: {}, texts: {}, seen: {}, voices: [], proof: "", photos: {} }; }

  function fill(text, values) { return text.replace(/\{(\w+)\}/g, function (_all, name) { return String(values[name]); }); }

  function make(tag, name, text) {
    const made = document.createElement(tag);
    if (name) { made.className = name; }
    if (text) { made.textContent = text; }
    return made;
  }

  function begin() { if (!state.begun) { state.begun = new Date().toISOString(); } }

  function save() {
    window.Outbox.draft(KEY, state).then(function (kept) { if (!kept && !memory) { memory = true; told(); } });
    show();
  }

  /* The check-in. */
  function takeProof() {
    try { checkIn(JSON.parse(localStorage.getItem(PROOF))); } catch (_closed) { /* a browser that keeps nothing checks in by the button */ }
  }

  function checkIn(found) {
    if (!found || found.account !== facts.account || found.day !== facts.day || found.proof === state.proof) { return; }
    begin();
    state.proof = found.proof;
    state.presence = found.presence;
    state.at = found.time;
    save();
  }

  function mark() {
    try { document.cookie = "round=1; path=/q/; max-age=1800; samesite=lax"; localStorage.setItem("kiosk.round.open", location.pathname + location.search); } catch (_closed) { /* the code then leads to the rating page */ }
  }

  function showCheckIn() {
    const is = state.presence || "none";
    Array.prototype.forEach.call(document.querySelectorAll("[data-in]"), function (one) {
      one.hidden = one.getAttribute("data-in") !== is;
      const at = one.querySelector("[data-at]");
      if (at) { at.textContent = state.at || ""; }
    });
  }

  /* The lines. */
  function tenths(text) {
    const plain = text.trim().replace(/[。，,]/, ".").replace(/[０-９]/g, function (one) { return String.fromCharCode(one.charCodeAt(0) - 65248); });
    return /^[0-9]{1,3}(\.[0-9])?$/.test(plain) ? Math.round(Number(plain) * 10) : null;
  }

  function answerOf(line) { return state.answers[line.getAttribute("data-line")]; }

  function textOf(line) { return line.querySelector(".w-title").textContent; }

  function isOutside(line, answer) {
    if (!answer || answer.state !== "ok" || !answer.number) { return false; }
    const number = tenths(answer.number), least = line.getAttribute("data-least"), most = line.getAttribute("data-most-number");
    return number !== null && ((least !== null && number < Number(least)) || (most !== null && number > Number(most)));
  }

  function isFound(line) { const answer = answerOf(line); return Boolean(answer) && (answer.state === "finding" || isOutside(line, answer)); }

  function problemOf(line) {
    const answer = answerOf(line);
    if (!answer || !answer.state) { return words.left; }
    if (line.getAttribute("data-kind") === "number" && answer.state === "ok" && tenths(answer.number || "") === null) { return answer.number ? words.number : words.left; }
    return answer.state === "finding" && !(answer.words || "").trim() ? words.words : "";
  }

  function change(line, more) {
    begin();
    const key = line.getAttribute("data-line");
    state.answers[key] = Object.assign({}, state.answers[key], more);
    state.texts[key] = textOf(line);
    line.classList.remove("w-missing");
    save();
  }

  function showLine(line) {
    const answer = answerOf(line) || {}, found = isFound(line);
    Array.prototype.forEach.call(line.querySelectorAll("input[type=radio]"), function (one) { one.checked = one.value === answer.state; });
    const number = line.querySelector("[data-number]"), typed = line.querySelector("[data-words]");
    if (number && document.activeElement !== number) { number.value = answer.state === "none" ? "" : answer.number || ""; }
    if (document.activeElement !== typed) { typed.value = answer.words || ""; }
    line.querySelector("[data-more]").hidden = !found;
    line.querySelector("[data-asks]").textContent = isOutside(line, answer) ? words.outside : words.asks;
    line.classList.toggle("w-found", found);
    line.classList.toggle("w-ok", Boolean(answer.state) && !found && !problemOf(line));
    showPhotos(line);
  }

  function showPhotos(line) {
    const place = line.querySelector("[data-photos]"), key = line.getAttribute("data-line"), kept = state.photos[key] || [];
    window.Photos.show(place, kept, words.remove, save);
    line.querySelector(".w-photo").hidden = kept.length >= 3;
  }

  function takePhoto(line, input) {
    const blob = input.smaller || (input.files && input.files[0]);
    if (!blob) { return; }
    const key = line.getAttribute("data-line");
    state.photos[key] = (state.photos[key] || []).concat([blob]).slice(0, 3);
    input.value = "";
    begin();
    save();
  }

  function listen(line) {
    line.addEventListener("change", function (event) {
      if (event.target.type !== "radio") { return; }
      change(line, { state: event.target.value, number: "" });
      if (event.target.value === "finding") { line.querySelector("[data-words]").focus(); }
    });
    line.addEventListener("input", function (event) {
      if (event.target.hasAttribute("data-number")) { change(line, { state: event.target.value.trim() ? "ok" : "", number: event.target.value.trim() }); }
      if (event.target.hasAttribute("data-words")) { change(line, { words: event.target.value }); }
    });
    const photo = line.querySelector("input[type=file]");
    photo.addEventListener("shrunk", function () { takePhoto(line, photo); });
  }

  function show() {
    lines.forEach(showLine);
    Array.prototype.forEach.call(page.querySelectorAll("[data-seen] input"), function (one) {
      one.checked = state.seen[one.closest("[data-seen]").getAttribute("data-seen")] === one.value;
    });
    const done = lines.filter(function (one) { return !problemOf(one); }).length;
    document.getElementById("progress").textContent = fill(words.progress, { done: done, all: lines.length, found: lines.filter(isFound).length });
    const heard = page.querySelector("[data-voices]");
    if (heard) { heard.textContent = state.people ? fill(words.voices, { n: state.people }) : ""; }
    showCheckIn();
  }

  /* The end. */
  function finish() {
    const missing = lines.filter(problemOf);
    lines.forEach(function (one) {
      const why = problemOf(one), place = one.querySelector("[data-error]");
      one.classList.toggle("w-missing", Boolean(why));
      place.textContent = why;
      place.hidden = !why;
    });
    if (missing.length) {
      document.getElementById("progress").textContent = problemOf(missing[0]);
      missing[0].scrollIntoView({ block: "center" });
      return;
    }
    begin();
    const photos = [];
    lines.filter(isFound).forEach(function (line) {
      const key = line.getAttribute("data-line");
      (state.photos[key] || []).forEach(function (blob) { photos.push([key, blob]); });
    });
    const round = roundOf();
    const entry = {
      id: state.id, kind: "round", account: facts.account, send: facts.send, at: new Date().toISOString(), key: KEY, page: location.pathname + location.search,
      round: round, fields: [["round", JSON.stringify(round)]], photos: photos, state: state
    };
    window.Outbox.keep(entry).then(function (kept) { memory = !kept; return window.Outbox.draft(KEY, null); }).then(function () { showDone(round); });
  }

  function roundOf() {
    const answers = {};
    lines.forEach(function (line) {
      const answer = answerOf(line), found = isFound(line);
      answers[line.getAttribute("data-line")] = {
        state: answer.state, number: answer.state === "ok" && answer.number ? String(tenths(answer.number) / 10) : "", words: found ? answer.words || "" : ""
      };
    });
    return {
      id: state.id, plan: Number(facts.plan), version: Number(state.version), day: facts.day, slot: facts.slot, begun_at: state.begun, ended_at: new Date().toISOString(),
      proof: state.proof, answers: answers, seen: state.seen, voices: state.voices
    };
  }

  function showDone(round) {
    const seconds = Math.round((Date.parse(round.ended_at) - Date.parse(round.begun_at)) / 1000);
    const time = seconds < 60 ? fill(words.sec, { s: seconds }) : fill(words.min, { m: Math.floor(seconds / 60), s: seconds % 60 });
    page.hidden = true;
    const done = document.getElementById("done");
    done.hidden = false;
    done.querySelector("[data-took]").textContent = fill(words.took, { time: time });
    document.getElementById("done-title").focus();
    window.scrollTo(0, 0);
    try { document.cookie = "round=; path=/q/; max-age=0"; localStorage.removeItem("kiosk.round.open"); } catch (_closed) { /* it ends by itself */ }
    told();
  }

  /* What is said of the network, and of rounds that wait. */
  function notice(place, kind, text, more) {
    const said = make("p", "notice notice-" + kind, text);
    if (more) { said.appendChild(document.createTextNode(" ")); said.appendChild(more); }
    place.appendChild(said);
  }

  function link(text, address) { const made = make("a", "", text); made.href = address; return made; }

  function button(text, act) { const made = make("button", "btn btn-small", text); made.type = "button"; made.addEventListener("click", act); return made; }

  function sayRefused(place, entry) {
    notice(place, "alert", fill(words.refused, { why: entry.refused }), button(words.again, function () {
      entry.state.id = window.Outbox.number(); /* another content has another number */
      window.Outbox.draft(entry.key, entry.state).then(function () { return window.Outbox.drop(entry.id); }).then(function () { location.href = entry.page; location.reload(); });
    }));
    place.appendChild(button(words.drop, function () { if (window.confirm(words.dropsure)) { window.Outbox.drop(entry.id); } }));
  }

  function told(news) {
    const place = document.getElementById(page.hidden ? "sent" : "net");
    if (news && news.done) { result = news.done; }
    const ready = news ? Promise.resolve(news.waiting) : window.Outbox.all();
    ready.then(function (waiting) {
      place.textContent = "";
      if (!page.hidden && back) { notice(place, "good", back); }
      if (!page.hidden && facts.kept) { notice(place, "warn", fill(words.asof, { time: new Date(Number(facts.kept)).toTimeString().slice(0, 5) })); }
      if (!page.hidden && !facts.kept && navigator.onLine === false) { notice(place, "warn", opens ? words.offline : words.stay); }
      if (memory) { notice(place, "alert", words.memory); }
      if (result) { notice(place, "good", words.sent, link(words.open, result.url)); if (result.own.length) { notice(place, "warn", words.own); } }
      const open = waiting.filter(function (one) { return !one.refused; });
      const own = open.filter(function (one) { return one.account === facts.account; });
      if (own.length) {
        const out = news && news.standing === "signedout";
        notice(place, "warn", out ? words.signedout : news && news.standing === "sending" ? words.sending : words.waiting, out ? link(words.signin, facts.signIn) : null);
      }
      open.filter(function (one) { return one.account !== facts.account; }).slice(0, 1).forEach(function (one) { notice(place, "warn", fill(words.other, { name: one.account })); });
      waiting.filter(function (one) { return one.refused && one.account === facts.account; }).forEach(function (one) { sayRefused(place, one); });
    });
  }

  /* The questions, on the phone turned round. */
  function questionnaire() {
    const box = document.getElementById("ask");
    if (!box) { return; }
    const given = JSON.parse(document.getElementById("questions").textContent);
    const text = document.getElementById("ask-text"), answers = box.querySelector("[data-answers]"), step = box.querySelector("[data-step]");
    const skip = box.querySelector("[data-skip]"), next = box.querySelector("[data-next]");
    let at = 0, heard = [], locked = false;

    function ask() {
      const over = at >= given.asked.length;
      skip.hidden = over;
      next.hidden = !over;
      answers.textContent = "";
      step.textContent = over ? "" : fill(words.step, { n: at + 1, all: given.asked.length });
      text.textContent = over ? words.thanks : given.asked[at][1];
      text.focus();
      if (over) { close(); return; }
      given[given.asked[at][2]].forEach(function (one) {
        const choice = make("button", "w-answer", one[1]);
        choice.type = "button";
        choice.addEventListener("click", function () { take(Number(one[0])); });
        answers.appendChild(choice);
      });
    }
    function take(value) {
      if (locked) { return; }
      locked = true;
      setTimeout(function () { locked = false; }, 350); /* one finger answers one question */
      heard.push({ id: window.Outbox.number(), key: given.asked[at][0], value: value });
      at += 1;
      ask();
    }
    function close() {
      if (!heard.length) { return; }
      begin();
      state.voices = state.voices.concat(heard);
      state.people = (state.people || 0) + 1;
      heard = [];
      save();
    }
    function start() { at = 0; heard = []; box.hidden = false; document.body.classList.add("w-asking"); ask(); }
    page.querySelector("[data-ask]").addEventListener("click", start);
    next.addEventListener("click", start);
    skip.addEventListener("click", function () { at += 1; ask(); });
    box.querySelector("[data-back]").addEventListener("click", function () {
      close();
      box.hidden = true;
      document.body.classList.remove("w-asking");
      page.querySelector("[data-ask]").focus();
    });
  }

  page.addEventListener("change", function (event) {
    const box = event.target.closest("[data-seen]");
    if (!box || event.target.type !== "radio") { return; }
    begin();
    state.seen[box.getAttribute("data-seen")] = event.target.value;
    save();
  });
  /* A draft of this page; of a list that was changed meanwhile what still fits. */
  function takeUp(found) {
    state = Object.assign(fresh(), found);
    back = state.begun ? words.found : "";
    if (state.version === facts.version) { return; }
    lines.forEach(function (line) {
      const answer = answerOf(line);
      if (answer && state.texts[line.getAttribute("data-line")] !== textOf(line)) { state.answers[line.getAttribute("data-line")] = { words: answer.words }; }
    });
    const asked = document.getElementById("questions"), known = asked ? JSON.parse(asked.textContent).asked.map(function (one) { return one[0]; }) : [];
    state.voices = state.voices.filter(function (one) { return known.indexOf(one.key) >= 0; });
    state.version = facts.version;
    back = words.changed;
  }

  /* Where https allows it, the page opens again without a network; elsewhere it says so before it is left. */
  function openWithoutNetwork() {
    if (!window.isSecureContext || !navigator.serviceWorker || !window.caches) { return; }
    const files = Array.prototype.map.call(document.querySelectorAll("link[rel=stylesheet], script[src]"), function (one) { return one.href || one.src; });
    navigator.serviceWorker.register(facts.worker).then(function () { return navigator.serviceWorker.ready; }).then(function (found) {
      const channel = new MessageChannel();
      channel.port1.onmessage = function () { opens = true; document.documentElement.setAttribute("data-opens", ""); told(); };
      found.active.postMessage({ page: location.href, files: files }, [channel.port2]);
    }).catch(function () { /* then it opens with a network alone */ });
  }

  function staying(event) {
    if (page.hidden || !state.begun || opens || (navigator.onLine !== false && !memory)) { return; }
    event.preventDefault();
    event.returnValue = "";
  }

  lines.forEach(listen);
  questionnaire();
  document.getElementById("finish").addEventListener("click", finish);
  window.addEventListener("storage", takeProof);
  window.addEventListener("checkedin", function (event) { checkIn(event.detail); });
  window.addEventListener("beforeunload", staying);
  window.addEventListener("online", function () { told(); });
  window.addEventListener("offline", function () { told(); });
  document.addEventListener("visibilitychange", function () { if (!document.hidden && !page.hidden) { mark(); takeProof(); } });
  window.history.replaceState(null, "", facts.address); /* which round it is does not change with the hour */
  openWithoutNetwork();
  Promise.all([window.Outbox.draft(KEY), window.Outbox.all()]).then(function (found) {
    const done = found[1].filter(function (one) { return !one.refused && one.key === KEY; })[0];
    if (found[0]) { takeUp(found[0]); }
    if (done && !found[0]) { showDone(done.round); } else { mark(); takeProof(); show(); }
    told();
    window.Outbox.says(told);
    window.Outbox.facts({ kind: "round", state: facts.state });
  });
}());
