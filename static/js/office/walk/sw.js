/* Where https allows it, a round's page opens again without a network: as it was shown last, with its files. The network comes
 * first, and what the server says always wins. What was entered is kept by the page itself; nothing is sent from here. */
(function () {
  "use strict";
  const NAME = "kiosk-rounds", PATIENCE = 6000, LONGEST = 36 * 3600 * 1000;

  self.addEventListener("install", function () { self.skipWaiting(); });
  self.addEventListener("activate", function (event) { event.waitUntil(self.clients.claim()); });

  function open() { return caches.open(NAME); }
  async function kept(address) { return (await open()).match(address, { ignoreVary: true }); }

  async function keep(address, answer) {
    const head = new Headers(answer.headers);
    head.set("X-Kept", String(Date.now()));
    head.delete("Content-Encoding");
    await (await open()).put(address, new Response(await answer.blob(), { headers: head }));
  }

  function isFresh(answer) { return Date.now() - Number(answer.headers.get("X-Kept")) < LONGEST; }
  function late() { return new Promise(function (_resolve, reject) { setTimeout(reject, PATIENCE); }); }

  /* From the network; a server that fails counts as none. Whoever is signed out is led to sign in, as without this. */
  async function newest(request) {
    try {
      const answer = await Promise.race([fetch(request), late()]);
      if (answer.status >= 500) { throw answer; }
      if (answer.ok) { await keep(request.url, answer.clone()); }
      return answer;
    } catch (problem) {
      const old = await kept(request.url);
      if (!old || !isFresh(old)) { if (problem instanceof Response) { return problem; } throw problem; }
      const text = await old.text();
      return new Response(text.replace('id="walk"', 'id="walk" data-kept="' + old.headers.get("X-Kept") + '"'), { headers: old.headers });
    }
  }

  async function unchanging(request) { return await kept(request.url) || fetch(request); }

  self.addEventListener("fetch", function (event) {
    const request = event.request, address = new URL(request.url);
    if (request.method !== "GET" || address.origin !== self.location.origin) { return; }
    if (request.mode === "navigate" && /\/walk\/[0-9]+$/.test(address.pathname)) { event.respondWith(newest(request)); }
    if (/^\/(bundle|static)\//.test(address.pathname)) { event.respondWith(unchanging(request)); }
  });

  /* A page names itself and what it stands on; old pages go, and files that no page of today stands on. */
  self.addEventListener("message", function (event) {
    event.waitUntil((async function () {
      const cache = await open(), files = event.data.files;
      for (const address of files.concat(event.data.page)) {
        if (await kept(address)) { continue; }
        const answer = await fetch(address, { credentials: "same-origin" });
        if (answer.ok && !answer.redirected) { await keep(address, answer); }
      }
      for (const request of await cache.keys()) {
        const old = await cache.match(request, { ignoreVary: true });
        if (files.indexOf(request.url) < 0 && !isFresh(old)) { await cache.delete(request); }
      }
      event.ports[0].postMessage(true);
    }()));
  });
}());
