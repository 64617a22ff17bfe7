/* The draft of a posting with rows: a grid that is worked like a spreadsheet, sums its money and saves itself. */
(function () {
  'use strict';

  var table = document.querySelector('[data-grid]');
  if (!table || !window.Grid || !window.Keep) { return; }
  var data = JSON.parse(document.getElementById('grid-data').textContent);
  var words = data.words;
  var form = document.querySelector('.draft-form');
  var announcer = document.querySelector('[data-announce]');
  var stateText = document.querySelector('[data-save-state]');
  var saving = null;
  var grid;

  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (_all, name) { return values[name]; });
  }

  function announce(text) { announcer.textContent = text; }

  function tool(name) { return document.querySelector('[data-tool="' + name + '"]'); }

  function touched() {
    if (saving) { saving.touched(); } else { stateText.textContent = words.unsaved; }
  }

  /* ---- what is said at a cell ----------------------------------------------------------------------------- */

  function note(input, text) {
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
      old.className = 'note';
      box.appendChild(old);
    }
    var place = grid.place(input);
    old.id = 'n-' + grid.fields[place.c] + '-' + place.r;
    old.textContent = text;
    input.setAttribute('aria-invalid', 'true');
    input.setAttribute('aria-describedby', old.id);
  }

  /* What the server said of a text holds for that text alone. */
  function recheck() {
    for (var r = 0; r < grid.rows(); r += 1) {
      grid.inputs(r).forEach(function (input) {
        var holds = input.said && input.said.value === input.value.trim();
        if (holds || input.hasAttribute('aria-invalid')) { note(input, holds ? input.said.text : ''); }
      });
    }
  }

  function forget() {
    for (var r = 0; r < grid.rows(); r += 1) { grid.inputs(r).forEach(function (input) { input.said = null; }); }
  }

  /* ---- sums of money -------------------------------------------------------------------------------------- */

  function plain(text) { return text.normalize('NFKC').replace(/[,\s¥￥元]/g, ''); }

  function fen(text) {
    var found = plain(text);
    return /^\d{1,12}(\.\d{1,4})?$/.test(found) ? Math.round(Number(found) * 100) : 0;
  }

  /* An amount that is empty, or was the product before, follows quantity and unit price; one that was typed stays. */
  function multiply(r, c) {
    Object.keys(data.products).forEach(function (name) {
      var factors = data.products[name];
      if (factors.indexOf(grid.fields[c]) < 0) { return; }
      var cell = grid.cell(r, grid.column(name));
      var found = factors.map(function (factor) { return plain(grid.cell(r, grid.column(factor)).value); });
      if (cell.value.trim() && cell.value !== cell.adopted) { return; }
      var known = found.every(function (text) { return /^\d{1,12}(\.\d{1,4})?$/.test(text); });
      var made = known ? (Math.round(Number(found[0]) * Number(found[1]) * 100 + 1e-6) / 100).toFixed(2) : '';
      if (cell.value !== made) { grid.set(r, grid.column(name), made, true); }
    });
  }

  function money(sum) {
    return (sum / 100).toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ',');
  }

  function sum() {
    table.querySelectorAll('[data-sum]').forEach(function (box) {
      var c = grid.column(box.dataset.sum);
      var found = 0;
      for (var r = 0; r < grid.rows(); r += 1) { found += fen(grid.cell(r, c).value); }
      box.textContent = money(found);
    });
    document.querySelector('[data-count]').textContent = fill(words.rows, { lines: grid.all().length });
    tool('undo').disabled = !grid.past.length;
  }

  /* ---- pasting: the server says what the cells mean --------------------------------------------------------- */

  function put(r, c, rows) {
    grid.change(function () { this.put(r, c, rows); });
    grid.extend(Math.min(r + rows.length, grid.rows()) - 1, grid.at.c);
  }

  function paste(text) {
    var rows = window.Paste.cells(text);
    var at = { r: grid.range().r0, c: grid.range().c0 };
    if (rows.length === 1 && rows[0].length === 1) { put(at.r, at.c, rows); return; }
    announce(words.reading);
    window.Keep.send(data.paste, JSON.stringify({ rows: rows, first: grid.fields[at.c] })).then(function (answer) {
      if (!answer.ok) { throw new Error('refused'); }
      return answer.json();
    }).then(function (said) {
      put(at.r, said.by_heads ? 0 : at.c, said.rows);
      announce(said.says);
      document.querySelector('[data-pasted]').textContent = said.says;
    }).catch(function () {
      put(at.r, at.c, rows);
      announce(words.pasted_plain);
      document.querySelector('[data-pasted]').textContent = words.pasted_plain;
    });
  }

  /* ---- the grid ------------------------------------------------------------------------------------------- */

  grid = new window.Grid(table, {
    fields: data.fields,
    most: data.most,
    label: function (field, row) { return data.labels[field] + ' ' + row; },
    cleared: function (r) { grid.inputs(r).forEach(function (input) { note(input, ''); }); },
    changed: function () { recheck(); sum(); touched(); },
    shifted: forget,
    settle: multiply,
    typed: function () { sum(); touched(); },
    left: recheck,
    painted: function () {},
    leave: function (back) { (back ? tool('fill') : form.querySelector('.form-actions button')).focus(); },
    key: function () { return false; },
    find: function () { return false; },
    space: function () { return false; },
    undone: function (did) { announce(did ? words.undone : words.nothing_to_undo); },
    redone: function (did) { announce(did ? words.redone : words.nothing_to_undo); },
    paste: paste
  });

  table.querySelectorAll('.note').forEach(function (old) {
    var input = old.parentNode.querySelector('input');
    input.said = { value: input.value.trim(), text: old.textContent };
  });

  function onTool(name, work) {
    var button = tool(name);
    button.hidden = false;
    button.addEventListener('mousedown', function (event) { event.preventDefault(); });
    button.addEventListener('click', work);
  }

  onTool('undo', function () { announce(grid.undo() ? words.undone : words.nothing_to_undo); });
  onTool('insert', function () { grid.insertRow(); });
  onTool('remove', function () { grid.removeRows(); });
  onTool('fill', function () { grid.fillDown(); });

  /* ---- saving by itself: what was begun is kept, a new one waits for its first save --------------------------- */

  function typedFields() {
    var found = {};
    data.inputs.forEach(function (name) { if (form.elements[name]) { found[name] = form.elements[name].value; } });
    return found;
  }

  function draft() {
    return {
      rows: grid.all(),
      fields: typedFields(),
      reason: form.elements.reason ? form.elements.reason.value : '',
      revision: form.elements.revision ? Number(form.elements.revision.value) : 0
    };
  }

  function restore(old) {
    data.inputs.forEach(function (name) { if (form.elements[name]) { form.elements[name].value = old.fields[name] || ''; } });
    if (form.elements.reason) { form.elements.reason.value = old.reason || ''; }
    grid.change(function () {
      this.show(old.rows.map(function (texts) { return grid.fields.map(function (name) { return texts[name] || ''; }); }));
    });
  }

  function saved(said, body) {
    said.errors.forEach(function (one) {
      var input = grid.cell(one[0], grid.column(one[1]));
      if (input && (body.rows[one[0]] || {})[one[1]] === input.value.trim()) {
        input.said = { value: input.value.trim(), text: one[2] };
        if (input !== document.activeElement) { note(input, one[2]); }
      }
    });
  }

  form.addEventListener('input', function (event) {
    if (!table.contains(event.target) && event.target.name) { touched(); }
  });
  form.addEventListener('keydown', function (event) {
    if ((event.ctrlKey || event.metaKey) && event.key === 's') {
      event.preventDefault();
      var keep = form.querySelector('button[value="keep"]');
      if (saving) { saving.now(); } else if (keep) { keep.click(); }
    }
  });

  table.classList.add('live');
  grid.spare();
  if (form.dataset.draft) {
    saving = window.Saving({ form: form, words: words, draft: draft, restore: restore, saved: saved });
    saving.begin();
  }
  sum();
  var wrong = form.querySelector('[aria-invalid]');
  if (wrong) { wrong.focus(); }
}());
