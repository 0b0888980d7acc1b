/** 上线接听 / 暂离 / 下线, where calls ring, and whether the ring is heard. */

import { Button, Segmented } from "antd";
import { useState } from "react";

import { post } from "../api/request";
import type { Activity, Presence, Reach } from "../api/types";
import { useLanguage } from "../i18n/language";
import { useConnection } from "../live/live";
import { useNow } from "../time/clock";
import { clockOf, secondsSince } from "../time/format";
import { CurrentShift } from "./OwnShifts";
import { Said } from "./Said";
import { useAct } from "./useAct";
import type { Ringing } from "./useRinging";

type Wanted = "ready" | "away" | "offline";
const REACH_KEPT_AS = "hotline.reach";
const BUSY: readonly Activity[] = ["offered", "engaged", "wrapping_up"];

function keptReach(presence: Presence): Reach {
  if (presence.activity !== "offline") return presence.reach;
  return localStorage.getItem(REACH_KEPT_AS) === "phone" ? "phone" : "browser";
}

export function ActivitySwitch({ presence, ring }: { presence: Presence; ring: Ringing }) {
  const { t } = useLanguage();
  const connection = useConnection();
  const now = useNow();
  const [reach, setReach] = useState<Reach>(() => keptReach(presence));
  const go = useAct(
    ({ activity, over }: { activity: Wanted; over: Reach }) =>
      post<Presence>("/api/presence", {
        activity,
        version: presence.version,
        ...(activity === "ready" ? { reach: over } : {}),
      }),
    (answer) => connection.takePresence(answer),
  );
  const { activity } = presence;
  const busy = BUSY.includes(activity);

  function choose(wanted: Wanted): void {
    ring.allow();
    go.run({ activity: wanted, over: reach });
  }

  function reachBy(over: Reach): void {
    setReach(over);
    localStorage.setItem(REACH_KEPT_AS, over);
    if (activity === "ready") go.run({ activity: "ready", over });
  }

  const ways: { wanted: Wanted; text: string }[] = [
    { wanted: "ready", text: t.desk.goReady },
    { wanted: "away", text: t.desk.goAway },
    { wanted: "offline", text: t.desk.goOffline },
  ];
  return (
    <section className="card activity" aria-label={t.desk.activityLabel}>
      <div className="row apart">
        <p className="activity-now" role="status">
          <span className={`dot ${activity}`} aria-hidden="true" />
          <strong>{t.desk.activity[activity]}</strong>
          <span className="soft figures" aria-hidden="true">
            {activity === "offline" ? null : t.desk.since(clockOf(secondsSince(presence.since, now)))}
          </span>
        </p>
        <CurrentShift presence={presence} />
      </div>
      <div className="row apart">
        <div className="row" role="group" aria-label={t.desk.activityLabel}>
          {ways.map(({ wanted, text }) => (
            <Button
              key={wanted}
              size="large"
              type={wanted === "ready" && activity !== "ready" && !busy ? "primary" : "default"}
              aria-pressed={activity === wanted}
              className={activity === wanted ? "chosen" : ""}
              disabled={go.blocked || busy || activity === wanted || (wanted === "away" && activity === "offline")}
              loading={go.running}
              onClick={() => choose(wanted)}
            >
              {text}
            </Button>
          ))}
        </div>
        <div className="row">
          <span id="reach" className="soft">
            {t.desk.reachLabel}
          </span>
          <Segmented<Reach>
            aria-labelledby="reach"
            name="reach"
            value={activity === "ready" ? presence.reach : reach}
            disabled={go.blocked || busy}
            onChange={reachBy}
            options={[
              { value: "browser", label: t.desk.reach.browser },
              { value: "phone", label: t.desk.reach.phone },
            ]}
          />
          {ring.blocked && activity !== "offline" ? (
            <Button type="dashed" className="ring-switch" onClick={ring.allow} title={t.desk.sound.blocked}>
              {t.desk.sound.allow}
            </Button>
          ) : (
            <Button
              className="ring-switch"
              aria-pressed={!ring.muted}
              onClick={ring.toggle}
              title={ring.muted ? t.desk.sound.unmute : t.desk.sound.mute}
            >
              {ring.muted ? t.desk.sound.off : t.desk.sound.on}
            </Button>
          )}
        </div>
      </div>
      {busy ? <p className="soft">{t.desk.notWhileBusy}</p> : null}
      <Said text={go.said} />
    </section>
  );
}
