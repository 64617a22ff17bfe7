// On a narrow screen the tabs of the settings scroll: bring the one that is open into view.
(function () {
  "use strict";
  var open = document.querySelector(".settings-tabs [aria-current]");
  if (open) open.parentNode.scrollLeft = open.offsetLeft - open.parentNode.offsetLeft - 48;
})();
