/* The proof of a check-in is left for the round that this browser is on, and the way leads back to it. */
(function () {
  "use strict";
  const facts = document.getElementById("check-in").dataset;
  try {
    localStorage.setItem("kiosk.round.proof", JSON.stringify({ proof: facts.proof, presence: facts.presence, time: facts.time, day: facts.day, account: facts.account }));
    const open = localStorage.getItem("kiosk.round.open");
    const back = document.querySelector("[data-back]");
    if (open && /^\/office\//.test(open)) {
      back.hidden = false;
      back.querySelector("a").href = open;
    }
  } catch (_closed) { /* a browser that keeps nothing checks in again from the round */ }
}());
