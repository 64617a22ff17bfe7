/* When nobody is here: the purchases page by page, and the code to scan. */
(function () {
  "use strict";
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

  /* The code's modules as an image, dark on white with the quiet zone that readers need. */
  shared.drawing = function (found) {
    var side = found.side, whole = side + 8, modules = atob(found.bits), path = "";
    for (var i = 0; i < side * side; i += 1) {
      if (modules.charCodeAt(i >> 3) >> (7 - i % 8) & 1) { path += "M" + (i % side + 4) + " " + (Math.floor(i / side) + 4) + "h1v1h-1z"; }
    }
    return "data:image/svg+xml," + encodeURIComponent("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 " + whole + " " + whole + "' shape-rendering='crispEdges'><path fill='#fff' d='M0 0h" + whole + "v" + whole + "H0z'/><path d='" + path + "'/></svg>");
  };
}());
