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
  document.addEventListener("DOMContentLoaded", () => {
    showTheme();
    document.querySelector(".error-summary")?.focus();
    if (window.matchMedia("(min-width: 992px)").matches) {
      document.querySelectorAll("details[data-open-wide]").forEach((details) => { details.open = true; });
    }
  });
})();
