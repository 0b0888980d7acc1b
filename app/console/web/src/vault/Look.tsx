/**
 * The identity itself. It is in this component's memory alone, for half a minute from the press: not in the cache of
 * answers, the address, the title or any storage. It goes when the time is over and when the window loses the focus.
 */

import { Button } from "antd";
import { useEffect, useRef, useState } from "react";

import { post } from "../api/request";
import type { Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useLanguage } from "../i18n/language";
import { problemInWords } from "../i18n/problem";
import { useOnline } from "../live/live";
import { serverNow, useNow } from "../time/clock";
import { clockOf, dayAndTime, secondsUntil } from "../time/format";
import { useOpenings, type Opening } from "./openings";

const SHOWN_FOR_MS = 30_000;

type Seen = Pick<Shapes["Look"], "values" | "not_opened" | "keys"> & { until: number };

export function Look({ opening, over }: { opening: Opening; over: boolean }) {
  const { t, language } = useLanguage();
  const texts = t.vault.look;
  const now = useNow();
  const online = useOnline();
  const { refetch } = useOpenings();
  const value = useRef<HTMLDivElement>(null);
  const wanted = useRef(0); // the newest press; an answer to an older one, or one that came after hiding, is dropped
  const [seen, setSeen] = useState<Seen | null>(null);
  const [hidden, setHidden] = useState(false);
  const [asking, setAsking] = useState(false);
  const [said, setSaid] = useState<string | null>(null);

  function hide(): void {
    wanted.current += 1;
    setAsking(false);
    setSeen((shown) => {
      if (shown) setHidden(true);
      return null;
    });
  }

  useEffect(() => {
    const left = () => {
      if (document.visibilityState === "hidden") hide();
    };
    window.addEventListener("blur", hide);
    document.addEventListener("visibilitychange", left);
    return () => {
      window.removeEventListener("blur", hide);
      document.removeEventListener("visibilitychange", left);
    };
  }, []);

  useEffect(() => {
    if (!seen) return undefined;
    value.current?.focus();
    const timer = setTimeout(hide, Math.max(0, seen.until - serverNow()));
    return () => clearTimeout(timer);
  }, [seen]);

  async function show(): Promise<void> {
    const press = (wanted.current += 1);
    setSaid(null);
    setHidden(false);
    setAsking(true);
    try {
      const look = await post<Shapes["Look"]>(`/api/vault/openings/${opening.id}/look`);
      if (press !== wanted.current) return;
      setSeen({
        ...look,
        until: Math.min(serverNow() + SHOWN_FOR_MS, Date.parse(look.open_until)),
      });
    } catch (error) {
      if (press === wanted.current) setSaid(problemInWords(error, t, language));
    } finally {
      if (press === wanted.current) setAsking(false);
      void refetch();
    }
  }

  const left = opening.open_until === null ? 0 : secondsUntil(opening.open_until, now);
  return (
    <div className="look">
      <div className="row apart">
        <h3>{texts.title(t.vault.kind[opening.kind])}</h3>
        <span className="tag now figures" role="timer">
          {over ? texts.over : texts.left(clockOf(left))}
        </span>
      </div>
      <p className="soft">{texts.hint}</p>
      {seen ? (
        <div ref={value} tabIndex={-1} className="identity">
          {seen.values.length === 0 ? <p>{texts.nothing}</p> : null}
          {seen.values.map((one) => (
            <p key={one.value}>
              <strong className="identity-value figures">{one.value}</strong>
              <span className="soft small">
                {texts.given(texts.purpose[one.purpose], dayAndTime(one.given_at, language))}
              </span>
            </p>
          ))}
          {seen.not_opened > 0 ? <p className="said danger">{texts.notOpened(seen.not_opened, seen.keys)}</p> : null}
        </div>
      ) : null}
      <div className="row">
        {seen ? (
          <>
            <Button size="large" onClick={hide}>
              {texts.hide}
            </Button>
            <span className="soft figures">
              {texts.hidesIn(Math.ceil(Math.min(SHOWN_FOR_MS, Math.max(0, seen.until - now)) / 1000))}
            </span>
          </>
        ) : (
          <Button type="primary" size="large" disabled={over || !online} loading={asking} onClick={() => void show()}>
            {texts.show}
          </Button>
        )}
        <span className="soft">{opening.looks > 0 ? texts.looks(opening.looks) : ""}</span>
      </div>
      <div role="status">{hidden && !seen ? <p className="soft">{texts.hidden}</p> : null}</div>
      <Said text={said} />
    </div>
  );
}
