// Sets light or dark before the first paint, so that a dark room gets no white flash.
(() => {
  let wish = "auto";
  try {
    wish = localStorage.getItem("mantine-color-scheme-value") || "auto";
  } catch {
    // A browser that keeps nothing: the system's choice.
  }
  const dark = wish === "dark" || (wish === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
