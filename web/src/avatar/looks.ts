// Three faces and a calm shape. Colours belong to the drawing, like those of a photograph; the
// interface around it takes its own from tokens.css.

export type LookName = "rowan" | "mira" | "sol" | "orb";

export interface Look {
  name: LookName;
  label: string;
  skin: string;
  shade: string;
  light: string;
  blush: string;
  hair: string;
  hair_light: string;
  brow: string;
  iris: string;
  lip: string;
  lip_low: string;
  shirt: string;
  shirt_shade: string;
  collar: string;
  ground: string;
  /** Behind the head. */
  hair_back: string;
  /** Over the forehead. */
  hair_front: string;
  hair_strands: string;
  glasses: boolean;
}

export const LOOKS: readonly Look[] = [
  {
    name: "mira",
    label: "Mira",
    skin: "#d9a27c",
    shade: "#c28760",
    light: "#e8b994",
    blush: "#cf8468",
    hair: "#2f2622",
    hair_light: "#4a3b33",
    brow: "#35291f",
    iris: "#5b3d28",
    lip: "#b0605a",
    lip_low: "#bf706a",
    shirt: "#2f6f73",
    shirt_shade: "#24585c",
    collar: "#f2efe9",
    ground: "#1f3436",
    hair_back:
      "M 96 214 C 78 92 140 40 200 40 C 262 40 322 92 304 214 C 306 268 300 300 286 322 " +
      "C 262 338 138 338 114 322 C 100 300 94 268 96 214 Z",
    hair_front:
      "M 111 196 C 108 120 150 66 204 66 C 254 66 292 116 289 196 C 282 168 268 142 236 118 " +
      "C 214 138 150 146 128 158 C 118 166 113 180 111 196 Z",
    hair_strands: "M 232 116 C 204 96 168 92 146 108 M 238 112 C 226 92 204 80 184 80 M 246 122 C 266 136 278 154 284 176",
    glasses: false,
  },
  {
    name: "rowan",
    label: "Rowan",
    skin: "#f0c7a8",
    shade: "#dba985",
    light: "#f9dcc4",
    blush: "#e5a088",
    hair: "#8a5a36",
    hair_light: "#a5744b",
    brow: "#74492b",
    iris: "#48675f",
    lip: "#c27a6d",
    lip_low: "#d08c7e",
    shirt: "#3d4f66",
    shirt_shade: "#304053",
    collar: "#e8ecef",
    ground: "#26303d",
    hair_back: "M 106 206 C 92 108 138 52 202 52 C 264 52 308 108 294 206 Z",
    hair_front:
      "M 106 200 C 96 112 134 52 198 48 C 214 36 262 44 282 84 C 300 112 300 156 294 200 " +
      "C 288 176 284 158 274 144 C 242 142 206 132 184 112 C 176 132 146 142 126 146 C 116 160 110 178 106 200 Z",
    hair_strands: "M 186 110 C 200 88 228 78 254 86 M 180 108 C 184 88 204 70 228 66 M 172 112 C 156 122 142 128 130 130",
    glasses: true,
  },
  {
    name: "sol",
    label: "Sol",
    skin: "#8c5a3f",
    shade: "#74462f",
    light: "#a06d50",
    blush: "#8f4f3b",
    hair: "#1d1917",
    hair_light: "#332c28",
    brow: "#1f1815",
    iris: "#3a2417",
    lip: "#7d4038",
    lip_low: "#96554a",
    shirt: "#a86a3d",
    shirt_shade: "#8c552e",
    collar: "#f3e9dc",
    ground: "#3a2c22",
    hair_back:
      "M 104 204 C 84 172 86 128 112 106 C 116 70 158 46 200 50 C 242 46 284 70 288 106 " +
      "C 314 128 316 172 296 204 Z",
    hair_front:
      "M 108 196 C 100 168 104 138 118 122 C 124 88 158 66 200 68 C 242 66 276 88 282 122 " +
      "C 296 138 300 168 292 196 C 288 168 276 146 260 138 C 226 126 174 126 140 138 C 124 146 112 168 108 196 Z",
    hair_strands: "M 130 122 C 142 104 164 94 186 94 M 214 94 C 236 94 258 104 270 122 M 104 150 C 108 134 114 126 122 118",
    glasses: false,
  },
];

export const LOOK_NAMES: readonly LookName[] = ["mira", "rowan", "sol", "orb"];

/** Anything unknown gets the first face. */
export function lookOf(name: string): Look {
  const first = LOOKS[0] as Look;
  return LOOKS.find((look) => look.name === name) ?? first;
}
