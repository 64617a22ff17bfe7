/* A photo is made small on the phone, before it is sent: what a camera takes is larger than what is taken here.
   Where the browser cannot, it is sent as it is, and the page says so if it is too large. */
(function () {
  "use strict";
  const input = document.querySelector("[data-shrink]");
  const SIDE = 1600;
  const ENOUGH = 600 * 1024;
  if (!input || !window.FileReader || !HTMLCanvasElement.prototype.toBlob) return;

  function put(blob) {
    try {
      const chosen = new DataTransfer();
      chosen.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
      input.files = chosen.files;
    } catch (error) {
      return; // an older browser: the photo goes as it was taken
    }
  }

  function draw(image) {
    const scale = Math.min(1, SIDE / Math.max(image.naturalWidth, image.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob(function (blob) { if (blob) put(blob); }, "image/jpeg", 0.85);
  }

  input.addEventListener("change", function () {
    const file = input.files && input.files[0];
    if (!file || file.size <= ENOUGH || !/^image\//.test(file.type)) return;
    const reader = new FileReader();
    reader.onload = function () {
      const image = new Image();
      image.onload = function () { draw(image); };
      image.src = reader.result;
    };
    reader.readAsDataURL(file);
  });
})();
