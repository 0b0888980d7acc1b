/** Who is signed in, and signing in and out. */

import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { get, post, Problem, put, remove } from "../api/request";
import type { Language, Me } from "../api/types";

const KEY = ["session"];

const session = queryOptions({
  queryKey: KEY,
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async (): Promise<Me | null> => {
    try {
      return await get<Me>("/api/session");
    } catch (error) {
      if (error instanceof Problem && error.status === 401) return null;
      throw error;
    }
  },
});

/** Nothing that one person was shown stays for the next. */
function forgetAnswers(client: QueryClient): void {
  client.removeQueries({ predicate: (query) => query.queryKey[0] !== KEY[0] });
}

export const useSession = () => useQuery(session);

export type Credentials = { login: string; password: string; code?: string };

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (credentials: Credentials) => post<Me>("/api/session", credentials),
    onSuccess: (me) => {
      forgetAnswers(client);
      client.setQueryData(KEY, me);
    },
  });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => remove("/api/session"),
    onSettled: () => {
      forgetAnswers(client);
      client.setQueryData(KEY, null);
    },
  });
}

/** Forgets who was signed in; what is on the way to the server comes back as "please sign in". */
export function useForgetSession(): () => void {
  const client = useQueryClient();
  return () => {
    forgetAnswers(client);
    client.setQueryData(KEY, null);
  };
}

export function useKeepLanguage() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (language: Language) => put<Me>("/api/session/language", { language }),
    onSuccess: (me) => client.setQueryData(KEY, me),
  });
}
