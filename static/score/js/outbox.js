/* Forms that wait on this phone until the server has taken them: for pages, and for the service worker. */
(() => {
  "use strict";
  const NAME = "score-outbox";
  const KEPT_AS_SENT = 20;
  const frame = self.document?.querySelector("[data-worker]");
  const address = () => (self.document ? "" : OUTBOX) || document.querySelector("[data-outbox]").dataset.outbox;

  const open = () => new Promise((done, fail) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("entries", { keyPath: "uuid" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  /* One transaction; done only when it is on the disk. */
  const work = async (mode, act) => {
    const base = await open();
    try {
      return await new Promise((done, fail) => {
        const change = base.transaction("entries", mode, { durability: "strict" });
        const asked = act(change.objectStore("entries"));
        change.oncomplete = () => done(asked?.result);
        change.onabort = change.onerror = () => fail(change.error);
      });
    } finally {
      base.close();
    }
  };
  const news = new BroadcastChannel(NAME);
  const told = (result) => { news.postMessage("changed"); self.dispatchEvent(new Event("outbox")); return result; };
  const all = async () => (await work("readonly", (store) => store.getAll())).sort((a, b) => a.made - b.made);
  const get = (uuid) => work("readonly", (store) => store.get(uuid));
  const keep = (entry) => work("readwrite", (store) => store.put(entry)).then(told);
  const remove = (uuid) => work("readwrite", (store) => store.delete(uuid)).then(told);
  /* The same form under another number, in one step. */
  const renew = (entry) => work("readwrite", (store) => {
    store.delete(entry.uuid);
    return store.put({ ...entry, uuid: crypto.randomUUID(), state: "waiting", problem: null });
  }).then(told);

  /* Change an entry, unless it was removed or a newer version of it came meanwhile. */
  const settle = (entry, change) => work("readwrite", (store) => {
    const asked = store.get(entry.uuid);
    asked.onsuccess = () => {
      if (asked.result?.made === entry.made) store.put({ ...asked.result, ...change });
    };
  }).then(told);

  /* A later version of a sheet stands for an earlier one that was never sent; photos of both stay. */
  const isFile = ([, value]) => value instanceof Blob;
  const alike = ([name, file]) => `${name} ${file.name} ${file.size}`;
  const add = (entry) => work("readwrite", (store) => {
    const asked = store.getAll();
    asked.onsuccess = () => {
      const older = asked.result.find((other) => entry.whole && other.whole === entry.whole && other.person === entry.person
        && other.state === "waiting" && !other.tried && other.uuid !== entry.uuid);
      if (older) {
        const here = new Set(entry.fields.filter(isFile).map(alike));
        entry.fields.unshift(...older.fields.filter((field) => isFile(field) && !here.has(alike(field))));
        store.delete(older.uuid);
      }
      store.put(entry);
    };
  }).then(told);

  const isData = (answer) => Boolean(answer.headers.get("Content-Type")?.startsWith("application/json"));
  const ask = async (taken = []) => {
    const answer = await fetch(`${address()}who/?taken=${taken.join(",")}`, { cache: "no-store" });
    if (!answer.ok || !isData(answer)) throw new TypeError("no answer");
    return answer.json();
  };

  /* A page kept of a record that has changed is another by now: of its form it goes, of the record it is fetched anew. */
  const outdate = async (path, record) => {
    const pages = await caches.open("pages");
    const isKept = await pages.match(record, { ignoreVary: true });
    if (/\/\d+\//.test(path)) await pages.delete(path, { ignoreVary: true });
    if (!isKept) return;
    if (self.document) navigator.serviceWorker.controller?.postMessage({ keep: new URL(record, location.href).href });
    else await self.renewed(record);
  };

  /* Send one entry; what happened to it. Throws without a network: then it may have been taken, and is sent again. */
  const deliver = async (entry, token, isSecond) => {
    const body = new FormData();
    entry.fields.forEach(([name, value]) => {
      if (value instanceof Blob) body.append(name, value, value.name || "photo.jpg");
      else body.append(name, value);
    });
    body.set("submission", entry.uuid);
    entry.tried += 1;
    await settle(entry, { tried: entry.tried });
    const answer = await fetch(entry.path, {
      method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": token }, signal: AbortSignal.timeout(120000),
    });
    if (answer.redirected || answer.headers.has("X-Not-Taken")) {
      const known = isSecond ? {} : await ask();
      return known.person === entry.person ? deliver(entry, known.token, true) : "signed-out";
    }
    /* A good answer that is no data is not the server's: a network that wants a password. */
    if (answer.status >= 500 || answer.status === 429 || (answer.ok && !isData(answer))) return "later";
    const said = isData(answer) ? await answer.json() : { page: await answer.text() };
    if (said.other_person) return "signed-out";
    if (said.taken === true) {
      await settle(entry, { fields: [], state: "sent", record: said.record, told: said.told, sent: Date.now() });
      await outdate(entry.path, said.record).catch(() => {});
      return "sent";
    }
    await settle(entry, { state: "attention", problem: { code: answer.status, ...said } });
    return "attention";
  };

  /* One after the other, one page or worker at a time. */
  const drain = () => navigator.locks.request(NAME, { ifAvailable: true }, async (lock) => {
    if (!lock) return "busy";
    const entries = await all();
    const waiting = entries.filter((entry) => entry.state === "waiting");
    const mended = entries.filter((entry) => entry.mending);
    if (!waiting.length && !mended.length) return "";
    const results = [];
    try {
      const known = await ask(mended.map((entry) => entry.uuid));
      for (const entry of mended) {
        if (known.taken.includes(entry.uuid)) await remove(entry.uuid);
      }
      if (!known.person) return "signed-out";
      for (const entry of waiting.filter((each) => each.person === known.person)) {
        results.push(await deliver(entry, known.token));
        if (results.includes("signed-out")) break;
      }
    } catch (error) {
      if (error instanceof TypeError || error.name === "TimeoutError" || error.name === "AbortError") return "offline";
      throw error;
    }
    const old = (await all()).filter((entry) => entry.state === "sent").slice(0, -KEPT_AS_SENT);
    for (const entry of old) await remove(entry.uuid);
    return ["signed-out", "later", "attention", "sent"].find((result) => results.includes(result)) || "";
  });

  const moment = (when) => new Date(when).toLocaleString(document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
  self.outbox = { moment, all, get, add, keep, remove, renew, drain, news };
  if (!self.document || !frame || !navigator.serviceWorker || !window.indexedDB) return;

  const tag = frame.querySelector("a");
  const show = async () => {
    const entries = await all();
    const count = (state) => entries.filter((entry) => entry.state === state).length;
    const state = count("attention") ? "attention" : count("waiting") ? "waiting" : "sent";
    tag.textContent = tag.dataset[state].replace("{n}", count(state));
    tag.className = `tag tag-${{ attention: "bad", waiting: "warn", sent: "ok" }[state]}`;
    frame.dataset.state = state;
    frame.hidden = false;
    if (state !== "sent") navigator.storage?.persist?.().catch(() => {});
  };
  const shown = () => show().catch(() => { frame.hidden = true; });

  /* As many rows as were typed, by the button that adds one. */
  const addRows = (form, given) => {
    const total = form.querySelector("[name$=TOTAL_FORMS]");
    const wanted = Number(total && given.get(total.name)?.[0]);
    while (wanted > Number(total?.value)) {
      const before = total.value;
      form.querySelector("button[name=more]")?.click();
      if (total.value === before) return;
    }
  };
  /* Put what was typed before into the form again. */
  const refill = async () => {
    const uuid = location.hash.match(/^#mend=([\w-]+)$/)?.[1];
    const entry = uuid && await get(uuid);
    const field = document.querySelector("main input[name=submission]");
    if (!entry || entry.person !== frame.dataset.person || !field) return;
    history.replaceState(null, "", location.pathname + location.search);
    const given = new Map();
    entry.fields.forEach(([name, value]) => given.set(name, [...(given.get(name) || []), value]));
    if (document.readyState !== "complete") await new Promise((done) => { self.addEventListener("load", done, { once: true }); });
    addRows(field.form, given);
    const chosen = [];
    [...field.form.elements].forEach((control) => {
      const values = given.get(control.name);
      if (control.type === "hidden" || control.type === "submit") return;
      if (control.type === "file" && values) {
        const files = new DataTransfer();
        values.forEach((value) => files.items.add(value));
        control.files = files.files;
        chosen.push(control);
      } else if (control.type === "checkbox" || control.type === "radio") {
        control.checked = Boolean(values?.includes(control.value));
      } else if (control.type === "select-multiple") {
        [...control.options].forEach((option) => { option.selected = Boolean(values?.includes(option.value)); });
      } else if (values?.length) {
        control.value = values.shift();
      }
    });
    field.form.querySelectorAll("details").forEach((part) => { part.open = true; });
    chosen.forEach((control) => control.dispatchEvent(new Event("change", { bubbles: true })));
    field.value = uuid;
    field.form.dispatchEvent(new Event("input", { bubbles: true }));
    await keep({ ...entry, mending: true });
  };

  /* A page that was kept on another day: its fields for today's day. By how long ago it was, not by the phone's calendar. */
  const later = () => {
    const { keptAt, keptPhone } = document.body.dataset;
    const then = Date.parse(keptAt);
    const day = (moment) => Date.parse(new Intl.DateTimeFormat("en-CA", { timeZone: frame.dataset.zone }).format(moment));
    const past = day(then + Date.now() - Number(keptPhone)) - day(then);
    if (!(past > 0)) return;
    document.querySelectorAll("main input[type=date][max]").forEach((field) => {
      const shown = new Date(Date.parse(field.max) + past).toISOString().slice(0, 10);
      if (field.value === field.max) field.value = shown;
      field.max = shown;
    });
  };
  const kept = document.body.dataset.keptAt;
  if (kept) {
    const line = frame.querySelector("[data-kept-page]");
    line.textContent = line.textContent.replace("{when}", moment(kept));
    line.hidden = false;
    later();
  }
  let isPressed = false;
  document.addEventListener("submit", () => { isPressed = true; });
  news.addEventListener("message", ({ data }) => {
    const line = document.querySelector("[data-stays]");
    if (!data.stay || !isPressed) return;
    line.textContent = line.dataset[data.stay];
    line.classList.add("alert", "alert-danger");
    line.hidden = false;
    line.scrollIntoView();
  });
  const send = () => drain().then(shown).catch(shown);
  news.addEventListener("message", shown);
  self.addEventListener("outbox", shown);
  self.addEventListener("online", send);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
  setInterval(() => { if (frame.dataset.state === "waiting") send(); }, 30000);
  const first = !navigator.serviceWorker.controller;
  navigator.serviceWorker.register(frame.dataset.worker, { updateViaCache: "none" }).catch(() => {});
  /* The first page of all was opened before anything could keep it. */
  if (first && !kept) navigator.serviceWorker.ready.then((ready) => ready.active.postMessage({ keep: location.href, cache: "force-cache" }));
  shown();
  refill().finally(send);
})();
