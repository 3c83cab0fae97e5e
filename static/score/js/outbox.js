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

  /* A later version of a sheet stands for an earlier one that was never sent; photos of both stay. */
  const add = (entry) => work("readwrite", (store) => {
    const asked = store.getAll();
    asked.onsuccess = () => {
      const older = asked.result.find((other) => entry.whole && other.whole === entry.whole && other.person === entry.person
        && other.state === "waiting" && !other.tried && other.uuid !== entry.uuid);
      if (older) {
        const names = new Set(entry.fields.map(([name]) => name));
        entry.fields.push(...older.fields.filter(([name, value]) => value instanceof Blob && !names.has(name)));
        store.delete(older.uuid);
      }
      store.put(entry);
    };
  }).then(told);

  const ask = async (taken = []) => {
    const answer = await fetch(`${address()}who/?taken=${taken.join(",")}`, { cache: "no-store" });
    if (!answer.ok) throw new TypeError("no answer");
    return answer.json();
  };

  /* Send one entry; what happened to it. Throws without a network: then it may have been taken, and is sent again. */
  const deliver = async (entry, token) => {
    const body = new FormData();
    entry.fields.forEach(([name, value]) => {
      if (value instanceof Blob) body.append(name, value, value.name || "photo.jpg");
      else body.append(name, value);
    });
    body.set("submission", entry.uuid);
    entry.tried += 1;
    await work("readwrite", (store) => store.put(entry));
    const answer = await fetch(entry.path, {
      method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": token }, signal: AbortSignal.timeout(120000),
    });
    if (answer.redirected) return "signed-out";
    if (answer.status >= 500 || answer.status === 429) return "later";
    const isData = answer.headers.get("Content-Type")?.startsWith("application/json");
    const said = isData ? await answer.json() : { page: await answer.text() };
    if (said.other_person) return "signed-out";
    if (said.taken === true) {
      await keep({ ...entry, fields: [], state: "sent", record: said.record, sent: Date.now() });
      return "sent";
    }
    await keep({ ...entry, state: "attention", problem: { code: answer.status, ...said } });
    return "attention";
  };

  /* One after the other, one page or worker at a time. */
  const drain = () => navigator.locks.request(NAME, { ifAvailable: true }, async (lock) => {
    if (!lock) return "busy";
    const entries = await all();
    const waiting = entries.filter((entry) => entry.state === "waiting");
    const mended = entries.filter((entry) => entry.mending);
    if (!waiting.length && !mended.length) return "";
    let result = "";
    try {
      const known = await ask(mended.map((entry) => entry.uuid));
      for (const entry of mended) {
        if (known.taken.includes(entry.uuid)) await remove(entry.uuid);
      }
      if (!known.person) return "signed-out";
      for (const entry of waiting.filter((each) => each.person === known.person)) {
        result = await deliver(entry, known.token);
        if (result === "signed-out") break;
      }
    } catch (error) {
      if (error instanceof TypeError || error.name === "TimeoutError" || error.name === "AbortError") return "offline";
      throw error;
    }
    const old = (await all()).filter((entry) => entry.state === "sent").slice(0, -KEPT_AS_SENT);
    for (const entry of old) await remove(entry.uuid);
    return result;
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
  };
  const shown = () => show().catch(() => { frame.hidden = true; });

  /* Put what was typed before into the form again. */
  const refill = async () => {
    const uuid = location.hash.match(/^#mend=([\w-]+)$/)?.[1];
    const entry = uuid && await get(uuid);
    const field = document.querySelector("main input[name=submission]");
    if (!entry || entry.person !== frame.dataset.person || !field) return;
    history.replaceState(null, "", location.pathname + location.search);
    const given = new Map();
    entry.fields.forEach(([name, value]) => given.set(name, [...(given.get(name) || []), value]));
    [...field.form.elements].forEach((control) => {
      const values = given.get(control.name);
      if (control.type === "hidden" || control.type === "submit") return;
      if (control.type === "file" && values) {
        const files = new DataTransfer();
        values.forEach((value) => files.items.add(value));
        control.files = files.files;
      } else if (control.type === "checkbox" || control.type === "radio") {
        control.checked = Boolean(values?.includes(control.value));
      } else if (values) {
        control.value = values[0];
      }
    });
    field.value = uuid;
    field.form.dispatchEvent(new Event("input", { bubbles: true }));
    await keep({ ...entry, mending: true });
  };

  const kept = document.body.dataset.keptAt;
  if (kept) {
    const line = frame.querySelector("[data-kept-page]");
    line.textContent = line.textContent.replace("{when}", moment(kept));
    line.hidden = false;
  }
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
