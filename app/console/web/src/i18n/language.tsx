/** The language of the page: Chinese unless someone chose otherwise; kept on this machine and, signed in, on the account. */

import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";

import type { Language, Named } from "../api/types";
import { en } from "./en";
import { zh, type Texts } from "./texts";

const TEXTS: Record<Language, Texts> = { zh, en };
const KEPT_AS = "hotline.language";

type Chosen = { language: Language; t: Texts; choose: (language: Language) => void };
const LanguageContext = createContext<Chosen | null>(null);

function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT_AS);
  return kept === "en" || kept === "zh" ? kept : "zh";
}

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(firstLanguage);
  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    localStorage.setItem(KEPT_AS, language);
  }, [language]);
  const value = useMemo(() => ({ language, t: TEXTS[language], choose: setLanguage }), [language]);
  return <LanguageContext value={value}>{children}</LanguageContext>;
}

export function useLanguage(): Chosen {
  const chosen = useContext(LanguageContext);
  if (!chosen) throw new Error("useLanguage outside LanguageProvider");
  return chosen;
}

export const useTexts = (): Texts => useLanguage().t;

/** The name of a line, pool or number in the page's language. */
export function useName(): (thing: { name_zh: string; name_en: string } | null) => string {
  const { language, t } = useLanguage();
  return (thing) => (thing ? (language === "zh" ? thing.name_zh : thing.name_en) : t.common.unknown);
}

export type { Named };
