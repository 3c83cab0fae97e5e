/* The presentation by keyboard, and without leaving full screen between slides; links do all of it without this script. */
(() => {
  "use strict";
  const KEYS = {
    ArrowRight: "next", ArrowDown: "next", PageDown: "next", " ": "next",
    ArrowLeft: "prev", ArrowUp: "prev", PageUp: "prev", Home: "first", End: "last", Escape: "back",
  };
  const typing = (element) => element.matches("input, select, textarea, [contenteditable]");
  const links = (name) => document.querySelector(`[data-go="${name}"]`);

  const offerFullscreen = () => {
    const button = document.querySelector("[data-fullscreen]");
    if (button && document.fullscreenEnabled) button.hidden = false;
  };
  const toggleFullscreen = () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (document.fullscreenEnabled) document.documentElement.requestFullscreen();
  };

  /* Put another slide in place of this one; a page that is none is opened as a page. */
  const show = async (answer, remember) => {
    const found = new DOMParser().parseFromString(await answer.text(), "text/html");
    const stage = found.getElementById("stage");
    if (!stage) { location.assign(answer.url); return; }
    document.getElementById("stage").replaceWith(stage);
    document.title = found.title;
    if (remember) history.pushState(null, "", answer.url);
    offerFullscreen();
    (stage.querySelector(".error-summary, textarea") || stage.querySelector("main")).focus();
  };
  let busy = false;
  const go = async (address, remember = true, options = {}) => {
    if (busy) return;
    busy = true;
    try { await show(await fetch(address, { credentials: "same-origin", ...options }), remember); }
    catch { location.assign(address); }
    finally { busy = false; }
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-fullscreen]")) { toggleFullscreen(); return; }
    const link = event.target.closest("a[data-go]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(link.href);
  });
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "decide") return;
    event.preventDefault();
    go(location.href, true, { method: "POST", body: new FormData(event.target) });
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const inField = typing(event.target);
    if (event.key === "f" && !inField) { event.preventDefault(); toggleFullscreen(); return; }
    const name = KEYS[event.key];
    if (!name || (inField && name !== "back") || (event.key === " " && event.target.closest("a, button"))) return;
    const link = links(name);
    if (!link) return;
    event.preventDefault();
    if (link.href !== location.href) go(link.href);
  });
  window.addEventListener("popstate", () => go(location.href, false));
  offerFullscreen();
})();
