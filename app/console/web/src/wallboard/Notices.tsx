/** What a supervisor should know, until someone has seen it. */

import { Button } from "antd";

import { post } from "../api/request";
import type { Me, Notice } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage } from "../i18n/language";
import { useConnection, useLive } from "../live/live";
import { addressOf, fileOfContact, pagesOf, type Page } from "../shell/pages";
import { dayAndTime } from "../time/format";

type Leads = { page: Page; to: (contactId: string | null) => string | null };

const vault: Leads = { page: "vault", to: () => addressOf("vault") };
const record: Leads = { page: "records", to: (contactId) => (contactId ? addressOf("records", contactId) : null) };
const file: Leads = { page: "files", to: (contactId) => (contactId ? fileOfContact(contactId) : null) };

/** Where one does something about it. */
const LEADS: Record<string, Leads> = {
  vault_requested: vault,
  vault_opened: vault,
  vault_opened_alone: vault,
  vault_review_due: vault,
  risk_high: record,
  risk_imminent: record,
  risk_below_prompt: record,
  flag_ends: file,
  task_overdue: file,
  retention_failed: { page: "retention", to: () => addressOf("retention") },
  file_hand_over: { page: "files", to: () => addressOf("files") },
};

export function Notices({ me }: { me: Me }) {
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
  const pages = pagesOf(me);
  const placeOf = ({ kind, contact_id: contactId }: Notice): string | null => {
    const leads = LEADS[kind];
    return leads && pages.includes(leads.page) ? leads.to(contactId) : null;
  };
  const words: Record<string, (name: string) => string> = texts.notice;
  return (
    <section className={notices.length > 0 ? "card" : ""} aria-label={texts.notices}>
      {notices.length > 0 ? <h2>{texts.notices}</h2> : null}
      <ul aria-live="polite" className="duty-list">
        {notices.map((notice) => {
          const said = (words[notice.kind] ?? texts.notice.other)(notice.about?.work_name ?? "");
          const place = placeOf(notice);
          return (
            <li key={notice.id}>
              <div>
                <p>{place ? <a href={place}>{said}</a> : said}</p>
                <p className="soft figures small">{dayAndTime(notice.at, language)}</p>
              </div>
              <Button disabled={seen.blocked} loading={seen.running} onClick={() => seen.run(notice)}>
                {texts.seen}
              </Button>
            </li>
          );
        })}
      </ul>
      <Said text={seen.said} />
    </section>
  );
}
