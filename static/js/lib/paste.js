/* What is pasted from a spreadsheet, as rows of fields. Knows header words, titles and totals; touches no page. */
(function () {
  'use strict';

  var NO_LINE = /^(小计|合计|总计|共计|本页|本单|累计|人民币|大写|制单|制表|审核|采购人|采购员|验收|保管|经办|负责人|收货人|送货人|(sub|grand)?total)/i;
  var HEADER_WITHIN = 15;

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

  /* A quote opens a cell only if another one ends it before a tab, a line or the end. */
  function closes(source, from) {
    return /^"(?:[^"]|"")*"(?=\t|\n|$)/.test(source.slice(from));
  }

  function squeeze(text) {
    return text.normalize('NFKC').replace(/[\s_*\u200b\ufeff]+/g, '').replace(/:$/, '').toLowerCase();
  }

  function Reader(headers, units) {
    this.fieldOf = {};
    this.units = units;
    var reader = this;
    Object.keys(headers).forEach(function (field) {
      headers[field].forEach(function (word) { reader.fieldOf[squeeze(word)] = field; });
    });
  }

  Reader.prototype.field = function (text) {
    var plain = squeeze(text);
    if (!plain || plain.length > 24) { return null; }
    if (/^规格(型号)?[(/、]?(计量)?单位\)?$/.test(plain)) { return 'specification+unit'; }
    var word = plain.replace(/[([【].*$/, '');
    return this.fieldOf[plain] || this.fieldOf[word] || this.fieldOf[plain.split(/[/:]/)[0]] || null;
  };

  /* The columns that a header row names, or null if the row is none. */
  Reader.prototype.header = function (row) {
    var reader = this;
    var seen = {};
    var found = row.map(function (text) {
      var field = reader.field(text);
      if (!field || seen[field]) { return null; }
      seen[field] = true;
      return { field: field, unit: reader.unitIn(text) };
    });
    var enough = seen.item && (seen.quantity || seen.unit_price || seen.amount || seen.unit);
    return enough ? found : null;
  };

  Reader.prototype.unitIn = function (text) {
    var inside = /[(（[【/]([^)）\]】]*)[)）\]】]?$/.exec(text.normalize('NFKC'));
    var unit = inside ? inside[1].replace(/^元\/?/, '').trim() : '';
    return this.units.indexOf(unit) >= 0 ? unit : '';
  };

  /* Rows as {field: text}, how many were passed over, and whether a header was recognised; null without one. */
  Reader.prototype.lines = function (rows) {
    var start = -1;
    var header = null;
    for (var n = 0; n < Math.min(rows.length, HEADER_WITHIN) && !header; n += 1) {
      header = this.header(rows[n]);
      start = n;
    }
    if (!header) { return null; }
    var found = [];
    var skipped = start;
    var kind = '';
    for (var r = start + 1; r < rows.length; r += 1) {
      var again = this.header(rows[r]);
      if (again) { header = again; kind = ''; skipped += 1; continue; }
      var line = this.line(header, rows[r]);
      if (!line) { skipped += 1; continue; }
      if (line.item_class) { kind = line.item_class; } else if (kind) { line.item_class = kind; }
      found.push(line);
    }
    return { lines: found, skipped: skipped, fields: fieldsOf(header) };
  };

  function fieldsOf(header) {
    return header.filter(Boolean).map(function (column) { return column.field; });
  }

  Reader.prototype.line = function (header, row) {
    var line = {};
    var reader = this;
    var first = row.filter(Boolean)[0] || '';
    if (NO_LINE.test(squeeze(first))) { return null; }
    header.forEach(function (column, n) {
      var text = row[n] || '';
      if (!column || !text) { return; }
      if (column.field === 'specification+unit') {
        line[reader.units.indexOf(text) >= 0 ? 'unit' : 'specification'] = text;
      } else { line[column.field] = text; }
    });
    if (!line.item || NO_LINE.test(squeeze(line.item))) { return null; }
    header.forEach(function (column) { if (column && column.unit && !line.unit) { line.unit = column.unit; } });
    return this.split(line);
  };

  /* 50斤 is 50 and 斤; 2.5元/斤 is 2.5. */
  Reader.prototype.split = function (line) {
    var quantity = /^([\d.,，]+)\s*([^\d\s.,]+)$/.exec((line.quantity || '').normalize('NFKC'));
    if (quantity && this.units.indexOf(quantity[2]) >= 0) {
      line.quantity = quantity[1];
      line.unit = line.unit || quantity[2];
    }
    var price = /^([¥￥]?[\d.,]+)\s*元?\s*\/\s*([^\d\s]+)$/.exec((line.unit_price || '').normalize('NFKC'));
    if (price) {
      line.unit_price = price[1];
      line.unit = line.unit || price[2];
    }
    return line;
  };

  /* Without a header: the rows as they are, less blank ones at the end and a column of running numbers. */
  function block(rows, atStart) {
    while (rows.length && !rows[rows.length - 1].join('')) { rows.pop(); }
    var numbered = atStart && rows.length > 1 && rows.every(function (row, n) {
      return row.length > 2 && row[0] === String(n + 1) && row[1] && !/^[\d.]+$/.test(row[1]);
    });
    return numbered ? rows.map(function (row) { return row.slice(1); }) : rows;
  }

  window.Paste = { cells: cells, Reader: Reader, block: block };
}());
