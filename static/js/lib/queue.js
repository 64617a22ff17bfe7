/* Ratings on their way. Each is kept in the browser until the server has it; they go out in order, one at a time,
 * from one tab at a time. What was delivered stays for a week, for a server that was restored asks for it again;
 * what was refused for good stays in a tray. Nothing leaves for any other reason.
 *
 * RatingQueue(send, changed, now): `send(entry, again)` promises {done}, {refused: why}, {stop} (no authority) or {wait} (seconds
 * the server asked for, or 0); `changed({unsent, refused, kept})` hears how many wait, and whether the browser keeps them;
 * `now()` is the server's time, for a tablet's own clock may start at 1970.
 */
(function () {
  "use strict";
  var LONGEST = 30, LEASE = 15000, PACE = 400, STORES = ["queue", "refused", "delivered", "facts"];

  function RatingQueue(send, changed, now) {
    var me = String(Math.random()), memory = [], tray = [], opening = null, ready = Promise.resolve();
    var busy = false, again = false, failures = 0, notBefore = 0, timer = 0, locks = navigator.locks;

    function base() {
      opening = opening || new Promise((resolve, reject) => {
        var request = window.indexedDB.open("kiosk", 2);
        request.onupgradeneeded = () => STORES.forEach((name) => {
          if (!request.result.objectStoreNames.contains(name)) { request.result.createObjectStore(name, { autoIncrement: true }); }
        });
        request.onsuccess = () => {
          var found = request.result;
          found.onclose = found.onversionchange = () => { found.close(); opening = null; };
          resolve(found);
        };
        request.onerror = () => reject(request.error);
      });
      return opening;
    }
    /* One transaction, all or nothing: `work` is given a function from names to stores, and gives a function of the result. */
    async function keep(work, mode, durability) {
      try {
        var found = await base();
        return await new Promise((resolve, reject) => {
          var change = found.transaction(STORES, mode || "readwrite", { durability: durability || "default" });
          var result = work((name) => change.objectStore(name));
          change.oncomplete = () => resolve(result && result());
          change.onerror = change.onabort = () => reject(change.error);
        });
      } catch (error) { opening = null; throw error; }
    }
    function put(entry) { return keep((store) => { store("queue").add(entry); }, "readwrite", "strict"); }

    async function tell() {
      var unsent = memory.length, refused = tray.length;
      try {
        var counts = await keep((store) => {
          var found = [store("queue").count(), store("refused").count()];
          return () => found.map((one) => one.result);
        }, "readonly");
        unsent += counts[0];
        refused += counts[1];
      } catch (error) { /* what memory holds is all there is */ }
      changed({ unsent: unsent, refused: refused, kept: !memory.length });
    }

    /* Where no Web Locks are (plain http), a lease that outlasts any request says which tab sends. */
    async function mine() {
      if (locks) { return true; }
      return keep((store) => {
        var free = true, facts = store("facts"), held = facts.get("lease");
        held.onsuccess = () => {
          var time = Date.now(), other = held.result;
          free = !other || other.by === me || other.until < time || other.until > time + LEASE;
          if (free) { facts.put({ by: me, until: time + LEASE }, "lease"); }
        };
        return () => free;
      }).catch(() => true);
    }
    function release() {
      if (!locks) { keep((store) => { store("facts").put({ by: me, until: 0 }, "lease"); }).catch(() => 0); }
    }

    /* What goes out next: the oldest that waits; else the oldest that the server wants again. */
    async function next() {
      try {
        while (memory.length) { await put(memory[0]); memory.shift(); }
      } catch (error) { /* the browser still keeps nothing */ }
      try {
        var item = await keep((store) => {
          var queue = store("queue"), keys = queue.getAllKeys(null, 1), found = queue.getAll(null, 1), wanted = store("facts").get("again"), span = null;
          wanted.onsuccess = () => {
            span = wanted.result;
            if (!span || span[0] >= span[1] || keys.result.length) { return; }
            var older = IDBKeyRange.bound(span[0], span[1], true);
            keys = store("delivered").getAllKeys(older, 1);
            found = store("delivered").getAll(older, 1);
          };
          return () => keys.result.length && { key: keys.result[0], entry: found.result[0], span: span };
        }, "readonly");
        if (item) { item.again = item.span && item.key <= item.span[1] && item.entry.sent; return item; }
      } catch (error) { /* memory, then */ }
      return memory.length ? { entry: memory[0] } : null;
    }
    async function finish(item, why) {
      var entry = item.entry, refusal = why && Object.assign({ at: entry.at, rating: entry.rating, since: now() }, why);
      if (item.key === undefined) {
        memory.shift();
        if (refusal) { tray.push(refusal); }
        return;
      }
      await keep((store) => {
        if (item.again) { store("facts").put([item.key, item.span[1]], "again"); } else { store("queue").delete(item.key); }
        if (refusal) { store("refused").add(refusal); } else if (!item.again) { store("delivered").put(Object.assign({ sent: now(), here: Date.now() }, entry), item.key); }
      });
    }
    /* Send until nothing is left; the seconds to wait before the next try. */
    async function drain() {
      for (;;) {
        if (!await mine()) { return 2; }
        var item = await next();
        if (!item) { return 0; }
        var answer = await send(item.entry, !!item.again);
        if (answer.stop) { return 0; }
        if (!answer.done && !answer.refused) {
          failures += 1;
          notBefore = performance.now() + answer.wait * 1000;
          return Math.max(answer.wait, Math.min(LONGEST, Math.pow(2, failures - 1))) * (1 + Math.random() / 4);
        }
        failures = 0;
        await finish(item, answer.refused);
        await tell();
        if (item.again) { return PACE / 1000; }
      }
    }
    async function pump() {
      if (busy || performance.now() < notBefore) { again = true; return; }
      busy = true;
      again = false;
      clearTimeout(timer);
      var wait = 1;
      try { wait = await (locks ? locks.request("kiosk.queue", drain) : drain()); } catch (error) { failures += 1; }
      busy = false;
      if (wait) { timer = setTimeout(pump, wait * 1000); return; }
      release();
      if (again) { pump(); }
    }

    /* Keep an entry, then send it. The promise holds once it is kept. */
    this.add = (entry) => {
      ready = ready.then(() => put(entry)).catch(() => { memory.push(entry); }).then(() => { tell(); pump(); });
      return ready;
    };
    this.pump = () => { failures = 0; pump(); };
    this.keep = keep;
    this.tell = tell;
    window.addEventListener("pagehide", release);
    tell();
    pump();
  }

  window.RatingQueue = RatingQueue;
}());
