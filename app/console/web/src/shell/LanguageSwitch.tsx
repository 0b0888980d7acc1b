/** Both languages by their own names; the choice takes effect at once and is kept on the account when signed in. */

import type { Language } from "../api/types";
import { useLanguage } from "../i18n/language";
import { useKeepLanguage } from "../session/session";

export function LanguageSwitch({ keep = false }: { keep?: boolean }) {
  const { t, language, choose } = useLanguage();
  const kept = useKeepLanguage();
  const offered: Language[] = ["zh", "en"];
  return (
    <div className="language-switch" role="group" aria-label={t.common.languageSwitch}>
      {offered.map((one) => (
        <button
          key={one}
          type="button"
          lang={one === "zh" ? "zh-CN" : "en"}
          aria-pressed={one === language}
          onClick={() => {
            choose(one);
            if (keep && one !== language) kept.mutate(one);
          }}
        >
          {t.common.language[one]}
        </button>
      ))}
    </div>
  );
}
