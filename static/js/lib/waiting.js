/* What waits on this phone is sent from here, too, and told of: `#waiting` says of which kind, and in which words. */
(function () {
  "use strict";
  const place = document.getElementById("waiting");
  const facts = place.dataset;
  let arrived = null;

  function say(kind, text, address) {
    const said = document.createElement("p");
    said.className = "notice notice-" + kind;
    said.textContent = text + " ";
    if (address) {
      const link = document.createElement("a");
      link.href = address;
      link.textContent = facts.open;
      said.appendChild(link);
    }
    place.appendChild(said);
  }

  window.Outbox.says(function (news) {
    if (news.done) { arrived = news.done; }
    if (arrived && "reload" in facts && !news.waiting.length) { location.reload(); return; } /* the page says then what arrived */
    const own = news.waiting.filter(function (one) { return one.account === facts.account; });
    place.textContent = "";
    if (arrived) { say("good", facts.sent, arrived.url); }
    if (own.some(function (one) { return !one.refused; })) { say("warn", facts.waiting); }
    own.filter(function (one) { return one.refused; }).forEach(function (one) { say("alert", facts.refused, one.page); });
  });
  window.Outbox.facts({ kind: facts.kind, state: facts.state });
}());
