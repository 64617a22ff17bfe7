/* The columns of a sheet: those that a canteen never uses are hidden while they are empty, the others are as wide as
   what stands in them, and what is cut all the same is shown whole beside the cell that has the focus. */
(function () {
  'use strict';

  var NARROW = window.matchMedia('(max-width: 40rem)');
  var WIDEST = 13;
  var WIDEST_NARROW = 9;

  /* About how wide a text is, in em. */
  function width(text) {
    var sum = 0;
    for (var n = 0; n < text.length; n += 1) { sum += text.charCodeAt(n) > 0x2e7f ? 1 : 0.58; }
    return sum;
  }

  /* options: `grid`, `data`, `button`, `words`. */
  function Columns(options) {
    this.grid = options.grid;
    this.optional = options.data.optional;
    this.unused = options.data.unused;
    this.button = options.button;
    this.words = options.data.words;
    this.key = 'columns:' + options.data.canteen;
    this.widths = {};
    this.tip = document.createElement('span');
    this.tip.className = 'whole-text';
    this.tip.setAttribute('aria-hidden', 'true');
    this.tip.hidden = true;
    document.body.appendChild(this.tip);
    this.wish = this.remembered();
    var columns = this;
    this.button.addEventListener('mousedown', function (event) { event.preventDefault(); });
    this.button.addEventListener('click', function () { columns.toggle(); });
    window.addEventListener('scroll', function () { columns.whole(); }, true);
    window.addEventListener('resize', function () { columns.whole(); });
    this.wrap = this.grid.table.parentNode;
    this.wrap.addEventListener('scroll', function () { columns.edges(); });
    window.addEventListener('resize', function () { columns.edges(); });
    this.hideUnused();
  }

  /* Where the table goes on beyond an edge, the edge says so: a cell that is cut there looks cut. */
  Columns.prototype.edges = function () {
    var wrap = this.wrap;
    wrap.parentNode.classList.toggle('goes-on', wrap.scrollLeft + wrap.clientWidth < wrap.scrollWidth - 1);
    wrap.parentNode.classList.toggle('came-from', wrap.scrollLeft > 1);
  };

  Columns.prototype.remembered = function () {
    try { return window.localStorage.getItem(this.key); } catch (_refused) { return null; }
  };

  Columns.prototype.isEmpty = function (field) {
    var c = this.grid.column(field);
    for (var r = 0; r < this.grid.rows(); r += 1) { if (this.grid.cell(r, c).value.trim()) { return false; } }
    return true;
  };

  Columns.prototype.hideUnused = function () {
    var columns = this;
    var candidates = this.wish === 'all' ? [] : this.wish === 'few' ? this.optional : this.unused;
    this.optional.forEach(function (field) {
      columns.grid.hide(columns.grid.column(field), candidates.indexOf(field) >= 0 && columns.isEmpty(field));
    });
    this.label();
  };

  Columns.prototype.hidden = function () {
    var grid = this.grid;
    return this.optional.filter(function (field) { return grid.unseen[grid.column(field)]; });
  };

  Columns.prototype.label = function () {
    var grid = this.grid;
    var names = this.hidden().map(function (field) { return grid.table.querySelector('thead .c-' + field).textContent.trim(); });
    var empty = this.optional.some(this.isEmpty, this);
    this.button.textContent = names.length ? '+ ' + names.join(' · ') : this.words.hide_columns;
    this.button.hidden = !names.length && !empty;
  };

  Columns.prototype.toggle = function () {
    this.wish = this.hidden().length ? 'all' : 'few';
    try { window.localStorage.setItem(this.key, this.wish); } catch (_refused) { /* it holds for this page */ }
    this.hideUnused();
    if (this.grid.unseen[this.grid.at.c]) { this.grid.go(this.grid.at.r, 0); }
  };

  /* After every change: a column that is used is seen again, and each is wide enough. */
  Columns.prototype.fit = function () {
    var grid = this.grid;
    var columns = this;
    this.hidden().forEach(function (field) {
      if (!columns.isEmpty(field)) { grid.hide(grid.column(field), false); }
    });
    this.label();
    var most = NARROW.matches ? WIDEST_NARROW : WIDEST;
    grid.fields.forEach(function (field, c) {
      var widest = 0;
      for (var r = 0; r < grid.rows(); r += 1) { widest = Math.max(widest, width(grid.cell(r, c).value || grid.cell(r, c).placeholder)); }
      var needed = Math.ceil(Math.min(widest, most) * 2) / 2;
      if (columns.widths[field] === needed) { return; }
      columns.widths[field] = needed;
      grid.table.querySelector('thead .c-' + field + ' .fit').style.width = needed ? 'calc(' + needed + 'em + 18px)' : '';
    });
    this.edges();
  };

  /* The whole text of the cell that has the focus, if it is cut. */
  Columns.prototype.whole = function () {
    var input = this.grid.body.contains(document.activeElement) ? document.activeElement : null;
    var cut = input && input.value && input.scrollWidth > input.clientWidth + 1;
    this.tip.hidden = !cut;
    if (!cut) { return; }
    this.tip.textContent = input.value;
    this.tip.style.left = '4px';
    var box = input.getBoundingClientRect();
    this.tip.style.left = Math.max(4, Math.min(box.left, document.documentElement.clientWidth - this.tip.offsetWidth - 4)) + 'px';
    this.tip.style.top = Math.max(4, box.top - this.tip.offsetHeight - 2) + 'px';
  };

  window.Columns = Columns;
}());
