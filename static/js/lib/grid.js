/* A table of inputs that is worked like a spreadsheet. Without this script it is still a form.

   The active cell's input always has the focus, with its text selected: typing, also through an input method,
   replaces it. From the first keystroke on (or F2, or a double click) the cell is being edited. */
(function () {
  'use strict';

  var MOST_UNDO = 200;

  function Grid(table, options) {
    this.table = table;
    this.body = table.tBodies[0];
    this.fields = options.fields;
    this.options = options;
    this.at = { r: 0, c: 0 };
    this.head = { r: 0, c: 0 };
    this.editing = false;
    this.before = this.cell(0, 0).value;
    this.unseen = {};
    this.lastCopy = '';
    this.tabStart = null;
    this.leaving = false;
    this.past = [];
    this.future = [];
    this.listen();
  }

  Grid.prototype.rows = function () { return this.body.rows.length; };

  Grid.prototype.inputs = function (r) {
    var row = this.body.rows[r];
    if (!row) { return []; }
    if (!row.cellInputs) { row.cellInputs = Array.prototype.slice.call(row.querySelectorAll('input')); }
    return row.cellInputs;
  };

  Grid.prototype.cell = function (r, c) { return this.inputs(r)[c]; };

  Grid.prototype.column = function (field) { return this.fields.indexOf(field); };

  /* ---- columns that are hidden because nothing stands in them ------------------------------------------- */

  Grid.prototype.visible = function () {
    var unseen = this.unseen;
    return this.fields.map(function (_field, c) { return c; }).filter(function (c) { return !unseen[c]; });
  };

  Grid.prototype.hide = function (c, hidden) {
    if (Boolean(this.unseen[c]) === hidden) { return; }
    if (hidden) { this.unseen[c] = true; } else { delete this.unseen[c]; }
    this.table.classList.toggle('without-' + this.fields[c], hidden);
  };

  /* The column so many visible columns to the right (or left) of this one; the outermost at most. */
  Grid.prototype.beside = function (c, steps) {
    var list = this.visible();
    var n = list.indexOf(c);
    return list[Math.max(0, Math.min(n + steps, list.length - 1))];
  };

  Grid.prototype.lastColumn = function () { return this.visible().slice(-1)[0]; };

  Grid.prototype.place = function (input) {
    var row = input.closest('tr');
    if (!row || row.parentNode !== this.body) { return null; }
    var r = row.sectionRowIndex;
    return { r: r, c: this.inputs(r).indexOf(input) };
  };

  Grid.prototype.texts = function (r) {
    var found = {};
    var fields = this.fields;
    this.inputs(r).forEach(function (input, c) {
      var text = input.value.trim();
      if (text) { found[fields[c]] = text; }
    });
    return found;
  };

  Grid.prototype.all = function () {
    var found = [];
    for (var r = 0; r < this.rows(); r += 1) { found.push(this.texts(r)); }
    while (found.length && !Object.keys(found[found.length - 1]).length) { found.pop(); }
    return found;
  };

  /* ---- rows --------------------------------------------------------------------------------- */

  Grid.prototype.addRow = function () {
    var row = this.body.rows[this.rows() - 1].cloneNode(true);
    row.cellInputs = null;
    this.body.appendChild(row);
    var r = row.sectionRowIndex;
    row.cells[0].textContent = r + 1;
    var grid = this;
    this.inputs(r).forEach(function (input, c) {
      input.value = '';
      input.defaultValue = '';
      input.placeholder = '';
      input.said = null;
      input.adopted = null;
      input.setAttribute('aria-label', grid.options.label(grid.fields[c], r + 1));
      input.parentNode.classList.remove('chosen');
    });
    this.options.cleared(r);
  };

  Grid.prototype.ensure = function (rows) {
    while (this.rows() < Math.min(rows, this.options.most)) { this.addRow(); }
  };

  Grid.prototype.spare = function () {
    var used = this.all().length;
    this.ensure(used + 3);
  };

  /* ---- changes, and taking them back --------------------------------------------------------- */

  /* All texts by row; where a text was adopted rather than typed, `adopted` names the place. */
  Grid.prototype.snapshot = function () {
    var found = [];
    found.adopted = {};
    for (var r = 0; r < this.rows(); r += 1) {
      found.push(this.inputs(r).map(function (input, c) {
        if (input.adopted && input.adopted === input.value) { found.adopted[r + ' ' + c] = true; }
        return input.value;
      }));
    }
    while (found.length && !found[found.length - 1].join('')) { found.pop(); }
    return found;
  };

  Grid.prototype.show = function (values) {
    this.ensure(values.length);
    for (var r = 0; r < this.rows(); r += 1) {
      this.inputs(r).forEach(function (input, c) {
        input.value = (values[r] || [])[c] || '';
        input.adopted = values.adopted && values.adopted[r + ' ' + c] ? input.value : null;
      });
    }
  };

  Grid.prototype.set = function (r, c, text, adopted) {
    var input = this.cell(r, c);
    input.value = text;
    input.adopted = adopted ? text : null;
  };

  Grid.prototype.remember = function (state) {
    this.past.push({ values: state, at: { r: this.at.r, c: this.at.c } });
    if (this.past.length > MOST_UNDO) { this.past.shift(); }
    this.future = [];
  };

  Grid.prototype.change = function (work) {
    this.finish();
    this.remember(this.snapshot());
    work.call(this);
    this.changed();
  };

  Grid.prototype.changed = function () {
    this.spare();
    this.options.changed();
    this.before = this.active() ? this.active().value : '';
    this.paint();
  };

  Grid.prototype.restore = function (state) {
    this.show(state.values);
    this.options.shifted();
    this.go(state.at.r, state.at.c);
    this.changed();
  };

  Grid.prototype.undo = function () {
    this.finish();
    var state = this.past.pop();
    if (!state) { return false; }
    this.future.push({ values: this.snapshot(), at: { r: this.at.r, c: this.at.c } });
    this.restore(state);
    return true;
  };

  Grid.prototype.redo = function () {
    var state = this.future.pop();
    if (!state) { return false; }
    this.past.push({ values: this.snapshot(), at: { r: this.at.r, c: this.at.c } });
    this.restore(state);
    return true;
  };

  /* What stood here before the active cell was edited. */
  Grid.prototype.beforeEdit = function () {
    var state = this.snapshot();
    while (state.length <= this.at.r) { state.push(this.fields.map(function () { return ''; })); }
    state[this.at.r][this.at.c] = this.before;
    return state;
  };

  /* An edit ends: what was typed becomes one step that can be taken back. */
  Grid.prototype.finish = function () {
    var input = this.active();
    var was = this.editing;
    this.editing = false;
    if (!input || input.value === this.before) { return; }
    if (was) {
      this.remember(this.beforeEdit());
      this.options.settle(this.at.r, this.at.c);
    }
    this.before = input.value;
    this.spare();
    this.options.changed();
  };

  /* The steps that can be taken back, as plain values, for a page that is about to be sent; and back again. */
  Grid.prototype.steps = function (most) {
    this.finish();
    return this.past.slice(-most).concat({ values: this.snapshot(), at: this.at }).map(function (step) {
      return { values: step.values.slice(), adopted: step.values.adopted || {}, at: step.at };
    });
  };

  Grid.prototype.resume = function (steps) {
    this.past = steps.map(function (step) {
      step.values.adopted = step.adopted;
      return { values: step.values, at: step.at };
    });
    var last = this.past[this.past.length - 1];
    var now = this.snapshot();
    if (last && JSON.stringify(now) === JSON.stringify(last.values)) {
      this.show(last.values);
      this.past.pop();
    }
  };

  Grid.prototype.cancel = function () {
    var input = this.active();
    this.editing = false;
    if (input) { input.value = this.before; this.options.typed(this.at.r); input.select(); }
  };

  Grid.prototype.edit = function () {
    var input = this.active();
    if (!input) { return; }
    this.editing = true;
    input.setSelectionRange(input.value.length, input.value.length);
    this.paint();
  };

  /* ---- where one is ---------------------------------------------------------------------------- */

  Grid.prototype.active = function () { return this.cell(this.at.r, this.at.c); };

  Grid.prototype.clamp = function (r, c) {
    return {
      r: Math.max(0, Math.min(r, this.rows() - 1)),
      c: Math.max(0, Math.min(c, this.fields.length - 1))
    };
  };

  Grid.prototype.go = function (r, c) {
    this.finish();
    this.leaving = false;
    if (r >= this.rows()) { this.ensure(r + 1); }
    this.at = this.clamp(r, c);
    this.head = { r: this.at.r, c: this.at.c };
    var input = this.active();
    this.before = input.value;
    this.editing = false;
    this.moving = true;
    input.focus();
    input.select();
    this.moving = false;
    this.paint();
  };

  Grid.prototype.extend = function (r, c) {
    this.finish();
    this.head = this.clamp(r, c);
    this.paint();
    var input = this.cell(this.head.r, this.head.c);
    if (input.scrollIntoView) { input.parentNode.scrollIntoView({ block: 'nearest', inline: 'nearest' }); }
  };

  Grid.prototype.range = function () {
    return {
      r0: Math.min(this.at.r, this.head.r), r1: Math.max(this.at.r, this.head.r),
      c0: Math.min(this.at.c, this.head.c), c1: Math.max(this.at.c, this.head.c)
    };
  };

  Grid.prototype.paint = function () {
    var old = this.body.querySelectorAll('.chosen, .editing');
    for (var n = 0; n < old.length; n += 1) { old[n].classList.remove('chosen', 'editing'); }
    if (!this.body.contains(document.activeElement)) { return; }
    var range = this.range();
    if (range.r0 !== range.r1 || range.c0 !== range.c1) {
      for (var r = range.r0; r <= range.r1; r += 1) {
        for (var c = range.c0; c <= range.c1; c += 1) { this.cell(r, c).parentNode.classList.add('chosen'); }
      }
    }
    if (this.editing) { this.active().parentNode.classList.add('editing'); }
    this.options.painted();
  };

  /* ---- work on a range --------------------------------------------------------------------------- */

  Grid.prototype.eachChosen = function (work) {
    var range = this.range();
    for (var r = range.r0; r <= range.r1; r += 1) {
      for (var c = range.c0; c <= range.c1; c += 1) { work.call(this, this.cell(r, c), r, c); }
    }
  };

  Grid.prototype.clear = function () {
    this.change(function () { this.eachChosen(function (_input, r, c) { this.set(r, c, ''); }); });
  };

  Grid.prototype.fillDown = function () {
    var range = this.range();
    var single = range.r0 === range.r1;
    if (single && range.r0 === 0) { return; }
    this.change(function () {
      this.eachChosen(function (_input, r, c) {
        var source = this.cell(single ? r - 1 : range.r0, c);
        this.set(r, c, source.value, source.adopted === source.value);
      });
    });
  };

  Grid.prototype.insertRow = function () {
    var at = this.range().r0;
    this.change(function () {
      this.ensure(this.all().length + 1);
      for (var r = this.rows() - 1; r > at; r -= 1) { this.copyRow(r - 1, r); }
      this.emptyRow(at);
      this.options.shifted();
    });
    this.go(at, this.at.c);
  };

  Grid.prototype.removeRows = function () {
    var range = this.range();
    var count = range.r1 - range.r0 + 1;
    this.change(function () {
      for (var r = range.r0; r < this.rows(); r += 1) {
        if (r + count < this.rows()) { this.copyRow(r + count, r); }
        else { this.emptyRow(r); }
      }
      this.options.shifted();
    });
    this.go(range.r0, this.at.c);
  };

  Grid.prototype.copyRow = function (from, to) {
    var source = this.inputs(from);
    for (var c = 0; c < source.length; c += 1) { this.set(to, c, source[c].value, source[c].adopted === source[c].value); }
  };

  Grid.prototype.emptyRow = function (r) {
    for (var c = 0; c < this.fields.length; c += 1) { this.set(r, c, ''); }
  };

  /* The lines in another order: by a column, empty cells and empty lines last, equal ones as they stood. */
  Grid.prototype.sort = function (c, compare) {
    var values = this.snapshot();
    var order = values.map(function (_line, r) { return r; }).sort(function (one, other) {
      var a = values[one][c].trim();
      var b = values[other][c].trim();
      if (!a || !b) {
        var empty = Number(!values[one].join('').trim()) - Number(!values[other].join('').trim());
        return empty || Number(!a) - Number(!b) || one - other;
      }
      return compare(a, b) || one - other;
    });
    if (order.every(function (from, to) { return from === to; })) { return false; }
    var at = order.indexOf(this.at.r);
    this.change(function () {
      var sorted = order.map(function (from) { return values[from]; });
      sorted.adopted = {};
      order.forEach(function (from, to) {
        sorted[to].forEach(function (_text, k) {
          if (values.adopted[from + ' ' + k]) { sorted.adopted[to + ' ' + k] = true; }
        });
      });
      this.show(sorted);
      this.options.shifted();
    });
    this.go(at < 0 ? this.at.r : at, c);
    return true;
  };

  /* A column from its first line to the last that is used. */
  Grid.prototype.chooseColumn = function (c) {
    this.go(0, c);
    this.extend(Math.max(0, this.all().length - 1), c);
  };

  Grid.prototype.copied = function () {
    var range = this.range();
    var lines = [];
    for (var r = range.r0; r <= range.r1; r += 1) {
      var line = [];
      for (var c = range.c0; c <= range.c1; c += 1) {
        if (this.unseen[c]) { continue; }
        var text = this.cell(r, c).value;
        line.push(/[\t\n"]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text);
      }
      lines.push(line.join('\t'));
    }
    this.lastCopy = lines.join('\r\n');
    return this.lastCopy;
  };

  /* Rows of texts as they are, from a cell on; hidden columns are passed over. */
  Grid.prototype.put = function (r0, c0, rows) {
    this.ensure(r0 + rows.length);
    var columns = this.visible().filter(function (c) { return c >= c0; });
    var grid = this;
    rows.slice(0, this.options.most - r0).forEach(function (row, n) {
      row.forEach(function (text, k) {
        if (columns[k] !== undefined) {
          grid.set(r0 + n, columns[k], text);
          grid.options.settle(r0 + n, columns[k]);
        }
      });
    });
  };

  /* ---- keys --------------------------------------------------------------------------------------- */

  Grid.prototype.key = function (event) {
    var name = event.key && event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.isComposing || event.keyCode === 229 || (name !== 'Tab' && name !== 'Shift')) { this.stay(); }
    if (event.isComposing || event.keyCode === 229) { return; }
    if (this.options.key(event)) { return; }
    var command = event.ctrlKey || event.metaKey;
    var handled = command ? this.commandKey(name, event) : this.plainKey(name, event);
    if (handled) { event.preventDefault(); }
  };

  /* Esc, then Tab leaves the table; whatever comes between the two means that one stays. */
  Grid.prototype.stay = function () { this.leaving = false; };

  Grid.prototype.commandKey = function (name, event) {
    if (name === 'd') { this.fillDown(); return true; }
    if (this.editing) { return false; }
    if (name === 'z' && !event.shiftKey) { this.options.undone(this.undo()); return true; }
    if (name === 'y' || (name === 'z' && event.shiftKey)) { this.options.redone(this.redo()); return true; }
    if (name === 'a') {
      this.go(0, 0);
      this.extend(Math.max(0, this.all().length - 1), this.lastColumn());
      return true;
    }
    if (name === 'f') { return this.options.find(); }
    if (name === 'Home') { this.go(0, 0); return true; }
    if (name === 'End') { this.go(Math.max(0, this.all().length - 1), this.lastColumn()); return true; }
    var last = Math.max(0, this.all().length - 1);
    if (name === 'ArrowDown') { this.step(event, last - this.head.r, 0); return true; }
    if (name === 'ArrowUp') { this.step(event, -this.head.r, 0); return true; }
    return false;
  };

  Grid.prototype.step = function (event, rows, columns) {
    this.tabStart = null;
    if (event.shiftKey) { this.extend(this.head.r + rows, this.beside(this.head.c, columns)); }
    else { this.go(Math.max(0, Math.min(this.at.r + rows, this.rows() - 1)), this.beside(this.at.c, columns)); }
  };

  Grid.prototype.tab = function (back) {
    var list = this.visible();
    var n = list.indexOf(this.at.c) + (back ? -1 : 1);
    var r = this.at.r;
    if (this.leaving) { this.finish(); this.options.leave(back); return true; }
    if (this.tabStart === null) { this.tabStart = this.at.c; }
    if (n < 0) { n = list.length - 1; r -= 1; }
    if (n >= list.length) { n = 0; r += 1; this.tabStart = 0; }
    if (r < 0 || r >= this.rows()) { this.finish(); return false; }
    this.go(r, list[n]);
    return true;
  };

  Grid.prototype.enter = function (back) {
    var c = this.tabStart === null ? this.at.c : this.tabStart;
    this.tabStart = null;
    this.go(Math.max(0, this.at.r + (back ? -1 : 1)), c);
  };

  Grid.prototype.plainKey = function (name, event) {
    if (name === 'Tab') { return this.tab(event.shiftKey); }
    if (name === 'Enter') { this.enter(event.shiftKey); return true; }
    if (name === 'ArrowUp') { this.step(event, -1, 0); return true; }
    if (name === 'ArrowDown') { this.step(event, 1, 0); return true; }
    if (name === 'PageUp') { this.step(event, -10, 0); return true; }
    if (name === 'PageDown') { this.step(event, 10, 0); return true; }
    if (this.editing) {
      if (name === 'Escape') { this.cancel(); this.paint(); return true; }
      return false;
    }
    if (name === 'ArrowLeft') { this.step(event, 0, -1); return true; }
    if (name === 'ArrowRight') { this.step(event, 0, 1); return true; }
    if (name === 'Home') { this.step(event, 0, -this.fields.length); return true; }
    if (name === 'End') { this.step(event, 0, this.fields.length); return true; }
    if (name === 'F2') { this.edit(); return true; }
    if (name === 'Delete' || name === 'Backspace') { this.clear(); this.active().select(); return true; }
    if (name === 'Escape') { this.leaving = true; return true; }
    if (name === ' ') { return this.options.space(this.at.r, this.at.c); }
    return false;
  };

  /* ---- listening ------------------------------------------------------------------------------------ */

  Grid.prototype.listen = function () {
    var grid = this;
    var body = this.body;
    var dragging = false;

    body.addEventListener('focusin', function (event) {
      if (grid.moving || event.target.tagName !== 'INPUT') { return; }
      var place = grid.place(event.target);
      if (!place) { return; }
      grid.finish();
      grid.at = place;
      grid.head = { r: place.r, c: place.c };
      grid.tabStart = null;
      grid.leaving = false;
      grid.before = event.target.value;
      event.target.select();
      grid.paint();
    });
    body.addEventListener('focusout', function (event) {
      if (grid.moving || (event.relatedTarget && body.contains(event.relatedTarget))) { return; }
      grid.finish();
      grid.options.left();
      setTimeout(function () { grid.paint(); }, 0);
    });
    body.addEventListener('input', function (event) {
      grid.stay();
      if (!grid.editing) {
        grid.editing = true;
        grid.head = { r: grid.at.r, c: grid.at.c };
        grid.paint();
      }
      grid.options.typed(grid.at.r, event);
    });
    body.addEventListener('keydown', function (event) { grid.key(event); });
    body.addEventListener('compositionstart', function () { grid.stay(); });
    this.table.tHead.addEventListener('mousedown', function (event) {
      var field = event.target.closest('th[data-field]');
      if (!field || event.button !== 0) { return; }
      event.preventDefault();
      grid.chooseColumn(grid.column(field.dataset.field));
    });
    body.addEventListener('mousedown', function (event) {
      grid.stay();
      var header = event.target.closest('th');
      if (header) {
        var r = header.parentNode.sectionRowIndex;
        event.preventDefault();
        if (event.shiftKey) { grid.at = { r: grid.at.r, c: 0 }; } else { grid.go(r, 0); }
        grid.extend(r, grid.lastColumn());
        return;
      }
      var place = event.target.tagName === 'INPUT' && event.button === 0 ? grid.place(event.target) : null;
      if (!place) { return; }
      if (event.shiftKey) { event.preventDefault(); grid.extend(place.r, place.c); return; }
      if (grid.editing && place.r === grid.at.r && place.c === grid.at.c) { return; }
      event.preventDefault();
      grid.tabStart = null;
      grid.go(place.r, place.c);
      dragging = true;
    });
    body.addEventListener('mouseover', function (event) {
      if (!dragging || !(event.buttons & 1)) { return; }
      var box = event.target.closest('td');
      var input = box && box.querySelector('input');
      var place = input && grid.place(input);
      if (place) { grid.extend(place.r, place.c); }
    });
    document.addEventListener('mouseup', function () { dragging = false; });
    body.addEventListener('dblclick', function (event) {
      if (event.target.tagName === 'INPUT') { grid.edit(); }
    });
    body.addEventListener('copy', function (event) {
      if (grid.editing) { return; }
      event.clipboardData.setData('text/plain', grid.copied());
      event.preventDefault();
    });
    body.addEventListener('cut', function (event) {
      if (grid.editing) { return; }
      event.clipboardData.setData('text/plain', grid.copied());
      event.preventDefault();
      grid.clear();
    });
    body.addEventListener('paste', function (event) {
      var text = event.clipboardData.getData('text/plain');
      if (grid.editing && !/[\t\n]/.test(text.trim())) { return; }
      event.preventDefault();
      grid.editing = false;
      grid.options.paste(text);
    });
  };

  window.Grid = Grid;
}());
