/** What surrounds every page: colours, language of the components, cache of answers, and who is signed in. */

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { ConfigProvider } from "antd";
import enGB from "antd/locale/en_GB";
import zhCN from "antd/locale/zh_CN";
import { useEffect, useMemo, useSyncExternalStore } from "react";

import { Problem } from "./api/request";
import { useLanguage } from "./i18n/language";
import { SessionGate } from "./session/SessionGate";
import { antTheme, paletteOf, showPalette } from "./theme";

/**
 * The sign that a button is at work is no part of its name: Ant Design's own is sometimes left behind, unseen, and a screen
 * reader then says "loading" before what the button does.
 */
const BUTTON = { autoInsertSpace: false, loadingIcon: <span className="at-work" aria-hidden="true" /> };

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // A "no" stays a "no"; only silence is worth asking again.
      retry: (count, error) => !(error instanceof Problem) && count < 2,
      staleTime: 10_000,
    },
    mutations: { retry: false },
  },
});

function useMedia(query: string): boolean {
  const list = useMemo(() => window.matchMedia(query), [query]);
  return useSyncExternalStore(
    (listener) => {
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    () => list.matches,
  );
}

export function App() {
  const { language } = useLanguage();
  const dark = useMedia("(prefers-color-scheme: dark)");
  const still = useMedia("(prefers-reduced-motion: reduce)");
  useEffect(() => showPalette(paletteOf(dark)), [dark]);
  const look = useMemo(() => antTheme(dark, still), [dark, still]);
  return (
    <ConfigProvider locale={language === "zh" ? zhCN : enGB} theme={look} button={BUTTON}>
      <QueryClientProvider client={client}>
        <SessionGate />
      </QueryClientProvider>
    </ConfigProvider>
  );
}
