// How a search weighs what it finds: a name before a word of a description, that before a part of a name, and metrics
// before guides that mention the same word.
"use strict";

var Scorer = {
  score: ([docname, title, , , score]) => {
    const wanted = (new URLSearchParams(location.search).get("q") ?? "").trim().toLowerCase();
    const name = title.toLowerCase();
    const exact = name === wanted ? 40 : name.endsWith(`.${wanted}`) ? 30 : 0;
    if (docname.startsWith("reference/metrics/")) return score + exact + 12;
    if (docname.startsWith("reference/packages/")) return score + exact + 4;
    if (docname.startsWith("reference/rules/") || docname.startsWith("reference/partials/")) return score + exact - 3;
    return score + exact;
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 8,
  partialTerm: 2,
};
