/** An offer that rings while another page is open: heard there too, with the way to the desk. */

import { useEffect } from "react";

import { useName, useTexts } from "../i18n/language";
import { ringingOffer } from "../live/apply";
import { useLive } from "../live/live";
import { addressOf } from "../shell/pages";
import { useRinging } from "./useRinging";

export function RingingAnywhere() {
  const t = useTexts();
  const nameOf = useName();
  const offer = ringingOffer(useLive());
  useRinging(offer);
  useEffect(() => {
    if (!offer) return undefined;
    const before = document.title;
    document.title = t.desk.offer.documentTitle(nameOf(offer.line));
    return () => {
      document.title = before;
    };
  });
  return (
    <div role="alert">
      {offer ? (
        <p className="said">
          {t.desk.offer.announce(nameOf(offer.line))}{" "}
          <a href={addressOf("desk")}>
            <strong>{t.common.pages.desk}</strong>
          </a>
        </p>
      ) : null}
    </div>
  );
}
