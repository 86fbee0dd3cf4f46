// Who asks: a calm orb, unless the candidate chooses one of three drawn faces. Colours are two or three flat tones for each surface.

import { device } from "../../store";

export type Look = "mara" | "jonas" | "aiko" | "orb";

export const LOOKS: readonly { name: Look; label: string }[] = [
  { name: "orb", label: "Calm orb" },
  { name: "mara", label: "Mara" },
  { name: "jonas", label: "Jonas" },
  { name: "aiko", label: "Aiko" },
];

export interface Palette {
  skin: string; shade: string; light: string; blush: string;
  hair: string; hairDark: string; hairLight: string;
  iris: string; lip: string; lipDark: string;
  cloth: string; clothDark: string; collar: string; back: string;
}

export const PALETTES: Readonly<Record<Exclude<Look, "orb">, Palette>> = {
  mara: {
    skin: "#d9a27e", shade: "#c1855f", light: "#e6b592", blush: "#d08a6c",
    hair: "#3b2a25", hairDark: "#2a1d1a", hairLight: "#56403a",
    iris: "#4a3424", lip: "#b3625a", lipDark: "#8f463f",
    cloth: "#17605b", clothDark: "#104a46", collar: "#efe9df", back: "#1d2c2a",
  },
  jonas: {
    skin: "#8d5a3f", shade: "#744630", light: "#a26d4f", blush: "#83492f",
    hair: "#1d1716", hairDark: "#120e0e", hairLight: "#332a28",
    iris: "#2c1d15", lip: "#85483d", lipDark: "#66332b",
    cloth: "#34465a", clothDark: "#263545", collar: "#e8e6df", back: "#20292f",
  },
  aiko: {
    skin: "#efc7a6", shade: "#d9a985", light: "#f7d8bd", blush: "#e3a58c",
    hair: "#5c5a58", hairDark: "#444240", hairLight: "#7d7a77",
    iris: "#3d4a4a", lip: "#c0716a", lipDark: "#9a524c",
    cloth: "#7a4a3a", clothDark: "#60392c", collar: "#f2ece2", back: "#2b2725",
  },
};

const KEY = "viva.look";

export function savedLook(): Look {
  const saved = device.getItem(KEY);
  return LOOKS.find((look) => look.name === saved)?.name ?? "orb";
}

export function saveLook(look: Look): void {
  device.setItem(KEY, look);
}
