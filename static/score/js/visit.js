/* The log of a visit: another row for an action without asking the server. */
(() => {
  "use strict";
  const button = document.getElementById("more");
  const another = document.getElementById("another");
  const rows = document.getElementById("actions");
  const total = document.getElementById("id_actions-TOTAL_FORMS");
  const most = Number(document.getElementById("id_actions-MAX_NUM_FORMS")?.value);

  button?.addEventListener("click", (event) => {
    const number = Number(total.value);
    event.preventDefault();
    const html = another.innerHTML.replaceAll("__prefix__", number).replaceAll("__number__", number + 1);
    rows.insertAdjacentHTML("beforeend", html);
    total.value = number + 1;
    button.hidden = number + 1 >= most;
    rows.lastElementChild.querySelector("input").focus();
  });
})();
