/**
 * Brings in the modules of the page once it is painted: a hundred of them would be fetched and read before. They stand
 * in a template, and this is no module itself.
 */
(() => {
  const AT_THE_LATEST_MS = 2_000; // nothing is painted in a tab that nobody sees

  const begin = () => {
    const template = document.querySelector("template[data-modules]");
    if (!(template instanceof HTMLTemplateElement)) return;
    template.remove();
    document.head.append(template.content);
  };

  if (document.visibilityState === "hidden") return begin();
  requestAnimationFrame(() => setTimeout(begin));
  setTimeout(begin, AT_THE_LATEST_MS);
})();
