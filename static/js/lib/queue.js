/* Ratings on their way. Each is kept in the browser until the server has it; they go out in order, one at a time.
 *
 * RatingQueue(send, changed): `send(entry)` gives a promise of "done", "refused" (never will be taken), "stop"
 * (no authority), or of the seconds to wait before the next try; `changed(count)` hears how many are waiting.
 */
(function () {
  "use strict";
  var LONGEST = 30;

  function open() {
    return new Promise(function (resolve) {
      var request;
      try { request = window.indexedDB.open("kiosk", 1); } catch (error) { resolve(null); return; }
      request.onupgradeneeded = function () {
        request.result.createObjectStore("queue", { autoIncrement: true });
        request.result.createObjectStore("refused", { autoIncrement: true });
      };
      request.onsuccess = function () { resolve(request.result); };
      request.onerror = request.onblocked = function () { resolve(null); };
    });
  }

  function RatingQueue(send, changed) {
    var waiting = [], busy = false, failures = 0, timer = 0, database = null;

    /* One write; it gives null where the browser keeps nothing, and the queue then lives in memory alone. */
    function write(store, method, value) {
      return new Promise(function (resolve) {
        if (!database) { resolve(null); return; }
        try {
          var work = database.transaction(store, "readwrite"), request = work.objectStore(store)[method](value);
          work.oncomplete = function () { resolve(request.result); };
          work.onerror = work.onabort = function () { resolve(null); };
        } catch (error) { resolve(null); }
      });
    }

    function load() {
      return new Promise(function (resolve) {
        if (!database) { resolve(); return; }
        var walk = database.transaction("queue").objectStore("queue").openCursor();
        walk.onsuccess = function () {
          var cursor = walk.result;
          if (!cursor) { resolve(); return; }
          waiting.push({ key: cursor.key, entry: cursor.value });
          cursor.continue();
        };
        walk.onerror = function () { resolve(); };
      });
    }

    function later(seconds) {
      clearTimeout(timer);
      timer = setTimeout(pump, seconds * 1000);
    }

    function remove(item, refused) {
      var kept = refused ? write("refused", "add", item.entry) : Promise.resolve();
      return kept.then(function () { return item.key === null ? null : write("queue", "delete", item.key); });
    }

    function pump() {
      if (busy || !waiting.length) { return; }
      busy = true;
      clearTimeout(timer);
      var item = waiting[0];
      send(item.entry).then(function (result) {
        if (result !== "done" && result !== "refused") {
          failures += 1;
          busy = false;
          if (result !== "stop") { later(Math.max(result, Math.min(LONGEST, Math.pow(2, failures - 1)))); }
          return null;
        }
        failures = 0;
        return remove(item, result === "refused").then(function () {
          waiting.shift();
          busy = false;
          changed(waiting.length);
          pump();
        });
      });
    }

    var ready = open().then(function (found) {
      database = found;
      return load();
    }).then(function () { changed(waiting.length); pump(); });

    /* Keep an entry, then send it. The promise holds once it is kept. */
    this.add = function (entry) {
      ready = ready.then(function () {
        return write("queue", "add", entry);
      }).then(function (key) {
        waiting.push({ key: key, entry: entry });
        changed(waiting.length);
        pump();
      });
      return ready;
    };
    this.pump = function () { failures = 0; pump(); };
    this.size = function () { return waiting.length; };
  }

  window.RatingQueue = RatingQueue;
}());
