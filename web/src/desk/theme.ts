// Light, dark or as the system has it; remembered on this device.

export type Theme = "system" | "light" | "dark";
const KEY = "vivavoce-theme";

export function theme(): Theme {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === "light" || kept === "dark" ? kept : "system";
  } catch {
    return "system"; // storage is blocked: the choice lasts as long as the page
  }
}

export function applyTheme(chosen: Theme): void {
  if (chosen === "system") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.dataset.theme = chosen;
  window.dispatchEvent(new Event("themechange"));
}

export function chooseTheme(chosen: Theme): void {
  applyTheme(chosen);
  try {
    if (chosen === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, chosen);
  } catch {
    return; // storage is blocked: nothing to remember it in
  }
}

/** Whether the page is dark now. */
export function isDark(): boolean {
  const chosen = theme();
  if (chosen !== "system") return chosen === "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}
