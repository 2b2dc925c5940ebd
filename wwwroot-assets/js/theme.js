// Runs before the first paint: the choice comes with the page, "system" is settled here.
(() => {
  const root = document.documentElement;
  const systemDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => root.dataset.choice === "dark" || (root.dataset.choice !== "light" && systemDark.matches);
  // The .NET side, which colours its components itself; null before the page is live.
  let layout = null;
  const apply = () => { root.dataset.theme = isDark() ? "dark" : "light"; };

  apply();
  systemDark.addEventListener("change", () => {
    apply();
    layout?.invokeMethodAsync("SetDark", isDark()).catch(() => {});
  });

  window.studioTheme = {
    watch(dotnet) {
      layout = dotnet;
      return isDark();
    },
    choice: () => root.dataset.choice || "system",
    choose(choice) {
      root.dataset.choice = choice;
      const base = new URL(document.baseURI).pathname;
      document.cookie = `studio-theme=${choice}; path=${base}; max-age=31536000; samesite=lax`;
      apply();
      return isDark();
    },
  };
})();
