/* Files that are chosen, dropped or photographed are attached at once; without this, a button does it. */
(function () {
  'use strict';

  var box = document.querySelector('[data-attach]');
  if (!box) { return; }
  var button = box.querySelector('[data-attach-now]');
  var says = box.querySelector('[data-attach-says]');
  var inputs = [].slice.call(box.querySelectorAll('input[type="file"]'));
  var EACH = 10 * 1048576;

  function tell(text) {
    says.textContent = text;
    says.hidden = !text;
  }

  function go(input) {
    var sum = 0;
    var most = 0;
    [].forEach.call(input.files, function (file) {
      sum += file.size;
      most = Math.max(most, file.size);
    });
    if (!input.files.length) { return; }
    if (most > EACH || sum > Number(box.dataset.most)) {
      tell(most > EACH ? says.dataset.each : says.dataset.large);
      input.value = '';
      return;
    }
    tell(says.dataset.busy);
    button.click();
  }

  button.hidden = true;
  inputs.forEach(function (input) {
    input.addEventListener('change', function () { go(input); });
  });

  function hasFiles(event) {
    return event.dataTransfer && [].indexOf.call(event.dataTransfer.types, 'Files') >= 0;
  }

  ['dragenter', 'dragover'].forEach(function (name) {
    box.addEventListener(name, function (event) {
      if (!hasFiles(event)) { return; }
      event.preventDefault();
      box.classList.add('is-over');
    });
  });
  box.addEventListener('dragleave', function (event) {
    if (!box.contains(event.relatedTarget)) { box.classList.remove('is-over'); }
  });
  box.addEventListener('drop', function (event) {
    if (!hasFiles(event)) { return; }
    event.preventDefault();
    box.classList.remove('is-over');
    inputs[0].files = event.dataTransfer.files;
    go(inputs[0]);
  });
})();
