/* The answering page: progress, quiet fields, and what was typed kept on this phone until the server has it. */
(() => {
  "use strict";
  const sheet = document.getElementById("sheet");
  const items = [...sheet.querySelectorAll("fieldset")];
  const show = (name, value) => { sheet.querySelector(`[data-${name}]`).textContent = value; };

  /* Fields of items that are no hazard are not sent: a long list stays a small upload. */
  const refresh = () => {
    const answered = items.filter((item) => item.querySelector(".choices :checked")?.value).length;
    const hazards = items.filter((item) => {
      const open = item.querySelector(".opens-more").checked;
      const typed = [...item.querySelectorAll("textarea, [type=file]")].some((field) => field.value);
      item.querySelectorAll(".more :is(input, select, textarea)").forEach((field) => { field.disabled = !open && !typed; });
      return open;
    }).length;
    show("answered", answered);
    show("hazards", hazards);
    sheet.querySelector("progress").value = answered;
  };

  const key = sheet.dataset.sheet && `check-${sheet.dataset.sheet}`;
  const store = (action) => {
    try { return action(localStorage); } catch { return null; }
  };
  const keep = () => {
    if (!key) return;
    const fields = [...new FormData(sheet)].filter(([name, value]) => typeof value === "string" && /^note$|-(answer|description|place|level|deadline)$/.test(name));
    const kept = store((place) => { place.setItem(key, JSON.stringify({ base: sheet.dataset.base, fields })); return true; });
    sheet.querySelector("[data-kept]").hidden = !kept;
  };
  const restore = () => {
    if (!key || document.querySelector(".error-summary")) return;
    const kept = store((place) => JSON.parse(place.getItem(key)));
    if (!kept || kept.base !== sheet.dataset.base) {
      store((place) => place.removeItem(key));
      return;
    }
    kept.fields.forEach(([name, value]) => {
      const field = sheet.elements.namedItem(name);
      if (field) field.value = value;
    });
    sheet.querySelector("[data-kept]").hidden = false;
  };

  restore();
  refresh();
  sheet.addEventListener("input", () => { refresh(); keep(); });
})();
