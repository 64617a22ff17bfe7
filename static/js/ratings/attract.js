/* When nobody is here: the purchases page by page, and the code to scan. */
(function () {
  "use strict";
  function one(selector) { return document.querySelector(selector); }
  var shared = window.kioskTablet, list = document.querySelector("[data-x=list]"), ROTATE = 7000, page = -1, turned = 0;

  /* The lines that fit, then the next ones. */
  function turnPage() {
    var rows = Array.prototype.slice.call(list.children);
    if (!rows.length) { return; }
    rows.forEach(function (el) { el.hidden = false; });
    var fit = Math.max(1, Math.floor(list.clientHeight / (rows[0].offsetHeight || 1)));
    page = (page + 1) % Math.ceil(rows.length / fit);
    rows.forEach(function (el, i) { el.hidden = i < page * fit || i >= (page + 1) * fit; });
  }
  function price(line) { return line[2] + (shared.language() === "en" ? " yuan" : " 元") + (line[3] ? "/" + line[3] : ""); }
  function paintPurchases() {
    var bought = shared.state().purchases, lines = bought ? bought.lines.filter(function (line) { return line[2]; }) : [], chips = one("[data-x=chips]");
    one("[data-x=bought]").hidden = one("[data-x=board]").hidden = !bought;
    chips.textContent = "";
    chips.hidden = !lines.length;
    if (bought) { shared.fill("summary", shared.pick(bought.summary)); }
    lines.slice(0, 8).forEach(function (line) {
      var chip = chips.appendChild(shared.make("span", "t-item"));
      chip.appendChild(shared.make("span", "", line[0]));
      chip.appendChild(shared.make("span", "t-muted", price(line)));
    });
    if (lines.length) {
      var more = chips.appendChild(shared.make("button", "t-all", shared.word("all") + " ›"));
      more.type = "button";
      more.setAttribute("data-press", "all");
    }
    shared.fit();
  }
  /* As many lines as fit beside "All" in one row. */
  shared.fit = function () {
    var box = one("[data-x=chips]"), chips = Array.prototype.slice.call(box.children), more = chips.pop();
    chips.forEach(function (chip) { chip.hidden = false; });
    while (chips.length && more.offsetTop - box.offsetTop > more.offsetHeight / 2) { chips.pop().hidden = true; }
  };
  function paintList() {
    var bought = shared.state().purchases;
    list.textContent = "";
    (bought ? bought.lines : []).forEach(function (line) {
      var row = list.appendChild(shared.make("li", line[2] ? "" : "t-sheet-head", line[2] ? "" : shared.pick(line))), name;
      if (!line[2]) { return; }
      name = row.appendChild(shared.make("span", ""));
      name.appendChild(shared.make("b", "", line[0]));
      if (line[1]) { name.appendChild(shared.make("span", "t-muted t-spec", line[1])); }
      row.appendChild(shared.make("span", "t-price", price(line)));
    });
    if (shared.screen() === "attract") { shared.turn(); }
  }
  /* By day light and by night dark, if the school's schedule says so. */
  function paintTheme() {
    var state = shared.state(), dark = state.theme === "dark";
    if (state.dark) {
      var at = shared.localMinutes(), from = shared.minutes(state.dark[0]), until = shared.minutes(state.dark[1]);
      dark = from < until ? from <= at && at < until : at >= from || at < until;
    }
    document.documentElement.setAttribute("data-theme", dark ? "dark" : "light");
  }
  /* When it opens again. */
  function localDay(time) { return Math.floor((time / 60000 + shared.state().offset) / 1440); }
  function paintSleep() {
    var state = shared.state(), time = shared.now(), next = (state.open || []).filter(function (span) { return span[0] > time; })[0];
    var when = next ? (localDay(next[0]) === localDay(time) ? "" : shared.pick(next.slice(3)) + " ") + next[2] : "";
    shared.fill("opens", next && state.active ? shared.word("opens").replace("%(time)s", when) : "");
  }
  /* What waits on the tablet, once it has waited for a moment. */
  shared.paintWaiting = function () {
    setTimeout(function () {
      var waiting = shared.waiting, text = ["unsent", "refused"].map(function (key) { return waiting[key] ? shared.word(key).replace("%(n)s", waiting[key]) : ""; });
      text = text.concat(waiting.kept ? "" : shared.word("unkept")).filter(Boolean).join(" · ");
      Array.prototype.forEach.call(document.querySelectorAll("[data-x=unsent]"), function (el) { el.hidden = !text; el.textContent = text; });
    }, shared.waiting.unsent ? 2500 : 0);
  };
  shared.paintWaiting();
  /* Who is on duty and agreed to be shown: a photo or the badge; the names too where there is room for them. */
  function paintDuty() {
    var box = one("[data-x=duty]"), people = shared.state().duty || [], shown = JSON.stringify([people, shared.language()]);
    box.hidden = !people.length;
    if (box.getAttribute("data-shown") === shown) { return; }
    box.setAttribute("data-shown", shown);
    box.textContent = "";
    box.classList.toggle("is-many", people.length > 2);
    people.forEach(function (person) {
      var item = box.appendChild(shared.make("span", "t-server")), text = [person.badge, person.name].filter(Boolean).join(" ");
      var badge = shared.make("b", "t-badge", person.badge || person.name.slice(0, 1));
      if (person.photo) {
        var photo = item.appendChild(shared.make("img", "t-photo"));
        photo.alt = text;
        photo.onerror = function () { if (photo.parentNode) { item.replaceChild(badge, photo); } };
        photo.src = person.photo;
      } else { item.appendChild(badge); }
      var words = item.appendChild(shared.make("span", "t-who"));
      words.appendChild(shared.make("span", "t-muted", shared.word("on_duty")));
      words.appendChild(shared.make("strong", "", person.name));
    });
  }

  /* A voice, where the office has switched it on and the browser has one. It never says what was tapped. */
  shared.speak = function (text) {
    var voice = window.speechSynthesis;
    if (!shared.state().voice || !voice || !window.SpeechSynthesisUtterance) { return; }
    var words = new window.SpeechSynthesisUtterance(text);
    words.lang = shared.language() === "en" ? "en-US" : "zh-CN";
    voice.cancel();
    voice.speak(words);
  };
  shared.prompt = function () {
    var texts = shared.state().voice, upright = window.matchMedia("(orientation: portrait)").matches;
    if (texts && shared.screen() === "rate") { shared.speak(shared.pick(texts)[upright ? 1 : 0]); }
  };
  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest(".t-rate .t-ask, .t-rate .t-lang")) { shared.prompt(); }
  });

  shared.paint = function () {
    paintDuty();
    paintPurchases();
    paintList();
    paintTheme();
    paintSleep();
    paintQr();
  };
  setInterval(function () { paintTheme(); paintSleep(); }, 20000);
  shared.turn = function () {
    page = -1;
    turned = performance.now();
    turnPage();
  };
  setInterval(function () {
    if (shared.screen() !== "attract" || performance.now() - turned < ROTATE) { return; }
    turned = performance.now();
    list.classList.add("is-turning");
    setTimeout(function () { turnPage(); list.classList.remove("is-turning"); }, 400);
  }, 250);

  /* The code of this period; the server takes the last period's, too. */
  var LAST_PERIOD = 15000, PAUSE = 3000, code = null, due = 0, until = 0, asked = -1e9;
  shared.takeQr = function (found) {
    if (!found || !found.url) { return; }
    code = found;
    due = performance.now() + Math.max(1, found.expires_in) * 1000;
    until = due + LAST_PERIOD;
  };
  function paintQr() {
    var good = code && performance.now() < until;
    Array.prototype.forEach.call(document.querySelectorAll("[data-x=qr]"), function (box) {
      box.hidden = !good;
      if (good && box.getAttribute("data-url") !== code.url) {
        box.setAttribute("data-url", code.url);
        box.firstChild.src = drawing(code);
      }
    });
    Array.prototype.forEach.call(document.querySelectorAll("[data-x=scan-hint]"), function (el) {
      el.textContent = shared.word(good ? "phone_hint" : "no_qr");
    });
    shared.fit();
  }
  setInterval(function () {
    var at = performance.now();
    if (shared.state().qr && shared.screen() !== "sleep" && at >= due && at - asked >= PAUSE) {
      asked = at;
      shared.ask(shared.base + "/qr.json").then(function (answer) {
        if (answer.ok) { shared.takeQr(answer.told); }
        paintQr();
      });
    }
    if (code && at >= until) { paintQr(); }
  }, 250);
  shared.takeQr(shared.state().qr);

  /* The code's modules as an image, dark on white with the quiet zone that readers need. */
  function drawing(found) {
    var side = found.side, whole = side + 8, modules = atob(found.bits), path = "";
    for (var i = 0; i < side * side; i += 1) {
      if (modules.charCodeAt(i >> 3) >> (7 - i % 8) & 1) { path += "M" + (i % side + 4) + " " + (Math.floor(i / side) + 4) + "h1v1h-1z"; }
    }
    return "data:image/svg+xml," + encodeURIComponent("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 " + whole + " " + whole + "' shape-rendering='crispEdges'><path fill='#fff' d='M0 0h" + whole + "v" + whole + "H0z'/><path d='" + path + "'/></svg>");
  }
}());
