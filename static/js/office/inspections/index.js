/* A round that waits on this phone is sent from here, too, and told of. */
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

  window.Rounds.says(function (news) {
    if (news.done) { arrived = news.done; }
    const own = news.waiting.filter(function (one) { return one.account === facts.account; });
    place.textContent = "";
    if (arrived) { say("good", facts.sent, arrived.url); }
    if (own.some(function (one) { return !one.refused; })) { say("warn", facts.waiting); }
    own.filter(function (one) { return one.refused; }).forEach(function (one) { say("alert", facts.refused, one.page); });
  });
  window.Rounds.facts({ send: facts.send, state: facts.state });
}());
