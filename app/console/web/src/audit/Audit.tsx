/** Who did what, newest first. It is read when one asks and not by itself, for each reading is an entry of its own. */

import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";

import { get } from "../api/request";
import type { Me, Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { ChoiceField, DayField, FilterForm, WordsField } from "../filters/FilterForm";
import { useLanguage, useName } from "../i18n/language";
import { may } from "../shell/pages";
import { dayAfter, momentOf } from "../time/format";
import { AuditTable } from "./AuditTable";

type Page = Shapes["AuditPage"];
type Filters = { person: string; act: string; line: string; target: string; from: string; to: string };

const NOTHING: Filters = { person: "", act: "", line: "", target: "", from: "", to: "" };

function queryOf(filters: Filters, before: number | null): string {
  const given: Record<string, string> = {
    person_id: filters.person,
    act: filters.act,
    line_id: filters.line,
    target_id: filters.target.trim(),
    from: filters.from && momentOf(filters.from, "00:00").toISOString(),
    to: filters.to && momentOf(dayAfter(filters.to, 1), "00:00").toISOString(),
    before: before === null ? "" : String(before),
  };
  return new URLSearchParams(Object.entries(given).filter(([, value]) => value !== "")).toString();
}

export default function Audit({ me }: { me: Me }) {
  const { t } = useLanguage();
  const texts = t.audit;
  const nameOf = useName();
  const [filters, setFilters] = useState(NOTHING);
  const [shown, setShown] = useState<{ entries: Page["entries"]; filters: Filters; before: number | null } | null>(
    null,
  );
  const people = useQuery({
    queryKey: ["people"],
    queryFn: () => get<Shapes["Account"][]>("/api/people"),
    enabled: may(me, "people.see"),
  }).data;
  const read = useAct(
    ({ by, before }: { by: Filters; before: number | null }) => get<Page>(`/api/audit?${queryOf(by, before)}`),
    (page, { by, before }) =>
      setShown({
        entries: before === null ? page.entries : [...(shown?.entries ?? []), ...page.entries],
        filters: by,
        before: page.next_before,
      }),
  );
  const put = (part: Partial<Filters>) => setFilters({ ...filters, ...part });
  return (
    <section className="card stack" aria-labelledby="audit">
      <h1 id="audit">{texts.title}</h1>
      <p className="soft">{texts.hint}</p>
      <p className="soft small">{texts.sealHint}</p>
      <FilterForm find={texts.find} act={read} onFind={() => read.run({ by: filters, before: null })}>
        {people ? (
          <ChoiceField
            label={texts.person}
            none={texts.everyone}
            options={people.map((one) => [one.id, one.work_name])}
            value={filters.person}
            onChange={(person) => put({ person })}
          />
        ) : null}
        <ChoiceField
          label={texts.act}
          none={texts.everyAct}
          options={Object.entries(texts.acts)}
          value={filters.act}
          onChange={(act) => put({ act })}
        />
        <ChoiceField
          label={texts.line}
          none={texts.everyLine}
          options={me.lines.map((line) => [line.id, nameOf(line)])}
          value={filters.line}
          onChange={(line) => put({ line })}
        />
        <WordsField label={texts.target} longest={100} value={filters.target} onChange={(target) => put({ target })} />
        <DayField label={texts.from} value={filters.from} onChange={(from) => put({ from })} />
        <DayField label={texts.to} value={filters.to} onChange={(to) => put({ to })} />
      </FilterForm>
      <Said text={read.said} />
      <div role="status">{shown?.entries.length === 0 ? <p>{texts.nothing}</p> : null}</div>
      {shown?.entries.length ? <AuditTable me={me} entries={shown.entries} /> : null}
      {shown?.before ? (
        <Button
          disabled={read.blocked}
          loading={read.running}
          onClick={() => read.run({ by: shown.filters, before: shown.before })}
        >
          {texts.more}
        </Button>
      ) : null}
    </section>
  );
}
