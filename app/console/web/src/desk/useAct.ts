/** An act on the server from the desk: locked while it runs or while the server is not heard, its failure in words. */

import { useMutation } from "@tanstack/react-query";

import { Problem } from "../api/request";
import { useLanguage } from "../i18n/language";
import { problemInWords } from "../i18n/problem";
import { useConnection, useOnline } from "../live/live";

export type Act<A> = { run: (argument: A) => void; running: boolean; blocked: boolean; said: string | null };

/** `renew` asks anew for what is shown beside the act, where that is not the desk's: after a conflict it is out of date. */
export function useAct<A, R>(
  ask: (argument: A) => Promise<R>,
  take: (answer: R, argument: A) => void,
  renew?: () => void,
): Act<A> {
  const { t, language } = useLanguage();
  const connection = useConnection();
  const online = useOnline();
  const mutation = useMutation({
    mutationFn: ask,
    onSuccess: take,
    onError: (error) => {
      // What we believed was wrong, so look again.
      if (!(error instanceof Problem) || error.status !== 409) return;
      connection.refreshDesk().catch(() => undefined);
      renew?.();
    },
  });
  return {
    run: (argument) => {
      if (online && !mutation.isPending) mutation.mutate(argument);
    },
    running: mutation.isPending,
    blocked: !online,
    said: mutation.error ? problemInWords(mutation.error, t, language) : null,
  };
}
