/**
 * For what the feed only names: read at once, and again after each piece of news, one reading at a time. So what is shown
 * is never older than the last news, however fast they come.
 */
import type { TypedDocumentNode } from "@urql/core";
import { useCallback, useEffect, useRef, useState } from "react";
import { useClient } from "urql";
import { type Failure, failureOf } from "../lib/errors";

type Versioned = { id: string; version: number };
type Read<T> = { value: T | null; failure: Failure | null; loaded: boolean };

const again = 3_000;

export function useFollow<Q, V extends object, T extends Versioned>(
  document: TypedDocumentNode<Q, V>,
  variables: V,
  pick: (answer: Q) => T | null,
  news: unknown,
) {
  const api = useClient();
  const [read, setRead] = useState<Read<T>>({ value: null, failure: null, loaded: false });
  const asked = useRef({ document, variables, pick });
  asked.current = { document, variables, pick };
  const busy = useRef(false);
  const wanted = useRef(false);
  const here = useRef(true);
  /** What mutations answered since the reading on its way was asked for: they win by version. */
  const answered = useRef<T | null>(null);

  const reload = useCallback(async () => {
    wanted.current = true;
    if (busy.current) return;
    busy.current = true;
    while (wanted.current && here.current) {
      wanted.current = false;
      answered.current = null;
      const { document, variables, pick } = asked.current;
      const { data, error } = await api
        .query(document, variables, { requestPolicy: "network-only" })
        .toPromise();
      if (!here.current) break;
      if (!data) {
        setRead((was) => ({ ...was, failure: failureOf(error) }));
        setTimeout(() => {
          if (here.current) void reload();
        }, again);
        break;
      }
      const value = newer(answered.current, pick(data));
      setRead({ value, failure: null, loaded: true });
    }
    busy.current = false;
  }, [api]);

  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);

  const key = JSON.stringify(variables);
  // biome-ignore lint/correctness/useExhaustiveDependencies: news and what is asked for are reasons to read.
  useEffect(() => {
    void reload();
  }, [reload, news, key]);

  const take = useCallback((value: T) => {
    answered.current = newer(answered.current, value);
    setRead((was) => ({ value: newer(was.value, value), failure: null, loaded: true }));
  }, []);

  return { ...read, reload, take };
}

/** The second, unless the first is the same thing at a higher version. */
const newer = <T extends Versioned>(known: T | null, read: T | null): T | null =>
  known && read && known.id === read.id && known.version > read.version ? known : read;
