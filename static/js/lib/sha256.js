/* SHA-256 in plain JavaScript (FIPS 180-4): over plain http a browser gives no crypto.subtle.
 *
 * sha256(bytes) takes a Uint8Array and gives one of 32 bytes.
 */
(function () {
  "use strict";
  var ROUND = [], START = [];

  (function () { // the constants are the first bits of the roots of the first primes
    function bits(root) { return Math.floor((root - Math.floor(root)) * 4294967296) | 0; }
    for (var n = 2; ROUND.length < 64; n += 1) {
      for (var d = 2; d * d <= n && n % d !== 0; d += 1) { /* look for a divisor */ }
      if (d * d <= n) { continue; }
      if (START.length < 8) { START.push(bits(Math.sqrt(n))); }
      ROUND.push(bits(Math.cbrt(n)));
    }
  }());

  function turned(word, by) { return (word >>> by) | (word << (32 - by)); }

  function padded(bytes) {
    var whole = new Uint8Array(((bytes.length + 8 >> 6) + 1) << 6), view = new DataView(whole.buffer);
    whole.set(bytes);
    whole[bytes.length] = 0x80;
    view.setUint32(whole.length - 8, Math.floor(bytes.length / 0x20000000));
    view.setUint32(whole.length - 4, bytes.length << 3);
    return view;
  }

  function mix(state, view, at) {
    var words = new Int32Array(64), s = state.slice(), i, low, high, one, two;
    for (i = 0; i < 16; i += 1) { words[i] = view.getInt32(at + 4 * i); }
    for (i = 16; i < 64; i += 1) {
      low = words[i - 15]; high = words[i - 2];
      low = turned(low, 7) ^ turned(low, 18) ^ (low >>> 3);
      high = turned(high, 17) ^ turned(high, 19) ^ (high >>> 10);
      words[i] = words[i - 16] + low + words[i - 7] + high;
    }
    for (i = 0; i < 64; i += 1) {
      one = s[7] + (turned(s[4], 6) ^ turned(s[4], 11) ^ turned(s[4], 25)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) + ROUND[i] + words[i];
      two = (turned(s[0], 2) ^ turned(s[0], 13) ^ turned(s[0], 22)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
      s = [one + two | 0, s[0], s[1], s[2], s[3] + one | 0, s[4], s[5], s[6]];
    }
    return state.map(function (word, place) { return word + s[place] | 0; });
  }

  window.sha256 = function (bytes) {
    var view = padded(bytes), state = START.slice(), digest = new DataView(new ArrayBuffer(32));
    for (var at = 0; at < view.byteLength; at += 64) { state = mix(state, view, at); }
    state.forEach(function (word, place) { digest.setInt32(4 * place, word); });
    return new Uint8Array(digest.buffer);
  };
}());
