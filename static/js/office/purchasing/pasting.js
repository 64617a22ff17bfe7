/* What is pasted into the lines of a sheet. */
(function () {
  'use strict';

  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (_all, name) { return values[name]; });
  }

  /* options: `grid`, `data`, `lines`, `say(text)`. */
  function Pasting(options) {
    var grid = options.grid;
    var data = options.data;
    var words = data.words;
    var byName = options.lines.byName;
    var reader = new window.Paste.Reader(data.headers, data.known_units);

    function put(r, line, fields) {
      fields.concat(Object.keys(line)).forEach(function (field) {
        var c = grid.column(field);
        if (c >= 0) { grid.set(r, c, line[field] || ''); }
      });
      if (byName[line.item]) { window.Proposals.adopt(grid, r, byName[line.item], true); }
    }

    return function (text) {
      var rows = window.Paste.cells(text);
      var own = text.replace(/\r\n?/g, '\n') === grid.lastCopy.replace(/\r\n?/g, '\n');
      var read = own ? null : reader.lines(rows);
      var r0 = grid.range().r0;
      var c0 = grid.range().c0;
      var lines = read ? read.lines : window.Paste.block(rows, c0 === 0);
      var room = data.most_lines - r0;
      grid.change(function () {
        options.lines.forgetSaid();
        if (!read && lines.length === 1 && lines[0].length === 1) {
          this.eachChosen(function (_input, r, c) {
            this.set(r, c, lines[0][0]);
            options.lines.settle(r, c);
          });
          return;
        }
        this.ensure(r0 + lines.length);
        if (read) { lines.slice(0, room).forEach(function (line, n) { put(r0 + n, line, read.fields); }); }
        else { this.put(r0, c0, lines); }
      });
      if (lines.length > room) { options.say(fill(words.too_many, { n: data.most_lines })); }
      else if (read && read.skipped) { options.say(fill(words.pasted_header, { rows: lines.length, skipped: read.skipped })); }
      else { options.say(fill(words.pasted, { rows: lines.length })); }
    };
  }

  window.Pasting = Pasting;
}());
