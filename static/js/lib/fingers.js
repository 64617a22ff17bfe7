/* What goes down and up on the page: fingers, pens and the mouse's first button. A browser without pointer events (iOS 12)
 * tells it by touches, and by the mouse where no touch came before.
 *
 * kioskFingers({down, up, cancel}): each hears {id, target, x, y, touch}; `target` is what the press began on.
 */
(function () {
  "use strict";
  var AFTER_TOUCH = 1000;

  window.kioskFingers = function (hear) {
    var lastTouch = -1e9;
    function listen(names, told) {
      ["down", "up", "cancel"].forEach(function (what, i) {
        if (names[i]) { document.addEventListener(names[i], function (event) { told(event, hear[what]); }); }
      });
    }
    function tell(say, id, at, touch) { say({ id: id, target: at.target, x: at.clientX, y: at.clientY, touch: touch }); }
    if (window.PointerEvent) {
      listen(["pointerdown", "pointerup", "pointercancel"], function (event, say) {
        if (event.pointerType === "mouse" && event.type === "pointerdown" && event.button !== 0) { return; }
        tell(say, event.pointerId, event, event.pointerType === "touch");
      });
      return;
    }
    listen(["touchstart", "touchend", "touchcancel"], function (event, say) {
      lastTouch = performance.now();
      Array.prototype.forEach.call(event.changedTouches, function (one) { tell(say, "touch " + one.identifier, one, true); });
    });
    listen(["mousedown", "mouseup"], function (event, say) {
      if (event.button === 0 && performance.now() - lastTouch > AFTER_TOUCH) { tell(say, "mouse", event, false); }
    });
  };
}());
