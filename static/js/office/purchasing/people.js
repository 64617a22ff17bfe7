/* The four people of a sheet: each must be another; chosen from a list by pinyin, or taken over from the last sheet. */
(function () {
  'use strict';

  var SHOWN = 8;

  /* options: `form`, `words`. Returns `inputs` in their order, `typed()` as name → text, and `check()`. */
  function People(options) {
    var form = options.form;
    var words = options.words;
    var data = JSON.parse(document.getElementById('people-data').textContent);
    var said = document.querySelector('[data-people-said]');
    var box = document.querySelector('[data-last-people-box]');
    var inputs = ['purchaser', 'custodian', 'receiver1', 'receiver2'].map(function (name) { return form.elements[name]; });

    function plain(text) { return text.replace(/\s/g, ''); }

    function check() {
      var seen = {};
      inputs.forEach(function (input) {
        var name = plain(input.value);
        var field = input.parentNode;
        var old = field.querySelector('.field-error');
        var wrong = name && seen[name] ? words.same_person : '';
        seen[name] = true;
        if (old) { field.removeChild(old); }
        input.removeAttribute('aria-invalid');
        input.removeAttribute('aria-describedby');
        if (!wrong) { return; }
        var text = document.createElement('p');
        text.className = 'field-error';
        text.id = input.id + '-error';
        text.textContent = wrong;
        field.appendChild(text);
        input.setAttribute('aria-invalid', 'true');
        input.setAttribute('aria-describedby', text.id);
      });
      if (box) { box.hidden = inputs.every(function (input) { return plain(input.value); }); }
    }

    function typed() {
      var found = {};
      inputs.forEach(function (input) { found[input.name] = input.value; });
      return found;
    }

    /* Where nobody is named yet, the last sheet's people; they stand there to be read, nothing is posted by it. */
    function takeOver() {
      inputs.forEach(function (input) {
        if (!plain(input.value)) { input.value = data.last[input.name] || ''; }
      });
      said.textContent = data.words.taken;
      inputs[0].dispatchEvent(new Event('input', { bubbles: true }));
      completer.close();
      inputs[0].focus();
      inputs[0].select();
    }

    /* ---- the list: who is not named yet, by characters or by pinyin ------------------------------------------- */

    function rank(person, text) {
      if (!text || person[0].indexOf(text) === 0) { return 0; }
      if (person[0].indexOf(text) > 0) { return 1; }
      var readings = ' ' + person[1] + ' ';
      if (readings.indexOf(' ' + text + ' ') >= 0) { return 2; }
      return readings.indexOf(' ' + text) >= 0 ? 3 : -1;
    }

    function found(input, text) {
      var named = inputs.map(function (one) { return one === input ? '' : plain(one.value); });
      return data.people.filter(function (person) { return named.indexOf(plain(person[0])) < 0; })
        .map(function (person) { return { value: person[0], detail: person[2], rank: rank(person, text) }; })
        .filter(function (one) { return one.rank >= 0; })
        .sort(function (one, other) { return one.rank - other.rank; })
        .slice(0, SHOWN);
    }

    var completer = new window.Completer({
      id: 'people-proposals',
      follows: true,
      label: data.words.list,
      accept: function (input, choice) {
        if (choice.all) { takeOver(); return; }
        input.value = choice.value;
        input.dispatchEvent(new Event('input', { bubbles: true }));
        completer.close();
        var next = inputs[inputs.indexOf(input) + 1];
        (next || input).focus();
        (next || input).select();
      }
    });

    function propose(input, everybody) {
      var text = plain(input.value).toLowerCase().replace(/'/g, '');
      var choices = text || everybody ? found(input, text) : [];
      if (choices.length === 1 && choices[0].value === input.value) { choices = []; }
      completer.show(input, choices, Boolean(text) && /^[a-z]+$/.test(text));
    }

    /* On a sheet without anybody the first thing offered is the last sheet's people: Enter takes them, Tab goes on. */
    function offerLast(input) {
      if (!data.last || inputs.some(function (one) { return plain(one.value); })) { return; }
      var names = inputs.map(function (one) { return data.last[one.name]; }).filter(Boolean).join(' · ');
      completer.show(input, [{ value: data.words.all, detail: names, all: true }], true);
    }

    inputs.forEach(function (input) {
      input.removeAttribute('list');
      input.addEventListener('focus', function () { offerLast(input); });
      input.addEventListener('blur', function () { completer.close(); });
      input.addEventListener('input', function () {
        check();
        if (document.activeElement === input) { propose(input, false); }
      });
      input.addEventListener('keydown', function (event) {
        if (event.isComposing || event.keyCode === 229) { return; }
        if (event.key === 'ArrowDown' && !completer.isOpen()) { event.preventDefault(); propose(input, true); return; }
        if (event.key === 'Tab' && completer.isOpen() && completer.choices[0].all) { completer.close(); return; }
        completer.key(event);
      });
    });
    if (box) {
      box.querySelector('[data-last-people]').addEventListener('click', function (event) {
        event.preventDefault();
        takeOver();
      });
    }
    check();

    return { inputs: inputs, typed: typed, check: check };
  }

  window.People = People;
}());
