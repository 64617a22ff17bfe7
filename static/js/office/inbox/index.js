/* From line to line by j and k or the arrow keys; Enter opens a line, as it does every link. */
(function () {
  'use strict';

  /* Where the key lies, not what it writes: an input method that is on writes something else. */
  var steps = { KeyJ: 1, ArrowDown: 1, KeyK: -1, ArrowUp: -1 };

  document.addEventListener('keydown', function (event) {
    var step = steps[event.code];
    var typing = /^(INPUT|TEXTAREA|SELECT|SUMMARY|BUTTON)$/.test(event.target.tagName || '');
    if (!step || typing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) { return; }
    var lines = Array.prototype.slice.call(document.querySelectorAll('.inbox-item'));
    if (!lines.length) { return; }
    var at = lines.indexOf(document.activeElement);
    var next = at < 0 ? (step > 0 ? 0 : lines.length - 1) : Math.max(0, Math.min(lines.length - 1, at + step));
    lines[next].focus();
    event.preventDefault();
  });
}());
