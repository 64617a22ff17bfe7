/* The purchase grid: completes items, computes amounts, compares prices, pastes from Excel, saves itself. */
(function () {
  'use strict';

  var table = document.querySelector('[data-grid]');
  if (!table) { return; }
  var data = JSON.parse(document.getElementById('grid-data').textContent);
  var words = data.words;
  var form = document.querySelector('.sheet-form');
  var stateText = document.querySelector('[data-save-state]');
  var totalText = document.querySelector('[data-total]');
  var countText = document.querySelector('[data-count]');
  var announcer = document.querySelector('[data-announce]');
  var copyButton = document.querySelector('[data-copy]');
  var MOST = 500;
  var SHOWN = 8;

  var byName = {};
  data.items.forEach(function (item) { byName[item.n] = item; });

  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (_all, name) { return values[name]; });
  }

  function announce(text) { announcer.textContent = text; }

  /* ---- numbers: whole numbers of small units, rounded half up, as the server reads them ---------------- */

  var NUMBER = /^(\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.(\d{1,16}))?$/;

  function scaled(text, places, most) {
    var plain = text.normalize('NFKC').trim().replace(/^[¥￥$]+/, '').replace(/元$/, '').replace(/ /g, '');
    var found = NUMBER.exec(plain);
    if (!found) { return { error: fill(words.no_number, { text: text.slice(0, 20) }) }; }
    var whole = Number(found[1].replace(/,/g, ''));
    var decimals = (found[2] || '') + '00000';
    var value = whole * Math.pow(10, places) + Number(decimals.slice(0, places) || 0);
    if (decimals[places] >= '5') { value += 1; }
    if (whole > most) { return { error: words.too_large }; }
    return { value: value };
  }

  function grouped(whole) { return String(whole).replace(/\B(?=(\d{3})+$)/g, ','); }

  function money(fen) {
    var rest = fen % 100;
    return grouped(Math.floor(fen / 100)) + '.' + (rest < 10 ? '0' : '') + rest;
  }

  function price(value, plain) {
    var whole = Math.floor(value / 10000);
    var decimals = ('000' + (value % 10000)).slice(-4);
    while (decimals.length > 2 && decimals[decimals.length - 1] === '0') { decimals = decimals.slice(0, -1); }
    return (plain ? whole : grouped(whole)) + '.' + decimals;
  }

  function amountOf(quantity, unitPrice) { return Math.floor((quantity * unitPrice + 50000) / 100000); }

  function percent(ratio) {
    var rounded = Math.round(ratio * 100);
    return (rounded > 0 ? '+' : rounded < 0 ? '−' : '') + Math.abs(rounded) + '%';
  }

  /* ---- last prices ------------------------------------------------------------------------------------- */

  function baseOf(unit) { return data.factors[unit] || [unit, 1]; }

  function lastPrice(texts) {
    var item = byName[texts.item];
    if (!item) { return null; }
    var unit = baseOf(texts.unit || '');
    for (var n = 0; n < item.l.length; n += 1) {
      var entry = item.l[n];
      var other = baseOf(entry[1]);
      if (entry[0] === (texts.specification || '') && other[0] === unit[0]) {
        return { price: Math.round(entry[2] / other[1] * unit[1]), day: entry[3] };
      }
    }
    return null;
  }

  /* ---- one line: amount, comparison, what is wrong -------------------------------------------------------- */

  var grid;
  var lineSums = [];

  function note(input, text, warns) {
    var box = input.parentNode;
    var old = box.querySelector('.note');
    if (!text) {
      if (old) { box.removeChild(old); }
      input.removeAttribute('aria-invalid');
      input.removeAttribute('aria-describedby');
      return;
    }
    if (!old) {
      old = document.createElement('span');
      box.appendChild(old);
    }
    var place = grid.place(input);
    old.id = 'n-' + grid.fields[place.c] + '-' + place.r;
    old.className = warns ? 'note note-warn' : 'note';
    if (old.textContent !== text) { old.textContent = text; }
    input.setAttribute('aria-describedby', old.id);
    if (warns) { input.removeAttribute('aria-invalid'); } else { input.setAttribute('aria-invalid', 'true'); }
  }

  function saidByServer(input) {
    return input.said && input.said.value === input.value ? input.said.text : '';
  }

  function number(texts, field, places, most) {
    if (!texts[field]) { return {}; }
    var found = scaled(texts[field], places, most);
    if (!found.error && found.value === 0 && field !== 'amount') { return { error: words.more_than_0 }; }
    return found;
  }

  function check(r) {
    var texts = grid.texts(r);
    var inputs = grid.inputs(r);
    var quantity = number(texts, 'quantity', 3, 1000000);
    var unitPrice = number(texts, 'unit_price', 4, 1000000);
    var amount = number(texts, 'amount', 2, 1000000000000);
    var notes = { quantity: [quantity.error], unit_price: [unitPrice.error] };
    var computed = quantity.value && unitPrice.value ? amountOf(quantity.value, unitPrice.value) : null;
    if (texts.amount && amount.error) { notes.amount = [amount.error, true]; }
    if (computed !== null && amount.value !== undefined && Math.abs(amount.value - computed) > 1) {
      notes.amount = [fill(words.differs, { typed: texts.amount, computed: money(computed) }), true];
    }
    var last = lastPrice(texts);
    compare(r, texts, last, unitPrice, notes);
    inputs[grid.column('amount')].placeholder = computed === null ? '' : money(computed);
    grid.fields.forEach(function (field, c) {
      var own = notes[field] && notes[field][0] ? notes[field] : [saidByServer(inputs[c]), false];
      note(inputs[c], own[0], own[1]);
    });
    lineSums[r] = computed;
  }

  function compare(r, texts, last, unitPrice, notes) {
    var box = grid.body.rows[r].querySelector('.c-last');
    var input = grid.cell(r, grid.column('unit_price'));
    input.placeholder = last && texts.item ? price(last.price, true) : '';
    var text = last ? price(last.price) : '';
    if (last && unitPrice.value) {
      var ratio = unitPrice.value / last.price - 1;
      text += ' ' + percent(ratio);
      if (Math.abs(unitPrice.value - last.price) * 100 > last.price * data.jump) {
        notes.unit_price = [fill(words.jump, {
          price: price(unitPrice.value), last: fill(words.last, { price: price(last.price), day: last.day })
        }), true];
      }
    } else if (!last && unitPrice.value && texts.item) { text = words.first; }
    if (box.textContent !== text) { box.textContent = text; }
    box.title = last ? fill(words.last, { price: price(last.price), day: last.day }) : '';
  }

  function sum() {
    var total = 0;
    var lines = 0;
    for (var r = 0; r < grid.rows(); r += 1) {
      if (lineSums[r] !== null && lineSums[r] !== undefined && grid.texts(r).item) { total += lineSums[r]; lines += 1; }
    }
    totalText.textContent = money(total);
    var wrong = grid.body.querySelectorAll('[aria-invalid]').length;
    countText.textContent = fill(words.summary, { lines: lines }) + (wrong ? ' · ' + fill(words.to_mend, { n: wrong }) : '');
    countText.classList.toggle('has-errors', wrong > 0);
    if (copyButton) { copyButton.hidden = grid.all().length > 0; }
    undoButton.disabled = !grid.past.length;
  }

  function checkAll() {
    for (var r = 0; r < grid.rows(); r += 1) { check(r); }
    sum();
  }

  /* ---- completion ------------------------------------------------------------------------------------------ */

  function rank(name, pinyin, text) {
    if (name === text) { return 0; }
    if (name.indexOf(text) === 0) { return 1; }
    if (name.indexOf(text) > 0) { return 2; }
    var readings = (' ' + pinyin);
    if (readings.indexOf(' ' + text + ' ') >= 0 || readings.slice(-text.length - 1) === ' ' + text) { return 3; }
    return readings.indexOf(' ' + text) >= 0 ? 4 : -1;
  }

  function found(entries, text) {
    var plain = text.trim().toLowerCase().replace(/['\s]/g, '');
    if (!plain) { return []; }
    return entries.map(function (entry) { return { entry: entry, rank: rank(entry.value, entry.pinyin || '', plain) }; })
      .filter(function (one) { return one.rank >= 0; })
      .sort(function (one, other) { return one.rank - other.rank; })
      .slice(0, SHOWN)
      .map(function (one) { return one.entry; });
  }

  var proposals = {
    item: data.items.map(function (item) {
      var last = item.l[0];
      var detail = [item.s, item.u, last ? price(last[2]) : ''].filter(Boolean).join(' · ');
      return { value: item.n, pinyin: item.p, detail: detail };
    }),
    supplier: data.suppliers.map(function (one) { return { value: one[0], pinyin: one[1] }; }),
    unit: data.units.map(function (unit) { return { value: unit }; }),
    item_class: data.classes.map(function (name) { return { value: name }; })
  };

  function adopt(r, item) {
    var known = { specification: item.s, unit: item.u, item_class: item.c, supplier: item.v };
    Object.keys(known).forEach(function (field) {
      var input = grid.cell(r, grid.column(field));
      if (!input.value.trim() && known[field]) { input.value = known[field]; }
    });
  }

  var completer = new window.Completer({
    label: table.querySelector('.c-item').textContent,
    accept: function (input, choice, how) {
      var place = grid.place(input);
      var before = grid.snapshot();
      before[place.r][place.c] = grid.before;
      input.value = choice.value;
      if (grid.fields[place.c] === 'item') { adopt(place.r, byName[choice.value]); }
      grid.editing = false;
      grid.before = input.value;
      grid.remember(before);
      grid.changed();
      if (how === 'click') { input.select(); return; }
      var start = grid.tabStart === null ? place.c : grid.tabStart;
      var unit = grid.cell(place.r, grid.column('unit'));
      var next = grid.fields[place.c] === 'item' && unit.value ? grid.column('quantity') : place.c + 1;
      grid.go(place.r, Math.min(next, grid.fields.length - 1));
      grid.tabStart = start;
    }
  });

  function propose(r) {
    var input = grid.active();
    var entries = proposals[grid.fields[grid.at.c]];
    if (!entries) { return; }
    var text = input.value;
    var choices = found(entries, text);
    if (choices.length === 1 && choices[0].value === text.trim()) { choices = []; }
    completer.show(input, choices, /^[a-z']+$/i.test(text.trim()));
  }

  /* ---- the grid ------------------------------------------------------------------------------------------------ */

  function forgetSaid() {
    for (var r = 0; r < grid.rows(); r += 1) { grid.inputs(r).forEach(function (input) { input.said = null; }); }
  }

  function tool(name) { return document.querySelector('[data-tool="' + name + '"]'); }
  var undoButton = tool('undo');

  grid = new window.Grid(table, {
    fields: data.fields,
    most: MOST,
    label: function (field, row) {
      var head = table.querySelector('thead .c-' + field);
      return fill(words.cell, { field: head.textContent, row: row });
    },
    cleared: function (r) {
      grid.inputs(r).forEach(function (input) { note(input, ''); });
      grid.body.rows[r].querySelector('.c-last').textContent = '';
      lineSums[r] = null;
    },
    changed: function () { completer.close(); checkAll(); touched(); },
    shifted: forgetSaid,
    typed: function (r) { check(r); sum(); propose(r); touched(); },
    left: function () { completer.close(); },
    leave: function (back) { (back ? tool('remove') : people.inputs[0]).focus(); },
    key: function (event) { return completer.key(event); },
    space: function (r, c) {
      var input = grid.cell(r, c);
      if (grid.fields[c] !== 'unit_price' || input.value || !input.placeholder) { return false; }
      grid.change(function () { input.value = input.placeholder; });
      input.select();
      return true;
    },
    undone: function (did) { announce(did ? words.undone : words.nothing_to_undo); },
    redone: function (did) { announce(did ? words.redone : words.nothing_to_undo); },
    paste: paste
  });

  table.querySelectorAll('.note').forEach(function (old) {
    var input = old.parentNode.querySelector('input');
    if (input.getAttribute('aria-invalid')) { input.said = { value: input.value, text: old.textContent }; }
  });

  var reader = new window.Paste.Reader(data.headers, data.units.concat(Object.keys(data.factors)));

  function paste(text) {
    var rows = window.Paste.cells(text);
    var read = reader.lines(rows);
    var r0 = grid.range().r0;
    var c0 = grid.range().c0;
    var said = '';
    var lines = read ? read.lines : window.Paste.block(rows, c0 === 0);
    var room = MOST - r0;
    grid.change(function () {
      forgetSaid();
      if (!read && lines.length === 1 && lines[0].length === 1) {
        this.eachChosen(function (input) { input.value = lines[0][0]; });
        return;
      }
      this.ensure(r0 + lines.length);
      lines.slice(0, room).forEach(function (line, n) {
        if (read) { put(r0 + n, line, read.fields); } else { putRow(r0 + n, c0, line); }
      });
    });
    if (lines.length > room) { said = fill(words.too_many, { n: MOST }); }
    else if (read && read.skipped) { said = fill(words.pasted_header, { rows: lines.length, skipped: read.skipped }); }
    else { said = fill(words.pasted, { rows: lines.length }); }
    announce(said);
    stateText.textContent = said;
  }

  function put(r, line, fields) {
    fields.concat(Object.keys(line)).forEach(function (field) {
      var c = grid.column(field);
      if (c >= 0) { grid.cell(r, c).value = line[field] || ''; }
    });
    var item = byName[line.item];
    if (item && !line.item_class) {
      var kind = grid.cell(r, grid.column('item_class'));
      if (!kind.value) { kind.value = item.c; }
    }
  }

  function putRow(r, c0, line) {
    line.forEach(function (text, n) {
      var input = grid.cell(r, c0 + n);
      if (input) { input.value = text; }
    });
  }

  function onTool(name, work) {
    var button = tool(name);
    button.hidden = false;
    button.addEventListener('mousedown', function (event) { event.preventDefault(); });
    button.addEventListener('click', work);
  }

  onTool('undo', function () { announce(grid.undo() ? words.undone : words.nothing_to_undo); });
  onTool('insert', function () { grid.insertRow(); });
  onTool('remove', function () { grid.removeRows(); });
  onTool('prices', function () {
    grid.change(function () {
      for (var r = 0; r < grid.rows(); r += 1) {
        var input = grid.cell(r, grid.column('unit_price'));
        if (!input.value && input.placeholder && grid.cell(r, grid.column('quantity')).value) { input.value = input.placeholder; }
      }
    });
  });

  /* ---- people, and saving by itself ------------------------------------------------------------------------------ */

  var people = window.People({ form: form, words: words });

  var saving = window.Saving({
    form: form,
    words: words,
    draft: function () {
      var found = { rows: grid.all(), people: people.typed(), revision: Number(form.elements.revision.value), number: form.elements.number.value };
      if (form.elements.reason) { found.reason = form.elements.reason.value; }
      return found;
    },
    restore: function (draft) {
      people.inputs.forEach(function (input) { input.value = draft.people[input.name] || ''; });
      form.elements.number.value = draft.number || '';
      if (form.elements.reason) { form.elements.reason.value = draft.reason || ''; }
      people.check();
      grid.change(function () {
        this.ensure(draft.rows.length + 1);
        for (var r = 0; r < this.rows(); r += 1) {
          var texts = draft.rows[r] || {};
          this.inputs(r).forEach(function (input, c) { input.value = texts[grid.fields[c]] || ''; });
        }
      });
    },
    saved: function (said, body) {
      said.errors.forEach(function (one) {
        var input = grid.cell(one[0], grid.column(one[1]));
        if (input && (body.rows[one[0]] || {})[one[1]] === input.value.trim()) {
          input.said = { value: input.value, text: one[2] };
          check(one[0]);
        }
      });
      sum();
    }
  });

  function touched() { if (saving) { saving.touched(); } }

  form.addEventListener('input', function (event) {
    if (table.contains(event.target)) { return; }
    touched();
  });
  form.addEventListener('keydown', function (event) {
    var single = event.target.tagName === 'INPUT' && !table.contains(event.target);
    if (event.key === 'Enter' && single && !event.isComposing) { event.preventDefault(); }
    if ((event.ctrlKey || event.metaKey) && event.key === 's') {
      event.preventDefault();
      saving.now();
    }
  });

  /* ---- begin -------------------------------------------------------------------------------------------------------- */

  table.classList.add('live');
  checkAll();
  saving.begin();
  var asked = document.querySelector('[data-asked]');
  var firstWrong = document.querySelector('.sheet-form [aria-invalid]');
  if (asked) { asked.focus(); }
  else if (firstWrong && document.getElementById('notice')) { firstWrong.focus(); }
  else if (form.elements.reason && !form.elements.reason.value) { form.elements.reason.focus(); }
  else { toFirstGap(); }

  /* Where one goes on: the first item without a quantity, as after copying; else the first empty line. */
  function toFirstGap() {
    var rows = grid.all();
    for (var r = 0; r < rows.length; r += 1) {
      if (rows[r].item && !rows[r].quantity) { grid.go(r, grid.column('quantity')); return; }
    }
    grid.go(rows.length, 0);
  }
}());
