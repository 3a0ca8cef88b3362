// Adds to the page what needs a script: search, filter, buttons, and links to a case.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  document.documentElement.classList.add("js");
  const search = byId("search");
  const only = byId("only");
  const list = byId("cases");
  const rows = list ? Array.from(list.children) : [];
  const failed = rows.filter((row) => !row.classList.contains("is-equal"));
  const details = list ? Array.from(list.getElementsByTagName("details")) : [];
  let names = null;

  const number = (value) => value.toLocaleString("en");

  function filter() {
    // Reading 5,000 names takes a while, and few readers search.
    const text = search.value.trim().toLowerCase();
    if (text && !names) {
      names = new Map(rows.map((row) => [row, row.querySelector(".name").textContent.toLowerCase()]));
    }
    list?.classList.toggle("only", only.checked);
    let shown = 0;
    for (const row of rows) {
      const hidden = text !== "" && !names.get(row).includes(text);
      if (row.hidden !== hidden) row.hidden = hidden;
      if (!hidden && !(only.checked && row.classList.contains("is-equal"))) shown += 1;
    }
    const all = number(rows.length);
    byId("shown").textContent = shown === rows.length ? `${all} shown` : `${number(shown)} of ${all} shown`;
    const none = byId("none");
    if (none) none.hidden = shown > 0;
  }

  function openAll() {
    const open = details.some((one) => !one.open);
    details.forEach((one) => (one.open = open));
    label();
  }

  function label() {
    const allOpen = details.length > 0 && details.every((one) => one.open);
    byId("open").textContent = allOpen ? "Close all" : "Open all";
  }

  async function copy(button) {
    const text = button.parentElement.querySelector("code").textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without the permission, as in some browsers for files: the reader's selection.
      getSelection().selectAllChildren(button.parentElement.querySelector("code"));
      if (!document.execCommand("copy")) return;
    }
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  }

  function save() {
    const blob = new Blob([byId("report").textContent], { type: "application/json" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = "parity.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href));
  }

  // Opens the case that the address names: `#case-3`.
  function follow() {
    const row = /^#case-\d+$/.test(location.hash) ? byId(location.hash.slice(1)) : null;
    if (!row) return;
    const one = row.querySelector("details");
    if (one) one.open = true;
    if (row.hidden || (only.checked && row.classList.contains("is-equal"))) {
      search.value = "";
      only.checked = false;
      filter();
    }
    row.scrollIntoView({ block: "center" });
  }

  function key(event) {
    if (event.key === "/" && document.activeElement !== search && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "Escape" && document.activeElement === search) {
      search.value = "";
      filter();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      step(event);
    }
  }

  // The arrow keys go from one case to the next while one has the focus.
  function step(event) {
    if (document.activeElement?.parentElement?.parentElement?.parentElement !== list) return;
    const visible = details.filter((one) => !one.parentElement.hidden);
    const at = visible.indexOf(document.activeElement.parentElement);
    const next = visible[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.firstElementChild.focus();
  }

  search.addEventListener("input", filter);
  only.addEventListener("change", filter);
  byId("open").addEventListener("click", openAll);
  byId("save").addEventListener("click", save);
  list?.addEventListener("toggle", label, true);
  list?.addEventListener("click", (event) => {
    if (event.target.matches(".copy")) copy(event.target);
  });
  addEventListener("keydown", key);
  addEventListener("hashchange", follow);
  addEventListener("beforeprint", () => details.forEach((one) => (one.open = true)));

  // In a long list the differing cases would be out of sight.
  const many = 100;
  only.checked = rows.length > many && failed.length > 0;
  if (details.length === 1) details[0].open = true;
  filter();
  label();
  follow();
})();
