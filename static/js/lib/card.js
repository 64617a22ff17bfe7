/* A campus-card reader that types like a keyboard: characters fast, then Enter. The number goes to the server at once, which
 * answers with a token of this meal; the number itself is kept nowhere, and the token is good for one tap within twenty seconds.
 */
(function () {
  "use strict";
  var shared = window.kioskTablet, GAP = 60, SHORTEST = 4, LONGEST = 40, GOOD = 20000;
  var typed = "", lastAt = -1e9, turn = 0, visitor = null;
  if (shared.visitor) { return; }

  function paint(text) {
    var note = document.querySelector("[data-x=card]"), hint = document.querySelector("#hint");
    note.textContent = text;
    note.hidden = !text;
    hint.hidden = !!text;
  }
  function forget() {
    turn += 1;
    visitor = null;
    paint("");
  }
  /* Whose tap it is, once; an answer that is still on its way belongs to nobody any more. */
  shared.visitor = function () {
    var found = visitor;
    forget();
    return found;
  };
  function present(number) {
    forget();
    var mine = turn;
    shared.ask("/api/visitors", { card: number }).then(function (answer) {
      if (turn !== mine || !answer.ok || !answer.told) { return; }
      visitor = answer.told.visitor;
      if (shared.screen() === "attract") { shared.show("rate"); }
      paint(shared.word("card"));
      setTimeout(function () { if (turn === mine) { forget(); } }, GOOD);
    });
  }
  /* The reader does not know that somebody is writing a sentence. */
  function takeOut(field, length) {
    var end = field.selectionStart;
    field.value = field.value.slice(0, Math.max(0, end - length)) + field.value.slice(end);
  }
  document.addEventListener("keydown", function (event) {
    var at = performance.now(), writing = event.target.id === "comment", number;
    if (!shared.state().card || event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (/^[0-9A-Za-z]$/.test(event.key)) {
      typed = (at - lastAt > GAP ? "" : typed).slice(1 - LONGEST) + event.key;
      lastAt = at;
      if (!writing) { event.preventDefault(); event.stopImmediatePropagation(); }
      return;
    }
    if (event.key === "Shift") { return; }
    number = at - lastAt > GAP ? "" : typed;
    typed = "";
    if (event.key !== "Enter" || number.length < SHORTEST) { return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (writing) { takeOut(event.target, number.length); }
    present(number);
  }, true);
}());
