import type { Texts } from "../texts";

export const records: Texts["records"] = {
  title: "Case notes",
  back: "Back",
  owed: (count) => `Notes still to write (${count})`,
  hasDraft: "draft",
  write: "Write it",
  search: "Find notes",
  words: "Words",
  line: "Line",
  topic: "Topic",
  level: "Risk level",
  from: "From",
  to: "Until",
  any: "any",
  find: "Find",
  results: "What was found",
  nothing: "No note fits.",
  more: "Show more",
};
