// Filters of tables, without a server: what is shown was in the page when it came. Text is only ever set as text.
"use strict";

(() => {
  const PAGE = 100; // rows that are shown at once

  const MOST = 4; // terms and tags of a row
  const SHORT = 30; // letters that stay in a line
  const LONG = 60; // letters that are a text and not a word
  const SHOWN = 25; // rows and definitions of a page that are shown at once

  const element = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  const words = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);

  // On a telephone a row is a card, whose cells say of which column they are.
  const name_cells = (table) => {
    if (table.classList.contains("gnomon-numbers")) return;
    const titles = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
    for (const row of table.tBodies[0].rows) {
      [...row.cells].forEach((cell, index) => {
        if (cell.textContent.trim()) cell.dataset.label = titles[index] ?? "";
      });
    }
    table.classList.add("gnomon-cards");
  };

  // Of what is long the beginning is shown, and a button shows the rest.
  const shorten = (items, place, noun) => {
    if (items.length <= 1.5 * SHOWN) return { isWhole: () => true };
    const button = element("button", { type: "button", className: "btn btn-sm btn-outline-secondary" });
    button.textContent = `Show all ${items.length.toLocaleString("en")} ${noun}`;
    items.slice(SHOWN).forEach((item) => (item.hidden = true));
    button.addEventListener("click", () => {
      items.forEach((item) => (item.hidden = false));
      items[SHOWN].querySelector("a, summary")?.focus({ preventScroll: true });
      button.remove();
    });
    place.after(element("p", { className: "gnomon-rest" }, button));
    return { button, isWhole: () => !button.isConnected };
  };

  // A table of thousands of rows, of which the first that match are made.
  const browse = (root) => {
    const data = JSON.parse(root.querySelector("script").textContent);
    const parameters = new URLSearchParams(location.hash.slice(1));
    const haystacks = data.rows.map(([cells]) =>
      cells.flatMap((cell) => (cell && cell.text !== undefined ? cell.text : cell)).join(" ").toLowerCase(),
    );
    let most = PAGE;

    const search = element("input", {
      type: "search",
      className: "form-control",
      id: "gnomon-words",
      value: parameters.get("words") ?? "",
    });
    const form = element("form", { className: "gnomon-filter", role: "search" });
    form.setAttribute("aria-label", `Filter of ${data.noun}`);
    form.append(element("div", {}, element("label", { htmlFor: search.id, textContent: "Words" }), search));
    const selects = data.facets.map((facet, index) => {
      const counts = new Map();
      for (const [, choices] of data.rows) for (const choice of choices[index]) counts.set(choice, (counts.get(choice) ?? 0) + 1);
      const select = element("select", { className: "form-select", id: `gnomon-facet-${index}` });
      select.append(element("option", { value: "", textContent: "any" }));
      const sorted = [...counts].sort(([one], [other]) => one.localeCompare(other, "en"));
      sorted.forEach(([choice, count], number) =>
        select.append(element("option", { value: String(number + 1), textContent: `${choice} (${count})` })),
      );
      select.choices = sorted.map(([choice]) => choice);
      const wanted = select.choices.indexOf(parameters.get(facet));
      select.value = wanted < 0 ? "" : String(wanted + 1);
      if (counts.size > 0) {
        form.append(element("div", {}, element("label", { htmlFor: select.id, textContent: facet }), select));
      }
      return select;
    });
    const reset = element("button", { type: "reset", className: "btn btn-sm btn-outline-secondary", textContent: "Clear" });
    form.append(element("div", { className: "gnomon-reset" }, reset));

    const status = element("p", { className: "gnomon-status", role: "status" });
    const head = element("tr");
    for (const title of data.columns) head.append(element("th", { scope: "col", textContent: title }));
    const body = element("tbody");
    const table = element("table", { className: "table gnomon-table" }, element("thead", {}, head), body);
    const scroll = element("div", { className: "gnomon-scroll", tabIndex: 0, role: "region" }, table);
    scroll.setAttribute("aria-label", `Table of ${data.noun}`);
    const more = element("button", { type: "button", className: "btn btn-sm btn-outline-secondary", textContent: "Show more" });

    const cell = (value, first) => {
      const made = element(first ? "th" : "td", first ? { scope: "row" } : {});
      if (Array.isArray(value)) {
        const list = element("ul", { className: "gnomon-terms" });
        made.className = "gnomon-list";
        for (const item of value.slice(0, MOST)) list.append(element("li", {}, element("bdi", { textContent: item })));
        if (value.length > MOST) list.append(element("li", { className: "gnomon-quiet", textContent: `${value.length - MOST} more` }));
        if (value.length) made.append(list);
      } else if (value && value.href) {
        const parts = value.text.split(/(?<=[._])/).flatMap((part) => [part, element("wbr")]);
        made.append(element("a", { href: value.href }, ...parts));
      } else {
        if (String(value).length > LONG) made.className = "gnomon-brief";
        else if (String(value).length <= SHORT) made.className = "gnomon-test";
        made.append(element("bdi", { textContent: value && value.text !== undefined ? value.text : value }));
      }
      return made;
    };

    const update = () => {
      const wanted = words(search.value);
      const chosen = selects.map((select) => (select.value ? select.choices[select.value - 1] : null));
      const found = data.rows.filter(
        ([, choices], row) =>
          wanted.every((word) => haystacks[row].includes(word)) &&
          chosen.every((choice, index) => choice === null || choices[index].includes(choice)),
      );
      body.replaceChildren(
        ...found.slice(0, most).map(([cells]) => element("tr", {}, ...cells.map((value, index) => cell(value, index === 0)))),
      );
      name_cells(table);
      const shown = Math.min(most, found.length);
      status.textContent =
        `${found.length.toLocaleString("en")} of ${data.rows.length.toLocaleString("en")} ${data.noun}` +
        (shown < found.length ? `, the first ${shown.toLocaleString("en")} shown` : "");
      more.hidden = shown >= found.length;
    };
    const remember = () => {
      const kept = new URLSearchParams();
      if (search.value) kept.set("words", search.value);
      selects.forEach((select, index) => {
        if (select.value) kept.set(data.facets[index], select.choices[select.value - 1]);
      });
      history.replaceState(null, "", kept.size ? `#${kept}` : location.pathname + location.search);
    };
    const renew = () => {
      most = PAGE;
      update();
      remember();
    };
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", renew);
    form.addEventListener("reset", () => setTimeout(renew));
    more.addEventListener("click", () => {
      most += 5 * PAGE;
      update();
    });
    root.replaceChildren(form, status, scroll, more);
    update();
  };

  // A table that is in the page as it is: above a few rows, words choose among them.
  const filter = (table, number) => {
    name_cells(table);
    const rows = [...table.tBodies[0].rows];
    if (rows.length < 12 || !table.dataset.gnomonRows) return;
    const box = table.closest(".gnomon-scroll") ?? table;
    const rest = shorten(rows, box, table.dataset.gnomonRows);
    const id = `gnomon-filter-${number}`;
    const input = element("input", { type: "search", className: "form-control form-control-sm", id });
    const status = element("span", { className: "gnomon-status", role: "status" });
    const texts = rows.map((row) => row.textContent.toLowerCase());
    input.addEventListener("input", () => {
      const wanted = words(input.value);
      const found = rows.filter((_, index) => wanted.every((word) => texts[index].includes(word)));
      const shown = new Set(wanted.length || rest.isWhole() ? found : found.slice(0, SHOWN));
      rows.forEach((row) => (row.hidden = !shown.has(row)));
      if (rest.button) rest.button.hidden = wanted.length > 0;
      status.textContent = wanted.length ? `${found.length} of ${rows.length}` : "";
    });
    const label = element("label", { htmlFor: id, textContent: "Filter" });
    box.before(element("p", { className: "gnomon-quickly" }, label, input, status));
  };

  // What a link leads to is shown, also inside of what is folded.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let node = target; node; node = node.parentElement) {
      node.hidden = false;
      if (node.tagName === "DETAILS") node.open = true;
    }
    if (target && target.tagName === "DETAILS") target.scrollIntoView();
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-gnomon-table]").forEach(browse);
    document.querySelectorAll("table[data-gnomon-rows]").forEach(filter);
    document.querySelectorAll("[data-gnomon-items]").forEach((list) => {
      shorten([...list.children], list, list.dataset.gnomonItems);
    });
    document.querySelectorAll("[data-gnomon-open]").forEach((tools) => {
      const button = tools.querySelector("button");
      const folded = () => [...document.querySelectorAll("details.gnomon-definition")];
      button.addEventListener("click", () => {
        const open = folded().some((item) => !item.open);
        folded().forEach((item) => (item.open = open));
        button.textContent = open ? "Close all" : "Open all";
      });
      tools.hidden = false;
    });
    reveal();
  });
  window.addEventListener("hashchange", reveal);
})();
