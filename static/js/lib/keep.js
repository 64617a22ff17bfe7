/* Keeps what is typed in the browser until the server has it, and signs in again without leaving the page.

   Every form of the office is looked after by itself. `window.Keep` serves scripts that save by themselves:
   send(url, body) → the answer; ensure() → whether one is signed in as before, asked for where one is not;
   hold(form, value), held(), release(): what a form that `data-keeps-itself` holds; offer(…) asks about it. */
(function () {
  'use strict';

  var box = document.getElementById('kept');
  if (!box || !window.fetch || !window.Promise) { return; }
  var facts = JSON.parse(box.textContent);
  var words = facts.words;
  var PREFIX = 'kept:' + facts.account + ':';
  var DAYS = 7;

  /* ---- the store: texts of one account, forgotten after a week ---------------------------------------------- */

  function entries() {
    var found = [];
    try {
      for (var n = 0; n < localStorage.length; n += 1) {
        var key = localStorage.key(n);
        if (key.indexOf('kept:') === 0) { found.push(key); }
      }
    } catch (_closed) { return []; }
    return found;
  }

  function read(key) {
    try { return JSON.parse(localStorage.getItem(key)); } catch (_broken) { return null; }
  }

  function write(key, value) {
    try { localStorage.setItem(key, JSON.stringify(value)); } catch (_full) { /* kept on the page alone */ }
  }

  function remove(key) {
    try { localStorage.removeItem(key); } catch (_closed) { /* nothing is there */ }
  }

  function mine() { return entries().filter(function (key) { return key.indexOf(PREFIX) === 0; }); }

  function sweep() {
    var oldest = Date.now() - DAYS * 86400000;
    entries().forEach(function (key) {
      var entry = read(key);
      if (!entry || !(entry.at > oldest)) { remove(key); }
    });
    mine().forEach(function (key) {
      var entry = read(key);
      if (entry.number && facts.arrived.indexOf(entry.number) >= 0) { remove(key); }
    });
  }

  /* A form that names where it goes is the same on whichever page it stands: what is refused may come back on another. */
  function place(name) { return PREFIX + (name.charAt(0) === '/' ? '' : location.pathname) + '#' + name; }

  /* ---- the server: who is signed in, and a fresh token --------------------------------------------------------- */

  function post(url, body, type, token) {
    return fetch(url, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'Content-Type': type, 'Accept': 'application/json', 'X-CSRFToken': token },
      body: body
    });
  }

  function state() {
    return fetch(facts.state, { credentials: 'same-origin', cache: 'no-store', headers: { Accept: 'application/json' } })
      .then(function (answer) {
        if (!answer.ok) { throw new Error('away'); }
        return answer.json();
      });
  }

  function meta() { return document.querySelector('meta[name="csrf-token"]'); }

  function renew(now) {
    meta().content = now.csrf_token;
    Array.prototype.forEach.call(document.querySelectorAll('input[name="csrf_token"]'), function (input) {
      input.value = now.csrf_token;
    });
  }

  function isMine(now) { return now.account === facts.account; }

  function isLate(answer) {
    if (answer.status === 401) { return Promise.resolve(true); }
    if (answer.status !== 400) { return Promise.resolve(false); }
    return answer.clone().json().then(function (said) { return said.code === 'form-expired'; }, function () { return false; });
  }

  function send(url, body) {
    function once() { return post(url, body, 'application/json', meta().content); }
    return once().then(function (answer) {
      return isLate(answer).then(function (late) {
        if (!late) { return answer; }
        return state().then(function (now) {
          if (!isMine(now)) { return answer; }
          renew(now);
          return once();
        });
      });
    });
  }

  /* ---- the dialog ------------------------------------------------------------------------------------------------ */

  function make(tag, attributes, text) {
    var made = document.createElement(tag);
    Object.keys(attributes).forEach(function (name) { made.setAttribute(name, attributes[name]); });
    if (text) { made.textContent = text; }
    return made;
  }

  function labelled(label, attributes, hint) {
    var field = make('div', { 'class': 'field' });
    field.appendChild(make('label', { 'for': attributes.id }, label));
    var input = make('input', attributes);
    field.appendChild(input);
    if (hint) { field.appendChild(make('p', { 'class': 'hint' }, hint)); }
    return { field: field, input: input };
  }

  function Dialog(other, done) {
    var dialog = this;
    this.done = done;
    this.back = document.activeElement;
    this.step = 'password';
    this.busy = false;
    this.veil = make('div', { 'class': 'veil', 'data-sign-in': '' });
    this.form = make('form', { 'class': 'dialog', role: 'dialog', 'aria-modal': 'true', 'aria-labelledby': 'again-title', 'aria-describedby': 'again-why', novalidate: '' });
    this.form.appendChild(make('h2', { id: 'again-title' }, words.title));
    this.form.appendChild(make('p', { id: 'again-why' }, other ? words.other : words.why));
    this.error = make('p', { 'class': 'field-error', role: 'alert' });
    this.form.appendChild(this.error);
    this.user = labelled(words.username, { id: 'again-user', name: 'username', autocomplete: 'username', readonly: '' });
    this.user.input.value = facts.account;
    this.password = labelled(words.password, { id: 'again-password', type: 'password', name: 'password', autocomplete: 'current-password', maxlength: '200' });
    this.code = labelled(words.code, { id: 'again-code', name: 'code', inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: '7' }, words.codeHint);
    this.code.field.hidden = true;
    this.form.appendChild(this.user.field);
    this.form.appendChild(this.password.field);
    this.form.appendChild(this.code.field);
    var row = make('div', { 'class': 'row' });
    row.appendChild(make('button', { 'class': 'btn btn-primary', type: 'submit' }, words.signIn));
    var later = make('button', { 'class': 'btn', type: 'button' }, words.later);
    row.appendChild(later);
    this.form.appendChild(row);
    this.veil.appendChild(this.form);
    document.body.appendChild(this.veil);
    later.addEventListener('click', function () { dialog.close(false); });
    this.form.addEventListener('submit', function (event) { event.preventDefault(); event.stopPropagation(); dialog.go(); });
    this.form.addEventListener('keydown', function (event) { dialog.key(event); });
    this.form.addEventListener('input', function (event) { event.stopPropagation(); });
    this.look = function () {
      if (document.visibilityState === 'hidden' || dialog.busy) { return; }
      state().then(function (now) { if (isMine(now) && !dialog.busy) { renew(now); dialog.close(true); } }, function () { /* away */ });
    };
    window.addEventListener('focus', this.look);
    document.addEventListener('visibilitychange', this.look);
    this.password.input.focus();
  }

  Dialog.prototype.key = function (event) {
    event.stopPropagation();
    if (event.key === 'Escape') { event.preventDefault(); this.close(false); return; }
    if (event.key !== 'Tab') { return; }
    var stops = Array.prototype.filter.call(this.form.querySelectorAll('input, button'), function (one) { return one.offsetParent; });
    var edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
    if (document.activeElement === edge) {
      event.preventDefault();
      (event.shiftKey ? stops[stops.length - 1] : stops[0]).focus();
    }
  };

  Dialog.prototype.say = function (text) {
    this.busy = false;
    this.error.textContent = text;
    var field = this.step === 'code' ? this.code : this.password;
    field.input.select();
    field.input.focus();
  };

  Dialog.prototype.go = function () {
    var dialog = this;
    if (this.busy) { return; }
    var input = this.step === 'code' ? this.code.input : this.password.input;
    if (!input.value) { this.say(this.step === 'code' ? words.codeHint : words.empty); return; }
    this.busy = true;
    this.error.textContent = '';
    state().then(function (now) {
      if (isMine(now)) { renew(now); dialog.close(true); return null; }
      var fields = dialog.step === 'code' ? 'code=' + encodeURIComponent(input.value)
        : 'username=' + encodeURIComponent(facts.account) + '&password=' + encodeURIComponent(input.value);
      return post(dialog.step === 'code' ? facts.code : facts.signIn, fields, 'application/x-www-form-urlencoded', now.csrf_token)
        .then(function (answer) { return dialog.heard(answer); });
    }).catch(function () { dialog.say(words.offline); });
  };

  Dialog.prototype.heard = function (answer) {
    var dialog = this;
    if (answer.redirected) { this.ask('password'); return this.say(words.empty); } /* the code's five minutes are over */
    return answer.json().then(function (said) {
      if (!answer.ok) { dialog.say(said.title); return null; }
      if (said.step === 'code') { dialog.ask('code'); return null; }
      return state().then(function (now) { renew(now); dialog.close(true); });
    });
  };

  Dialog.prototype.ask = function (step) {
    this.step = step;
    this.busy = false;
    this.password.field.hidden = step === 'code';
    this.code.field.hidden = step !== 'code';
    this.code.input.value = '';
    (step === 'code' ? this.code : this.password).input.focus();
  };

  Dialog.prototype.close = function (good) {
    if (!this.veil.parentNode) { return; }
    document.body.removeChild(this.veil);
    window.removeEventListener('focus', this.look);
    document.removeEventListener('visibilitychange', this.look);
    if (this.back && this.back.focus) { this.back.focus(); }
    this.done(good);
  };

  var open = null;

  function ensure() {
    if (open) { return open; }
    open = state().then(function (now) {
      if (isMine(now)) { renew(now); return true; }
      return new Promise(function (resolve) { return new Dialog(Boolean(now.account), resolve); });
    });
    open.then(function () { open = null; }, function () { open = null; });
    return open;
  }

  /* ---- forms: what stands in them ------------------------------------------------------------------------------- */

  var NOT_TYPED = /^(hidden|password|file|submit|button|image|reset)$/;

  function isPost(form) { return form.tagName === 'FORM' && (form.getAttribute('method') || '').toLowerCase() === 'post'; }

  function isKept(form) { return isPost(form) && !form.hasAttribute('data-sign-out') && !form.hasAttribute('data-keeps-itself'); }

  function inputs(form) {
    return Array.prototype.filter.call(form.elements, function (input) {
      return input.name && input.tagName !== 'BUTTON' && input.tagName !== 'FIELDSET' && !NOT_TYPED.test(input.type) && !input.readOnly &&
        !input.hasAttribute('data-secret');
    });
  }

  function typed(form) {
    var found = {};
    inputs(form).forEach(function (input) {
      if (!found[input.name]) { found[input.name] = []; }
      if (input.type === 'checkbox' || input.type === 'radio') { if (input.checked) { found[input.name].push(input.value); } }
      else { found[input.name].push(input.value); }
    });
    return found;
  }

  /* Which form of the page it is: where it goes, and what it is about. */
  function nameOf(form) {
    var about = Array.prototype.filter.call(form.elements, function (input) {
      return input.type === 'hidden' && ['csrf_token', 'of', 'kept', 'asked', 'revision'].indexOf(input.name) < 0;
    });
    return [form.getAttribute('action') || ''].concat(about.map(function (input) { return input.name + '=' + input.value; })).join('&');
  }

  function newNumber() {
    var bytes = new Uint8Array(8);
    crypto.getRandomValues(bytes);
    return Array.prototype.map.call(bytes, function (byte) { return ('0' + byte.toString(16)).slice(-2); }).join('');
  }

  var leaving = false;

  function keep(form) {
    if (leaving) { return; }
    var now = JSON.stringify(typed(form));
    if (now === form.keptFirst) { remove(place(form.keptName)); return; }
    form.keptNumber = form.keptNumber || newNumber();
    write(place(form.keptName), { at: Date.now(), number: form.keptNumber, fields: typed(form) });
  }

  function putBack(form, fields) {
    var nth = {};
    inputs(form).forEach(function (input) {
      var values = fields[input.name];
      if (!values) { return; }
      if (input.type === 'checkbox' || input.type === 'radio') { input.checked = values.indexOf(input.value) >= 0; }
      else {
        var n = nth[input.name] || 0;
        nth[input.name] = n + 1;
        if (n < values.length) { input.value = values[n]; }
      }
    });
    form.dispatchEvent(new Event('input', { bubbles: true }));
    form.dispatchEvent(new Event('change', { bubbles: true }));
  }

  function when(at) {
    var then = new Date(at);
    var minutes = then.getMinutes();
    return then.getFullYear() + '-' + (then.getMonth() + 1) + '-' + then.getDate() + ' ' + then.getHours() + ':' + (minutes < 10 ? '0' : '') + minutes;
  }

  /* A question above a form: what was typed here before. Nothing is put back by itself. */
  function offer(form, at, back, forget) {
    var bar = make('div', { 'class': 'notice notice-warn row', role: 'status', 'data-kept': '' });
    bar.appendChild(make('span', { 'class': 'grow' }, words.found.replace('{when}', when(at))));
    [[words.putBack, back, 'btn btn-small btn-primary', 'back'], [words.forget, forget, 'btn btn-small', 'forget']].forEach(function (one) {
      var button = make('button', { type: 'button', 'class': one[2], 'data-kept-do': one[3] }, one[0]);
      button.addEventListener('click', function () {
        bar.parentNode.removeChild(bar);
        one[1]();
      });
      bar.appendChild(button);
    });
    form.insertBefore(bar, form.firstChild);
  }

  function lookAfter(form) {
    form.keptFirst = JSON.stringify(typed(form));
    form.keptName = nameOf(form);
    var key = place(form.keptName);
    var entry = read(key);
    if (!entry) { return; }
    form.keptNumber = entry.number;
    /* What the server gave back, masked perhaps, is what was typed last. */
    if (entry.number && entry.number === facts.answered) {
      entry.fields = typed(form);
      write(key, entry);
    }
    if (JSON.stringify(entry.fields) === form.keptFirst) { form.keptFirst = null; return; }
    offer(form, entry.at, function () { putBack(form, entry.fields); }, function () { remove(key); form.keptNumber = null; });
  }

  function settle(form) {
    clearTimeout(form.keptTimer);
    if (form.keptTimer) { form.keptTimer = null; keep(form); }
  }

  function typing(event) {
    var form = event.target.form || event.target;
    if (!form || !form.tagName || !isKept(form) || form.keptName === undefined) { return; }
    clearTimeout(form.keptTimer);
    form.keptTimer = setTimeout(function () { settle(form); }, 300);
  }

  /* ---- forms: sent only when one is signed in ---------------------------------------------------------------------- */

  var pressed = null;

  function hidden(form, name, value) {
    var input = make('input', { type: 'hidden', name: name });
    input.value = value;
    form.appendChild(input);
    return input;
  }

  function go(form, button) {
    var action = form.getAttribute('action');
    var added = [];
    if (button && button.name) { added.push(hidden(form, button.name, button.value)); }
    if (form.keptNumber) { added.push(hidden(form, 'kept', form.keptNumber)); }
    if (button && button.hasAttribute('formaction')) { form.setAttribute('action', button.getAttribute('formaction')); }
    HTMLFormElement.prototype.submit.call(form);
    added.forEach(function (input) { form.removeChild(input); });
    if (action === null) { form.removeAttribute('action'); } else { form.setAttribute('action', action); }
  }

  function tell(form, text) {
    var old = form.querySelector('[data-kept-trouble]');
    if (old) { old.parentNode.removeChild(old); }
    if (text) { form.insertBefore(make('p', { 'class': 'notice notice-alert', role: 'alert', 'data-kept-trouble': '' }, text), form.firstChild); }
  }

  function stay(form, text) {
    tell(form, text);
    form.dispatchEvent(new Event('stayed'));
  }

  function leave(form) {
    if (mine().length && !window.confirm(words.leave)) { return; }
    state().then(function (now) {
      leaving = true;
      mine().forEach(remove);
      if (window.caches) { window.caches.delete('kiosk-rounds'); } /* pages of rounds, kept to open without a network */
      if (!now.account) { location.href = facts.board; return; }
      renew(now);
      go(form, null);
    }, function () { stay(form, words.offline); });
  }

  document.addEventListener('click', function (event) {
    var button = event.target.closest && event.target.closest('button, input[type="submit"]');
    if (button && button.form && button.type === 'submit') { pressed = button; }
  }, true);

  window.addEventListener('submit', function (event) {
    var form = event.target;
    if (event.defaultPrevented || !isPost(form)) { return; }
    event.preventDefault();
    if (form.keptBusy) { return; }
    if (form.hasAttribute('data-sign-out')) { leave(form); return; }
    var button = event.submitter || (pressed && pressed.form === form ? pressed : null);
    form.keptBusy = true;
    if (isKept(form)) { settle(form); }
    ensure().then(function (good) {
      if (!good) { form.keptBusy = false; stay(form, ''); return; }
      tell(form, '');
      go(form, button);
      /* A second click while the answer is on its way is the first one; a form whose answer is a file stays. */
      setTimeout(function () { form.keptBusy = false; }, 2000);
    }, function () {
      form.keptBusy = false;
      stay(form, words.offline);
    });
  });

  /* ---- begin ---------------------------------------------------------------------------------------------------------- */

  window.Keep = {
    send: send,
    ensure: ensure,
    offer: offer,
    hold: function (form, value) {
      if (leaving) { return; }
      form.keptNumber = form.keptNumber || newNumber();
      write(place('whole'), { at: Date.now(), number: form.keptNumber, value: value });
    },
    held: function () { return read(place('whole')); },
    release: function () { remove(place('whole')); }
  };

  sweep();
  Array.prototype.filter.call(document.forms, isKept).forEach(lookAfter);
  document.addEventListener('input', typing);
  document.addEventListener('change', typing);
  window.addEventListener('pagehide', function () { Array.prototype.filter.call(document.forms, isKept).forEach(settle); });
}());
