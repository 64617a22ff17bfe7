/* The live view: fills the page that the server drew with what has changed since. */
(function () {
  'use strict';

  var root = document.querySelector('[data-live]');
  if (!root) { return; }
  var words = root.dataset;
  var status = document.querySelector('[data-live-status]');
  var dot = document.querySelector('[data-live-dot]');
  var statusText = document.querySelector('[data-live-status-text]');
  var announcer = document.querySelector('[data-live-announce]');
  var state = { counters: [], purchases: [] };
  var drawn = false;

  /* ---- drawing ------------------------------------------------------------------------------ */

  function look(data, path) {
    return path.split('.').reduce(function (value, key) {
      return value === null || value === undefined ? undefined : value[key];
    }, data);
  }

  function fade(node) {
    if (!drawn) { return; }
    node.classList.remove('fade-in');
    void node.getBoundingClientRect();
    node.classList.add('fade-in');
  }

  /* data-t: text; data-href, data-action: addresses; data-if: shown only when there. */
  function fill(node, data) {
    var marked = node.querySelectorAll('[data-t],[data-href],[data-action],[data-if]');
    [node].concat(Array.prototype.slice.call(marked)).forEach(function (one) {
      var box = one === node ? null : one.parentNode.closest('[data-rows]');
      if (box && box !== node && node.contains(box)) { return; }  /* belongs to a row within the row */
      var keys = one.dataset;
      if (keys.t !== undefined) {
        var text = look(data, keys.t);
        text = text === undefined || text === null ? '' : String(text);
        if (one.textContent !== text) { one.textContent = text; fade(one); }
      }
      if (keys.href !== undefined) { setAttribute(one, 'href', look(data, keys.href)); }
      if (keys.action !== undefined) { setAttribute(one, 'action', look(data, keys.action)); }
      if (keys.if !== undefined) { one.hidden = !look(data, keys.if); }
    });
  }

  function setAttribute(node, name, value) {
    if (value === undefined || value === null || value === '') { node.removeAttribute(name); return; }
    if (node.getAttribute(name) !== String(value)) { node.setAttribute(name, String(value)); }
  }

  /* Rows are matched by key: kept where they are, added from the template, removed when gone. */
  function rows(box, items, key, draw) {
    if (!box) { return; }
    var template = document.querySelector('template[data-template="' + box.dataset.rows + '"]');
    var old = {};
    var taken = {};
    Array.prototype.slice.call(box.children).forEach(function (child) {
      if (old.hasOwnProperty(child.dataset.key)) { box.removeChild(child); } else { old[child.dataset.key] = child; }
    });
    var place = box.firstElementChild;
    items.forEach(function (item) {
      var name = String(key(item));
      while (taken.hasOwnProperty(name)) { name += '+'; }  /* two rows of one key are two rows */
      taken[name] = true;
      var node = old[name];
      var isNew = !node;
      if (isNew) {
        node = template.content.firstElementChild.cloneNode(true);
        node.dataset.key = name;
      }
      delete old[name];
      draw(node, item);
      if (node === place) { place = place.nextElementSibling; } else { box.insertBefore(node, place); }
      if (isNew) { fade(node); }
    });
    Object.keys(old).forEach(function (name) { box.removeChild(old[name]); });
  }

  function drawBar(node, levels, text) {
    var box = node.querySelector('[data-bar]');
    var now = levels ? levels.join(',') : '';
    if (!box || box.dataset.bar === now) { return; }
    box.dataset.bar = now;
    box.hidden = !levels;
    if (!levels) { return; }
    var svg = box.querySelector('svg');
    var total = levels.reduce(function (sum, one) { return sum + one; }, 0);
    var title = svg.querySelector('title');
    if (title) { title.textContent = text; }
    setAttribute(svg, 'aria-label', text);
    var x = 0;
    Array.prototype.slice.call(svg.querySelectorAll('rect[data-level]')).forEach(function (rect) {
      var width = total ? 100 * levels[5 - Number(rect.dataset.level)] / total : 0;
      rect.setAttribute('x', x.toFixed(3));
      rect.setAttribute('width', Math.max(0, width - (width > 1.2 ? 0.6 : 0)).toFixed(3));
      x += width;
    });
  }

  function drawHour(node, hour, text) {
    var svg = node.querySelector('[data-hour]');
    var now = hour.join(',');
    if (!svg || svg.dataset.hour === now) { return; }
    svg.dataset.hour = now;
    var most = Math.max.apply(null, hour.concat([1]));
    var step = hour.length > 1 ? 96 / (hour.length - 1) : 0;
    var points = hour.map(function (count, index) {
      return (2 + index * step).toFixed(1) + ',' + (22 - 20 * count / most).toFixed(1);
    });
    svg.querySelector('polyline').setAttribute('points', points.join(' '));
    setAttribute(svg, 'aria-label', text);
  }

  function barText(levels) {
    return words.levels.split('|').map(function (word, index) { return word + ' ' + levels[index]; }).join(words.comma);
  }

  function drawCounter(node, one) {
    fill(node, one);
    drawBar(node, one.levels, one.levels ? barText(one.levels) : '');
    drawHour(node, one.hour, one.hour_text);
    node.classList.toggle('alerting', !!one.alert);
    node.querySelector('.sign').classList.toggle('sign-alert', !!one.alert);
    var delta = node.querySelector('[data-t="delta"]');
    if (delta) { delta.classList.toggle('is-worse', one.worse); }
  }

  function sorted(counters) {
    var list = counters.slice();
    if (root.dataset.sort === 'score') {
      list.sort(function (a, b) { return (a.rank || 1e9) - (b.rank || 1e9); });
    }
    return list;
  }

  function drawCounters() {
    rows(document.querySelector('[data-rows="counter"]'), sorted(state.counters),
      function (one) { return one.code; }, drawCounter);
  }

  function drawSheet(node, sheet) {
    fill(node, sheet);
    rows(node.querySelector('[data-rows="line"]'), sheet.lines.map(function (line, index) {
      return { at: index, line: line };
    }), function (item) { return item.at; }, function (row, item) {
      fill(row, item.line);
      row.classList.toggle('marked', item.line.marked);
    });
  }

  function drawEarlier(node, earlier) {
    rows(node.querySelector('[data-rows="earlier"]'), (earlier ? earlier.lines : []).map(function (line, index) {
      return { at: index, line: line };
    }), function (item) { return item.at; }, function (row, item) { fill(row, item.line); });
  }

  function drawPurchases(canteens) {
    var tabs = document.querySelector('[data-rows="tab"]');
    var chosen = root.dataset.canteen;
    if (!canteens.some(function (one) { return one.code === chosen; }) && canteens.length) {
      root.dataset.canteen = chosen = canteens[0].code;
    }
    rows(tabs, canteens, function (one) { return one.code; }, function (node, one) {
      var link = node.querySelector('a') || node;
      fill(node, one);
      setAttribute(link, 'href', '?canteen=' + encodeURIComponent(one.code));
      setAttribute(link, 'aria-current', one.code === chosen ? 'true' : null);
    });
    rows(document.querySelector('[data-rows="canteen"]'), canteens, function (one) { return one.code; },
      function (node, one) {
        drawEarlier(node, one.earlier);
        fill(node, one);
        node.hidden = one.code !== chosen;
        var sheets = node.querySelector('[data-rows="sheet"]');
        sheets.hidden = !one.sheets.length;
        rows(sheets, one.sheets, function (sheet) { return sheet.id; }, drawSheet);
      });
  }

  function drawComments(comments) {
    rows(document.querySelector('[data-rows="comment"]'), comments, function (one) { return one.seq; },
      function (node, one) {
        fill(node, one);
        Array.prototype.slice.call(node.querySelectorAll('[data-face]')).forEach(function (face) {
          face.hidden = Number(face.dataset.face) !== one.level;
        });
      });
    toggle('[data-no-comments]', !comments.length);
  }

  function drawAttention(items) {
    var before = root.dataset.known ? root.dataset.known.split('\n') : [];
    rows(document.querySelector('[data-rows="attention"]'), items,
      function (one) { return one.key; },
      function (node, one) {
        fill(node, one);
        node.dataset.on = one.on;
        node.classList.toggle('alerting', one.state === 'alert');
        node.classList.toggle('calm', one.kind === 'more' || one.kind === 'server' && one.state === 'warn');
      });
    toggle('[data-all-well]', !items.length);
    var alerts = items.filter(function (one) { return one.kind === 'alert'; });
    var names = alerts.map(function (one) { return String(one.alert.id); });
    var fresh = alerts.filter(function (one) { return before.indexOf(String(one.alert.id)) < 0; });
    if (drawn && fresh.length) {
      announcer.textContent = fresh.map(function (one) { return one.text; }).join(words.comma);
    }
    root.dataset.known = names.join('\n');
  }

  function toggle(selector, shown) {
    var node = document.querySelector(selector);
    if (node) { node.hidden = !shown; }
  }

  function draw(snapshot) {
    var parts = snapshot.parts;
    if (parts.day) { Array.prototype.slice.call(document.querySelectorAll('[data-day]')).forEach(function (node) { fill(node, parts.day); }); }
    if (parts.day) { toggle('[data-no-ratings]', !parts.day.total); }
    if (parts.counters) { state.counters = parts.counters; drawCounters(); }
    if (parts.purchases) { state.purchases = parts.purchases; drawPurchases(parts.purchases); }
    if (parts.comments) { drawComments(parts.comments); }
    if (parts.attention) { drawAttention(parts.attention); }
    drawn = true;
  }

  /* ---- what the reader chooses -------------------------------------------------------------- */

  function remember(name, value) {
    var address = new URL(window.location.href);
    address.searchParams.set(name, value);
    address.searchParams.delete('lang');
    window.history.replaceState(null, '', address.pathname + address.search);
  }

  document.addEventListener('click', function (event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) { return; }
    var link = event.target.closest ? event.target.closest('a') : null;
    if (!link || !state.counters.length && !state.purchases.length) { return; }
    if (link.dataset.sort) {
      event.preventDefault();
      root.dataset.sort = link.dataset.sort;
      Array.prototype.slice.call(document.querySelectorAll('a[data-sort]')).forEach(function (one) {
        setAttribute(one, 'aria-current', one === link ? 'true' : null);
      });
      remember('sort', link.dataset.sort);
      drawCounters();
    } else if (link.closest('[data-rows="tab"]')) {
      event.preventDefault();
      root.dataset.canteen = link.closest('[data-key]').dataset.key;
      remember('canteen', root.dataset.canteen);
      drawPurchases(state.purchases);
    }
  });

  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (!form.hasAttribute('data-acknowledge') || !window.fetch) { return; }
    event.preventDefault();
    var button = form.querySelector('button');
    button.disabled = true;
    window.fetch(form.action, { method: 'POST', body: new FormData(form), credentials: 'same-origin' })
      .then(function (answer) {
        button.disabled = false;
        if (!answer.ok) { throw new Error(String(answer.status)); }
        live.refresh();
      })
      .catch(function () { button.disabled = false; form.submit(); });
  });

  /* ---- staying up to date ------------------------------------------------------------------- */

  var HIDDEN = 60000;       /* a page nobody sees asks for nothing */
  var heard = 0;
  var serverTime = Date.parse(words.at) || Date.now();
  var serverTimeAt = Date.now();
  var stale = false;
  var staleText = '';
  var format = null;
  try {
    format = new Intl.DateTimeFormat('en-GB', {
      hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone: words.zone
    });
  } catch (error) { format = null; }

  function clockText(moment) {
    var date = new Date(moment);
    return format ? format.format(date) : date.toTimeString().slice(0, 8);
  }

  function here() { return serverTime + (Date.now() - serverTimeAt); }

  function showLive(moment) {
    heard = moment;
    stale = false;
    root.classList.remove('is-stale');
    status.classList.remove('is-stale');
    dot.classList.remove('stale');
    statusText.textContent = words.fresh.replace('{time}', clockText(here()));
  }

  function showStale() {
    if (!stale) {
      stale = true;
      staleText = clockText(heard ? serverTime + (heard - serverTimeAt) : serverTime);
      root.classList.add('is-stale');
      status.classList.add('is-stale');
      dot.classList.add('stale');
    }
    statusText.textContent = words.stale.replace('{time}', staleText);
  }

  function take(snapshot) {
    var at = Date.parse(snapshot.at);
    /* A snapshot may have been made a while before it was sent; the clock only ever moves on. */
    if (at && at > here()) { serverTime = at; serverTimeAt = Date.now(); }
    draw(snapshot);
  }

  var live = window.kioskStream({
    stream: words.stream,
    snapshot: words.snapshot,
    group: words.group,
    take: take,
    hear: showLive,
    lose: showStale,
    over: function () { window.location.reload(); }
  });

  var hideTimer = 0;
  document.addEventListener('visibilitychange', function () {
    window.clearTimeout(hideTimer);
    if (document.hidden) {
      hideTimer = window.setTimeout(function () { live.sleep(); showStale(); }, HIDDEN);
    } else { live.wake(); }
  });
})();
