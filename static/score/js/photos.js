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

  /* A page may have a hundred fields: each gets its shelf when it is first used. */
  const shelves = new WeakMap();
  const shelfOf = (input) => {
    if (!shelves.has(input)) shelves.set(input, dress(input));
    return shelves.get(input);
  };

  const dress = (input) => {
    const { remove, working } = input.dataset;
    const side = Number(input.dataset.photos);
    const weight = Number(input.dataset.weight);
    const status = document.createElement("p");
    status.setAttribute("role", "status");
    status.className = "form-text";
    const shelf = document.createElement("ul");
    shelf.className = "shelf d-grid gap-2 list-unstyled mt-2 mb-0";
    input.after(status, shelf);
    const state = { busy: null, waiting: 0 };
    let kept = [];

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

    state.take = (chosen) => {
      state.waiting += 1;
      status.textContent = working;
      state.busy = Promise.resolve(state.busy).then(async () => {
        for (const file of chosen) kept.push(await shrink(file, side, weight));
        show();
        state.waiting -= 1;
        if (!state.waiting) status.textContent = "";
      });
    };
    return state;
  };

  const isOurs = (target) => target.matches?.("input[type=file][data-photos]");
  document.addEventListener("focusin", ({ target }) => { if (isOurs(target)) shelfOf(target); });
  document.addEventListener("change", ({ target }) => { if (isOurs(target)) shelfOf(target).take([...target.files]); });
  /* Before any other listener of the form: what is not small yet is not sent. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const busy = [...form.elements].filter((field) => shelves.get(field)?.waiting).map((field) => shelves.get(field).busy);
    if (!busy.length) return;
    event.preventDefault();
    event.stopPropagation();
    Promise.all(busy).then(() => form.requestSubmit(event.submitter));
  }, true);
})();
