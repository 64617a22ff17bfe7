/* PBKDF2 with HMAC-SHA-256 (RFC 8018, FIPS 180-4) in plain JavaScript: over plain http a browser offers no crypto.subtle.
 * pbkdf2(password, salt, rounds): ASCII text, hex, number → the first 32 bytes in hex. 10,000 rounds take a tenth of a second. */
(function () {
  "use strict";
  var K = [], START = [], number = 2;
  function fraction(value) { return (value - Math.floor(value)) * 4294967296 | 0; }
  function prime(n) { for (var d = 2; d * d <= n; d += 1) { if (n % d === 0) { return false; } } return true; }
  for (; K.length < 64; number += 1) {
    if (!prime(number)) { continue; }
    if (START.length < 8) { START.push(fraction(Math.pow(number, 1 / 2))); }
    K.push(fraction(Math.pow(number, 1 / 3)));
  }
  var W = new Int32Array(64);
  function turn(x, n) { return x >>> n | x << 32 - n; }
  /* The state after one more block of sixteen words. */
  function compress(state, block) {
    var a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
    for (var i = 0; i < 64; i += 1) {
      if (i < 16) { W[i] = block[i]; } else {
        var x = W[i - 15], y = W[i - 2];
        W[i] = (turn(x, 7) ^ turn(x, 18) ^ x >>> 3) + W[i - 7] + (turn(y, 17) ^ turn(y, 19) ^ y >>> 10) + W[i - 16] | 0;
      }
      var one = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + (e & f ^ ~e & g) + K[i] + W[i] | 0;
      var two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + (a & b ^ a & c ^ b & c) | 0;
      h = g; g = f; f = e; e = d + one | 0; d = c; c = b; b = a; a = one + two | 0;
    }
    return [state[0] + a | 0, state[1] + b | 0, state[2] + c | 0, state[3] + d | 0, state[4] + e | 0, state[5] + f | 0, state[6] + g | 0, state[7] + h | 0];
  }
  /* A last block: some bytes, after one block before them. */
  function last(bytes) {
    var block = new Int32Array(16);
    bytes.concat(128).forEach(function (byte, i) { block[i >> 2] |= byte << 24 - i % 4 * 8; });
    block[15] = (64 + bytes.length) * 8;
    return block;
  }
  function words(digest) { return digest.concat(-2147483648, 0, 0, 0, 0, 0, 0, (64 + 32) * 8); }
  function padded(key, byte) {
    var block = new Int32Array(16);
    for (var i = 0; i < 64; i += 1) { block[i >> 2] |= ((key[i] || 0) ^ byte) << 24 - i % 4 * 8; }
    return block;
  }
  window.pbkdf2 = function (password, salt, rounds) {
    var key = password.split("").map(function (letter) { return letter.charCodeAt(0); });
    var bytes = salt.match(/../g).map(function (pair) { return parseInt(pair, 16); }).concat(0, 0, 0, 1);
    var inner = compress(START, padded(key, 0x36)), outer = compress(START, padded(key, 0x5c));
    var u = compress(outer, words(compress(inner, last(bytes)))), sum = u;
    for (var i = 1; i < rounds; i += 1) {
      u = compress(outer, words(compress(inner, words(u))));
      sum = sum.map(function (word, n) { return word ^ u[n]; });
    }
    return sum.map(function (word) { return ("0000000" + (word >>> 0).toString(16)).slice(-8); }).join("");
  };
}());
