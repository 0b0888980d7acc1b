/** What whoever answers should know at once: flags with an end. What has lapsed stays until somebody decides about it. */

import { Button } from "antd";
import { useState } from "react";

import { post } from "../api/request";
import type { Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage } from "../i18n/language";
import { useNow } from "../time/clock";
import { dayAndTime, fullDate } from "../time/format";
import { FromFile, NumbersApart } from "./FromFile";
import { LiftFlag } from "./LiftFlag";
import { PlaceFlag } from "./PlaceFlag";
import { useRefreshFile, type File } from "./useFile";

type Flag = Shapes["Flag"];
const SOON_MS = 7 * 86_400_000; // as long before the end as the notice comes

/** When it would end if it were extended now: as long from now on as it held before. */
const nextEnd = (flag: Flag, now: number): string =>
  new Date(now + Date.parse(flag.expires_at) - Date.parse(flag.extended_at ?? flag.placed_at)).toISOString();

export function Flags({ file }: { file: File }) {
  const { t, language } = useLanguage();
  const texts = t.files.flags;
  const now = useNow();
  const refresh = useRefreshFile();
  const [placing, setPlacing] = useState(false);
  const [liftingId, setLiftingId] = useState<string | null>(null);
  const extend = useAct(
    (flag: Flag) =>
      post<Flag>(`/api/subjects/${file.id}/flags/${flag.id}/extend`, {
        version: flag.version,
      } satisfies Shapes["ExtendFlag"]),
    refresh,
    refresh,
  );
  const standing = file.flags.filter((flag) => flag.lifted_at === null);
  const inForce = standing.filter((flag) => Date.parse(flag.expires_at) > now);
  const lapsed = standing.filter((flag) => Date.parse(flag.expires_at) <= now);
  const lifted = file.flags.filter((flag) => flag.lifted_at !== null);
  const lifting = file.flags.find((flag) => flag.id === liftingId); // as it is now, should somebody change it meanwhile
  const item = (flag: Flag) => (
    <li key={flag.id} className="flag">
      <FlagText flag={flag} now={now} />
      <div className="row">
        <Button
          aria-label={`${extendTo(flag)} ${flag[language]}`}
          disabled={extend.blocked || extend.running}
          onClick={() => extend.run(flag)}
        >
          {extendTo(flag)}
        </Button>
        <Button aria-label={`${texts.lift} ${flag[language]}`} onClick={() => setLiftingId(flag.id)}>
          {texts.lift}
        </Button>
      </div>
    </li>
  );
  const extendTo = (flag: Flag): string => {
    const end = fullDate(nextEnd(flag, now), language);
    return Date.parse(flag.expires_at) > now ? texts.extendTo(end) : texts.again(end);
  };
  return (
    <section className="card" aria-labelledby="file-flags">
      <div className="row apart">
        <h2 id="file-flags">{texts.title}</h2>
        <Button onClick={() => setPlacing(true)}>{texts.place}</Button>
      </div>
      {inForce.length === 0 ? <p className="soft">{texts.none}</p> : null}
      <ul className="duty-list">{inForce.map(item)}</ul>
      {lapsed.length > 0 ? (
        <>
          <h3 id="file-flags-lapsed" className="lapsed">
            {texts.lapsed}
          </h3>
          <p className="said">{texts.lapsedHint}</p>
          <ul className="duty-list" aria-labelledby="file-flags-lapsed">
            {lapsed.map(item)}
          </ul>
        </>
      ) : null}
      <Said text={extend.said} />
      {lifted.length > 0 ? (
        <details>
          <summary className="soft">{texts.ended(lifted.length)}</summary>
          <ul className="ended">
            {lifted.map((flag) => (
              <li key={flag.id}>
                {flag[language]} {flag.text} <FromFile of={flag.numbered_in} />{" "}
                <span className="soft small figures">
                  {texts.lifted(flag.lifted_by ?? "", dayAndTime(flag.lifted_at ?? "", language))} ·{" "}
                  {flag.lift_reason ?? ""}
                </span>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
      <NumbersApart where={file.flags} />
      {placing ? <PlaceFlag file={file} onDone={() => setPlacing(false)} /> : null}
      {lifting ? <LiftFlag file={file} flag={lifting} onDone={() => setLiftingId(null)} /> : null}
    </section>
  );
}

function FlagText({ flag, now }: { flag: Flag; now: number }) {
  const { t, language } = useLanguage();
  const texts = t.files.flags;
  const left = Date.parse(flag.expires_at) - now;
  const end = fullDate(flag.expires_at, language);
  const said = [
    texts.placed(flag.placed_by, fullDate(flag.placed_at, language)),
    ...(flag.extended_at ? [texts.extended(flag.extended_by ?? "", fullDate(flag.extended_at, language))] : []),
    left > 0 ? texts.until(end) : texts.expired(end),
  ];
  return (
    <div>
      <p>
        <strong className={left > 0 ? "tag now" : "tag"}>{flag[language]}</strong> {flag.text}{" "}
        {left > 0 && left <= SOON_MS ? <span className="tag danger">{texts.endsSoon}</span> : null}{" "}
        <FromFile of={flag.numbered_in} />
      </p>
      <p className="soft small figures">{said.join(" · ")}</p>
    </div>
  );
}
