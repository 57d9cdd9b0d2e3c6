/** Light or dark, where somebody chose: before the first paint, hence no module. */
(() => {
  try {
    const theme = localStorage.getItem("brook.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // As the system has it.
  }
})();
