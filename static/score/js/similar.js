/* Shows suggestions like the title while it is typed; without this script the server shows them after the form was sent. */
(() => {
  "use strict";
  const place = document.querySelector("[data-similar]");
  const title = document.getElementById("id_title");
  if (!place || !title) return;
  const chosen = document.getElementById("id_enterprise");
  const list = place.querySelector("ul");
  const words = place.querySelector("p");
  const seen = place.querySelector("[name=looked_at]");
  let timer;
  let asked = 0;

  const row = ({ url, reference, title: text, status }) => {
    const link = document.createElement("a");
    link.href = url;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = text;
    const below = document.createElement("small");
    below.textContent = `${reference} · ${status}`;
    const item = document.createElement("li");
    item.append(link, below);
    return item;
  };
  const look = async () => {
    const number = ++asked;
    const query = new URLSearchParams({ title: title.value.trim() });
    const enterprise = chosen ? chosen.value : place.dataset.enterprise;
    if (chosen && !enterprise) return;
    if (enterprise) query.set("enterprise", enterprise);
    try {
      const answer = await fetch(`${place.dataset.similar}?${query}`, { headers: { Accept: "application/json" } });
      if (!answer.ok || number !== asked) return;
      const { similar } = await answer.json();
      list.replaceChildren(...similar.map(row));
      words.hidden = !similar.length;
      seen.value = similar.map(({ key }) => key).join(",");
    } catch { /* no network: the form works without it */ }
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(look, 350);
  };
  title.addEventListener("input", (event) => { if (!event.isComposing) soon(); });
  title.addEventListener("compositionend", soon);
  chosen?.addEventListener("change", soon);
})();
