/* The daily control on a phone: what is entered is kept there at once, photos with it, and goes to the outbox when it is sent. Nothing
 * is lost without a network; what was refused comes back into the form with the reason. Without this script the form is sent as it is. */
(function () {
  "use strict";
  const form = document.getElementById("control");
  const words = JSON.parse(document.getElementById("words").textContent);
  const facts = form.dataset;
  const KEY = ["control", facts.account, location.pathname].join("|");
  const OWN = ["csrf_token", "id", "kept"];
  const MOST_PHOTOS = 2;
  const lines = Array.prototype.slice.call(form.querySelectorAll("[data-line]"));
  let photos = {}, pressed = null, waits = null, memory = false, refused = "";

  function keyOf(line) { return line.getAttribute("data-line"); }

  function tick(line) { return line.querySelector("[type=checkbox]"); }

  function typed() {
    return Array.prototype.filter.call(form.elements, function (one) {
      return one.name && one.tagName !== "BUTTON" && one.type !== "file" && OWN.indexOf(one.name) < 0 && (one.type !== "checkbox" || one.checked);
    }).map(function (one) { return [one.name, one.value]; });
  }

  function showPhotos() {
    lines.forEach(function (line) {
      const kept = photos[keyOf(line)] || [];
      window.Photos.show(line.querySelector("[data-photos]"), kept, words.remove, save);
      line.querySelector("[type=file]").hidden = kept.length >= MOST_PHOTOS;
    });
  }

  function save() {
    showPhotos();
    window.Outbox.draft(KEY, { fields: typed(), photos: photos }).then(function (kept) { memory = !kept; });
  }

  function putBack(state) {
    const found = new Map(state.fields);
    Array.prototype.forEach.call(form.elements, function (one) {
      if (!one.name || OWN.indexOf(one.name) >= 0 || !found.has(one.name) && one.type !== "checkbox") { return; }
      if (one.type === "checkbox") { one.checked = found.has(one.name); } else if (one.type !== "file" && one.tagName !== "BUTTON") { one.value = found.get(one.name); }
    });
    photos = state.photos;
    showPhotos();
  }

  function takePhoto(line, input) {
    const blob = input.smaller || (input.files && input.files[0]);
    if (!blob) { return; }
    photos[keyOf(line)] = (photos[keyOf(line)] || []).concat([blob]).slice(0, MOST_PHOTOS);
    input.value = "";
    save();
  }

  /* What is wrong is said at its line, before anything is kept to be sent. */
  function problem(then) {
    const found = lines.filter(function (line) { return tick(line).checked; });
    if (then === "nothing" && found.length) { return [found[0], words.ticked]; }
    if (then === "found" && !found.length && !numbers().length) { return [lines[0], words.none]; }
    const silent = found.filter(function (line) { return !line.querySelector("textarea").value.trim(); })[0];
    return silent ? [silent, words.words] : null;
  }

  function numbers() { return Array.prototype.filter.call(form.querySelectorAll("[data-line] [inputmode=decimal]"), function (one) { return one.value.trim(); }); }

  function say(line, text) {
    lines.forEach(function (one) {
      const place = one.querySelector("[data-error]");
      place.textContent = one === line ? text : "";
      place.hidden = one !== line;
    });
    if (line) { line.scrollIntoView({ block: "center" }); (tick(line).checked ? line.querySelector("textarea") : tick(line)).focus({ preventScroll: true }); }
  }

  function photosOf() {
    const all = [];
    lines.filter(function (line) { return tick(line).checked; }).forEach(function (line) {
      (photos[keyOf(line)] || []).forEach(function (blob) { all.push([keyOf(line), blob]); });
    });
    return all;
  }

  function hand(then) {
    const wrong = problem(then);
    say(wrong && wrong[0], wrong && wrong[1]);
    if (wrong || waits) { return; }
    const state = { fields: typed(), photos: photos };
    const entry = {
      id: window.Outbox.number(), kind: "control", account: facts.account, send: location.pathname, at: new Date().toISOString(), key: KEY, page: location.pathname,
      photos: photosOf(), state: state, fields: []
    };
    waits = entry.id;
    entry.fields = state.fields.concat([["id", entry.id], ["then", then], ["ended", entry.at]]);
    window.Outbox.keep(entry).then(function (kept) { memory = !kept; return window.Outbox.draft(KEY, null); });
  }

  function notice(place, kind, text) {
    const said = document.createElement("p");
    said.className = "notice notice-" + kind;
    said.textContent = text;
    place.appendChild(said);
    return said;
  }

  /* What the server did not take stands in the form again, and may be sent anew. */
  function takeBack(entry) {
    waits = null;
    refused = words.refused.replace("{why}", entry.refused);
    putBack(entry.state);
    save();
    window.Outbox.drop(entry.id).then(function () { document.getElementById("net").scrollIntoView({ block: "center" }); });
  }

  function told(news) {
    const place = document.getElementById("net");
    if (news.done && news.done.id === waits) { location.href = news.done.url; return; }
    const own = news.waiting.filter(function (one) { return one.account === facts.account && one.key === KEY; });
    const back = own.filter(function (one) { return one.refused; })[0];
    if (back) { takeBack(back); return; }
    if (own.length) { waits = own[0].id; }
    place.textContent = "";
    form.hidden = Boolean(waits);
    if (refused) { notice(place, "alert", refused); }
    if (memory) { notice(place, "alert", words.memory); }
    if (!waits && navigator.onLine === false) { notice(place, "warn", words.offline); }
    if (waits && news.standing === "signedout") {
      const link = document.createElement("a");
      link.href = facts.signIn;
      link.textContent = words.signin;
      notice(place, "warn", words.signedout + " ").appendChild(link);
    } else if (waits) { notice(place, "warn", news.standing === "away" || navigator.onLine === false ? words.waiting : words.sending); }
  }

  function again() { window.Outbox.all().then(function (waiting) { told({ waiting: waiting, standing: "" }); }); }

  document.addEventListener("click", function (event) {
    const button = event.target.closest && event.target.closest("button[name=then]");
    if (button) { pressed = button; }
  }, true);
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    hand((event.submitter || pressed || form.querySelector("button[name=then]")).value);
  });
  form.addEventListener("input", save);
  form.addEventListener("change", function (event) { if (event.target.type === "checkbox") { say(null); save(); } });
  lines.forEach(function (line) {
    const input = line.querySelector("[type=file]");
    input.addEventListener("shrunk", function () { takePhoto(line, input); });
  });
  window.addEventListener("online", again);
  window.addEventListener("offline", again);
  window.Outbox.says(told);
  window.Outbox.draft(KEY).then(function (found) {
    if (found && !facts.cameBack) {
      putBack(found);
      if (found.fields.some(function (one) { return one[0] !== "begun" && one[0] !== "version" && one[1]; })) { notice(document.getElementById("again"), "warn", words.found); }
    }
    window.Outbox.facts({ kind: "control", state: facts.state });
    again();
  });
}());
