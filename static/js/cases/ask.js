/* A photo is made small on the phone, before it is sent: what a camera takes is larger than what is taken here.
   What stays too large is not taken, and the page says so at once. */
(function () {
  "use strict";
  const SIDE = 1600;
  const ENOUGH = 600 * 1024;

  function say(input, text) {
    const place = document.getElementById("photo-large");
    place.textContent = text;
    place.hidden = !text;
    input.setAttribute("aria-invalid", String(Boolean(text)));
  }

  /* The photo as it will be sent: smaller, or as it was taken. */
  function settle(input, smaller) {
    input.shrinking = false;
    input.smaller = smaller;
    const file = smaller || (input.files && input.files[0]);
    if (file && file.size > Number(input.getAttribute("data-most"))) {
      input.value = "";
      input.smaller = null;
      say(input, input.getAttribute("data-large"));
    }
    input.dispatchEvent(new Event("shrunk"));
  }

  function draw(image, done) {
    const scale = Math.min(1, SIDE / Math.max(image.naturalWidth, image.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob(done, "image/jpeg", 0.85);
  }

  function shrink(input, file) {
    const chosen = function (smaller) { if (input.files && input.files[0] === file) settle(input, smaller); };
    const reader = new FileReader();
    reader.onerror = function () { chosen(null); };
    reader.onload = function () {
      const image = new Image();
      image.onerror = reader.onerror;
      image.onload = function () { draw(image, chosen); };
      image.src = reader.result;
    };
    reader.readAsDataURL(file);
  }

  document.addEventListener("change", function (event) {
    const input = event.target;
    if (!input.hasAttribute("data-shrink")) return;
    const file = input.files && input.files[0];
    say(input, "");
    input.smaller = null;
    input.shrinking = Boolean(file && file.size > ENOUGH && /^image\//.test(file.type));
    if (input.shrinking) shrink(input, file); else settle(input, null);
  });
}());
