/* The four people of a sheet: each must be another. */
(function () {
  'use strict';

  /* options: `form`, `words`. Returns `inputs` in their order, `typed()` as name → text, and `check()`. */
  function People(options) {
    var form = options.form;
    var words = options.words;
    var inputs = ['purchaser', 'custodian', 'receiver1', 'receiver2'].map(function (name) { return form.elements[name]; });

    function check() {
      var seen = {};
      inputs.forEach(function (input) {
        var name = input.value.replace(/\s/g, '');
        var box = input.parentNode;
        var old = box.querySelector('.field-error');
        var wrong = name && seen[name] ? words.same_person : '';
        seen[name] = true;
        if (old) { box.removeChild(old); }
        input.removeAttribute('aria-invalid');
        input.removeAttribute('aria-describedby');
        if (!wrong) { return; }
        var text = document.createElement('p');
        text.className = 'field-error';
        text.id = input.id + '-error';
        text.textContent = wrong;
        box.appendChild(text);
        input.setAttribute('aria-invalid', 'true');
        input.setAttribute('aria-describedby', text.id);
      });
    }

    function typed() {
      var found = {};
      inputs.forEach(function (input) { found[input.name] = input.value; });
      return found;
    }

    form.addEventListener('input', function (event) {
      if (inputs.indexOf(event.target) >= 0) { check(); }
    });

    return { inputs: inputs, typed: typed, check: check };
  }

  window.People = People;
}());
