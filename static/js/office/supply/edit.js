/* A plan while it is typed: what it comes to, and what the chosen line of the budget has left then. */
(function () {
  "use strict";
  var form = document.querySelector("[data-plan]");
  var sum = form && form.querySelector("[data-sum]");
  if (!sum) { return; }
  var data = document.getElementById("left-of");
  var known = data ? JSON.parse(data.textContent) : {};

  function number(text) {
    var plain = text.replace(/[,，\s]/g, "");
    return /^\d+(\.\d*)?$/.test(plain) ? parseFloat(plain) : 0;
  }

  function told(fen) {
    return (fen / 100).toFixed(2).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  }

  function show() {
    var fen = 0;
    Array.prototype.forEach.call(form.querySelectorAll("input[name^=quantity-]"), function (cell) {
      var price = form.querySelector('[name="unit_price-' + cell.name.slice("quantity-".length) + '"]');
      fen += price ? Math.round(Math.round(number(cell.value) * 1000) * Math.round(number(price.value) * 10000) / 100000) : 0;
    });
    var chosen = form.querySelector("select[name=budget_line]");
    var line = chosen ? chosen.value : "";
    var rest = (known[line] || 0) - fen;
    var say = !(line in known) ? sum.dataset.say : rest < 0 ? sum.dataset.short : sum.dataset.left;
    sum.hidden = !fen;
    sum.textContent = say.replace("{sum}", told(fen)).replace("{left}", told(Math.abs(rest)));
  }

  form.addEventListener("input", show);
  form.addEventListener("change", show);
  show();
}());
