/** One version of a line in words and pictures: hours, teams in order, what callers hear, what happens otherwise. */

import type { LineDetail, LineSummary, LineVersion } from "../api/types";
import { useLanguage, useName } from "../i18n/language";
import { ASKED_BY_KEY, type Said, type VersionDocument, type Way } from "./document";
import { WeekStrip } from "./WeekStrip";

type Props = { version: LineVersion; line: LineDetail; all: LineSummary[] };

export function VersionView({ version, line, all }: Props) {
  const document = version.document as VersionDocument;
  return (
    <>
      <Hours document={document} />
      <Pools document={document} line={line} all={all} />
      <Texts document={document} />
      <Ways document={document} line={line} all={all} />
    </>
  );
}

function Hours({ document }: { document: VersionDocument }) {
  const { t, language } = useLanguage();
  const texts = t.lines;
  const { calendar } = document;
  const written = (hours: string) => (hours === "24h" ? texts.open24 : hours === "closed" ? texts.closedDay : hours);
  return (
    <section className="card" aria-labelledby="line-hours">
      <h2 id="line-hours">{texts.hours}</h2>
      {document.why ? (
        <p>
          {texts.why}: {document.why}
        </p>
      ) : null}
      {calendar?.hours ? (
        <div className="scroll">
          <WeekStrip hours={calendar.hours} />
        </div>
      ) : null}
      <p className="soft">
        {calendar?.holidays ? texts.holidays(written(calendar.holidays.hours ?? "closed")) : texts.holidaysLikeOthers}
        {calendar?.time_zone ? ` · ${texts.zone(calendar.time_zone)}` : ""}
      </p>
      {calendar?.exceptions?.length ? (
        <>
          <h3>{texts.exceptions}</h3>
          <ul>
            {calendar.exceptions.map((one) => (
              <li key={one.date} className="figures">
                {one.until ? `${one.date} – ${one.until}` : one.date}: {written(one.hours)} {one.why?.[language] ?? ""}
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </section>
  );
}

/** Names of teams as far as any line that is shown knows them; else the id. */
function usePoolName(line: LineDetail, all: LineSummary[]): (id: string) => string {
  const nameOf = useName();
  return (id) => {
    const pool = [line, ...all].flatMap((one) => one.pools).find((one) => one.id === id);
    return pool ? nameOf(pool) : id;
  };
}

function Pools({ document, line, all }: { document: VersionDocument; line: LineDetail; all: LineSummary[] }) {
  const { t } = useLanguage();
  const texts = t.lines;
  const poolName = usePoolName(line, all);
  const { queue } = document;
  const facts = [
    queue?.strategy ? (texts.strategy[queue.strategy] ?? queue.strategy) : null,
    queue?.ring_seconds ? texts.ring(queue.ring_seconds) : null,
    queue?.maximum_wait_s ? texts.maximumWait(Math.round(queue.maximum_wait_s / 60)) : null,
    queue?.maximum_waiting ? texts.maximumWaiting(queue.maximum_waiting) : null,
    document.wrap_up_seconds === undefined ? null : texts.wrapUp(document.wrap_up_seconds),
    document.call_back_hours === undefined ? null : texts.callBackHours(document.call_back_hours),
  ].filter((fact) => fact !== null);
  return (
    <section className="card" aria-labelledby="line-pools">
      <h2 id="line-pools">{texts.pools}</h2>
      <ol className="pool-steps">
        {(document.pools ?? []).map((step, index) => (
          <li key={step.pool}>
            <strong>
              {index + 1}. {poolName(step.pool)}
            </strong>
            <span className="soft">
              {step.overflow_after_s == null
                ? texts.lastPool
                : [
                    texts.overflowAfter(step.overflow_after_s),
                    ...(step.overflow_when_empty === false ? [] : [texts.overflowWhenEmpty]),
                  ].join("; ")}
            </span>
          </li>
        ))}
      </ol>
      <p className="soft figures">{facts.join(" · ")}</p>
    </section>
  );
}

function Spoken({ said }: { said: Said }) {
  if (!said) return null;
  return (
    <>
      {said.zh ? <blockquote lang="zh-CN">{said.zh}</blockquote> : null}
      {said.en ? <blockquote lang="en">{said.en}</blockquote> : null}
    </>
  );
}

function Texts({ document }: { document: VersionDocument }) {
  const { t } = useLanguage();
  const texts = t.lines;
  const { menu, consent } = document;
  return (
    <section className="card" aria-labelledby="line-texts">
      <h2 id="line-texts">{texts.texts}</h2>
      <h3>{texts.greeting}</h3>
      <Spoken said={document.greeting} />
      <h3>
        {texts.consent} <span className="tag">{texts.noRecord}</span>
      </h3>
      <Spoken said={consent?.say} />
      {Object.keys(consent?.keys ?? {}).length > 0 ? (
        <ul>
          {ASKED_BY_KEY.flatMap((to) => {
            const { agree, refuse } = consent?.keys?.[to] ?? {};
            const what = t.record.consents.to[to] ?? to;
            return [
              agree ? <li key={`${to}-agree`}>{texts.agreeKey(agree, what)}</li> : null,
              refuse ? <li key={`${to}-refuse`}>{texts.refuseKey(refuse, what)}</li> : null,
            ];
          })}
        </ul>
      ) : null}
      {menu ? (
        <>
          <h3>{texts.menu}</h3>
          <Spoken said={menu.say} />
          <ul>
            {menu.danger ? <li>{texts.dangerKey(menu.danger)}</li> : null}
            {menu.call_back ? <li>{texts.callBackKey(menu.call_back)}</li> : null}
            {(["zh", "en"] as const).map((language) => {
              const key = menu.languages?.[language];
              return key ? <li key={language}>{texts.languageKey(key, t.common.language[language])}</li> : null;
            })}
          </ul>
        </>
      ) : null}
    </section>
  );
}

function Ways({ document, line, all }: { document: VersionDocument; line: LineDetail; all: LineSummary[] }) {
  const { t, language } = useLanguage();
  const texts = t.lines;
  const nameOf = useName();
  const poolName = usePoolName(line, all);
  const inWords = (way: Way): string => {
    const sibling = all.find((one) => one.id === way.line);
    const outside = document.outside_numbers?.find((one) => one.id === way.number);
    const target =
      way.way === "sibling_line"
        ? sibling
          ? nameOf(sibling)
          : (way.line ?? "")
        : way.way === "pool"
          ? poolName(way.pool ?? "")
          : (outside?.name[language] ?? way.number ?? "");
    return texts.way[way.way]?.(target) ?? way.way;
  };
  const groups: [string, Way[]][] = [
    [texts.closed, document.ways?.closed ?? []],
    [texts.full, document.ways?.full ?? []],
    [texts.noAnswer, document.ways?.no_answer ?? []],
  ];
  return (
    <section className="card" aria-labelledby="line-ways">
      <h2 id="line-ways">{texts.ways}</h2>
      <div className="ways">
        {groups.map(([heading, ways]) => (
          <div key={heading}>
            <h3>{heading}</h3>
            <ol>
              {ways.map((way, index) => (
                <li key={`${way.way}${way.line ?? way.pool ?? way.number ?? ""}`}>
                  {index + 1}. {inWords(way)}
                </li>
              ))}
            </ol>
          </div>
        ))}
      </div>
    </section>
  );
}
