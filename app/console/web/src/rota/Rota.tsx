/** The rota of a week: teams by days, who is on when, and where someone is missing. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Select, Spin } from "antd";
import { useState } from "react";

import { get } from "../api/request";
import type { Me, Named, Rota as Week } from "../api/types";
import { Said } from "../desk/Said";
import { useLanguage, useName } from "../i18n/language";
import { problemInWords } from "../i18n/problem";
import { may } from "../shell/pages";
import { serverNow } from "../time/clock";
import { dayAfter, dayInWords, dayOf } from "../time/format";
import { AddShift, type Place } from "./AddShift";
import { RotaCell } from "./RotaCell";
import "./rota.css";
import { mondayOf } from "./week";

const MANY = 4;
const EVERY = "*";
const LOOK_EVERY_MS = 30_000;

export default function Rota({ me }: { me: Me }) {
  const { t, language } = useLanguage();
  const texts = t.rota;
  const nameOf = useName();
  const today = dayOf(serverNow());
  const [from, setFrom] = useState(() => mondayOf(today));
  const [adding, setAdding] = useState<Place | null>(null);
  const { data, error, isPending, isPlaceholderData } = useQuery({
    queryKey: ["rota", from],
    queryFn: () => get<Week>(`/api/rota?from=${from}&days=7`),
    placeholderData: keepPreviousData,
    refetchInterval: LOOK_EVERY_MS,
  });
  const [chosen, setChosen] = useState<string | null>(null);
  const all = data?.pools ?? [];
  // A city's rota fits on a page, a country's does not: then one team is shown at first.
  const shown = chosen ?? (all.length > MANY ? (all[0]?.id ?? EVERY) : EVERY);
  const pools = all.filter((pool) => shown === EVERY || pool.id === shown);
  const edits = may(me, "rota.edit");
  const placeOf = (pool: Named, day: string): Place => ({ pool, day, people: data?.people ?? [] });
  return (
    <section className="card" aria-labelledby="rota">
      <div className="row apart">
        <h1 id="rota">
          {texts.title}{" "}
          <span className="soft figures small">
            {texts.week(dayInWords(from, language), dayInWords(dayAfter(from, 6), language))}
          </span>
        </h1>
        <div className="row">
          {all.length > 1 ? (
            <Select
              aria-label={texts.pool}
              className="pool-choice"
              value={shown}
              onChange={setChosen}
              showSearch={{ optionFilterProp: "label" }}
              options={[
                { value: EVERY, label: texts.allPools },
                ...all.map((pool) => ({ value: pool.id, label: nameOf(pool) })),
              ]}
            />
          ) : null}
          <Button onClick={() => setFrom(dayAfter(from, -7))}>{texts.previous}</Button>
          <Button disabled={from === mondayOf(today)} onClick={() => setFrom(mondayOf(today))}>
            {texts.thisWeek}
          </Button>
          <Button onClick={() => setFrom(dayAfter(from, 7))}>{texts.next}</Button>
        </div>
      </div>
      <Said text={error ? problemInWords(error, t, language) : null} />
      {isPending ? <Spin className="loading" aria-label={t.common.loading} /> : null}
      {data ? (
        <div className="scroll" aria-busy={isPlaceholderData}>
          <table className="plain rota">
            <thead>
              <tr>
                <th scope="col">{texts.pool}</th>
                {data.days.map((day) => (
                  <th key={day} scope="col" className={day === today ? "today" : ""}>
                    {dayInWords(day, language)}
                    {day === today ? <span className="tag calm">{texts.today}</span> : null}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {pools.map((pool) => (
                <tr key={pool.id}>
                  <th scope="row">{nameOf(pool)}</th>
                  {data.days.map((day) => (
                    <RotaCell
                      key={day}
                      rota={data}
                      pool={pool}
                      day={day}
                      onAdd={edits && day >= today ? () => setAdding(placeOf(pool, day)) : null}
                      edits={edits}
                    />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
      {adding ? <AddShift place={adding} onDone={() => setAdding(null)} /> : null}
    </section>
  );
}
