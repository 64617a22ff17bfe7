/* The photos of a line that are kept to be sent: small pictures, each with a button that takes it out again. */
(function () {
  "use strict";

  function thumb(blob, word, drop) {
    const box = document.createElement("span"), image = document.createElement("img"), off = document.createElement("button");
    const reader = new FileReader();
    box.className = "w-thumb";
    reader.onload = function () { image.src = reader.result; };
    reader.readAsDataURL(blob);
    image.alt = "";
    off.type = "button";
    off.className = "btn btn-small";
    off.textContent = word;
    off.addEventListener("click", drop);
    box.appendChild(image);
    box.appendChild(off);
    return box;
  }

  window.Photos = {
    /* Shows `kept` in `place`; `changed()` hears that one was taken out of it. */
    show: function (place, kept, word, changed) {
      if (Number(place.getAttribute("data-count")) === kept.length) { return; }
      place.setAttribute("data-count", kept.length);
      place.textContent = "";
      kept.forEach(function (blob, index) {
        place.appendChild(thumb(blob, word, function () { kept.splice(index, 1); changed(); }));
      });
    }
  };
}());
