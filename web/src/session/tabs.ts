/** The tabs of one browser share a session: what happens to it in one is told to the others. */

export type News =
  /** Somebody signed in. */
  | { is: "in" }
  | { is: "out" }
  /** Somebody was active, and the session is good until then. */
  | { is: "active"; idleExpiresAt: string };

export type Tabs = {
  tell(news: News): void;
  hear(listener: (news: News) => void): () => void;
  close(): void;
};

export function openTabs(): Tabs {
  const channel = new BroadcastChannel("huddle-session");
  return {
    tell: (news) => channel.postMessage(news),
    hear: (listener) => {
      const heard = (event: MessageEvent<News>) => listener(event.data);
      channel.addEventListener("message", heard);
      return () => channel.removeEventListener("message", heard);
    },
    close: () => channel.close(),
  };
}
