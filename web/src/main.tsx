import "./session/linkToken";
import "@fontsource-variable/inter/index.css";
import "@mantine/core/styles.css";
import "./ui/theme.css";
import { MantineProvider } from "@mantine/core";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { router } from "./routes/router";
import { SessionProvider } from "./session/Session";
import { SessionWatch } from "./session/SessionWatch";
import { resolver, theme } from "./ui/theme";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

/** With it the component library may add styles, which the server's content security policy forbids otherwise. */
const nonce = document.querySelector<HTMLElement>("meta[property=csp-nonce]")?.nonce ?? "";
/** Where the part of it that keeps a page from scrolling under a dialog looks for it. */
Object.assign(globalThis, { __webpack_nonce__: nonce });

createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      cssVariablesResolver={resolver}
      getStyleNonce={() => nonce}
    >
      <SessionProvider>
        <RouterProvider router={router} />
        <SessionWatch />
      </SessionProvider>
    </MantineProvider>
  </StrictMode>,
);
