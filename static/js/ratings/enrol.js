/* Makes a tablet of this browser: a code is given for a device key, which only this browser keeps. */
(function () {
  "use strict";
  var form = document.getElementById("enrol"), error = document.getElementById("enrol-error"), button = form.querySelector("button");
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
        localStorage.setItem("kiosk.device", JSON.stringify({ key: told.key, counter: told.counter }));
        if (told.counter !== form.getAttribute("data-counter")) { window.alert(form.getAttribute("data-elsewhere")); }
        location.replace("/c/" + encodeURIComponent(told.counter));
      });
    }).catch(function () { tell(form.getAttribute("data-offline")); });
  });
}());
