/* Where https allows it, the tablet's page opens without network: itself, its files and the last it was told. The network comes
 * first; what the server says always wins. Ratings and everything else of /api never pass through here.
 */
(function () {
  "use strict";
  var NAME = "kiosk-tablet", PATIENCE = 5000;

  self.addEventListener("install", function () { self.skipWaiting(); });
  self.addEventListener("activate", function (event) { event.waitUntil(self.clients.claim()); });

  function kept(request) { return caches.open(NAME).then(function (cache) { return cache.match(request.url || request, { ignoreVary: true }); }); }
  async function keep(address, answer) {
    var head = new Headers(answer.headers);
    head.set("X-Kept", String(Date.now()));
    head.delete("Content-Encoding");
    var cache = await caches.open(NAME);
    await cache.put(address, new Response(await answer.blob(), { headers: head }));
  }
  function late() { return new Promise(function (_resolve, reject) { setTimeout(reject, PATIENCE); }); }

  /* From the network, within five seconds; a server that fails counts as none. */
  async function newest(request) {
    try {
      var answer = await Promise.race([fetch(request), late()]);
      if (answer.status >= 500) { throw answer; }
      var isTablet = request.mode !== "navigate" || (await answer.clone().text()).indexOf('id="state"') > 0;
      if (answer.ok && isTablet) { await keep(request.url, answer.clone()); }
      if (request.mode === "navigate" && answer.ok && !isTablet) { (await caches.open(NAME)).delete(request.url); }
      return answer;
    } catch (problem) {
      var old = await kept(request);
      if (!old) { if (problem instanceof Response) { return problem; } throw problem; }
      if (request.mode !== "navigate") { return old; }
      var text = await old.text();
      return new Response(text.replace('id="state"', 'id="state" data-kept="' + old.headers.get("X-Kept") + '"'), { headers: old.headers });
    }
  }
  async function unchanging(request) { return await kept(request) || fetch(request); }

  self.addEventListener("fetch", function (event) {
    var request = event.request, address = new URL(request.url);
    if (request.method !== "GET" || address.origin !== self.location.origin) { return; }
    if (/^\/c\/[^/]+(\/(state\.json|care))?$/.test(address.pathname) && !address.search) { event.respondWith(newest(request)); }
    if (address.pathname.indexOf("/bundle/") === 0) { event.respondWith(unchanging(request)); }
  });

  /* The page names what it stands on; what only older pages stood on goes. */
  self.addEventListener("message", function (event) {
    event.waitUntil((async function () {
      var cache = await caches.open(NAME), wanted = event.data.files;
      for (var address of wanted.concat(event.data.pages[0], event.data.pages[2])) {
        if (!await kept(address) || wanted.indexOf(address) < 0) {
          var answer = await fetch(address, { credentials: "same-origin" });
          if (answer.ok) { await keep(new URL(address, self.location).href, answer); }
        }
      }
      for (var request of await cache.keys()) {
        if (request.url.indexOf("/bundle/") > 0 && wanted.indexOf(request.url) < 0) { await cache.delete(request); }
      }
    }()));
  });
}());
