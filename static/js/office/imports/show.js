/* A line of the preview is read first; a click on it, or Enter on its pencil, turns it into fields, Esc takes that back. */
(function () {
  "use strict";
  var form = document.querySelector("form.import");
  if (!form) { return; }

  function each(list, act) { Array.prototype.forEach.call(list, act); }

  function open(line, field) {
    var prefix = line.getAttribute("data-line"), row = line.querySelector(".row-number").textContent;
    if (line.getAttribute("data-opened")) { return; }
    line.setAttribute("data-opened", "yes");
    line.classList.add("open");
    each(line.querySelectorAll("[data-field]"), function (cell) {
      var name = cell.getAttribute("data-field"), hint = cell.querySelector(".visually-hidden"), input = document.createElement("input");
      cell.setAttribute("data-was", cell.innerHTML);
      if (hint) { hint.parentNode.removeChild(hint); }
      input.name = prefix + name;
      input.value = cell.textContent.trim();
      input.maxLength = 300;
      input.autocomplete = "off";
      input.setAttribute("aria-label", cell.getAttribute("data-label") + " " + row);
      cell.textContent = "";
      cell.appendChild(input);
    });
    var last = line.querySelector(".c-mend"), label = document.createElement("label");
    label.className = "check";
    label.innerHTML = "<input type=\"checkbox\" value=\"1\"> <span></span>";
    label.firstChild.name = prefix + "out";
    label.lastChild.textContent = form.getAttribute("data-out");
    last.querySelector("[data-mend]").hidden = true;
    last.appendChild(label);
    var wanted = line.querySelector("[data-field=" + (field || "item") + "] input");
    wanted.focus();
    wanted.select();
  }

  function close(line) {
    line.removeAttribute("data-opened");
    line.classList.remove("open");
    each(line.querySelectorAll("[data-was]"), function (cell) {
      cell.innerHTML = cell.getAttribute("data-was");
      cell.removeAttribute("data-was");
    });
    var pencil = line.querySelector("[data-mend]");
    pencil.parentNode.removeChild(pencil.nextSibling);
    pencil.hidden = false;
    pencil.focus();
  }

  /* One pencil a table is in the Tab order; the arrows go from line to line. */
  each(form.querySelectorAll("[data-lines]"), function (table) {
    var pencils = table.querySelectorAll("[data-mend]");
    each(pencils, function (pencil, place) { pencil.tabIndex = place ? -1 : 0; });
    table.addEventListener("focusin", function (event) {
      if (event.target.hasAttribute("data-mend")) {
        each(pencils, function (pencil) { pencil.tabIndex = pencil === event.target ? 0 : -1; });
      }
    });
    table.addEventListener("keydown", function (event) {
      var place = Array.prototype.indexOf.call(pencils, event.target), line = event.target.closest("tr");
      if (place >= 0 && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
        var next = pencils[place + (event.key === "ArrowDown" ? 1 : -1)];
        if (next) { next.focus(); event.preventDefault(); }
      } else if (event.key === "Escape" && line && line.getAttribute("data-opened")) {
        close(line);
      }
    });
    table.addEventListener("click", function (event) {
      var line = event.target.closest("tr[data-line]"), cell = event.target.closest("[data-field]");
      if (!line || !line.querySelector("[data-mend]")) { return; }
      if (event.target.closest("[data-mend]")) {
        event.preventDefault();
        open(line);
      } else if (cell && !String(window.getSelection())) {
        open(line, cell.getAttribute("data-field"));
      }
    });
  });
}());
