import { useCallback, useRef, useState } from "react";

/** One question to the person at a time, however many requests wait for its answer. */
export function useProof() {
  const [proving, setProving] = useState<((proven: boolean) => void) | null>(null);
  const question = useRef<Promise<boolean> | null>(null);
  const prove = useCallback(() => {
    question.current ??= new Promise<boolean>((resolve) => setProving(() => resolve)).finally(() => {
      question.current = null;
      setProving(null);
    });
    return question.current;
  }, []);
  return { prove, proving };
}
