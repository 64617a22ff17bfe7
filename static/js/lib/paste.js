/* The clipboard's text of a spreadsheet as rows of cells. What the cells mean is the server's to say; touches no page. */
(function () {
  'use strict';

  /* A quote opens a cell only if another one ends it before a tab, a line or the end. */
  function closes(source, from) {
    return /^"(?:[^"]|"")*"(?=\t|\n|$)/.test(source.slice(from));
  }

  /* Tab-separated text with quoted cells that may hold tabs and line breaks. */
  function cells(text) {
    var rows = [[]];
    var cell = '';
    var quoted = false;
    var source = text.replace(/\r\n?/g, '\n').replace(/\n+$/, '');
    for (var n = 0; n < source.length; n += 1) {
      var character = source[n];
      if (quoted) {
        if (character === '"' && source[n + 1] === '"') { cell += '"'; n += 1; }
        else if (character === '"') { quoted = false; }
        else { cell += character === '\n' || character === '\t' ? ' ' : character; }
      } else if (character === '"' && cell === '' && closes(source, n)) { quoted = true; }
      else if (character === '\t') { rows[rows.length - 1].push(cell.trim()); cell = ''; }
      else if (character === '\n') { rows[rows.length - 1].push(cell.trim()); cell = ''; rows.push([]); }
      else { cell += character; }
    }
    rows[rows.length - 1].push(cell.trim());
    return rows;
  }

  /* A header's word in its plain form, as the server compares it. */
  function plain(text) {
    return text.normalize('NFKC').replace(/[\s_*\u200b\ufeff]+/g, '').replace(/:$/, '').toLowerCase();
  }

  window.Paste = { cells: cells, plain: plain };
}());
