/** Either the sign-in page or the console; a session that ends on the server leads back here, drafts kept. */

import { Button, Spin } from "antd";
import { useEffect, useRef } from "react";

import { whenSignedOut } from "../api/request";
import { useLanguage } from "../i18n/language";
import { LiveProvider } from "../live/live";
import { Shell } from "../shell/Shell";
import { SoftphoneKeeper } from "../softphone/SoftphoneKeeper";
import { setZone } from "../time/format";
import { useForgetSession, useSession } from "./session";
import { SignIn } from "./SignIn";

export function SessionGate() {
  const { t, choose } = useLanguage();
  const { data: me, isPending, isError, refetch } = useSession();
  const forget = useForgetSession();
  const adopted = useRef<string | null>(null);

  useEffect(() => whenSignedOut(forget));
  useEffect(() => {
    // The account's language counts once, at signing in; a later switch is the person's own.
    if (me && adopted.current !== me.person_id) choose(me.language);
    adopted.current = me?.person_id ?? null;
  }, [me, choose]);

  if (isPending || isError) {
    return (
      <main className="whole-page" aria-busy={isPending}>
        {isPending ? <Spin size="large" aria-label={t.common.loading} /> : null}
        {isError ? (
          <div className="stack" role="alert">
            <p>{t.common.errors.unreachable}</p>
            <Button type="primary" onClick={() => void refetch()}>
              {t.common.retry}
            </Button>
          </div>
        ) : null}
      </main>
    );
  }
  if (!me) return <SignIn />;
  setZone(me.time_zone);
  return (
    <LiveProvider key={me.person_id} me={me.person_id} onSignedOut={forget}>
      <SoftphoneKeeper>
        <Shell me={me} />
      </SoftphoneKeeper>
    </LiveProvider>
  );
}
