// How a search weighs what it finds: metrics come before guides that mention the same word.
"use strict";

var Scorer = {
  score: ([docname, , , , score]) => {
    if (docname.startsWith("reference/metrics/")) return score + 12;
    if (docname.startsWith("reference/packages/")) return score + 4;
    if (docname.startsWith("reference/rules/") || docname.startsWith("reference/partials/")) return score - 3;
    return score;
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
