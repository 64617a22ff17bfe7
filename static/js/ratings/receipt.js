/* Checks a receipt in the rater's own browser: from the rating's line up its seal's tree to the entry of the record.
 * docs/record.md describes each step.
 */
(function () {
  "use strict";
  var button = document.getElementById("check"), result = document.getElementById("checked"), told = button.dataset;

  function bytes(text) { return new TextEncoder().encode(text); }

  function hashed(all) { return new Uint8Array(window.sha256.arrayBuffer(all)); }

  function hex(raw) {
    return Array.prototype.map.call(raw, function (one) { return ("0" + one.toString(16)).slice(-2); }).join("");
  }

  function raw(text) {
    return new Uint8Array((text.match(/../g) || []).map(function (two) { return parseInt(two, 16); }));
  }

  function joined(mark, one, other) {
    var all = new Uint8Array(1 + one.length + other.length);
    all[0] = mark;
    all.set(one, 1);
    all.set(other, 1 + one.length);
    return all;
  }

  function root(line, path) {
    return path.reduce(function (top, step) {
      return hashed(step.left ? joined(1, raw(step.left), top) : joined(1, top, raw(step.right)));
    }, hashed(joined(0, bytes(line), new Uint8Array(0))));
  }

  function digest(seal, top) {
    var text = "kiosk seal 2\n" + seal.previous + "\n";
    ["ratings", "notes", "marks"].forEach(function (kind, place) {
      var part = seal.parts[place];
      text += [kind, part.first, part.last, part.count, place ? part.root : top].join(" ") + "\n";
    });
    return hex(hashed(bytes(text)));
  }

  function holds(receipt) {
    var seal = receipt.seal, line = JSON.parse(seal.line), body = JSON.parse(seal.entry.body);
    return line[0] === "rating" && line[2] === told.id && line[3] === told.counter && String(line[4]) === told.level &&
      seal.digest === told.digest && seal.digest === digest(seal, hex(root(seal.line, seal.path))) &&
      body.after.digest === seal.digest && body.seq === seal.chain_seq &&
      hex(hashed(bytes(seal.entry.previous + "\n" + seal.entry.body))) === seal.entry.hash;
  }

  function say(kind, words) {
    result.className = "notice notice-" + kind;
    result.textContent = words;
    result.hidden = false;
    button.disabled = false;
  }

  button.hidden = false;
  button.addEventListener("click", function () {
    button.disabled = true;
    fetch("/api/ratings/" + told.id, { cache: "no-store" }).then(function (answer) {
      if (!answer.ok) { throw new Error(answer.status); }
      return answer.json();
    }).then(function (receipt) {
      var good = false;
      try { good = holds(receipt); } catch (problem) { good = false; }
      if (good) { say("good", told.good); } else { say("alert", told.bad); }
    }).catch(function () { say("warn", told.lost); });
  });
}());
