/** The lines, read-only: a line is changed by applying its file. A list, or one line with its whole history. */

import { useQuery } from "@tanstack/react-query";
import { Spin } from "antd";

import { get } from "../api/request";
import type { LineSummary } from "../api/types";
import { Said } from "../desk/Said";
import { useLanguage, useName } from "../i18n/language";
import { problemInWords } from "../i18n/problem";
import { addressOf } from "../shell/pages";
import { closingTime, dayAndTime } from "../time/format";
import { LineDetail } from "./LineDetail";
import "./lines.css";

export default function Lines({ lineId }: { lineId: string | undefined }) {
  const { t, language } = useLanguage();
  const { data, error, isPending } = useQuery({
    queryKey: ["lines"],
    queryFn: () => get<LineSummary[]>("/api/lines"),
  });
  if (isPending) return <Spin className="loading" aria-label={t.common.loading} />;
  if (error) return <Said text={problemInWords(error, t, language)} />;
  return lineId === undefined ? <LineList lines={data} /> : <LineDetail lineId={lineId} all={data} />;
}

export function OpenTag({ line }: { line: LineSummary }) {
  const { t, language } = useLanguage();
  const texts = t.lines;
  if (!line.running) return <span className="tag now">{texts.notRunning}</span>;
  if (line.open) {
    return (
      <span className="tag calm figures">
        {texts.nowOpen}
        {line.closes_at ? ` · ${texts.openUntil(closingTime(line.closes_at))}` : ""}
      </span>
    );
  }
  return (
    <span className="tag figures">
      {texts.nowClosed}
      {line.opens_at ? ` · ${texts.opensAt(dayAndTime(line.opens_at, language))}` : ""}
    </span>
  );
}

export function Numbers({ line }: { line: LineSummary }) {
  const t = useLanguage().t;
  return (
    <>
      {line.numbers.map((one) => (
        <span key={one.number} className="line-number figures">
          {one.shown ?? one.number} {one.placeholder ? <small className="soft">{t.lines.placeholder}</small> : null}
        </span>
      ))}
    </>
  );
}

function LineList({ lines }: { lines: LineSummary[] }) {
  const { t } = useLanguage();
  const texts = t.lines;
  const nameOf = useName();
  return (
    <section className="card" aria-labelledby="lines">
      <h1 id="lines">{texts.title}</h1>
      <p className="soft">{texts.readOnly}</p>
      <div className="scroll">
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{texts.name}</th>
              <th scope="col">{texts.organisation}</th>
              <th scope="col">{texts.numbers}</th>
              <th scope="col">{texts.hours}</th>
              <th scope="col">{texts.pools}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr key={line.id}>
                <td>
                  <a href={addressOf("lines", line.id)}>{nameOf(line)}</a>
                </td>
                <td>{nameOf(line.organisation)}</td>
                <td>
                  <Numbers line={line} />
                </td>
                <td>
                  <OpenTag line={line} />
                </td>
                <td>{line.pools.map((pool) => nameOf(pool)).join(" → ")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
