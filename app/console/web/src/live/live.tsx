/** The live connection as React sees it. */

import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from "react";

import type { LiveState } from "./apply";
import { LiveConnection, type Link } from "./connection";

const LiveContext = createContext<LiveConnection | null>(null);

type Props = { me: string; onSignedOut: () => void; children: ReactNode };

export function LiveProvider({ me, onSignedOut, children }: Props) {
  const [connection] = useState(() => new LiveConnection(me, onSignedOut));
  useEffect(() => {
    connection.start();
    return () => connection.stop();
  }, [connection]);
  return <LiveContext value={connection}>{children}</LiveContext>;
}

export function useConnection(): LiveConnection {
  const connection = useContext(LiveContext);
  if (!connection) throw new Error("useConnection outside LiveProvider");
  return connection;
}

export function useLiveView(): { link: Link; state: LiveState | null; retryAt: number | null } {
  const connection = useConnection();
  return useSyncExternalStore(connection.subscribe, connection.view);
}

/** The state on a page that is shown only once there is one. */
export function useLive(): LiveState {
  const { state } = useLiveView();
  if (!state) throw new Error("useLive before the first snapshot");
  return state;
}

/** True while acts that need the server may be offered. */
export const useOnline = (): boolean => useLiveView().link === "live";
