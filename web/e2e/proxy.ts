/** A cable between a browser and the server that can be pulled out. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export type Cable = { at: string; pull(): void; plugIn(): void; close(): void };

export function cable(to: string): Promise<Cable> {
  const { hostname, port } = new URL(to);
  const ends = new Set<Socket>();
  let out = false;
  const server = createServer((near) => {
    if (out) return near.destroy();
    const far = connect(Number(port), hostname);
    for (const end of [near, far]) {
      ends.add(end);
      end.on("error", () => {});
      end.on("close", () => ends.delete(end));
    }
    near.pipe(far).pipe(near);
  });
  const pull = () => {
    out = true;
    for (const end of ends) end.destroy();
  };
  return new Promise((ready) => {
    server.listen(0, "127.0.0.1", () => {
      ready({
        at: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        pull,
        plugIn: () => {
          out = false;
        },
        close: () => {
          pull();
          server.close();
        },
      });
    });
  });
}
