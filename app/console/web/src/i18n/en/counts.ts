import type { Texts } from "../texts";

export const counts: Texts["counts"] = {
  title: "Counts",
  hint: "Contacts counted from the counselling notes that were submitted: codes and numbers alone, no text of a note. Each count and each download is on record in the audit.",
  from: "First month",
  to: "Last month",
  line: "Line",
  everyLine: "All of my lines",
  rows: "Count by",
  columns: "And divide by",
  noColumns: "Nothing more",
  count: "Count",
  counting: "Counting…",
  backwards: "The last month cannot be before the first.",
  tooLong: (most) => `At most ${most} months can be counted at once. Please choose a shorter time.`,
  ways: {
    topic: "Topic",
    level: "Risk level",
    age_band: "Age band",
    gender: "Gender",
    caller_role: "Caller",
    region: "Region",
    line: "Line",
    month: "Month",
  },
  period: (first, last) => `${first} to ${last}`,
  of: (months, line, ways) => `${months} · ${line} · by ${ways.toLowerCase()}`,
  and: " and ",
  contacts: "Contacts",
  hidden: "hidden",
  atLeast: (count) => `at least ${count}`,
  noneShown: "–",
  why: (k) =>
    `Numbers of fewer than ${k} contacts are hidden, so that nobody can be recognised by them; some greater ones are hidden too where a sum would give a small one away. This is decided for each month on each line, and what is hidden is in no sum: “hidden” means that there are contacts which cannot be shown, “at least” that some hidden ones are not in the figure. Every other figure is exact.`,
  leftOut: (count) =>
    count === 1
      ? "One month on one line has too few contacts to show anything and is not in this table; a place without a number (–) may belong to it."
      : `${count} months on single lines have too few contacts to show anything and are not in this table; a place without a number (–) may belong to them.`,
  topics: "A note may have several topics and is counted once under each.",
  sets: "These notes were coded with more than one set of topics. Topics of one name in two sets need not mean the same; each is counted as it was chosen.",
  nothing: "There is no note to count in this time.",
  withheld: (k) =>
    `There are too few contacts to show this table: numbers of fewer than ${k} may let somebody be recognised. This is decided for each month on each line. Please divide less, or choose lines and months with more contacts.`,
  download: "Download the table (CSV)",
  fileName: "counts",
};
