/* A tablet whose browser lost its cookies but kept its key gets its page back, once. */
(function () {
  "use strict";
  var code = document.currentScript.getAttribute("data-counter"), found = null;
  try {
    found = JSON.parse(localStorage.getItem("kiosk.device"));
    if (!found || found.counter !== code || sessionStorage.getItem("kiosk.back")) { return; }
    sessionStorage.setItem("kiosk.back", "1");
  } catch (problem) { return; }
  fetch("/api/tablets/page", { method: "POST", headers: { Authorization: "Device " + found.key } }).then(function (answer) {
    if (answer.status === 204) { location.reload(); }
  }).catch(function () { /* it stays what any other browser sees */ });
}());
