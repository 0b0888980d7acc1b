/** 上线接听 / 暂离 / 下线, where calls ring, and whether the ring is heard. */

import { Button, Segmented } from "antd";
import { useState } from "react";

import { post } from "../api/request";
import type { Activity, Presence, Reach, Shapes } from "../api/types";
import { useLanguage } from "../i18n/language";
import { useConnection, useLive } from "../live/live";
import { useSoftphoneState } from "../softphone/SoftphoneKeeper";
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

type Props = { presence: Presence; ring: Ringing };

export function ActivitySwitch({ presence, ring }: Props) {
  const { t } = useLanguage();
  const connection = useConnection();
  const now = useNow();
  const [reach, setReach] = useState<Reach>(() => keptReach(presence));
  const go = useAct(
    ({ activity, over }: { activity: Wanted; over: Reach }) =>
      post<Presence>("/api/presence", {
        activity,
        version: presence.version,
        reason: "",
        ...(activity === "ready" ? { reach: over } : {}),
      } satisfies Shapes["SetOwnPresence"]),
    (answer) => connection.takePresence(answer),
  );
  const { activity } = presence;
  const { hasPhone } = useLive();
  const softphone = useSoftphoneState();
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
        <div className="row">
          <CurrentShift presence={presence} />
          {activity === "engaged" || activity === "wrapping_up" ? null : (
            <RingSwitch ring={ring} blocked={ring.blocked && activity !== "offline"} />
          )}
        </div>
      </div>
      {busy ? null : (
        <div className="row apart">
          <div className="row" role="group" aria-label={t.desk.activityLabel}>
            {ways.map(({ wanted, text }) => (
              <Button
                key={wanted}
                size="large"
                type={wanted === "ready" && activity !== "ready" ? "primary" : "default"}
                aria-pressed={activity === wanted}
                className={activity === wanted ? "chosen" : ""}
                disabled={go.blocked || activity === wanted || (wanted === "away" && activity === "offline")}
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
              disabled={go.blocked}
              onChange={reachBy}
              options={[
                { value: "browser", label: t.desk.reach.browser },
                { value: "phone", label: t.desk.reach.phone, disabled: !hasPhone },
              ]}
            />
          </div>
          {hasPhone ? null : <p className="soft small">{t.desk.noPhone}</p>}
        </div>
      )}
      {softphone === "failed" && presence.reach === "browser" ? (
        <p className="said danger">{t.desk.softphoneFailed}</p>
      ) : null}
      <Said text={go.said} />
    </section>
  );
}

function RingSwitch({ ring, blocked }: { ring: Ringing; blocked: boolean }) {
  const { sound } = useLanguage().t.desk;
  if (blocked) {
    return (
      <Button type="dashed" className="ring-switch" onClick={ring.allow} title={sound.blocked}>
        {sound.allow}
      </Button>
    );
  }
  return (
    <Button
      className="ring-switch"
      aria-pressed={!ring.muted}
      onClick={ring.toggle}
      title={ring.muted ? sound.unmute : sound.mute}
    >
      {ring.muted ? sound.off : sound.on}
    </Button>
  );
}
