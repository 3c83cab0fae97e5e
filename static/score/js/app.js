/* Makes pages quicker; every page works without it. */
(() => {
  "use strict";
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  const chosen = () => {
    try { return localStorage.getItem("theme"); } catch { return null; }
  };
  const showTheme = () => {
    const theme = chosen() || (dark.matches ? "dark" : "light");
    root.dataset.bsTheme = theme;
    document.querySelectorAll("[data-theme-toggle]").forEach((button) => {
      button.hidden = false;
      button.setAttribute("aria-pressed", String(theme === "dark"));
    });
  };
  showTheme();
  dark.addEventListener("change", showTheme);

  const toggleTheme = () => {
    try { localStorage.setItem("theme", root.dataset.bsTheme === "dark" ? "light" : "dark"); } catch { return; }
    showTheme();
  };
  const closeMenus = (except) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(except)) menu.open = false;
    });
  };
  /* A summary link may name a group of radios: go to the first control inside it. */
  const focusField = (event) => {
    const target = document.getElementById(decodeURIComponent(event.target.hash.slice(1)));
    const control = target && (target.matches("input, select, textarea") ? target : target.querySelector("input, select, textarea"));
    if (!control) return;
    event.preventDefault();
    control.focus();
    control.scrollIntoView({ block: "center" });
  };

  /* A number that stands in a field gives way to the one that is typed; a tap sets the cursor after the field has it. */
  let entered = null;
  const selectNumber = ({ target }) => {
    entered = target.matches("input[type=number]") ? target : null;
    entered?.select();
  };
  const selectTapped = ({ target }) => {
    if (target === entered) target.select();
    entered = null;
  };

  /* A long list gets a box above it that leaves only the entries with the typed words. */
  const makeSearchable = (select) => {
    const entries = [...select.options];
    if (entries.length <= 15 || select.multiple || select.querySelector("optgroup")) return;
    const box = document.createElement("input");
    box.type = "search";
    box.className = "form-control mb-1";
    box.placeholder = document.body.dataset.find;
    box.setAttribute("aria-label", `${select.labels[0]?.textContent.trim() || ""} ${box.placeholder}`);
    box.addEventListener("input", () => {
      const words = box.value.trim().toLowerCase().split(/\s+/);
      const fits = (entry) => words.every((word) => entry.text.toLowerCase().includes(word));
      const kept = select.value;
      select.replaceChildren(...entries.filter((entry) => !entry.value || entry.value === kept || fits(entry)));
      select.value = kept;
    });
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      const words = box.value.trim().toLowerCase();
      const first = words && [...select.options].find((entry) => entry.value && entry.text.toLowerCase().includes(words));
      if (first) select.value = first.value;
      select.dispatchEvent(new Event("change", { bubbles: true }));
      select.focus();
    });
    select.before(box);
  };

  document.addEventListener("click", (event) => {
    closeMenus(event.target);
    if (event.target.closest("[data-theme-toggle]")) toggleTheme();
    if (event.target.matches(".error-summary a")) focusField(event);
  });
  document.addEventListener("keydown", (event) => {
    /* Enter that only confirms a Chinese word must not send the form. */
    if (event.key === "Enter" && (event.isComposing || event.keyCode === 229) && event.target.matches("input")) {
      event.preventDefault();
    }
    const menu = event.key === "Escape" && event.target.closest("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("focusin", selectNumber);
  document.addEventListener("click", selectTapped);
  document.addEventListener("input", () => { entered = null; });
  document.addEventListener("DOMContentLoaded", () => {
    showTheme();
    document.querySelector(".error-summary")?.focus();
    document.querySelectorAll("select").forEach(makeSearchable);
    if (window.matchMedia("(min-width: 992px)").matches) {
      document.querySelectorAll("details[data-open-wide]").forEach((details) => { details.open = true; });
    }
  });
})();
