/* What is done on a phone, on its way: rounds, daily control. Each entry is kept in the browser, photos with it, until the server
 * has it, and is sent by itself; sent twice it counts once, for its number is made here. What is begun is kept as a draft.
 * Nothing is sent under another's name. Any page with this script sends what waits, of whatever kind.
 *
 * window.Outbox: keep(entry), all(), drop(id), draft(key[, value]), send(), says(listener), number(), facts({kind, state}).
 * An entry is {id, kind, account, send, fields: [[name, value], …], photos: [[line, blob], …], at, page, refused}; pages hear of
 * their own kind. */
(function () {
  "use strict";
  const STORES = ["waiting", "drafts"];
  const LONGEST = 60;
  const memory = { waiting: new Map(), drafts: new Map() };
  const listeners = [];
  let opening = null, facts = {}, busy = false, timer = 0, failures = 0, standing = "";

  function base() {
    opening = opening || new Promise(function (resolve, reject) {
      const request = window.indexedDB.open("kiosk.outbox", 1);
      request.onupgradeneeded = function () { STORES.forEach(function (name) { request.result.createObjectStore(name); }); };
      request.onsuccess = function () { resolve(request.result); };
      request.onerror = function () { reject(request.error); };
    });
    opening.catch(function () { opening = null; });
    return opening;
  }

  function work(store, mode, act) {
    return base().then(function (found) {
      return new Promise(function (resolve, reject) {
        const change = found.transaction([store], mode, { durability: "strict" });
        const request = act(change.objectStore(store));
        change.oncomplete = function () { resolve(request && request.result); };
        change.onerror = change.onabort = function () { reject(change.error); };
      });
    });
  }

  function put(store, key, value) {
    return work(store, "readwrite", function (into) { return into.put(value, key); })
      .then(function () { memory[store].delete(key); return true; })
      .catch(function () { memory[store].set(key, value); return false; });
  }

  function remove(store, key) {
    memory[store].delete(key);
    return work(store, "readwrite", function (from) { return from.delete(key); }).catch(function () { /* it was in memory alone */ });
  }

  function everything() {
    return work("waiting", "readonly", function (from) { return from.getAll(); })
      .catch(function () { return []; })
      .then(function (kept) { return kept.concat(Array.from(memory.waiting.values())); });
  }

  function isHere(entry) { return !facts.kind || entry.kind === facts.kind; }

  function all() { return everything().then(function (found) { return found.filter(isHere); }); }

  function tell(more) {
    return all().then(function (waiting) {
      listeners.forEach(function (listener) { listener(Object.assign({ waiting: waiting, standing: standing }, more)); });
    });
  }

  function ask(address, options) {
    return fetch(address, Object.assign({ credentials: "same-origin", cache: "no-store", headers: { Accept: "application/json" } }, options));
  }

  /* A number that nothing else has, in the order of time (UUID v7). */
  function number() {
    const bytes = window.crypto.getRandomValues(new Uint8Array(16));
    let time = Date.now();
    for (let place = 5; place >= 0; place -= 1) { bytes[place] = time % 256; time = Math.floor(time / 256); }
    bytes[6] = (bytes[6] & 15) | 112;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = Array.prototype.map.call(bytes, function (one) { return ("0" + one.toString(16)).slice(-2); }).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }

  function bodyOf(entry) {
    const body = new FormData();
    entry.fields.forEach(function (one) { body.append(one[0], one[1]); });
    entry.photos.forEach(function (one) { body.append("photo-" + one[0], one[1], "photo.jpg"); });
    return body;
  }

  /* One entry: done, refused for good, or "later". */
  function sendOne(entry, token) {
    return ask(entry.send, { method: "POST", body: bodyOf(entry), headers: { Accept: "application/json", "X-CSRFToken": token } }).then(function (answer) {
      if (answer.ok) { return answer.json().then(function (told) { return remove("waiting", entry.id).then(function () { return tell(isHere(entry) ? { done: Object.assign({ id: entry.id }, told) } : {}); }); }); }
      if (answer.status === 401 || answer.status === 400 || answer.status === 429 || answer.status >= 500) { throw new Error("later"); }
      return answer.json().catch(function () { return {}; }).then(function (told) {
        entry.refused = told.title || String(answer.status);
        return put("waiting", entry.id, entry).then(function () { return tell(); });
      });
    });
  }

  function sendAll() {
    return everything().then(function (waiting) {
      const open = waiting.filter(function (one) { return !one.refused; });
      if (!open.length) { standing = ""; return null; }
      standing = "sending";
      return ask(facts.state).then(function (answer) { if (!answer.ok) { throw new Error("later"); } return answer.json(); }).then(function (who) {
        const own = open.filter(function (one) { return one.account === who.account; });
        if (!own.length) { standing = who.account ? "other" : "signedout"; return null; }
        return own.reduce(function (before, one) { return before.then(function () { return sendOne(one, who.csrf_token); }); }, Promise.resolve())
          .then(function () { standing = ""; });
      });
    });
  }

  function send() {
    if (busy || !facts.state) { return Promise.resolve(); }
    busy = true;
    clearTimeout(timer);
    const turn = navigator.locks ? navigator.locks.request("kiosk.outbox", sendAll) : sendAll();
    return turn.then(function () { failures = 0; }).catch(function () {
      failures += 1;
      standing = "away";
      timer = setTimeout(send, Math.min(LONGEST, Math.pow(2, failures)) * 1000);
    }).then(function () { busy = false; return tell(); });
  }

  window.Outbox = {
    number: number,
    all: all,
    keep: function (entry) { return put("waiting", entry.id, entry).then(function (kept) { tell({ kept: kept }); send(); return kept; }); },
    drop: function (id) { return remove("waiting", id).then(function () { return tell(); }); },
    draft: function (key, value) {
      if (value === undefined) {
        return work("drafts", "readonly", function (from) { return from.get(key); }).catch(function () { return memory.drafts.get(key); });
      }
      return value === null ? remove("drafts", key) : put("drafts", key, value);
    },
    send: send,
    says: function (listener) { listeners.push(listener); },
    facts: function (given) { facts = given; send(); }
  };
  window.addEventListener("online", function () { failures = 0; send(); });
  document.addEventListener("visibilitychange", function () { if (!document.hidden) { send(); } });
}());
