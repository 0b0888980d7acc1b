/** Says when the page no longer hears the server, and for a moment that it does again. */

import { Button } from "antd";
import { useEffect, useRef, useState } from "react";

import { useTexts } from "../i18n/language";
import { useConnection, useLiveView } from "../live/live";
import { useNow } from "../time/clock";

const SAY_BACK_FOR_MS = 4000;

export function ConnectionBanner() {
  const t = useTexts();
  const { link, retryAt } = useLiveView();
  const connection = useConnection();
  useNow();
  const wasAway = useRef(false);
  const [back, setBack] = useState(false);

  useEffect(() => {
    if (link === "offline") {
      wasAway.current = true;
      setBack(false);
      return undefined;
    }
    if (link !== "live" || !wasAway.current) return undefined;
    wasAway.current = false;
    setBack(true);
    const timer = setTimeout(() => setBack(false), SAY_BACK_FOR_MS);
    return () => clearTimeout(timer);
  }, [link]);

  const seconds = retryAt === null ? 0 : Math.max(0, Math.ceil((retryAt - Date.now()) / 1000));
  const away = link === "offline";
  return (
    <div className="connection">
      <div className={away ? "connection-bar" : back ? "connection-bar back" : ""}>
        <div role="status" aria-live="polite">
          {away ? <p>{t.common.link.offline}</p> : null}
          {back ? <p>{t.common.link.back}</p> : null}
        </div>
        {away && seconds > 1 ? (
          <>
            <span className="figures">{t.common.link.retryIn(seconds)}</span>
            <Button size="small" onClick={() => connection.retryNow()}>
              {t.common.link.retryNow}
            </Button>
          </>
        ) : null}
      </div>
    </div>
  );
}
