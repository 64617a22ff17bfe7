/* PBKDF2 with HMAC-SHA-256 (RFC 8018): over plain http a browser offers no crypto.subtle. The hash is vendor/sha256.js.
 * pbkdf2(password, salt, rounds): ASCII text, hex, number → the first 32 bytes in hex. 10,000 rounds take a tenth of a second. */
(function () {
  "use strict";
  function bytes(hex) { return hex.match(/../g).map(function (pair) { return parseInt(pair, 16); }); }
  function hex(list) { return list.map(function (byte) { return ("0" + byte.toString(16)).slice(-2); }).join(""); }

  window.pbkdf2 = function (password, salt, rounds) {
    var sign = window.sha256.hmac.array, block = sign(password, bytes(salt).concat(0, 0, 0, 1)), sum = block.slice();
    for (var round = 1; round < rounds; round += 1) {
      block = sign(password, block);
      for (var i = 0; i < sum.length; i += 1) { sum[i] ^= block[i]; }
    }
    return hex(sum);
  };
}());
