// Filters of tables, without a server: what is shown was in the page when it came. Text is only ever set as text.
"use strict";

(() => {
  const PAGE = 100; // rows that are shown at once

  const MOST = 4; // terms and tags of a row
  const LONG = 60; // letters that are a text and not a word

  const element = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  const words = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);

  // The summary of a result is fetched from its page, which a browser does not do for a file.
  if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") {
    DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  }

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
    const rows = [...table.tBodies[0].rows];
    if (rows.length < 12) return;
    const id = `gnomon-filter-${number}`;
    const input = element("input", { type: "search", className: "form-control form-control-sm", id });
    const status = element("span", { className: "gnomon-status", role: "status" });
    const texts = rows.map((row) => row.textContent.toLowerCase());
    input.addEventListener("input", () => {
      const wanted = words(input.value);
      let shown = 0;
      rows.forEach((row, index) => {
        row.hidden = !wanted.every((word) => texts[index].includes(word));
        shown += row.hidden ? 0 : 1;
      });
      status.textContent = input.value ? `${shown} of ${rows.length} rows` : "";
    });
    const label = element("label", { htmlFor: id, textContent: "Filter" });
    const box = table.closest(".gnomon-scroll") ?? table;
    box.before(element("p", { className: "gnomon-quickly" }, label, input, status));
  };

  // What a link leads to is shown, also inside of what is folded.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let node = target; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
    if (target && target.tagName === "DETAILS") target.scrollIntoView();
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-gnomon-table]").forEach(browse);
    document.querySelectorAll("table[data-gnomon-filter]").forEach(filter);
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
