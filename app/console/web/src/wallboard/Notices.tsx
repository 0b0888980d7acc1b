/** What a supervisor should know, until someone has seen it. */

import { Button } from "antd";

import { post } from "../api/request";
import type { Notice } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage } from "../i18n/language";
import { useConnection, useLive } from "../live/live";
import { dayAndTime } from "../time/format";

export function Notices() {
  const { t, language } = useLanguage();
  const texts = t.wallboard;
  const live = useLive();
  const connection = useConnection();
  const seen = useAct(
    (notice: Notice) => post<Notice>(`/api/notices/${notice.id}/seen`),
    (notice) => connection.takeNotice(notice),
  );
  const notices = Object.values(live.notices)
    .filter((notice) => notice.seen_at === null)
    .sort((a, b) => b.at.localeCompare(a.at));
  const words: Record<string, (name: string) => string> = texts.notice;
  return (
    <section className={notices.length > 0 ? "card" : ""} aria-label={texts.notices}>
      {notices.length > 0 ? <h2>{texts.notices}</h2> : null}
      <ul aria-live="polite" className="duty-list">
        {notices.map((notice) => (
          <li key={notice.id}>
            <div>
              <p>{(words[notice.kind] ?? texts.notice.other)(notice.about?.work_name ?? "")}</p>
              <p className="soft figures small">{dayAndTime(notice.at, language)}</p>
            </div>
            <Button disabled={seen.blocked} loading={seen.running} onClick={() => seen.run(notice)}>
              {texts.seen}
            </Button>
          </li>
        ))}
      </ul>
      <Said text={seen.said} />
    </section>
  );
}
