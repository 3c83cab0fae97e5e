/* The page of what waits on this phone. */
(() => {
  "use strict";
  const main = document.getElementById("entries");
  const mine = document.querySelector("[data-person]")?.dataset.person;
  const form = main.querySelector("template");
  const says = main.dataset;
  const { outbox } = window;
  const query = new URLSearchParams(location.search);
  const byClass = (name) => main.querySelector(`[data-list=${name}]`);
  const parse = (text) => new DOMParser().parseFromString(text, "text/html");

  const say = (text) => {
    const line = main.querySelector("[data-said]");
    line.textContent = text || "";
    line.hidden = !text;
  };
  /* The words beside the fields and of what was chosen, from the form that came back, or from the kept one. */
  const wordsOf = async (entry) => {
    const kept = window.caches && await (await caches.open("pages")).match(entry.path, { ignoreVary: true });
    const page = parse(entry.problem?.page?.includes("<form") ? entry.problem.page : await kept?.text() || "");
    const words = (part) => part && [...part.childNodes].map((one) => (one.tagName === "SPAN" ? "" : one.textContent)).join("").trim().replace(/\s+/g, " ");
    const field = (name) => page.querySelector(`main [name="${CSS.escape(name)}"]`);
    const labelled = (control) => control?.id && words(page.querySelector(`label[for="${CSS.escape(control.id)}"]`));
    const label = (name) => {
      const row = name.match(/^([a-z]+)-(\d+)-/);
      if (row && row[2] !== "0") return `${label(name.replace(/-\d+-/, "-0-"))} (${Number(row[2]) + 1})`;
      const control = field(name);
      const group = /^(radio|checkbox)$/.test(control?.type) && control.closest("fieldset")?.querySelector("legend");
      const item = name.match(/^([A-Z]+-\d+)-/)?.[1];
      const found = words(group) || labelled(control) || control?.getAttribute("aria-label") || entry.problem?.labels?.[name] || name;
      return item && !found.startsWith(item) ? `${item} · ${found}` : found;
    };
    const text = (name, value) => {
      if (value instanceof Blob) return `${says.photo} (${Math.ceil(value.size / 1024)} kB)`;
      const control = field(name);
      const option = control?.tagName === "SELECT" && [...control.options].find((one) => one.value === value);
      const choice = /^(radio|checkbox)$/.test(control?.type)
        && labelled([...page.getElementsByName(name)].find((one) => one.value === value));
      return option?.text || choice || value;
    };
    return { label, text };
  };
  const isTyped = ([name, value]) => value !== "" && !/^(submission|seen$|base$|looked_at$|next$|save$|more$|action$|.*-(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS)/.test(name);

  const why = (problem) => {
    if (problem.sentence) return problem.sentence;
    const page = problem.page && parse(problem.page);
    const found = page && [...page.querySelectorAll(".error-summary li, .alert-danger, main h1 + .sub, main > p")];
    const sentences = problem.refused || found?.map((part) => part.textContent.trim()).filter(Boolean) || [];
    return [...new Set(sentences)].join(" ") || says.refused;
  };
  /* What stands on the phone beside what stands at the server, as a table. */
  const both = (entry, { label, text }) => {
    const here = new Map();
    entry.fields.filter(isTyped).forEach(([name, value]) => here.set(name, [...(here.get(name) || []), text(name, value)]));
    const there = entry.problem?.taken?.typed;
    const table = document.createElement("table");
    table.className = "table stack";
    const titles = there ? [says.one, says.here, says.there] : [says.one, says.here];
    const head = table.createTHead().insertRow();
    titles.forEach((title) => {
      const cell = head.appendChild(document.createElement("th"));
      cell.scope = "col";
      cell.textContent = title;
    });
    const body = table.createTBody();
    new Set([...here.keys(), ...Object.keys(there || {}).filter((name) => isTyped([name, " "]))]).forEach((name) => {
      const row = body.insertRow();
      const first = row.appendChild(document.createElement("th"));
      first.scope = "row";
      first.textContent = label(name);
      [here.get(name), ...(there ? [there[name]?.map((value) => text(name, value))] : [])].forEach((values, place) => {
        const cell = row.insertCell();
        cell.dataset.label = titles[place + 1];
        cell.textContent = values?.join(", ") || "–";
      });
    });
    const parts = [table];
    const record = entry.problem?.taken?.record || (entry.problem && entry.path.match(/^.*\/\d+\//)?.[0]);
    if (record) {
      const link = document.createElement("a");
      link.href = record;
      link.textContent = says.there;
      parts.push(link);
    }
    return parts;
  };

  const asText = (blob) => new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.readAsDataURL(blob);
  });
  const download = async (entry) => {
    const fields = await Promise.all(entry.fields.map(async ([name, value]) => [name, value instanceof Blob ? await asText(value) : value]));
    const text = JSON.stringify({ ...entry, made: new Date(entry.made).toISOString(), fields, problem: entry.problem && { ...entry.problem, page: undefined, why: why(entry.problem) } }, null, 1);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = `score-${entry.uuid}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  };
  const send = async () => {
    const result = await outbox.drain();
    say({ "signed-out": says.signedOut, offline: says.offline, later: says.later }[result]);
    await show();
  };
  const acts = {
    mend: (entry) => { location.href = `${entry.path}#mend=${entry.uuid}`; },
    fresh: (entry) => outbox.renew(entry).then(send),
    again: (entry) => {
      const seen = entry.problem?.page && parse(entry.problem.page).querySelector("main input[name=looked_at]")?.value;
      const fields = seen ? [...entry.fields.filter(([name]) => name !== "looked_at"), ["looked_at", seen]] : entry.fields;
      return outbox.keep({ ...entry, fields, state: "waiting", problem: null }).then(send);
    },
    file: download,
    remove: (entry) => { if (window.confirm(says.sure)) outbox.remove(entry.uuid); },
  };

  const when = (moment) => outbox.moment(moment);
  const row = async (entry) => {
    const item = form.content.cloneNode(true).querySelector("li");
    const put = (name, text) => { item.querySelector(`[data-${name}]`).textContent = text; };
    item.dataset.uuid = entry.uuid;
    put("title", entry.title);
    put("when", when(entry.made));
    const offered = entry.state === "waiting" ? ["file", "remove"]
      : entry.problem?.conflict ? ["fresh", "file", "remove"] : ["mend", "again", "file", "remove"];
    item.querySelectorAll("[data-act]").forEach((button) => {
      button.hidden = !offered.includes(button.dataset.act);
      button.setAttribute("aria-label", `${button.textContent}: ${entry.title}`);
      button.addEventListener("click", () => acts[button.dataset.act](entry));
    });
    if (entry.problem) {
      const line = item.querySelector("[data-why]");
      line.textContent = why(entry.problem);
      line.hidden = false;
    }
    item.querySelector("[data-both]").replaceChildren(...both(entry, await wordsOf(entry)));
    return item;
  };
  const linked = (title, href, moment, told) => {
    const item = document.createElement("li");
    const link = item.appendChild(document.createElement("a"));
    link.href = href;
    link.textContent = title;
    if (moment) item.appendChild(document.createElement("small")).textContent = [when(moment), ...(told || [])].join(" · ");
    return item;
  };
  const fill = (name, rows) => {
    const part = byClass(name);
    part.querySelector("ul").replaceChildren(...rows);
    part.hidden = !rows.length;
  };
  const pages = async () => {
    if (!window.caches) return [];
    const kept = await caches.open("pages");
    const own = (await kept.keys()).filter((request) => !new URL(request.url).pathname.startsWith(says.outbox));
    const rows = await Promise.all(own.reverse().map(async (request) => {
      const page = parse(await (await kept.match(request, { ignoreVary: true })).text());
      if (!page.querySelector("main input[name=submission]")) return null;
      const title = `${page.querySelector("h1")?.textContent.trim() || ""} ${page.querySelector(".sub")?.textContent.trim() || ""}`;
      return linked(title.trim().replace(/\s+/g, " ") || request.url, request.url);
    }));
    return rows.filter(Boolean);
  };

  const show = async () => {
    const entries = await outbox.all();
    const own = entries.filter((entry) => !mine || entry.person === mine);
    const strange = entries.filter((entry) => mine && entry.person !== mine && entry.state !== "sent").length;
    for (const state of ["attention", "waiting"]) {
      fill(state, mine ? await Promise.all(own.filter((entry) => entry.state === state).map(row)) : []);
    }
    const sent = mine ? own.filter((entry) => entry.state === "sent").reverse() : [];
    fill("sent", sent.map((entry) => linked(entry.title, entry.record, entry.sent, entry.told)));
    fill("pages", await pages());
    const line = main.querySelector("[data-strangers]");
    const hidden = mine ? strange : entries.filter((entry) => entry.state !== "sent").length;
    line.textContent = says.strange.replace("{n}", hidden);
    line.hidden = !hidden;
    const nothing = !entries.some((entry) => entry.state !== "sent");
    main.querySelector("[data-nothing]").hidden = !nothing;
    if (nothing) say("");
    main.dataset.ready = "yes";
  };

  main.querySelector("[data-send]").addEventListener("click", send);
  outbox.news.addEventListener("message", show);
  self.addEventListener("outbox", show);
  if (query.has("saved")) say(mine ? says.just : says.signedOut);
  show();
})();
