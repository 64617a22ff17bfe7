/* What is proposed under a cell: items by name or pinyin, suppliers, units, classes; an item brings what is usual. */
(function () {
  'use strict';

  var SHOWN = 8;
  var BROUGHT = { specification: 's', unit: 'u', item_class: 'c', supplier: 'v' };

  function rank(name, pinyin, text) {
    if (name === text) { return 0; }
    if (name.indexOf(text) === 0) { return 1; }
    if (name.indexOf(text) > 0) { return 2; }
    var readings = ' ' + pinyin;
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

  function entriesOf(data) {
    return {
      item: data.items.map(function (item) {
        var last = item.l[0];
        var detail = [item.s, item.u, last ? window.Numbers.price(last[2]) : ''].filter(Boolean).join(' · ');
        return { value: item.n, pinyin: item.p, detail: detail };
      }),
      supplier: data.suppliers.map(function (one) { return { value: one[0], pinyin: one[1] }; }),
      unit: data.proposed_units.map(function (unit) { return { value: unit }; }),
      item_class: data.classes.map(function (name) { return { value: name }; })
    };
  }

  /* What is usual for an item goes into the empty cells of its line. */
  function adopt(grid, r, item, marked) {
    Object.keys(BROUGHT).forEach(function (field) {
      var c = grid.column(field);
      if (!grid.cell(r, c).value.trim() && item[BROUGHT[field]]) { grid.set(r, c, item[BROUGHT[field]], marked); }
    });
  }

  /* options: `grid`, `data`, `byName`, `label`. Returns the list, with `propose()` for the active cell. */
  function Proposals(options) {
    var grid = options.grid;
    var entries = entriesOf(options.data);
    var completer = new window.Completer({
      label: options.label,
      accept: function (input, choice, how) {
        var place = grid.place(input);
        var before = grid.beforeEdit();
        input.value = choice.value;
        if (grid.fields[place.c] === 'item') { adopt(grid, place.r, options.byName[choice.value], false); }
        grid.editing = false;
        grid.before = input.value;
        grid.remember(before);
        grid.changed();
        if (how === 'click') { input.select(); return; }
        var start = grid.tabStart === null ? place.c : grid.tabStart;
        var unit = grid.cell(place.r, grid.column('unit'));
        var next = grid.fields[place.c] === 'item' && unit.value ? grid.column('quantity') : grid.beside(place.c, 1);
        grid.go(place.r, next);
        grid.tabStart = start;
      }
    });
    completer.propose = function () {
      var input = grid.active();
      var known = entries[grid.fields[grid.at.c]];
      if (!known) { return; }
      var choices = found(known, input.value);
      if (choices.length === 1 && choices[0].value === input.value.trim()) { choices = []; }
      completer.show(input, choices, /^[a-z']+$/i.test(input.value.trim()));
    };
    return completer;
  }

  Proposals.adopt = adopt;
  Proposals.found = found;
  window.Proposals = Proposals;
}());
