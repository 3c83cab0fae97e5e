/* The service worker: opens kept pages without a network, and keeps forms that could not be sent.
   RELEASE, SHELL, PARTS, OUTBOX and SIGN_OUT stand in sw.js, which the server writes. */
(() => {
  "use strict";
  const SHELL_CACHE = `shell-${RELEASE}`;
  const PAGES = "pages";
  const MOST_PAGES = 150;
  const SLOW_PAGE = 6000;
  const SLOW_FORM = 90000;
  const WHOSE = `${OUTBOX}whose`;
  const asked = { ignoreVary: true };

  const find = async (url) => (await caches.open(PAGES)).match(url, asked);
  const late = (wait) => new Promise((_, fail) => { setTimeout(() => fail(new TypeError("too slow")), wait); });

  /* Files that a kept page names beside the shell. */
  const keepParts = async (text) => {
    const shell = await caches.open(SHELL_CACHE);
    for (const url of PARTS.filter((part) => text.includes(part))) {
      if (!await shell.match(url, asked)) await shell.add(url);
    }
  };
  const keepPage = async (url, response) => {
    const pages = await caches.open(PAGES);
    const headers = new Headers(response.headers);
    headers.set("X-Phone", Date.now());
    await pages.delete(url, asked);
    await pages.put(url, new Response(response.body, { headers }));
    const kept = (await pages.keys()).filter((request) => ![OUTBOX, WHOSE].includes(new URL(request.url).pathname));
    for (const request of kept.slice(0, -MOST_PAGES)) await pages.delete(request, asked);
  };
  const fetchOutbox = async () => {
    const response = await fetch(OUTBOX, { cache: "no-store" });
    if (response.ok) await keepPage(OUTBOX, response);
  };

  /* Kept pages are one person's: they go when another signs in. */
  const learn = async (url, response) => {
    const person = response.headers.get("X-Person");
    if (!person) return;
    const mine = `${person} ${response.headers.get("Content-Language")} ${RELEASE}`;
    const whose = await (await find(WHOSE))?.text();
    if (whose && whose.split(" ")[0] !== person) await caches.delete(PAGES);
    if (response.headers.get("X-Keep")) {
      const text = response.clone().text();
      await keepPage(url, response);
      await keepParts(await text);
    }
    if (whose !== mine || !await find(OUTBOX)) {
      await fetchOutbox();
      await keepPage(WHOSE, new Response(mine));
    }
  };

  const renewed = async (url, cache = "default") => {
    const response = await fetch(url, { cache });
    if (response.ok && !response.redirected) await learn(url, response);
  };
  self.renewed = renewed;

  /* A kept page opened again is another form: it gets a number of its own. */
  const dressed = async (kept) => {
    const headers = new Headers(kept.headers);
    ["Content-Encoding", "Content-Length", "ETag"].forEach((name) => headers.delete(name));
    const when = new Date(headers.get("Date") || Date.now()).toISOString();
    const text = (await kept.text())
      .replace(/(name="submission" value=")[^"]*/g, (_, start) => start + crypto.randomUUID())
      .replace("<body", `<body data-kept-at="${when}" data-kept-phone="${headers.get("X-Phone")}"`);
    return new Response(text, { headers });
  };

  const page = async (event) => {
    const { request } = event;
    const kept = await find(request.url);
    try {
      const fresh = fetch(request);
      const response = await (kept ? Promise.race([fresh, late(SLOW_PAGE)]) : fresh);
      if (response.type === "basic" && response.ok) event.waitUntil(learn(request.url, response.clone()).catch(() => {}));
      return response;
    } catch (error) {
      const shown = kept || await find(OUTBOX);
      if (!shown) throw error;
      return dressed(shown);
    }
  };

  const titleOf = async (path) => {
    const text = await (await find(path))?.text();
    const found = text?.match(/<title>([\s\S]*?)(?: · SCORE MIS)?<\/title>/)?.[1].trim();
    return found?.replace(/&#x27;/g, "'").replace(/&quot;/g, '"').replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
  };
  const keepForm = async (request, form) => {
    const url = new URL(request.url);
    const path = url.pathname + url.search;
    const fields = [...form].filter(([name, value]) => name !== "csrfmiddlewaretoken" && !(value instanceof File && !value.size));
    await self.outbox.add({
      uuid: form.get("submission"), person: form.get("submission_by"), whole: form.get("submission_whole"), path,
      title: await titleOf(path) || await titleOf(request.referrer) || path, fields, made: Date.now(), state: "waiting", tried: 0,
    });
    await self.registration.sync?.register("outbox").catch(() => {});
    return Response.redirect(`${OUTBOX}?saved=${form.get("submission")}`, 303);
  };

  /* The page stays open with all that was typed, and says why. */
  const stay = (why) => {
    self.outbox.news.postMessage({ stay: why });
    return new Response(null, { status: 204 });
  };
  /* Answers that took nothing and say nothing about the form: no server, too heavy on the way, signed out, an old secret. */
  const isNone = (answer) => answer.status >= 500 || answer.status === 413 || answer.headers.has("X-Not-Taken");
  const post = async (event) => {
    const { request } = event;
    const copy = request.clone();
    let answer;
    let failure;
    try {
      answer = await Promise.race([fetch(request), late(SLOW_FORM)]);
    } catch (error) {
      failure = error;
    }
    if (answer && new URL(request.url).pathname === SIGN_OUT) event.waitUntil(caches.delete(PAGES));
    if (answer && !isNone(answer)) return answer;
    const form = await copy.formData().catch(() => null);
    if (!form?.get("submission")) {
      const shown = answer ? null : await find(OUTBOX);
      if (!answer && !shown) throw failure;
      return answer || dressed(shown);
    }
    if ([...form.keys()].includes("password")) return answer || stay("secret");
    try {
      return await keepForm(request, form);
    } catch {
      return stay("full");
    }
  };

  const file = async (event) => {
    const shell = await caches.open(SHELL_CACHE);
    const kept = await shell.match(event.request.url.split("?")[0], asked);
    if (kept) return kept;
    const response = await fetch(event.request);
    if (response.ok) event.waitUntil(shell.put(event.request.url.split("?")[0], response.clone()).catch(() => {}));
    return response;
  };

  /* Chromium may begin a page's request beside the worker, and without a network show that request's failure. */
  const answerAlone = async (event) => event.addRoutes?.({ condition: { urlPattern: new URLPattern({}) }, source: "fetch-event" });

  self.addEventListener("install", (event) => {
    event.waitUntil(answerAlone(event).catch(() => {}));
    const fill = async () => {
      const shell = await caches.open(SHELL_CACHE);
      const had = await Promise.all(PARTS.map((url) => caches.match(url, asked)));
      const urls = [...SHELL, ...PARTS.filter((_, place) => had[place])];
      await shell.addAll(urls.map((url) => new Request(url, { cache: "no-cache" })));
      await self.skipWaiting();
    };
    event.waitUntil(fill());
  });
  self.addEventListener("activate", (event) => {
    const tidy = async () => {
      const names = (await caches.keys()).filter((name) => name.startsWith("shell-") && name !== SHELL_CACHE);
      await Promise.all(names.map((name) => caches.delete(name)));
      await self.clients.claim();
    };
    event.waitUntil(tidy());
  });
  self.addEventListener("message", (event) => {
    if (!event.data?.keep) return;
    event.waitUntil(renewed(event.data.keep, event.data.cache).catch(() => {}));
  });
  self.addEventListener("sync", (event) => {
    if (event.tag === "outbox") {
      event.waitUntil(self.outbox.drain().then((result) => { if (result === "offline") throw new Error(result); }));
    }
  });
  self.addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (url.origin !== self.location.origin) return;
    if (request.mode === "navigate" && request.method === "POST") event.respondWith(post(event));
    else if (request.mode === "navigate" && request.method === "GET") event.respondWith(page(event));
    else if (request.method === "GET" && [...SHELL, ...PARTS].includes(url.pathname)) event.respondWith(file(event));
  });
})();
