/** Who did what, newest first. It is read when one asks and not by itself, for each reading is an entry of its own. */

import { useQuery } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useId, useState } from "react";

import { get } from "../api/request";
import type { Me, Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage, useName } from "../i18n/language";
import { may } from "../shell/pages";
import { dayAfter, momentOf } from "../time/format";
import "../records/records.css";
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
  const id = useId();
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
  const choice = (name: "person" | "act" | "line", none: string, options: readonly [string, string][]) => (
    <div className="field">
      <label htmlFor={`${id}-${name}`}>{texts[name]}</label>
      <select id={`${id}-${name}`} value={filters[name]} onChange={(event) => put({ [name]: event.target.value })}>
        <option value="">{none}</option>
        {options.map(([value, said]) => (
          <option key={value} value={value}>
            {said}
          </option>
        ))}
      </select>
    </div>
  );
  return (
    <section className="card record" aria-labelledby="audit">
      <h1 id="audit">{texts.title}</h1>
      <p className="soft">{texts.hint}</p>
      <p className="soft small">{texts.sealHint}</p>
      <form
        className="search-form"
        onSubmit={(event) => {
          event.preventDefault();
          read.run({ by: filters, before: null });
        }}
      >
        {people
          ? choice(
              "person",
              texts.everyone,
              people.map((one) => [one.id, one.work_name]),
            )
          : null}
        {choice("act", texts.everyAct, Object.entries(texts.acts))}
        {choice(
          "line",
          texts.everyLine,
          me.lines.map((line) => [line.id, nameOf(line)]),
        )}
        <div className="field">
          <label htmlFor={`${id}-target`}>{texts.target}</label>
          <Input
            id={`${id}-target`}
            value={filters.target}
            maxLength={100}
            autoComplete="off"
            onChange={(event) => put({ target: event.target.value })}
          />
        </div>
        {(["from", "to"] as const).map((end) => (
          <div key={end} className="field">
            <label htmlFor={`${id}-${end}`}>{texts[end]}</label>
            <input
              id={`${id}-${end}`}
              type="date"
              value={filters[end]}
              onChange={(event) => put({ [end]: event.target.value })}
            />
          </div>
        ))}
        <Button type="primary" htmlType="submit" disabled={read.blocked} loading={read.running}>
          {texts.find}
        </Button>
      </form>
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
