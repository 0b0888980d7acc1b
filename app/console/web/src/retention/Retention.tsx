/** What is kept how long, what holds it, what was erased lately; those in charge hold, lift and erase. */

import { useQuery } from "@tanstack/react-query";
import { Spin } from "antd";

import { get } from "../api/request";
import type { Me, Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useLanguage, useName } from "../i18n/language";
import { problemInWords } from "../i18n/problem";
import { may } from "../shell/pages";
import { dayAndTime } from "../time/format";
import { Erasures } from "./Erasures";
import { Holds } from "./Holds";
import "./retention.css";
import { Runs } from "./Runs";

type Term = Shapes["Term"];

export const RETENTION = ["retention"];

export default function Retention({ me }: { me: Me }) {
  const { t, language } = useLanguage();
  const texts = t.retention;
  const { data, error } = useQuery({
    queryKey: RETENTION,
    queryFn: () => get<Shapes["Retention"]>("/api/retention"),
    refetchInterval: 30_000,
  });
  if (error && !data) return <Said text={problemInWords(error, t, language)} />;
  if (!data) return <Spin className="loading" aria-label={t.common.loading} />;
  const manages = may(me, "retention.manage");
  return (
    <div className="stack">
      <h1 className="unseen">{texts.title}</h1>
      <p className="soft figures">
        {texts.hint}{" "}
        {data.next_run_at ? <span className="tag">{texts.nextRun(dayAndTime(data.next_run_at, language))}</span> : null}
      </p>
      <Holds me={me} holds={data.holds} manages={manages} />
      {data.jurisdictions.map((one) => (
        <Terms key={one.jurisdiction} me={me} one={one} />
      ))}
      <Runs runs={data.runs} />
      <Erasures erasures={data.erasures} manages={manages} />
    </div>
  );
}

function Terms({ me, one }: { me: Me; one: Shapes["Jurisdiction"] }) {
  const { t, language } = useLanguage();
  const texts = t.retention;
  const nameOf = useName();
  const lineName = (id: string) => nameOf(me.lines.find((line) => line.id === id) ?? { name_zh: id, name_en: id });
  const separator = language === "zh" ? "、" : ", ";
  return (
    <section className="card" aria-labelledby={`terms-${one.jurisdiction}`}>
      <h2 id={`terms-${one.jurisdiction}`}>
        {one.name[language]} {one.default ? <span className="tag">{texts.default}</span> : null}{" "}
        <span className="soft small figures">{texts.version(one.version)}</span>
      </h2>
      <p className="soft small">
        {one.lines.length > 0 ? texts.lines(one.lines.map(lineName).join(separator)) : texts.noLines}
      </p>
      <div className="scroll">
        <table className="plain">
          <thead>
            <tr>
              {Object.entries(texts.columns).map(([name, said]) => (
                <th key={name} scope="col">
                  {said}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {one.terms.map((term) => (
              <tr key={term.record_class}>
                <td>{texts.class[term.record_class]}</td>
                <td className="figures">
                  <Length term={term} />
                </td>
                <td>
                  {term.why[language]}{" "}
                  {term.inherited && !one.default ? <span className="tag">{texts.inherited}</span> : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Length({ term }: { term: Term }) {
  const texts = useLanguage().t.retention;
  const parts = (["years", "months", "days"] as const).flatMap((unit) => {
    const count = term[unit];
    return count ? [texts[unit](count)] : [];
  });
  return <>{parts.length > 0 ? parts.join(" ") : texts.always}</>;
}
