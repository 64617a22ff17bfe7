/* The lines of a sheet while they are typed: amounts, the last price beside each, what is wrong, the sum. */
(function () {
  'use strict';

  var Numbers = window.Numbers;
  var BOUGHT = ['quantity', 'unit_price', 'amount', 'batch'];

  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (_all, name) { return values[name]; });
  }

  /* options: `grid`, `data`, `numbers`, and `summed(lines, wrong, total)`. */
  function Lines(options) {
    this.grid = options.grid;
    this.data = options.data;
    this.words = options.data.words;
    this.numbers = options.numbers;
    this.sums = [];
    this.gift = options.data.gift ? new RegExp(options.data.gift) : null;
    this.byName = {};
    var byName = this.byName;
    options.data.items.forEach(function (item) { byName[item.n] = item; });
  }

  /* ---- what stands in a cell beside its text -------------------------------------------------------------- */

  Lines.prototype.note = function (input, text, warns) {
    var box = input.parentNode;
    var old = box.querySelector('.note');
    var adopted = Boolean(input.adopted) && input.adopted === input.value;
    box.classList.toggle('adopted', adopted);
    if (!text && old) { box.removeChild(old); }
    if (text && !old) {
      old = document.createElement('span');
      box.appendChild(old);
    }
    if (text) {
      var place = this.grid.place(input);
      old.id = 'n-' + this.grid.fields[place.c] + '-' + place.r;
      old.className = warns ? 'note note-warn' : 'note';
      if (old.textContent !== text) { old.textContent = text; }
    }
    var said = [text ? old.id : '', adopted ? 'adopted' : ''].filter(Boolean).join(' ');
    if (said) { input.setAttribute('aria-describedby', said); } else { input.removeAttribute('aria-describedby'); }
    if (text && !warns) { input.setAttribute('aria-invalid', 'true'); } else { input.removeAttribute('aria-invalid'); }
  };

  Lines.prototype.saidByServer = function (input) {
    if (this.grid.editing && input === this.grid.active()) { return ''; }
    if (!input.said || input.said.value !== input.value) { return ''; }
    return !input.value && input.placeholder ? fill(this.words.take_grey, { text: input.placeholder }) : input.said.text;
  };

  Lines.prototype.forgetSaid = function () {
    for (var r = 0; r < this.grid.rows(); r += 1) { this.grid.inputs(r).forEach(function (input) { input.said = null; }); }
  };

  Lines.prototype.clear = function (r) {
    var lines = this;
    this.grid.inputs(r).forEach(function (input) { lines.note(input, ''); });
    this.grid.body.rows[r].querySelector('.c-last').textContent = '';
    this.sums[r] = null;
  };

  /* ---- last prices ------------------------------------------------------------------------------------------ */

  Lines.prototype.baseOf = function (unit) { return this.data.factors[unit] || [unit, 1]; };

  Lines.prototype.lastPrice = function (texts) {
    var item = this.byName[texts.item];
    if (!item) { return null; }
    var unit = this.baseOf(texts.unit || '');
    for (var n = 0; n < item.l.length; n += 1) {
      var entry = item.l[n];
      var other = this.baseOf(entry[1]);
      if (entry[0] === (texts.specification || '') && other[0] === unit[0]) {
        return { price: Math.round(entry[2] / other[1] * unit[1]), day: entry[3] };
      }
    }
    return null;
  };

  /* How much of it the canteen's last sheet bought, grey until it is taken. */
  Lines.prototype.lastQuantity = function (texts) {
    var same = (this.data.quantities[texts.item] || []).filter(function (one) {
      return one[0] === (texts.specification || '') && one[1] === (texts.unit || '');
    });
    return same.length === 1 ? same[0][2] : '';
  };

  Lines.prototype.compare = function (r, texts, last, unitPrice, notes) {
    var words = this.words;
    var box = this.grid.body.rows[r].querySelector('.c-last');
    var input = this.grid.cell(r, this.grid.column('unit_price'));
    input.placeholder = last && texts.item ? Numbers.price(last.price, true) : '';
    var past = last ? fill(words.last, { price: Numbers.price(last.price), day: last.day }) : '';
    var text = last ? Numbers.price(last.price) : '';
    if (last && unitPrice.value) {
      text += ' ' + Numbers.percent(unitPrice.value / last.price - 1);
      if (Math.abs(unitPrice.value - last.price) * 100 > last.price * this.data.jump) {
        notes.unit_price = [fill(words.jump, { price: Numbers.price(unitPrice.value), last: past }), true];
      }
    } else if (!last && unitPrice.value && texts.item) { text = words.first; }
    if (box.textContent !== text) { box.textContent = text; }
    box.title = past;
  };

  /* ---- one line ------------------------------------------------------------------------------------------------ */

  Lines.prototype.price = function (texts, unit) {
    var found = this.numbers.read('unit_price', texts.unit_price, unit);
    var free = found.zero && this.gift && this.gift.test([texts.item, texts.specification, texts.supplier, texts.remark].join(' '));
    return free ? { value: 0, unit: found.unit } : found;
  };

  Lines.prototype.check = function (r) {
    var grid = this.grid;
    var words = this.words;
    var texts = grid.texts(r);
    var inputs = grid.inputs(r);
    var quantity = this.numbers.read('quantity', texts.quantity, texts.unit);
    texts.unit = texts.unit || quantity.unit || '';
    var unitPrice = this.price(texts, texts.unit);
    texts.unit = texts.unit || unitPrice.unit || '';
    var amount = this.numbers.read('amount', texts.amount);
    var notes = { quantity: [quantity.error], unit_price: [unitPrice.error] };
    if (/^[\d.,]+$/.test(texts.unit.normalize('NFKC'))) { notes.unit = [words.unit_number]; }
    var computed = quantity.value && unitPrice.value !== undefined ? Numbers.amountOf(quantity.value, unitPrice.value) : null;
    if (texts.amount && amount.error) { notes.amount = [amount.error, true]; }
    if (computed !== null && amount.value !== undefined && Math.abs(amount.value - computed) > 1) {
      notes.amount = [fill(words.differs, { typed: texts.amount, computed: Numbers.money(computed) }), true];
    }
    this.compare(r, texts, this.lastPrice(texts), unitPrice, notes);
    inputs[grid.column('quantity')].placeholder = texts.item ? this.lastQuantity(texts) : '';
    inputs[grid.column('amount')].placeholder = computed === null ? '' : Numbers.money(computed);
    var lines = this;
    grid.fields.forEach(function (field, c) {
      var own = notes[field] && notes[field][0] ? notes[field] : [lines.saidByServer(inputs[c]), false];
      lines.note(inputs[c], own[0], own[1]);
    });
    this.sums[r] = computed;
  };

  /* A number cell is left: 3。5 becomes 3.5, =3*5 becomes 15, and of 12斤 the unit goes where units stand. */
  Lines.prototype.settle = function (r, c) {
    var grid = this.grid;
    var field = grid.fields[c];
    if (!this.numbers.limits[field]) { return; }
    var unit = grid.cell(r, grid.column('unit'));
    var found = this.numbers.settled(field, grid.cell(r, c).value.trim(), unit.value.trim());
    if (!found) { return; }
    grid.set(r, c, found.text);
    if (found.unit && !unit.value.trim()) { grid.set(r, grid.column('unit'), found.unit); }
    this.check(r);
  };

  Lines.prototype.checkAll = function () {
    for (var r = 0; r < this.grid.rows(); r += 1) { this.check(r); }
  };

  Lines.prototype.isSaid = function (r) {
    return this.grid.cell(r, this.grid.column('unit_price')).getAttribute('aria-invalid') === 'true';
  };

  /* How many lines there are, good or not; how many only name an item; how many have a quantity and no price, and nobody said so
     yet; how many places are to mend; the total in fen. */
  Lines.prototype.figures = function () {
    var found = { lines: 0, unfilled: 0, unpriced: 0, wrong: this.grid.body.querySelectorAll('[aria-invalid]').length, total: 0 };
    for (var r = 0; r < this.grid.rows(); r += 1) {
      var texts = this.grid.texts(r);
      if (BOUGHT.some(function (field) { return texts[field]; })) { found.lines += 1; } else if (texts.item) { found.unfilled += 1; }
      if (texts.quantity && !texts.unit_price && !texts.amount && !this.isSaid(r)) { found.unpriced += 1; }
      if (this.sums[r] && texts.item) { found.total += this.sums[r]; }
    }
    return found;
  };

  window.Lines = Lines;
}());
