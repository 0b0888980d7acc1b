/** One line: how it stands now, and one of its dated versions in full. */

import { useQuery } from "@tanstack/react-query";
import { Spin } from "antd";
import { useState } from "react";

import { get } from "../api/request";
import type { LineDetail as Line, LineSummary, LineVersion } from "../api/types";
import { Said } from "../desk/Said";
import { useLanguage, useName } from "../i18n/language";
import { problemInWords } from "../i18n/problem";
import { addressOf } from "../shell/pages";
import { serverNow } from "../time/clock";
import { fullDate } from "../time/format";
import { Numbers, OpenTag } from "./Lines";
import { VersionView } from "./VersionView";

export function LineDetail({ lineId, all }: { lineId: string; all: LineSummary[] }) {
  const { t, language } = useLanguage();
  const texts = t.lines;
  const nameOf = useName();
  const [chosen, setChosen] = useState<string | null>(null);
  const { data, error, isPending } = useQuery({
    queryKey: ["lines", lineId],
    queryFn: () => get<Line>(`/api/lines/${encodeURIComponent(lineId)}`),
  });
  const back = <a href={addressOf("lines")}>← {texts.back}</a>;
  if (isPending) return <Spin className="loading" aria-label={t.common.loading} />;
  if (error) {
    return (
      <>
        {back}
        <Said text={problemInWords(error, t, language)} />
      </>
    );
  }
  const version =
    data.versions.find((one) => one.id === chosen) ?? data.versions.find((one) => one.in_force) ?? data.versions[0];
  return (
    <div className="stack">
      <p>{back}</p>
      <section className="card" aria-labelledby="line">
        <div className="row apart">
          <h1 id="line">{nameOf(data)}</h1>
          <OpenTag line={data} />
        </div>
        <p className="soft">{nameOf(data.organisation)}</p>
        <p>
          {texts.numbers}: <Numbers line={data} />
        </p>
      </section>
      <Timeline versions={data.versions} chosen={version?.id ?? ""} choose={setChosen} />
      {version ? <VersionView key={version.id} version={version} line={data} all={all} /> : null}
    </div>
  );
}

type TimelineProps = { versions: LineVersion[]; chosen: string; choose: (id: string) => void };

function Timeline({ versions, chosen, choose }: TimelineProps) {
  const { t, language } = useLanguage();
  const texts = t.lines;
  const word = (version: LineVersion): string => {
    if (version.in_force) return texts.inForce;
    return Date.parse(version.valid_from) > serverNow() ? texts.planned : texts.past;
  };
  return (
    <section className="card" aria-labelledby="line-versions">
      <h2 id="line-versions">{texts.versions}</h2>
      <ol className="timeline">
        {[...versions].reverse().map((version) => (
          <li key={version.id} className={version.in_force ? "in-force" : ""}>
            <button type="button" aria-pressed={version.id === chosen} onClick={() => choose(version.id)}>
              <span className={version.in_force ? "tag calm" : "tag"}>{word(version)}</span>
              <span className="figures">
                {texts.version(
                  fullDate(version.valid_from, language),
                  version.valid_until ? fullDate(version.valid_until, language) : texts.untilFurther,
                )}
              </span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
