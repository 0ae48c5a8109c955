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

/** Mantine's greys for the dark scheme, in the tone of theme.css. */
const dark: MantineColorsTuple = [
  "#e9eef0",
  "#b3bfc5",
  "#9aa8af",
  "#71808a",
  "#44525a",
  "#2f3a40",
  "#20292d",
  "#1a2124",
  "#151b1e",
  "#0f1416",
];

const gray: MantineColorsTuple = [
  "#faf9f6",
  "#f0ede6",
  "#e6e2d9",
  "#d9d4c9",
  "#c4beb2",
  "#9c978c",
  "#6f6d66",
  "#4f5152",
  "#343a3e",
  "#182126",
];

const close = { "aria-label": "Close" };

export const theme = createTheme({
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  headings: { fontFamily: "'Inter Variable', system-ui, sans-serif", fontWeight: "650" },
  primaryColor: "brand",
  primaryShade: 6,
  autoContrast: true,
  colors: { brand, dark, gray },
  defaultRadius: "md",
  cursorType: "pointer",
  components: {
    Drawer: {
      defaultProps: {
        position: "right",
        size: 560,
        overlayProps: { backgroundOpacity: 0.25 },
        closeButtonProps: close,
      },
    },
    Modal: {
      defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.4 }, closeButtonProps: close },
    },
    Select: { defaultProps: { comboboxProps: { keepMounted: false } } },
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
