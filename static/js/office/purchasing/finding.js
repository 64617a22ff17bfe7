/* A box that finds texts in the lines; Ctrl+F in the table opens it, a second Ctrl+F is the browser's own. */
(function () {
  'use strict';

  /* options: `grid`, `box`, `data`, `words`. Returns `open()`. */
  function Finding(options) {
    var grid = options.grid;
    var box = options.box;
    var input = box.querySelector('input');
    var said = box.querySelector('[data-found]');
    var places = [];
    var at = -1;
    var pinyin = {};
    options.data.items.forEach(function (item) { pinyin[item.n] = item.p; });
    options.data.suppliers.forEach(function (one) { pinyin[one[0]] = one[1]; });

    function fits(text, wanted) {
      if (text.normalize('NFKC').toLowerCase().indexOf(wanted) >= 0) { return true; }
      return /^[a-z]+$/.test(wanted) && (pinyin[text.trim()] || '').indexOf(wanted) >= 0;
    }

    function unmark() {
      grid.body.querySelectorAll('.found').forEach(function (cell) { cell.classList.remove('found', 'found-here'); });
    }

    function search() {
      var wanted = input.value.normalize('NFKC').trim().toLowerCase();
      places = [];
      at = -1;
      unmark();
      said.textContent = '';
      if (!wanted) { return; }
      for (var r = 0; r < grid.rows(); r += 1) {
        grid.visible().forEach(function (c) {
          if (fits(grid.cell(r, c).value, wanted)) { places.push({ r: r, c: c }); }
        });
      }
      places.forEach(function (place) { grid.cell(place.r, place.c).parentNode.classList.add('found'); });
      step(1);
    }

    function step(by) {
      if (!places.length) { said.textContent = options.words.found_nothing; return; }
      if (places[at]) { grid.cell(places[at].r, places[at].c).parentNode.classList.remove('found-here'); }
      at = (at + by + places.length) % places.length;
      var cell = grid.cell(places[at].r, places[at].c).parentNode;
      cell.classList.add('found-here');
      cell.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      said.textContent = (at + 1) + ' / ' + places.length;
    }

    function close() {
      box.hidden = true;
      unmark();
      var place = places[at] || grid.at;
      grid.go(place.r, place.c);
    }

    input.addEventListener('input', search);
    input.addEventListener('keydown', function (event) {
      if (event.isComposing || event.keyCode === 229) { return; }
      if (event.key === 'Enter') { event.preventDefault(); step(event.shiftKey ? -1 : 1); }
      if (event.key === 'Escape') { event.preventDefault(); close(); }
    });

    return {
      open: function () {
        box.hidden = false;
        input.focus();
        input.select();
        search();
      }
    };
  }

  window.Finding = Finding;
}());
