/* A sheet's draft saves itself while it is being typed, and says in what state it is. */
(function () {
  'use strict';

  /* options: `form`, `words`, `draft()` gives what is sent, `saved(answer, sent)` hears what the server found.
     Returns `touched()` for every change, `now()` to save at once, and `begin()` once the page stands. */
  function Saving(options) {
    var form = options.form;
    var words = options.words;
    var stateText = document.querySelector('[data-save-state]');
    var trouble = document.querySelector('[data-trouble]');
    var revision = form.elements.revision;
    var version = 0;
    var kept = 0;
    var saving = false;
    var timer = null;
    var conflict = false;
    var going = false;
    var waiting = null;
    var pressed = null;
    var ready = false;

    function touched() {
      if (!ready) { return; }
      version += 1;
      if (!conflict) { stateText.textContent = words.unsaved; }
      later(2000);
    }

    function later(milliseconds) {
      clearTimeout(timer);
      if (!conflict) { timer = setTimeout(saveNow, milliseconds); }
    }

    function saveNow() {
      clearTimeout(timer);
      if (saving || conflict || going || version === kept) { return; }
      saving = true;
      var sent = version;
      var body = options.draft();
      stateText.textContent = words.saving;
      fetch(form.dataset.draft, {
        method: 'POST',
        credentials: 'same-origin',
        headers: {
          'Content-Type': 'application/json',
          'Accept': 'application/json',
          'X-CSRFToken': document.querySelector('meta[name="csrf-token"]').content
        },
        body: JSON.stringify(body)
      }).then(function (answer) {
        if (answer.ok) { return answer.json().then(function (said) { saved(said, sent, body); }); }
        if (answer.status === 409) {
          return answer.json().then(function (said) { stop(said.title); });
        }
        if (answer.status === 422) { return answer.json().then(function (said) { problem(said.title); }); }
        if (answer.status === 401 || answer.status === 403 || answer.status === 400) { problem(words.signed_out); }
        else { problem(words.offline); }
      }).catch(function () { problem(words.offline); }).then(function () {
        saving = false;
        if (waiting) { var button = waiting; waiting = null; button.click(); return; }
        if (version !== kept) { later(trouble.hidden ? 2000 : 10000); }
      });
    }

    function saved(said, sent, body) {
      revision.value = said.revision;
      kept = sent;
      trouble.hidden = true;
      var now = new Date();
      var minutes = now.getMinutes();
      stateText.textContent = version === kept
        ? words.saved.replace('{time}', now.getHours() + ':' + (minutes < 10 ? '0' : '') + minutes) : words.unsaved;
      options.saved(said, body);
    }

    function problem(text) {
      trouble.textContent = text;
      trouble.hidden = false;
      stateText.textContent = words.unsaved;
    }

    function stop(text) {
      conflict = true;
      problem(text);
    }

    window.addEventListener('beforeunload', function (event) {
      if (going || version === kept) { return; }
      event.preventDefault();
      event.returnValue = '';
    });
    form.addEventListener('click', function (event) {
      var button = event.target.closest('button');
      if (button && button.type === 'submit') { pressed = button; }
    });
    form.addEventListener('submit', function (event) {
      if (going) { event.preventDefault(); return; }
      if (pressed && pressed.dataset.sure && !window.confirm(pressed.dataset.sure)) {
        event.preventDefault();
        return;
      }
      if (saving && pressed) {
        event.preventDefault();
        waiting = pressed;
        return;
      }
      clearTimeout(timer);
      going = true;
    });
    window.addEventListener('pageshow', function () { going = false; });

    return { touched: touched, now: saveNow, begin: function () { ready = true; } };
  }

  window.Saving = Saving;
}());
