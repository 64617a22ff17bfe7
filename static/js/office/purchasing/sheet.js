/* The purchase grid: puts together what completes, computes, compares, pastes, finds, and saves by itself. */
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
  var STEPS_KEPT = 40;
  var KEPT_FOR = 10 * 60 * 1000;
  var KEPT_STEPS = 'purchasing.steps';

  var grid;
  var lines;
  var columns;
  var completer;
  var finding;
  var pasting;
  var people;
  var saving;

  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (_all, name) { return values[name]; });
  }

  function announce(text) { announcer.textContent = text; }

  function tool(name) { return document.querySelector('[data-tool="' + name + '"]'); }

  function lastTool() { return tool('columns').hidden ? tool('find') : tool('columns'); }

  function sum() {
    var found = lines.figures();
    totalText.textContent = window.Numbers.money(found.total);
    countText.textContent = [
      fill(words.summary, { lines: found.lines }),
      found.unfilled ? fill(words.unfilled, { n: found.unfilled }) : '',
      found.unpriced ? fill(words.unpriced, { n: found.unpriced }) : '',
      found.wrong ? fill(words.to_mend, { n: found.wrong }) : ''
    ].filter(Boolean).join(' · ');
    countText.classList.toggle('has-errors', found.wrong > 0);
    if (copyButton) { copyButton.hidden = grid.all().length > 0; }
    tool('undo').disabled = !grid.past.length;
  }

  function touched() { if (saving) { saving.touched(); } }

  /* ---- the grid -------------------------------------------------------------------------------------------- */

  grid = new window.Grid(table, {
    fields: data.fields,
    most: data.most_lines,
    label: function (field, row) {
      var head = table.querySelector('thead .c-' + field);
      return fill(words.cell, { field: head.textContent.trim(), row: row });
    },
    cleared: function (r) { lines.clear(r); },
    changed: function () { completer.close(); lines.checkAll(); sum(); columns.fit(); touched(); },
    shifted: function () { lines.forgetSaid(); pasting.close(); },
    settle: function (r, c) {
      var known = grid.fields[c] === 'item' && lines.byName[grid.cell(r, c).value.trim()];
      if (known) { window.Proposals.adopt(grid, r, known, true); }
      lines.settle(r, c);
    },
    typed: function (r) { lines.check(r); sum(); completer.propose(); columns.whole(); touched(); },
    left: function () { completer.close(); columns.whole(); },
    painted: function () { columns.whole(); },
    leave: function (back) {
      if (!back) { people.inputs[0].focus(); }
      else if (pasting.isOpen()) { pasting.focusLast(); }
      else if (copyButton && !copyButton.hidden) { copyButton.focus(); }
      else { lastTool().focus(); }
    },
    key: function (event) { return completer.key(event); },
    find: function () { finding.open(); return true; },
    space: function (r, c) {
      var input = grid.cell(r, c);
      var field = grid.fields[c];
      if ((field !== 'unit_price' && field !== 'quantity') || input.value || !input.placeholder) { return false; }
      grid.change(function () { grid.set(r, c, input.placeholder); });
      if (field === 'quantity') { grid.go(r + 1, c); } else { input.select(); }
      return true;
    },
    undone: function (did) { announce(did ? words.undone : words.nothing_to_undo); },
    redone: function (did) { announce(did ? words.redone : words.nothing_to_undo); },
    paste: function (text) { pasting.paste(text); }
  });
  lines = new window.Lines({
    grid: grid,
    data: data,
    numbers: new window.Numbers(data.numbers, data.units, words, data.factors)
  });
  columns = new window.Columns({ grid: grid, data: data, button: tool('columns') });
  completer = window.Proposals({
    grid: grid, data: data, byName: lines.byName, label: table.querySelector('.c-item').textContent.trim()
  });
  finding = window.Finding({ grid: grid, data: data, box: document.querySelector('[data-find]'), words: words });
  pasting = new window.Pasting({
    grid: grid,
    data: data,
    lines: lines,
    address: table.dataset.paste,
    box: document.querySelector('[data-pasted]'),
    say: function (text) { announce(text); stateText.textContent = text; }
  });

  table.querySelectorAll('.note').forEach(function (old) {
    var input = old.parentNode.querySelector('input');
    if (input.getAttribute('aria-invalid')) { input.said = { value: input.value, text: old.textContent }; }
  });

  /* ---- tools ------------------------------------------------------------------------------------------------- */

  function onTool(name, work) {
    var button = tool(name);
    button.hidden = false;
    button.addEventListener('mousedown', function (event) { event.preventDefault(); });
    button.addEventListener('click', work);
  }

  function takePrices() {
    var c = grid.column('unit_price');
    grid.change(function () {
      for (var r = 0; r < grid.rows(); r += 1) {
        var input = grid.cell(r, c);
        if (!input.value && input.placeholder && grid.cell(r, grid.column('quantity')).value) { grid.set(r, c, input.placeholder); }
      }
    });
  }

  var collator = window.Intl ? new window.Intl.Collator('zh-CN', { numeric: true }) : null;
  var sorted = '';

  function sortLines() {
    var c = grid.at.c;
    var limits = data.numbers[grid.fields[c]];
    var numbers = lines.numbers;
    var back = sorted === grid.fields[c];
    var name = table.querySelector('thead .c-' + grid.fields[c]).textContent.trim();
    function compare(a, b) {
      var order = limits ? (numbers.read(grid.fields[c], a).value || 0) - (numbers.read(grid.fields[c], b).value || 0)
        : collator ? collator.compare(a, b) : Number(a > b) - Number(a < b);
      return back ? -order : order;
    }
    grid.sort(c, compare);
    sorted = back ? '' : grid.fields[c];
    announce(fill(words.sorted, { field: name }));
  }

  onTool('undo', function () { announce(grid.undo() ? words.undone : words.nothing_to_undo); });
  onTool('insert', function () { grid.insertRow(); });
  onTool('remove', function () { grid.removeRows(); });
  onTool('fill', function () { grid.fillDown(); });
  onTool('sort', sortLines);
  onTool('find', function () { finding.open(); });
  onTool('prices', takePrices);

  /* ---- people, and saving by itself ---------------------------------------------------------------------------- */

  /* Nothing is sent before what was pasted has been read. */
  document.addEventListener('submit', function (event) {
    var button = document.activeElement;
    if (event.target === form && pasting.wait(function () { if (button && button.click) { button.click(); } })) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, true);

  people = window.People({ form: form, words: words });
  saving = window.Saving({
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
          lines.check(one[0]);
        }
      });
      sum();
    }
  });

  form.addEventListener('input', function (event) {
    if (!table.contains(event.target) && event.target.name) { touched(); }
  });
  form.addEventListener('keydown', function (event) {
    var single = event.target.tagName === 'INPUT' && !table.contains(event.target);
    if (event.key === 'Enter' && single && !event.isComposing) { event.preventDefault(); }
    if ((event.ctrlKey || event.metaKey) && event.key === 's') {
      event.preventDefault();
      saving.now();
    }
  });

  /* ---- what can be taken back stays so when the page comes again, as after Post was refused -------------------------- */

  function keepSteps() {
    var steps = { sheet: form.dataset.draft, version: form.dataset.version, at: Date.now(), steps: grid.steps(STEPS_KEPT) };
    try { window.sessionStorage.setItem(KEPT_STEPS, JSON.stringify(steps)); } catch (_full) { /* only the way back is lost */ }
  }

  function resumeSteps() {
    var kept = null;
    try {
      kept = JSON.parse(window.sessionStorage.getItem(KEPT_STEPS));
      window.sessionStorage.removeItem(KEPT_STEPS);
    } catch (_refused) { return; }
    var same = kept && kept.sheet === form.dataset.draft && kept.version === form.dataset.version;
    if (same && Date.now() - kept.at < KEPT_FOR) { grid.resume(kept.steps); }
  }

  form.addEventListener('submit', function (event) { if (!event.defaultPrevented) { keepSteps(); } });

  /* ---- begin -------------------------------------------------------------------------------------------------------- */

  table.classList.add('live');
  resumeSteps();
  lines.checkAll();
  sum();
  columns.fit();
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
