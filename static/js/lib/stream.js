/* One event stream for all tabs of a browser: browsers give a host six connections, and each stream takes one.

   The tabs talk over a BroadcastChannel, or over localStorage where that is missing. One of them leads: it
   holds the stream, or asks for the snapshot where no stream can be had, and passes on what it hears. When it
   leaves or falls silent another one leads, and begins with a whole snapshot. A browser in which tabs cannot
   talk asks for the snapshot and holds no stream at all.

   kioskStream({stream, snapshot, group, take, hear, lose, over}) → {refresh(), sleep(), wake()}
     take(snapshot)    a snapshot: whole, or the parts that changed
     hear(moment)      the server was heard at this moment (Date.now()), perhaps without news
     lose()            what is shown grows old; it is called again and again until it is mended
     over()            this account may no longer look */
window.kioskStream = function (options) {
  'use strict';

  var SILENCE = 40000;      /* the server says something every 15 s */
  var POLL = 3000;
  var AGAIN = 30000;        /* a refused stream is tried again after this */
  var BEAT = 2000;          /* the leader says that it is there */
  var GONE = 5500;          /* a leader that says nothing for so long has gone: two beats of a throttled tab */
  var ANSWER = 400;         /* a leader answers a newcomer within this */

  var me = Date.now().toString(36) + Math.random().toString(36).slice(2);
  var bus = openBus('kiosk-live-' + options.group, receive);
  var asleep = false;
  var leading = 0;          /* since when this tab leads */
  var leaderAt = 0;         /* when a leader was heard last */
  var heard = 0;            /* when the server was heard last */
  var isLost = false;
  var whole = null;         /* the snapshot with every change in it */
  var source = null;
  var timer = 0;
  var claim = 0;
  var wait = 500;
  var streamFrom = 0;
  var tag = null;

  /* ---- between the tabs --------------------------------------------------------------------- */

  function openBus(name, receive) {
    if (window.BroadcastChannel) {
      try {
        var channel = new window.BroadcastChannel(name);
        channel.onmessage = function (event) { receive(event.data); };
        return { say: function (message) { channel.postMessage(message); } };
      } catch (error) { /* blocked together with storage */ }
    }
    try {
      window.localStorage.setItem(name, '');
      window.addEventListener('storage', function (event) {
        if (event.key === name && event.newValue) { receive(JSON.parse(event.newValue)); }
      });
      window.localStorage.removeItem(name);
      return {
        say: function (message) { /* nothing of it stays behind for whoever sits here next */
          window.localStorage.setItem(name, JSON.stringify(message));
          window.localStorage.removeItem(name);
        }
      };
    } catch (error) { return null; }
  }

  function say(kind, more) {
    if (!bus) { return; }
    var message = { kind: kind, from: me, since: leading, heard: heard, lost: isLost, n: Math.random() };
    Object.keys(more || {}).forEach(function (name) { message[name] = more[name]; });
    try { bus.say(message); } catch (error) { /* storage is full: the others will do without us */ }
  }

  function receive(message) {
    if (asleep || !message || message.from === me) { return; }
    if (message.kind === 'who') {
      if (leading) { say('lead', { snapshot: whole }); }
      return;
    }
    if (message.kind === 'left') { leaderAt = 0; claimSoon(document.hidden ? 1500 : 0); return; }
    if (message.kind === 'over') { options.over(); return; }
    if (leading) {
      if (isBefore(message)) { say('beat'); return; }
      resign();
    }
    window.clearTimeout(claim);
    leaderAt = Date.now();
    if (message.snapshot) { keep(message.snapshot); options.take(message.snapshot); }
    heard = Math.max(heard, message.heard);
    if (message.lost) { lose(); } else if (heard) { isLost = false; options.hear(heard); }
  }

  /* Of two leaders the one who began later goes on, for it knows that it is awake. */
  function isBefore(message) {
    return message.since < leading || message.since === leading && message.from < me;
  }

  function claimSoon(milliseconds) {
    window.clearTimeout(claim);
    claim = window.setTimeout(lead, milliseconds + Math.random() * 250);
  }

  function lead() {
    if (asleep || leading) { return; }
    leading = Date.now();
    say('beat');
    if (window.EventSource && bus && options.stream) { listen(); } else { step(); }
  }

  function resign() {
    leading = 0;
    drop();
    window.clearTimeout(timer);
  }

  function keep(snapshot) {
    if (!whole) { whole = { parts: {} }; }
    whole.token = snapshot.token;
    whole.at = snapshot.at;
    Object.keys(snapshot.parts).forEach(function (name) { whole.parts[name] = snapshot.parts[name]; });
  }

  /* ---- from the server ---------------------------------------------------------------------- */

  function take(text) {
    var snapshot = JSON.parse(text);
    keep(snapshot);
    options.take(snapshot);
    hear(snapshot);
  }

  function hear(snapshot) {
    heard = Date.now();
    isLost = false;
    options.hear(heard);
    if (leading) { say('news', { snapshot: snapshot }); }
  }

  function lose() {
    isLost = true;
    options.lose();
  }

  function end() {
    say('over');
    drop();
    options.over();
  }

  function poll(good, bad) {
    var request = new XMLHttpRequest();
    request.open('GET', options.snapshot);
    request.timeout = 10000;
    if (tag) { request.setRequestHeader('If-None-Match', tag); }
    request.onload = function () {
      if (request.status === 401 || request.status === 403) { end(); return; }
      if (request.status === 200) {
        tag = request.getResponseHeader('ETag');
        take(request.responseText);
        good();
      } else if (request.status === 304) { hear(null); good(); } else { bad(); }
    };
    request.onerror = request.ontimeout = bad;
    request.send();
  }

  function later(milliseconds) {
    window.clearTimeout(timer);
    timer = window.setTimeout(step, milliseconds);
  }

  function step() {
    if (asleep || !leading) { return; }
    poll(function () {
      wait = 500;
      if (!leading) { return; }
      if (window.EventSource && bus && options.stream && Date.now() >= streamFrom) { listen(); } else { later(POLL); }
    }, function () {
      lose();
      wait = Math.min(wait * 2, 8000);
      later(wait * (0.75 + Math.random() * 0.5));
    });
  }

  function drop() {
    if (source) { source.close(); source = null; }
  }

  function listen() {
    var spoke = false;
    drop();
    var mine = source = new window.EventSource(options.stream);
    function told(event) {
      if (source !== mine) { return; }
      spoke = true;
      take(event.data);
    }
    source.addEventListener('snapshot', told);
    source.addEventListener('changed', told);
    source.addEventListener('beat', function () { if (source === mine) { hear(null); } });
    source.addEventListener('over', function () { if (source === mine) { end(); } });
    source.onerror = function () {
      if (source !== mine) { return; }
      drop();
      if (spoke) { lose(); say('beat'); wait = 500; later(300 + Math.random() * 400); return; }
      streamFrom = Date.now() + AGAIN;
      later(0);
    };
  }

  /* ---- as time goes by ---------------------------------------------------------------------- */

  window.setInterval(function () {
    if (asleep) { return; }
    if (leading && source && heard && Date.now() - heard > SILENCE) {
      drop();
      lose();
      later(0);
    } else if (isLost) { options.lose(); } else if (heard) { options.hear(heard); }
  }, 1000);

  window.setInterval(function () {
    if (asleep) { return; }
    if (leading) { say('beat'); } else if (leaderAt && Date.now() - leaderAt > GONE) { leaderAt = 0; claimSoon(0); }
  }, BEAT);

  function sleep() {
    if (asleep) { return; }
    var led = leading;
    if (led) { resign(); }
    asleep = true;
    window.clearTimeout(claim);
    if (led) { say('left'); }
  }

  function wake() {
    if (!asleep) { return; }
    asleep = false;
    start();
  }

  function start() {
    if (!bus) { lead(); return; }
    leaderAt = 0;
    say('who');
    claimSoon(ANSWER);
  }

  window.addEventListener('pagehide', sleep);
  window.addEventListener('pageshow', function () { if (!document.hidden) { wake(); } });
  window.addEventListener('online', function () { if (isLost && leading && !asleep) { wait = 500; later(0); } });

  start();
  return { refresh: function () { poll(function () {}, function () {}); }, sleep: sleep, wake: wake };
};
