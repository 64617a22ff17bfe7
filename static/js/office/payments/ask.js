/* A request for a payment: the sum of what is ticked, and what the chosen line of the budget has left. */
(function () {
  "use strict";
  var form = document.querySelector("[data-payment]");
  if (!form) { return; }
  var total = form.querySelector("[data-total]");
  var left = form.querySelector("[data-left]");
  var data = document.getElementById("left-of");
  var known = data ? JSON.parse(data.textContent) : {};
  var all = form.querySelector("[data-all]");

  function fen(text) {
    var plain = text.replace(/[,，\s]/g, "");
    return /^\d+(\.\d{0,2})?$/.test(plain) ? Math.round(parseFloat(plain) * 100) : 0;
  }

  function told(number) {
    return (number / 100).toFixed(2).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  }

  function ticked() {
    return Array.prototype.slice.call(form.querySelectorAll("input[name=line]"));
  }

  function sum() {
    var amount = form.querySelector("input[name=amount]");
    if (!total) { return amount ? fen(amount.value) : 0; }
    return ticked().reduce(function (so_far, box) {
      return so_far + (box.checked ? fen(form.querySelector('[name="amount-' + box.value + '"]').value) : 0);
    }, 0);
  }

  function show() {
    var now = sum();
    if (total) { total.textContent = told(now); }
    if (!left) { return; }
    var line = form.querySelector("select[name=budget_line]").value;
    left.hidden = !(line in known);
    var rest = (known[line] || 0) - now;
    left.textContent = (rest < 0 ? left.dataset.short : left.dataset.say).replace("{left}", told(Math.abs(rest)));
  }

  if (all) {
    all.hidden = false;
    all.addEventListener("click", function () {
      var some = ticked().some(function (box) { return !box.checked; });
      ticked().forEach(function (box) { box.checked = some; });
      show();
    });
  }
  form.addEventListener("input", show);
  form.addEventListener("change", show);
  show();
})();
