/* A pile of slips by keyboard alone: Enter goes to the next row, a copied table spreads over the rows.
   Without this script the button adds rows, and what is pasted into the large field is spread by the server. */
(() => {
  "use strict";
  const form = document.querySelector("[data-pile]");
  if (!form) return;
  const body = form.querySelector("tbody");
  const spare = form.querySelector("template");
  const total = form.elements.namedItem("row-TOTAL_FORMS");
  const most = Number(form.dataset.most);
  const save = form.querySelector("[name=save]");
  const cells = (row) => [...row.querySelectorAll("input")];

  const added = () => {
    const place = body.rows.length;
    if (place >= most) return null;
    const html = spare.innerHTML.replaceAll("__prefix__", place).replaceAll("__number__", place + 1);
    const holder = document.createElement("tbody");
    holder.innerHTML = html;
    body.append(holder.firstElementChild);
    total.value = body.rows.length;
    return body.rows[place];
  };
  const after = (row) => row.nextElementSibling || added();

  /* Cells between tabs; a cell with line breaks stands in quotes, as spreadsheets copy it. Quotes that no spreadsheet
     wrote, such as a single one, are letters as others are. */
  const parsed = (copied) => {
    const text = copied.replace(/\r\n?/g, "\n");
    const rows = [[""]];
    let quoted = false;
    let odd = false;
    for (let at = 0; at < text.length; at += 1) {
      const line = rows[rows.length - 1];
      const sign = text[at];
      if (quoted) {
        if (sign !== "\"") line[line.length - 1] += sign;
        else if (text[at + 1] === "\"") { line[line.length - 1] += sign; at += 1; }
        else { quoted = false; odd ||= at + 1 < text.length && !"\t\n".includes(text[at + 1]); }
      } else if (sign === "\"" && line[line.length - 1] === "") quoted = true;
      else if (sign === "\t") line.push("");
      else if (sign === "\n") rows.push([""]);
      else line[line.length - 1] += sign;
    }
    const plain = odd || quoted ? text.split("\n").map((line) => line.split("\t")) : rows;
    return plain.filter((line) => line.some((cell) => cell.trim()));
  };

  body.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    const first = cells(event.target.closest("tr")).indexOf(event.target);
    if (first < 0 || !/[\t\n]/.test(text.trim())) return;
    const rows = parsed(text);
    const free = most - [...body.rows].indexOf(event.target.closest("tr"));
    event.preventDefault();
    if (rows.length > free) {
      const field = form.elements.namedItem("pasted");
      field.closest("details").open = true;
      field.value += text;
      field.focus();
      return;
    }
    let row = event.target.closest("tr");
    rows.forEach((line, place) => {
      if (place) row = after(row);
      line.slice(0, cells(row).length - first).forEach((words, cell) => {
        cells(row)[first + cell].value = words.replace(/\s*\n\s*/g, " ").trim();
      });
    });
    (after(row) || row).querySelector("input").focus();
  });

  body.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229 || event.ctrlKey) return;
    event.preventDefault();
    const row = event.target.closest("tr");
    const is_empty = cells(row).every((cell) => !cell.value.trim());
    const next = is_empty ? save : after(row)?.querySelector("input") || save;
    next.focus();
  });

  form.querySelector("[name=more]").addEventListener("click", (event) => {
    if (form.elements.namedItem("pasted").value.trim()) return;
    event.preventDefault();
    const row = added();
    row?.querySelector("input").focus();
  });

  /* Two taps are one: the second finds the first one on its way. */
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 5000);
  });
  window.addEventListener("pageshow", () => delete form.dataset.sent);
  if (!document.querySelector(".error-summary")) body.querySelector("input").focus();
})();
