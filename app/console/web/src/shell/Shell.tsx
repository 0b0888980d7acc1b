/** The frame around the pages: where one is, who one is, whether the server is heard. */

import { Button, Spin } from "antd";
import { lazy, Suspense, useEffect, useRef, type ReactElement } from "react";

import type { Me } from "../api/types";
import { Desk } from "../desk/Desk";
import { RingingAnywhere } from "../desk/RingingAnywhere";
import { useTexts } from "../i18n/language";
import { useLiveView } from "../live/live";
import { useSignOut } from "../session/session";
import { ConnectionBanner } from "./ConnectionBanner";
import { LanguageSwitch } from "./LanguageSwitch";
import { PageGuard } from "./PageGuard";
import { addressOf, pagesOf, usePlace, type Page } from "./pages";
import "./shell.css";

const Wallboard = lazy(() => import("../wallboard/Wallboard"));
const Records = lazy(() => import("../records/Records"));
const Files = lazy(() => import("../files/Files"));
const Vault = lazy(() => import("../vault/Vault"));
const Reviews = lazy(() => import("../reviews/Reviews"));
const Counts = lazy(() => import("../counts/Counts"));
const Audit = lazy(() => import("../audit/Audit"));
const Retention = lazy(() => import("../retention/Retention"));
const Rota = lazy(() => import("../rota/Rota"));
const Lines = lazy(() => import("../lines/Lines"));
const Blocks = lazy(() => import("../blocks/Blocks"));

const SHOWN: Record<Page, (me: Me, detail: string | undefined) => ReactElement> = {
  desk: (me) => <Desk me={me} />,
  records: (me, detail) => <Records me={me} contactId={detail} />,
  wallboard: (me) => <Wallboard me={me} />,
  files: (me, detail) => <Files me={me} detail={detail} />,
  vault: (me) => <Vault me={me} />,
  reviews: (_me, detail) => <Reviews detail={detail} />,
  counts: () => <Counts />,
  rota: (me) => <Rota me={me} />,
  lines: (_me, detail) => <Lines lineId={detail} />,
  audit: (me) => <Audit me={me} />,
  retention: (me) => <Retention me={me} />,
  blocks: (me) => <Blocks me={me} />,
};

export function Shell({ me }: { me: Me }) {
  const t = useTexts();
  const { state } = useLiveView();
  const signOut = useSignOut();
  const place = usePlace();
  const main = useRef<HTMLElement>(null);
  const pages = pagesOf(me);
  const page = pages.find((one) => one === place.page) ?? pages[0];

  useEffect(() => {
    if (page && page !== "desk") document.title = `${t.common.pages[page]} · ${t.common.service}`;
  }, [page, t]);

  return (
    <div className="shell">
      <a
        className="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {t.common.skipToContent}
      </a>
      <header className="shell-head">
        <span className="brand">
          <img src="/icon.svg" alt="" width={28} height={28} />
          {t.common.service}
        </span>
        <nav aria-label={t.common.navigation}>
          {pages.map((one) => (
            <a key={one} href={addressOf(one)} aria-current={one === page ? "page" : undefined}>
              {t.common.pages[one]}
            </a>
          ))}
        </nav>
        <div className="row shell-person">
          {me.demo ? (
            <span className="tag now" title={t.common.demo + t.common.demoWhy}>
              {t.common.demo}
              <span className="demo-why">{t.common.demoWhy}</span>
            </span>
          ) : null}
          <span className="soft">{me.work_name}</span>
          <LanguageSwitch keep />
          <Button size="small" onClick={() => signOut.mutate()}>
            {t.common.signOut}
          </Button>
        </div>
      </header>
      <ConnectionBanner />
      <main ref={main} tabIndex={-1} id="main">
        {!page ? <p className="card">{t.common.noPage}</p> : null}
        {page && state && page !== "desk" && pages.includes("desk") ? <RingingAnywhere /> : null}
        {page && state ? (
          <PageGuard key={page} said={t.common.pageBroken} again={t.common.reload}>
            <Suspense fallback={<Spin size="large" className="loading" aria-label={t.common.loading} />}>
              {SHOWN[page](me, place.detail)}
            </Suspense>
          </PageGuard>
        ) : null}
        {page && !state ? <Spin size="large" className="loading" aria-label={t.common.loading} /> : null}
      </main>
    </div>
  );
}
