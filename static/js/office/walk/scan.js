/* Where the browser reads codes by itself, the counter's code is scanned in the round's page: the same check-in as by any camera. */
(function () {
  "use strict";
  const box = document.getElementById("scan"), PACE = 250;
  const can = window.isSecureContext && window.BarcodeDetector && navigator.mediaDevices;
  if (!can) { return; }
  const video = box.querySelector("video"), says = document.querySelector("[data-scan-says]"), words = box.dataset, open = document.querySelector("[data-scan]");
  let stream = null, detector = null, last = "";

  function say(text) { says.textContent = text; }

  /* The address of the check-in for what a code says; empty for a code of something else. */
  function checkIn(text) {
    let address;
    try { address = new URL(text, location.origin); } catch (_other) { return ""; }
    const counter = /^\/q\/([^/]+)$/.exec(address.pathname), sort = ["t", "p"].filter(function (one) { return address.searchParams.get(one); })[0];
    return counter && sort ? words.address.replace("TOKEN", [counter[1], sort, encodeURIComponent(address.searchParams.get(sort))].join(".")) : "";
  }

  function take(text) {
    last = text;
    const address = checkIn(text);
    if (!address) { say(words.other); return; }
    say(words.checking);
    fetch(address, { credentials: "same-origin", cache: "no-store" }).then(function (answer) { return answer.text(); }).then(function (html) {
      const found = new DOMParser().parseFromString(html, "text/html").getElementById("check-in");
      if (!found) { say(words.other); return; }
      const facts = found.dataset;
      say("");
      close();
      window.dispatchEvent(new CustomEvent("checkedin", { detail: { proof: facts.proof, presence: facts.presence, time: facts.time, day: facts.day, account: facts.account } }));
    }).catch(function () { last = ""; say(words.offline); });
  }

  function look() {
    if (!stream) { return; }
    detector.detect(video).then(function (found) {
      const text = found.length ? found[0].rawValue : "";
      if (stream && text && text !== last) { take(text); }
    }).catch(function () { /* the picture is not there yet */ }).then(function () { setTimeout(look, PACE); });
  }

  function start() {
    last = "";
    say("");
    navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).then(function (found) {
      stream = found;
      video.srcObject = found;
      box.hidden = false;
      box.querySelector("[data-close]").focus();
      return video.play();
    }).then(look).catch(function () { box.hidden = false; say(words.closed); });
  }

  function close() {
    if (stream) { stream.getTracks().forEach(function (one) { one.stop(); }); }
    stream = null;
    video.srcObject = null;
    box.hidden = true;
    open.focus();
  }

  window.BarcodeDetector.getSupportedFormats().then(function (formats) {
    if (formats.indexOf("qr_code") < 0) { return; }
    detector = new window.BarcodeDetector({ formats: ["qr_code"] });
    open.hidden = false;
    open.addEventListener("click", start);
    box.querySelector("[data-close]").addEventListener("click", close);
    document.addEventListener("keydown", function (event) { if (event.key === "Escape" && !box.hidden) { close(); } });
    document.addEventListener("visibilitychange", function () { if (document.hidden && !box.hidden) { close(); } });
  });
}());
