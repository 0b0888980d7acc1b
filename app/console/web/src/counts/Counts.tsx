/**
 * Contacts counted from their notes, by one or two codes, small counts hidden. Counted when one asks and not by itself, for
 * each asking is an entry of the audit.
 */

import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { get, post } from "../api/request";
import type { Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { ChoiceField, FilterForm } from "../filters/FilterForm";
import { useLanguage, useName } from "../i18n/language";
import { problemInWords } from "../i18n/problem";
import { serverNow } from "../time/clock";
import { Counted, Told } from "./Counted";
import "./counts.css";
import { monthAfter, monthInWords, monthOf, monthsBetween, MOST_MONTHS } from "./months";
import { asked, WAYS, type Filters } from "./ways";

/** So many months back can be chosen. */
const MONTHS_BACK = 120;

export default function Counts() {
  const { t, language } = useLanguage();
  const texts = t.counts;
  const nameOf = useName();
  const [thisMonth] = useState(() => monthOf(serverNow()));
  const [filters, setFilters] = useState<Filters>({
    from: monthAfter(thisMonth, -11),
    to: thisMonth,
    line: "",
    rows: "topic",
    columns: "",
  });
  const [shown, setShown] = useState<{ counts: Shapes["Counts"]; filters: Filters } | null>(null);
  const offered = useQuery({
    queryKey: ["lines-to-count"],
    queryFn: () => get<Shapes["LineName"][]>("/api/exports/lines"),
  });
  const lines = offered.data ?? [];
  const count = useAct(
    (by: Filters) => post<Shapes["Counts"]>("/api/exports/counts", asked(by, "json", language)),
    (counts, by) => setShown({ counts, filters: by }),
  );
  const put = (part: Partial<Filters>) => setFilters({ ...filters, ...part });
  const months = useMemo(
    () =>
      Array.from({ length: MONTHS_BACK }, (_, back) => {
        const month = monthAfter(thisMonth, -back);
        return [month, monthInWords(month, language)] as const;
      }),
    [thisMonth, language],
  );
  const many = monthsBetween(filters.from, filters.to);
  const wrong = many < 1 ? texts.backwards : many > MOST_MONTHS ? texts.tooLong(MOST_MONTHS) : null;
  const inWords = (month: string) => monthInWords(month, language);
  const periodOf = ({ from, to }: Filters) => (from === to ? inWords(from) : texts.period(inWords(from), inWords(to)));
  const waysOf = (counts: Shapes["Counts"]) => counts.by.map((way) => texts.ways[way]).join(texts.and);
  const lineOf = (id: string) => (id ? nameOf(lines.find((line) => line.id === id) ?? null) : texts.everyLine);
  const of = shown ? texts.of(periodOf(shown.filters), lineOf(shown.filters.line), waysOf(shown.counts)) : "";
  return (
    <section className="card stack" aria-labelledby="counts">
      <h1 id="counts">{texts.title}</h1>
      <p className="soft">{texts.hint}</p>
      <FilterForm find={texts.count} act={count} wrong={wrong !== null} onFind={() => count.run(filters)}>
        <ChoiceField label={texts.from} options={months} value={filters.from} onChange={(from) => put({ from })} />
        <ChoiceField label={texts.to} options={months} value={filters.to} onChange={(to) => put({ to })} />
        <ChoiceField
          label={texts.line}
          none={texts.everyLine}
          options={lines.map((line) => [line.id, nameOf(line)])}
          value={filters.line}
          onChange={(line) => put({ line })}
        />
        <ChoiceField
          label={texts.rows}
          options={WAYS.map((way) => [way, texts.ways[way]])}
          value={filters.rows}
          onChange={(value) => {
            const rows = value as Filters["rows"];
            put({ rows, columns: filters.columns === rows ? "" : filters.columns });
          }}
        />
        <ChoiceField
          label={texts.columns}
          none={texts.noColumns}
          options={WAYS.filter((way) => way !== filters.rows).map((way) => [way, texts.ways[way]])}
          value={filters.columns}
          onChange={(columns) => put({ columns: columns as Filters["columns"] })}
        />
      </FilterForm>
      <Said text={wrong} tone="now" />
      <Said text={count.said ?? (offered.error ? problemInWords(offered.error, t, language) : null)} />
      <div role="status" className="stack">
        {count.running ? (
          <p className="soft">{texts.counting}</p>
        ) : shown ? (
          <Told counts={shown.counts} of={of} />
        ) : null}
      </div>
      {shown && shown.counts.cells.length > 0 ? (
        <Counted key={JSON.stringify(shown.filters)} {...shown} of={of} />
      ) : null}
    </section>
  );
}
