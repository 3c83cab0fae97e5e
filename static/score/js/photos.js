/* Photos are made small before they are sent, shown, gathered over several choices, and can be taken out again.
   Without this script they are sent as they are, and the server makes them small. */
(() => {
  "use strict";
  const QUALITIES = [0.85, 0.75, 0.65, 0.5];
  const asBlob = (canvas, quality) => new Promise((done) => { canvas.toBlob(done, "image/jpeg", quality); });

  const drawn = (picture, scale) => {
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas;
  };

  /* What cannot be drawn is sent as it is: the server says what is wrong with it. */
  const shrink = async (file, side, weight) => {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type)) return file;
    let picture;
    try {
      picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      let scale = Math.min(1, side / Math.max(picture.width, picture.height));
      if (scale === 1 && file.size <= weight) return file;
      for (; scale > 0.02; scale *= 0.8) {
        const canvas = drawn(picture, scale);
        for (const quality of QUALITIES) {
          const blob = await asBlob(canvas, quality);
          if (!blob) return file;
          if (blob.size <= weight) {
            return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
          }
        }
      }
      return file;
    } catch {
      return file;
    } finally {
      picture?.close();
    }
  };

  const dress = (input) => {
    if (input.dataset.ready) return;
    input.dataset.ready = "yes";
    const { remove, working } = input.dataset;
    const side = Number(input.dataset.photos);
    const weight = Number(input.dataset.weight);
    const status = document.createElement("p");
    status.setAttribute("role", "status");
    status.className = "form-text";
    const shelf = document.createElement("ul");
    shelf.className = "shelf d-grid gap-2 list-unstyled mt-2 mb-0";
    input.after(status, shelf);
    let kept = [];
    let busy = Promise.resolve();
    let isBusy = false;

    const show = () => {
      const files = new DataTransfer();
      kept.forEach((file) => files.items.add(file));
      input.files = files.files;
      shelf.querySelectorAll("img").forEach((image) => URL.revokeObjectURL(image.src));
      shelf.replaceChildren(...kept.map((file) => {
        const image = document.createElement("img");
        image.src = URL.createObjectURL(file);
        image.alt = file.name;
        image.className = "d-block w-100 object-fit-cover rounded mb-1";
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-secondary";
        button.textContent = remove;
        button.setAttribute("aria-label", `${remove}: ${file.name}`);
        button.addEventListener("click", () => {
          kept = kept.filter((other) => other !== file);
          show();
          input.focus();
        });
        const item = document.createElement("li");
        item.append(image, button);
        return item;
      }));
    };

    input.addEventListener("change", () => {
      const chosen = [...input.files];
      isBusy = true;
      status.textContent = working;
      busy = busy.then(async () => {
        for (const file of chosen) kept.push(await shrink(file, side, weight));
        show();
        status.textContent = "";
        isBusy = false;
      });
    });
    input.form?.addEventListener("submit", (event) => {
      if (!isBusy) return;
      event.preventDefault();
      busy.then(() => input.form.requestSubmit(event.submitter));
    });
  };

  const dressAll = () => document.querySelectorAll("input[type=file][data-photos]").forEach(dress);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", dressAll);
  else dressAll();
  window.scorePhotos = { shrink };
})();
