/* A form for everybody outlives a lost network: `form[data-tab-draft]` is sent without leaving the page, and what is
   typed is kept for this tab alone until it has arrived, a day at most. A shared tablet keeps nothing.

   `data-tab-draft` names the hidden fields that belong to what is typed: the form's own number goes with it, so that
   what is sent once more, after an answer that was lost, is known again. */
(function () {
  "use strict";
  const A_DAY = 86400000;
  const PATIENCE = 120000;
  const NOT_TYPED = /^(file|submit|button|reset|password)$/;
  let pressed = null;
  let sending = false;

  function theForm() { return document.querySelector("form[data-tab-draft]"); }

  function keyOf(form) { return "draft:" + form.getAttribute("action"); }

  function store() {
    try { return localStorage.getItem("kiosk.device") ? null : window.sessionStorage; } catch (_closed) { return null; }
  }

  function keep(form, value) {
    try {
      if (value) store().setItem(keyOf(form), JSON.stringify(value));
      else store().removeItem(keyOf(form));
    } catch (_full) { /* it stands on the page alone */ }
  }

  function kept(form) {
    try {
      const found = JSON.parse(store().getItem(keyOf(form)));
      return found && Date.now() - found.at < A_DAY ? found : null;
    } catch (_broken) { return null; }
  }

  function inputs(form) {
    const hidden = form.getAttribute("data-tab-draft").split(" ");
    return Array.prototype.filter.call(form.elements, function (one) {
      return one.name && !NOT_TYPED.test(one.type) && (one.type !== "hidden" || hidden.indexOf(one.name) >= 0);
    });
  }

  function isChoice(input) { return input.type === "radio" || input.type === "checkbox"; }

  function save() {
    const form = theForm();
    if (!form) return;
    const fields = {};
    inputs(form).forEach(function (one) {
      if (isChoice(one)) { if (one.checked) fields[one.name] = one.value; } else fields[one.name] = one.value;
    });
    const typed = inputs(form).some(function (one) { return one.tagName === "TEXTAREA" && one.value; });
    keep(form, typed || fields.kept ? { at: Date.now(), fields: fields } : null);
  }

  function make(tag, name, text) {
    const made = document.createElement(tag);
    made.className = name;
    made.textContent = text;
    return made;
  }

  function putBack(form, fields) {
    const named = new URLSearchParams(location.search);
    inputs(form).forEach(function (one) {
      if (!(one.name in fields) || named.has(one.name)) return; /* what the address names was chosen since */
      if (isChoice(one)) one.checked = fields[one.name] === one.value;
      else one.value = fields[one.name];
    });
    const photo = form.querySelector("[data-kept-photo]");
    if (photo) photo.hidden = !fields.kept;
    const bar = make("div", "notice row", "");
    bar.setAttribute("role", "status");
    bar.appendChild(make("span", "grow", form.getAttribute("data-found")));
    const forget = make("button", "btn btn-small", form.getAttribute("data-forget"));
    forget.type = "button";
    forget.addEventListener("click", function () { keep(form, null); location.reload(); });
    bar.appendChild(forget);
    form.insertBefore(bar, form.firstChild);
  }

  function begin() {
    const form = theForm();
    if (!form) return;
    if (form.hasAttribute("data-came-back")) { save(); return; }
    const found = kept(form);
    if (found) putBack(form, found.fields);
  }

  function tell(form, text) {
    const old = form.querySelector("[data-trouble]");
    if (old) old.parentNode.removeChild(old);
    if (!text) return;
    const said = make("p", "notice notice-alert", text);
    said.setAttribute("role", "alert");
    said.setAttribute("data-trouble", "");
    const button = form.querySelector("[data-send]");
    button.parentNode.insertBefore(said, button);
    said.scrollIntoView({ block: "nearest" });
  }

  function rest(form, busy) {
    sending = busy;
    form.querySelector("[data-send]").disabled = busy;
    form.setAttribute("aria-busy", String(busy));
  }

  /* The page that came back stands in the place of this one, what was chosen and typed in it. */
  function comeBack(page) {
    const main = document.querySelector("main");
    main.parentNode.replaceChild(document.importNode(page.querySelector("main"), true), main);
    begin();
    const first = document.querySelector("main [role=alert]");
    if (first) {
      first.setAttribute("tabindex", "-1");
      first.focus();
    }
  }

  function heard(form, request) {
    rest(form, false);
    if (request.status >= 200 && request.status < 400) {
      keep(form, null);
      location.href = request.responseURL;
      return;
    }
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    if (page.querySelector("form[data-tab-draft]")) { comeBack(page); return; }
    const heading = request.status && page.querySelector("main h1");
    tell(form, heading ? heading.textContent + " " + form.getAttribute("data-stays") : form.getAttribute("data-away"));
  }

  function send(form) {
    const data = new FormData(form);
    const photo = form.querySelector("input[type=file]");
    if (photo && photo.smaller) data.set(photo.name, photo.smaller, "photo.jpg");
    if (pressed && pressed.form === form && pressed.name) data.append(pressed.name, pressed.value);
    const request = new XMLHttpRequest();
    request.open("POST", form.getAttribute("action"));
    request.timeout = PATIENCE;
    request.onload = function () { heard(form, request); };
    request.onerror = request.ontimeout = function () {
      rest(form, false);
      tell(form, form.getAttribute("data-away"));
    };
    request.send(data);
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest && event.target.closest("button");
    if (button && button.form && button.type === "submit") pressed = button;
  }, true);

  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (!form.hasAttribute("data-tab-draft")) return;
    event.preventDefault();
    if (sending) return;
    tell(form, "");
    rest(form, true);
    const photo = form.querySelector("input[type=file]");
    if (photo && photo.shrinking) photo.addEventListener("shrunk", function () { send(form); }, { once: true });
    else send(form);
  });

  document.addEventListener("input", save);
  document.addEventListener("change", save);
  begin();
}());
