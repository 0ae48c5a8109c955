/** Mantine in Huddle's colours: the values live in theme.css, light and dark. */
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

const brand: MantineColorsTuple = [
  "#e3f4f1",
  "#cfe9e5",
  "#a3d4cd",
  "#74beb4",
  "#4daba0",
  "#339f93",
  "#0f6b66",
  "#0d605b",
  "#0b5652",
  "#08443f",
];

export const theme = createTheme({
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  headings: { fontFamily: "'Inter Variable', system-ui, sans-serif", fontWeight: "650" },
  primaryColor: "brand",
  primaryShade: 6,
  autoContrast: true,
  colors: { brand },
  defaultRadius: "md",
  cursorType: "pointer",
  components: {
    Drawer: { defaultProps: { position: "right", size: 560, overlayProps: { backgroundOpacity: 0.25 } } },
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.4 } } },
    Menu: { defaultProps: { shadow: "md", position: "bottom-end" } },
    Tooltip: { defaultProps: { openDelay: 350 } },
  },
});

const ours = {
  "--mantine-color-body": "var(--surface)",
  "--mantine-color-text": "var(--ink)",
  "--mantine-color-dimmed": "var(--ink-3)",
  "--mantine-color-default": "var(--surface)",
  "--mantine-color-default-hover": "var(--surface-2)",
  "--mantine-color-default-color": "var(--ink)",
  "--mantine-color-default-border": "var(--line-strong)",
  "--mantine-color-placeholder": "var(--ink-3)",
  "--mantine-color-error": "var(--danger)",
  "--mantine-color-anchor": "var(--brand-ink)",
};

export const resolver: CSSVariablesResolver = () => ({ variables: {}, light: ours, dark: ours });
