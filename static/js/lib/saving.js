/* A draft with a grid saves itself while it is being typed, and says in what state it is. */
(function () {
  'use strict';

  /* options: `form`, `words`, `draft()` gives what is sent, `saved(answer, sent)` hears what the server found,
     `restore(draft)` puts back what the browser had kept.
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
    var holding = null;
    var keep = window.Keep;

    function touched() {
      if (!ready) { return; }
      version += 1;
      if (!conflict) { stateText.textContent = words.unsaved; }
      clearTimeout(holding);
      holding = setTimeout(hold, 300);
      later(2000);
    }

    function hold() {
      clearTimeout(holding);
      if (keep && version !== kept) { keep.hold(form, options.draft()); }
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
      keep.send(form.dataset.draft, JSON.stringify(body)).then(function (answer) {
        if (answer.ok) { return answer.json().then(function (said) { saved(said, sent, body); }); }
        if (answer.status === 409) {
          return answer.json().then(function (said) { stop(said.title); });
        }
        if (answer.status === 422) { return answer.json().then(function (said) { problem(said.title); }); }
        if (answer.status === 401 || answer.status === 400) { signedOut(); }
        else if (answer.status === 403) { return answer.json().then(function (said) { problem(said.title); }); }
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
      if (version === kept) { keep.release(); }
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

    function signedOut() {
      problem(words.signed_out + ' ');
      var button = document.createElement('button');
      button.type = 'button';
      button.className = 'btn btn-small';
      button.textContent = words.sign_in;
      button.addEventListener('click', function () {
        keep.ensure().then(function (good) { if (good) { saveNow(); } }, function () { problem(words.offline); });
      });
      trouble.appendChild(button);
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
    form.addEventListener('stayed', function () { going = false; later(2000); });
    window.addEventListener('pagehide', hold);

    /* What was typed here before and the server never got is offered, not put back by itself; what the server
       has just refused to take further stands in the page, and is saved from there. */
    function begin() {
      ready = true;
      if (form.hasAttribute('data-refused')) { touched(); return; }
      var old = keep && keep.held();
      if (!old || !old.value) { return; }
      if (same(old.value, options.draft())) { keep.release(); return; }
      keep.offer(form, old.at, function () { options.restore(old.value); }, function () { keep.release(); });
    }

    function same(one, other) {
      function text(draft) { return JSON.stringify(Object.assign({}, draft, { revision: 0 })); }
      return text(one) === text(other);
    }

    return { touched: touched, now: saveNow, begin: begin };
  }

  window.Saving = Saving;
}());
