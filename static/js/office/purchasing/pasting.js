/* What is pasted into the lines of a sheet: the server says what the columns are, a bar shows it and lets it be changed. */
(function () {
  'use strict';

  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (_all, name) { return values[name]; });
  }

  function element(name, className, text) {
    var made = document.createElement(name);
    if (className) { made.className = className; }
    if (text) { made.textContent = text; }
    return made;
  }

  /* options: `grid`, `data`, `lines`, `address`, `box`, `say(text)`. */
  function Pasting(options) {
    this.grid = options.grid;
    this.data = options.data;
    this.words = options.data.words;
    this.lines = options.lines;
    this.address = options.address;
    this.box = options.box;
    this.say = options.say;
    this.shown = null;
    this.reading = 0;
    this.after = null;
    var pasting = this;
    this.part('good').addEventListener('click', function () { pasting.close(); pasting.back(); });
    this.part('undo').addEventListener('click', function () { pasting.takeBack(); });
    this.part('again').addEventListener('click', function () { pasting.again(); });
    this.part('columns').addEventListener('change', function (event) {
      if (event.target.dataset.place) { pasting.reassign(Number(event.target.dataset.place), event.target.value); }
    });
  }

  Pasting.prototype.part = function (name) { return this.box.querySelector('[data-pasted-' + name + ']'); };

  Pasting.prototype.back = function () { this.grid.go(this.grid.at.r, this.grid.at.c); };

  /* ---- a text comes ------------------------------------------------------------------------------------------ */

  Pasting.prototype.paste = function (text) {
    var rows = window.Paste.cells(text);
    var range = this.grid.range();
    var own = text.replace(/\r\n?/g, '\n') === this.grid.lastCopy.replace(/\r\n?/g, '\n');
    if (rows.length === 1 && rows[0].length === 1) { this.fillChosen(rows[0][0]); }
    else if (own || rows.every(function (row) { return row.length === 1; })) { this.place(rows, range.r0, range.c0, own); }
    else { this.ask({ text: text, first: this.grid.fields[range.c0], columns: null }, range.r0, null); }
  };

  Pasting.prototype.fillChosen = function (text) {
    var pasting = this;
    this.grid.change(function () {
      pasting.lines.forgetSaid();
      this.eachChosen(function (_input, r, c) {
        this.set(r, c, text);
        pasting.lines.settle(r, c);
      });
    });
    this.say(fill(this.words.pasted, { rows: 1 }));
  };

  /* Cells copied here, or one column: they go where one is, less the column's own head. */
  Pasting.prototype.place = function (rows, r0, c0, own) {
    var field = this.grid.fields[c0];
    var head = own ? '' : rows[0][0];
    var isHead = (this.data.headers[field] || []).indexOf(window.Paste.plain(head)) >= 0;
    var kept = isHead ? rows.slice(1) : rows;
    var pasting = this;
    this.grid.change(function () {
      pasting.lines.forgetSaid();
      this.put(r0, c0, kept);
      if (field !== 'item' || own) { return; }
      for (var r = r0; r < Math.min(r0 + kept.length, this.rows()); r += 1) {
        var item = pasting.lines.byName[this.cell(r, c0).value.trim()];
        if (item) { window.Proposals.adopt(this, r, item, true); }
      }
    });
    var said = fill(this.words.pasted, { rows: Math.min(kept.length, this.data.most_lines - r0) });
    if (kept.length > this.data.most_lines - r0) { said += ' ' + fill(this.words.too_many, { n: this.data.most_lines }); }
    this.say(said + (isHead ? ' ' + fill(this.words.head_passed, { text: head }) : ''));
  };

  /* ---- the server reads it --------------------------------------------------------------------------------------- */

  Pasting.prototype.ask = function (body, r0, before) {
    var pasting = this;
    var wish = { body: body, r0: r0, before: before };
    this.reading += 1;
    this.grid.table.setAttribute('aria-busy', 'true');
    this.say(this.words.reading);
    window.Keep.send(this.address, JSON.stringify(body)).then(function (answer) {
      if (answer.status === 401 || answer.status === 400) { return { title: pasting.words.paste_signed_out }; }
      return answer.json();
    }).catch(function () { return { title: pasting.words.paste_offline }; }).then(function (read) {
      pasting.reading -= 1;
      if (!pasting.reading) { pasting.grid.table.removeAttribute('aria-busy'); }
      var after = pasting.after;
      if (!read.lines) {
        pasting.after = null;
        pasting.failed(wish, read.title || pasting.words.paste_offline);
        return;
      }
      pasting.take(wish, read);
      if (!pasting.reading && after) { pasting.after = null; after(); }
    });
  };

  /* What waits until everything pasted has been read, as sending the page does. */
  Pasting.prototype.wait = function (work) {
    if (!this.reading) { return false; }
    this.after = work;
    return true;
  };

  Pasting.prototype.failed = function (wish, text) {
    this.wish = wish;
    this.open([], [text], []);
    this.part('good').hidden = true;
    this.part('undo').hidden = true;
    this.part('again').hidden = false;
    this.part('said').textContent = '';
    this.say(text);
  };

  Pasting.prototype.again = function () {
    var pasting = this;
    window.Keep.ensure().then(function (good) {
      if (good) { pasting.ask(pasting.wish.body, pasting.wish.r0, pasting.wish.before); }
    }, function () { pasting.failed(pasting.wish, pasting.words.paste_offline); });
  };

  Pasting.prototype.take = function (wish, read) {
    var pasting = this;
    var room = Math.max(0, this.data.most_lines - wish.r0);
    var lines = read.lines.slice(0, room);
    var cells = {};
    var replaced = 0;
    this.grid.change(function () {
      pasting.lines.forgetSaid();
      if (wish.before) { wish.before.changed = pasting.undo(wish.before.cells); }
      replaced = pasting.write(wish, read, lines, cells);
    });
    this.shown = { body: wish.body, r0: wish.r0, cells: cells, columns: read.columns };
    var said = [fill(this.words.pasted, { rows: lines.length })];
    if (read.lines.length > room) { said.push(fill(this.words.too_many, { n: this.data.most_lines })); }
    if (replaced) { said.push(fill(this.words.replaced, { n: replaced })); }
    this.open(read.columns, read.asks, read.says);
    this.part('good').hidden = false;
    this.part('undo').hidden = false;
    this.part('again').hidden = true;
    this.part('said').textContent = said.join(' ');
    this.say(said.join(' '));
    this.grid.cell(Math.min(wish.r0, this.grid.rows() - 1), 0).scrollIntoView({ block: 'nearest' });
  };

  /* Put lines into the grid from a row on; where another item stood, its supplier goes with it. `cells` is told what stood in each and what stands there now. */
  Pasting.prototype.write = function (wish, read, lines, cells) {
    var grid = this.grid;
    var pasting = this;
    var fields = read.columns.map(function (column) { return column.field; });
    var begin = read.header && lines.length ? lines[0].row : 1;
    var together = fields.indexOf('item') >= 0;
    var changed = (wish.before && wish.before.changed) || {};
    var replaced = 0;
    lines.forEach(function (line, n) {
      var r = wish.r0 + (together ? n : line.row - begin);
      grid.ensure(r + 1);
      if (r >= grid.rows()) { return; }
      var old = grid.cell(r, grid.column('item')).value.trim();
      var another = Boolean(together && old && old !== line.texts.item);
      grid.fields.forEach(function (field, c) {
        var text = line.texts[field] || '';
        var input = grid.cell(r, c);
        var adopted = line.adopted.indexOf(field) >= 0;
        var stays = !another && (adopted ? input.value : fields.indexOf(field) < 0 && !text);
        if (stays || changed[r + ' ' + c]) { return; }
        cells[r + ' ' + c] = { r: r, c: c, was: input.value, adopted: input.adopted };
        if (input.value && input.value !== text) { replaced += 1; }
        grid.set(r, c, text, adopted);
      });
      grid.fields.forEach(function (_field, c) { pasting.lines.settle(r, c); });
    });
    Object.keys(cells).forEach(function (key) { cells[key].now = grid.cell(cells[key].r, cells[key].c).value; });
    return replaced;
  };

  /* What a paste wrote goes; what was typed over it since stays, and is named. */
  Pasting.prototype.undo = function (cells) {
    var grid = this.grid;
    var changed = {};
    Object.keys(cells).forEach(function (key) {
      var one = cells[key];
      if (grid.cell(one.r, one.c).value !== one.now) { changed[key] = true; return; }
      grid.set(one.r, one.c, one.was, one.adopted === one.was && Boolean(one.was));
    });
    return changed;
  };

  Pasting.prototype.takeBack = function () {
    var pasting = this;
    var shown = this.shown;
    if (!shown) { return; }
    this.grid.change(function () { pasting.undo(shown.cells); });
    this.close();
    this.say(this.words.undone);
    this.back();
  };

  /* ---- the bar ------------------------------------------------------------------------------------------------------ */

  /* A column is something else: whichever was that takes its place. */
  Pasting.prototype.reassign = function (place, field) {
    var shown = this.shown;
    var columns = shown.columns.map(function (column) { return column.field; });
    var other = field ? columns.indexOf(field) : -1;
    if (other >= 0) { columns[other] = columns[place]; }
    columns[place] = field;
    this.focusOn = place;
    this.ask({ text: shown.body.text, first: shown.body.first, columns: columns }, shown.r0, shown);
  };

  Pasting.prototype.open = function (columns, asks, says) {
    var pasting = this;
    var list = this.part('columns');
    list.textContent = '';
    columns.forEach(function (column, n) { list.appendChild(pasting.column(column, n)); });
    this.fillList('asks', asks);
    this.fillList('says', says);
    this.box.hidden = false;
    var select = this.focusOn === undefined ? null : list.querySelector('[data-place="' + this.focusOn + '"]');
    this.focusOn = undefined;
    if (select) { select.focus(); }
  };

  Pasting.prototype.fillList = function (name, texts) {
    var list = this.part(name);
    list.textContent = '';
    list.hidden = !texts.length;
    texts.forEach(function (text) { list.appendChild(element('li', '', text)); });
  };

  Pasting.prototype.column = function (column, n) {
    var box = element('li', column.field ? '' : 'not-taken');
    var label = element('label');
    var select = element('select');
    var known = this.data.labels;
    var fields = this.grid.fields.slice();
    if (column.field && fields.indexOf(column.field) < 0) { fields.push(column.field); }
    select.dataset.place = n;
    select.appendChild(element('option', '', this.words.not_taken));
    select.options[0].value = '';
    fields.forEach(function (field) {
      var option = element('option', '', known[field] || column.name || field);
      option.value = field;
      select.appendChild(option);
    });
    select.value = column.field;
    label.appendChild(element('span', 'pasted-head', column.name || fill(this.words.column, { n: column.letter })));
    label.appendChild(select);
    box.appendChild(label);
    box.appendChild(element('span', 'muted small pasted-samples', column.samples.join('、') || '–'));
    return box;
  };

  Pasting.prototype.focusLast = function () {
    var buttons = Array.prototype.filter.call(this.box.querySelectorAll('button'), function (one) { return !one.hidden; });
    buttons[buttons.length - 1].focus();
  };

  Pasting.prototype.isOpen = function () { return !this.box.hidden; };

  Pasting.prototype.close = function () {
    this.box.hidden = true;
    this.shown = null;
  };

  window.Pasting = Pasting;
}());
