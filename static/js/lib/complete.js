/* A list of proposals under the cell that is being edited; works by keyboard, by mouse and with an input method. */
(function () {
  'use strict';

  function Completer(options) {
    this.options = options;
    this.list = document.createElement('ul');
    this.list.className = 'proposals';
    this.list.id = options.id || 'proposals';
    this.list.setAttribute('role', 'listbox');
    this.list.setAttribute('aria-label', options.label);
    this.list.hidden = true;
    document.body.appendChild(this.list);
    this.choices = [];
    this.chosen = -1;
    this.input = null;
    var completer = this;
    this.list.addEventListener('mousedown', function (event) {
      event.preventDefault();
      var entry = event.target.closest('[role="option"]');
      if (entry) {
        completer.chosen = Number(entry.dataset.n);
        completer.accept('click');
      }
    });
    window.addEventListener('scroll', function (event) {
      if (event.target === completer.list) { return; }
      if (options.follows && completer.isOpen()) { completer.place(); } else { completer.close(); }
    }, true);
    window.addEventListener('resize', function () { completer.close(); });
  }

  Completer.prototype.isOpen = function () { return !this.list.hidden; };

  Completer.prototype.show = function (input, choices, preselect) {
    if (!choices.length) { this.close(); return; }
    this.input = input;
    this.choices = choices;
    this.list.textContent = '';
    var list = this.list;
    choices.forEach(function (choice, n) {
      var entry = document.createElement('li');
      entry.setAttribute('role', 'option');
      entry.id = list.id + '-' + n;
      entry.dataset.n = n;
      var name = document.createElement('span');
      name.textContent = choice.value;
      entry.appendChild(name);
      if (choice.detail) {
        var detail = document.createElement('span');
        detail.className = 'muted small';
        detail.textContent = choice.detail;
        entry.appendChild(detail);
      }
      list.appendChild(entry);
    });
    list.hidden = false;
    this.place();
    input.setAttribute('role', 'combobox');
    input.setAttribute('aria-expanded', 'true');
    input.setAttribute('aria-controls', list.id);
    input.setAttribute('aria-autocomplete', 'list');
    this.choose(preselect ? 0 : -1);
  };

  Completer.prototype.place = function () {
    var list = this.list;
    var box = this.input.getBoundingClientRect();
    var below = window.innerHeight - box.bottom;
    list.style.left = Math.max(4, Math.min(box.left, window.innerWidth - list.offsetWidth - 4)) + 'px';
    list.style.top = (below > list.offsetHeight || below > box.top ? box.bottom : box.top - list.offsetHeight) + 'px';
  };

  Completer.prototype.choose = function (n) {
    this.chosen = n;
    var entries = this.list.children;
    for (var i = 0; i < entries.length; i += 1) { entries[i].setAttribute('aria-selected', i === n ? 'true' : 'false'); }
    if (n >= 0) {
      this.input.setAttribute('aria-activedescendant', this.list.id + '-' + n);
      var entry = entries[n];
      if (entry.offsetTop < this.list.scrollTop) { this.list.scrollTop = entry.offsetTop; }
      if (entry.offsetTop + entry.offsetHeight > this.list.scrollTop + this.list.clientHeight) {
        this.list.scrollTop = entry.offsetTop + entry.offsetHeight - this.list.clientHeight;
      }
    } else { this.input.removeAttribute('aria-activedescendant'); }
  };

  Completer.prototype.close = function () {
    if (this.list.hidden) { return; }
    this.list.hidden = true;
    var input = this.input;
    ['role', 'aria-expanded', 'aria-controls', 'aria-activedescendant', 'aria-autocomplete'].forEach(function (name) {
      input.removeAttribute(name);
    });
    this.chosen = -1;
  };

  Completer.prototype.accept = function (how) {
    var choice = this.choices[this.chosen];
    var input = this.input;
    this.close();
    this.options.accept(input, choice, how);
  };

  /* True if the key was used here. */
  Completer.prototype.key = function (event) {
    if (!this.isOpen() || event.ctrlKey || event.metaKey || event.altKey) { return false; }
    var count = this.choices.length;
    if (event.key === 'ArrowDown') { this.choose((this.chosen + 1) % count); }
    else if (event.key === 'ArrowUp') { this.choose(this.chosen <= 0 ? count - 1 : this.chosen - 1); }
    else if (event.key === 'Escape') { this.close(); }
    else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey && this.chosen >= 0) { this.accept(event.key); }
    else {
      if (event.key === 'Enter' || event.key === 'Tab') { this.close(); }
      return false;
    }
    event.preventDefault();
    return true;
  };

  window.Completer = Completer;
}());
