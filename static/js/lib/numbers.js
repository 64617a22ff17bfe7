/* Numbers as people type them: 3。5, 12斤, ¥2.5元/斤, =3*5. Whole numbers of small units, rounded half up, as the
   server reads them; touches no page. */
(function () {
  'use strict';

  var NUMBER = /^(-?)(\d{1,3}(?:,\d{3})+|\d{1,12}|(?=\.\d))(?:\.(\d{0,16}))?$/;
  var WITH_UNIT = /^(-?[\d.,]+)(?:元)?\/?([^\d.,].*)?$/;
  var LONGEST_FORMULA = 200;

  function plainOf(text) {
    return text.normalize('NFKC').replace(/[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/g, '')
      .replace(/[−–—]/g, '-').replace(/。/g, '.').replace(/[¥￥$]/g, '');
  }

  /* ---- = and a little arithmetic: + - * / and brackets, read from left to right ------------------------- */

  function Formula(text) {
    this.text = text.replace(/×/g, '*').replace(/÷/g, '/');
    this.at = 0;
  }

  Formula.prototype.takes = function (signs) {
    var sign = this.text[this.at];
    if (sign === undefined || signs.indexOf(sign) < 0) { return ''; }
    this.at += 1;
    return sign;
  };

  Formula.prototype.sum = function () {
    var value = this.product();
    for (var sign = this.takes('+-'); sign; sign = this.takes('+-')) {
      value = sign === '+' ? value + this.product() : value - this.product();
    }
    return value;
  };

  Formula.prototype.product = function () {
    var value = this.factor();
    for (var sign = this.takes('*/'); sign; sign = this.takes('*/')) {
      value = sign === '*' ? value * this.factor() : value / this.factor();
    }
    return value;
  };

  Formula.prototype.factor = function () {
    if (this.takes('-')) { return -this.factor(); }
    if (this.takes('+')) { return this.factor(); }
    if (this.takes('(')) {
      var inner = this.sum();
      return this.takes(')') ? inner : NaN;
    }
    var number = /^(\d{1,12}(?:\.\d{0,12})?|\.\d{1,12})/.exec(this.text.slice(this.at));
    if (!number) { return NaN; }
    this.at += number[0].length;
    return Number(number[0]);
  };

  /* What a formula makes, or NaN. */
  function computed(text) {
    if (text.length > LONGEST_FORMULA) { return NaN; }
    var formula = new Formula(text);
    var value = formula.sum();
    return formula.at === formula.text.length && isFinite(value) ? value : NaN;
  }

  /* A computed value as text with so many decimals: 0.1 + 0.2 is 0.3. */
  function rounded(value, places) {
    var text = (Math.round(Math.abs(value) * Math.pow(10, places) + 1e-6) / Math.pow(10, places)).toFixed(places);
    return (value < 0 ? '-' : '') + (places ? text.replace(/0+$/, '').replace(/\.$/, '') : text);
  }

  /* `limits`: field → {places, most}; `units`: every unit that may stand behind a number; `factors`: unit →
     [what it is compared in, how much of it]. */
  function Numbers(limits, units, words, factors) {
    this.limits = limits;
    this.factors = factors || {};
    this.units = units;
    this.words = words;
  }

  Numbers.prototype.fill = function (name, values) {
    return this.words[name].replace(/\{(\w+)\}/g, function (_all, key) { return values[key]; });
  };

  /* Whether two units are one: 斤 is 市斤. */
  Numbers.prototype.same = function (unit, other) {
    var one = this.factors[unit];
    var two = this.factors[other];
    return unit === other || Boolean(one && two && one[0] === two[0] && one[1] === two[1]);
  };

  /* A text taken apart: its plain number, and the unit behind it if it is one. */
  Numbers.prototype.parts = function (text) {
    var plain = plainOf(text).replace(/\.$/, '');
    var found = WITH_UNIT.exec(plain.replace(/元$/, ''));
    if (!found || (found[2] && this.units.indexOf(found[2]) < 0)) { return { number: plain, unit: '' }; }
    return { number: found[1].replace(/\.$/, ''), unit: found[2] || '' };
  };

  /* {value} in small units, {error} to be said, or {} for nothing; `unit` if one stood behind the number. */
  Numbers.prototype.read = function (field, text, unit) {
    if (!text) { return {}; }
    var places = this.limits[field].places;
    var most = this.limits[field].most;
    var plain = plainOf(text);
    if (plain[0] === '=') {
      var result = computed(plain.slice(1));
      if (isNaN(result)) { return { error: this.fill('no_formula', { text: text.slice(0, 30) }) }; }
      if (Math.abs(result) > most) { return { error: this.words.too_large }; }
      return this.scaled(rounded(result, places), places, most, text, field);
    }
    var parts = this.parts(text);
    var found = this.scaled(parts.number, places, most, text, field);
    if (!found.error && parts.unit && unit && !this.same(parts.unit, unit)) {
      return { error: this.fill('other_unit', { text: text.slice(0, 20), unit: unit }) };
    }
    found.unit = parts.unit;
    return found;
  };

  Numbers.prototype.scaled = function (number, places, most, text, field) {
    var found = NUMBER.exec(number);
    if (!found) { return { error: this.fill('no_number', { text: text.slice(0, 20) }) }; }
    var whole = Number(found[2].replace(/,/g, '') || 0);
    var decimals = (found[3] || '') + '00000000';
    var value = whole * Math.pow(10, places) + Number(decimals.slice(0, places) || 0);
    if (decimals[places] >= '5') { value += 1; }
    if (whole > most) { return { error: this.words.too_large }; }
    if (found[1]) { return { error: this.words.more_than_0 }; }
    if (value === 0 && field !== 'amount') { return { error: this.words.more_than_0, zero: true }; }
    return { value: value };
  };

  /* The text that a cell should hold once it is left, and the unit that goes to the unit's cell; null if as it is. */
  Numbers.prototype.settled = function (field, text, unit) {
    var found = this.read(field, text, unit);
    if (found.value === undefined) { return null; }
    var plain = plainOf(text);
    var number = plain[0] === '=' ? rounded(computed(plain.slice(1)), this.limits[field].places) : this.parts(text).number;
    if (number[0] === '.') { number = '0' + number; }
    return number === text && !found.unit ? null : { text: number, unit: found.unit || '' };
  };

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

  function percent(ratio) {
    var whole = Math.round(ratio * 100);
    return (whole > 0 ? '+' : whole < 0 ? '−' : '') + Math.abs(whole) + '%';
  }

  Numbers.money = money;
  Numbers.price = price;
  Numbers.percent = percent;
  /* Thousandths times 0.0001 yuan, in fen. */
  Numbers.amountOf = function (quantity, unitPrice) { return Math.floor((quantity * unitPrice + 50000) / 100000); };
  window.Numbers = Numbers;
}());
