// The page of search results: what a result is about below its name, and what was meant where there is none.
"use strict";

(() => {
  if (typeof Search === "undefined") return;
  const SUMMARY = 400; // letters
  const MEANT = 5; // suggestions

  // The summary of a result is fetched from its page, which a browser does not do for a file.
  if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

  const NOTHING =
    "Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories.";
  Documentation.TRANSLATIONS[NOTHING] = "No page has all of these words."; // there are no categories

  const plain = (node) => node.textContent.replace(/\s+/g, " ").trim();

  // A page of the reference says at its beginning what it is about; of a guide the place of the words is shown.
  const summarize = Search.makeSearchSummary;
  Search.makeSearchSummary = (html, keywords, anchor) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const about = [...page.querySelectorAll(".bd-article .gnomon-description")].map(plain).join(" ");
    if (!about) return summarize(html, keywords, anchor);
    const text = about.length > SUMMARY ? `${about.slice(0, SUMMARY).replace(/\S*$/, "")}…` : about;
    return Object.assign(document.createElement("p"), { className: "context", textContent: text });
  };
  Search.htmlToText = (html, anchor) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    page.querySelectorAll(".headerlink, script, style, svg").forEach((node) => node.remove());
    const part = anchor ? page.getElementById(decodeURIComponent(anchor.slice(1))) : null;
    const found = part ?? page.querySelector(".bd-article") ?? page.body;
    if (!part) found.querySelector("h1")?.remove();
    return plain(found);
  };

  // How many letters to add, drop, change or swap make one word of another; above `most` it does not matter.
  const distance = (one, other, most) => {
    if (Math.abs(one.length - other.length) > most) return most + 1;
    let [before, last] = [[], Array.from({ length: other.length + 1 }, (_, index) => index)];
    for (let i = 1; i <= one.length; i++) {
      const row = [i];
      for (let j = 1; j <= other.length; j++) {
        const same = one[i - 1] === other[j - 1];
        row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1));
        if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
          row[j] = Math.min(row[j], before[j - 2] + 1);
        }
      }
      [before, last] = [last, row];
    }
    return last[other.length];
  };

  // Words of titles, which unlike those of the index are whole.
  const vocabulary = () => {
    const found = new Map();
    for (const title of Object.keys(Search._index.alltitles)) {
      for (const word of [title, ...title.split(/[^\p{L}\p{N}]+/u)]) {
        if (word.length > 1 && !word.includes(" ")) found.set(word.toLowerCase(), word);
      }
    }
    return found;
  };

  const suggest = (query) => {
    const known = vocabulary();
    const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
    const near = wanted.flatMap((word) => {
      const most = Math.max(1, Math.floor(word.length / 4));
      return [...known].map(([lower, whole]) => [distance(word, lower, most), whole]).filter(([far]) => far > 0 && far <= most);
    });
    near.sort(([one, first], [other, second]) => one - other || first.localeCompare(second, "en"));
    const meant = [...new Set(near.map(([, word]) => word))].slice(0, MEANT);
    if (!meant.length) return;
    const line = Object.assign(document.createElement("p"), { className: "gnomon-suggestions" });
    line.append("Did you mean ");
    meant.forEach((word, index) => {
      const link = Object.assign(document.createElement("a"), { href: `?q=${encodeURIComponent(word)}`, textContent: word });
      line.append(index ? ", " : "", link);
    });
    line.append("?");
    document.getElementById("search-results").append(line);
  };

  const perform = Search._performSearch;
  Search._performSearch = (query, ...rest) => {
    const found = perform(query, ...rest);
    if (!found.length) suggest(query);
    return found;
  };
})();
