/* Makes a tablet of this browser: a code is given for a device key, which only this browser keeps. */
(function () {
  "use strict";
  var form = document.getElementById("enrol"), error = document.getElementById("enrol-error"), button = form.querySelector("button");
  var given = form.elements.code.value;
  /* From an iPad's home screen this page opens again with the code it was added with: what is meant is the tablet's page. */
  try {
    var kept = JSON.parse(localStorage.getItem("kiosk.device"));
    if (given && kept && kept.code === given) {
      fetch("/api/tablets/page", { method: "POST", headers: { Authorization: "Device " + kept.key } }).then(function (answer) {
        if (answer.status === 204) { location.replace("/c/" + encodeURIComponent(kept.counter)); }
      }).catch(function () { /* it stays what it is */ });
    }
  } catch (problem) { /* a browser that keeps nothing is told so below */ }
  document.getElementById("home-screen").hidden = window.navigator.standalone !== false;
  function tell(text) { error.textContent = text; button.disabled = false; }
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    button.disabled = true;
    error.textContent = "";
    try {
      localStorage.setItem("kiosk.probe", "1");
      localStorage.removeItem("kiosk.probe");
    } catch (problem) { tell(form.getAttribute("data-blocked")); return; }
    fetch("/api/tablets", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ code: form.elements.code.value })
    }).then(function (answer) {
      return answer.json().then(function (told) {
        if (!answer.ok) { tell(told.title); return; }
        localStorage.setItem("kiosk.device", JSON.stringify({ key: told.key, counter: told.counter, code: given }));
        if (told.counter !== form.getAttribute("data-counter")) { window.alert(form.getAttribute("data-elsewhere")); }
        location.replace("/c/" + encodeURIComponent(told.counter));
      });
    }).catch(function () { tell(form.getAttribute("data-offline")); });
  });
}());
