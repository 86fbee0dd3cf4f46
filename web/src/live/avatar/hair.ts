// Hair and dress of each look, behind and before the head. Fixed paths; colours from the palette.
import { svg, type SVGTemplateResult } from "lit";
import type { Look, Palette } from "./looks";

type Person = Exclude<Look, "orb">;
type Part = (p: Palette) => SVGTemplateResult;

/** Behind neck and head. */
export const BEHIND: Readonly<Record<Person, Part>> = {
  mara: (p) => svg`
    <path fill=${p.hairDark} d="M200 60C142 58 112 104 116 168C118 214 104 246 114 290C128 312 160 306 170 286H230C240 306 272 312 286 290C296 246 282 214 284 168C288 104 258 58 200 60Z" />
    <path fill=${p.hair} d="M146 92C122 122 122 160 124 190C124 226 112 252 120 286C132 298 148 294 152 284C142 236 140 140 146 92Z" />`,
  jonas: (p) => svg`<path fill=${p.hairDark} d="M132 176C124 110 152 68 200 68S276 110 268 176C262 186 138 186 132 176Z" />`,
  aiko: (p) => svg`
    <ellipse cx="200" cy="58" rx="31" ry="27" fill=${p.hair} /><path d="M176 46C188 34 212 34 224 48C212 42 192 42 176 46Z" fill=${p.hairLight} />
    <path fill=${p.hairDark} d="M130 178C122 110 150 70 200 70S278 110 270 178C266 204 134 204 130 178Z" />`,
};

/** Over forehead and temples. */
export const BEFORE: Readonly<Record<Person, Part>> = {
  mara: (p) => svg`
    <path fill=${p.hair} d="M168 94C190 118 236 120 260 158C264 178 266 200 270 206C280 176 282 130 262 96C244 66 208 56 180 62C142 68 120 104 122 158C122 182 128 200 132 206C136 176 144 124 168 94Z" />
    <path fill=${p.hairLight} d="M186 70C214 66 246 82 258 116C240 92 214 82 186 82Z" />
    <path fill=${p.hairLight} d="M160 78C142 90 134 112 132 136C138 112 148 94 160 78Z" opacity="0.8" />`,
  jonas: (p) => svg`
    <path fill=${p.hair} d="M136 172C126 106 152 64 202 63C252 64 276 108 264 172C262 152 259 138 252 124C240 112 224 118 200 117C178 116 160 110 149 124C142 136 138 154 136 172Z" />
    <path fill=${p.hairLight} d="M160 82C182 68 224 68 244 86C222 78 184 78 160 82Z" />`,
  aiko: (p) => svg`
    <path fill=${p.hair} d="M134 182C126 116 152 72 200 72S276 116 266 182C264 150 250 118 216 100C208 116 160 122 134 182Z" />
    <path fill=${p.hairLight} d="M206 80C236 84 254 104 260 134C248 110 230 96 206 92Z" />
    <path fill=${p.hairLight} d="M188 82C164 88 148 106 142 128C154 108 170 98 190 94Z" opacity="0.7" />`,
};

/** Neckline over the shoulders. */
export const DRESS: Readonly<Record<Person, Part>> = {
  mara: (p) => svg`
    <path fill=${p.collar} d="M168 312L200 352L232 312L238 320L206 366H194L162 320Z" />
    <path fill=${p.clothDark} d="M160 318L200 400H120C132 360 142 334 160 318ZM240 318L200 400H280C268 360 258 334 240 318Z" />`,
  jonas: (p) => svg`
    <path fill=${p.collar} d="M163 314C176 340 224 340 237 314L243 321C228 352 172 352 157 321Z" />
    <path fill=${p.clothDark} d="M92 352C104 366 110 384 112 400H86C84 380 86 364 92 352ZM308 352C296 366 290 384 288 400H314C316 380 314 364 308 352Z" />`,
  aiko: (p) => svg`
    <path fill=${p.collar} d="M166 306C166 328 178 340 200 340S234 328 234 306L242 316C242 342 226 354 200 354S158 342 158 316Z" />
    <path fill=${p.clothDark} d="M92 352C104 366 110 384 112 400H86C84 380 86 364 92 352ZM308 352C296 366 290 384 288 400H314C316 380 314 364 308 352Z" />`,
};

/** On the skin: a short beard, spectacles. Clipped to the head where it must follow the jaw. */
export const ON_SKIN: Readonly<Record<Person, Part>> = {
  mara: () => svg``,
  jonas: (p) => svg`<path fill=${p.hairDark} opacity="0.42" d="M130 190C140 208 146 224 158 234C172 226 186 236 200 235C214 236 228 226 242 234C254 224 260 208 270 190V310H130Z" />`,
  aiko: () => svg``,
};

export const GLASSES: Readonly<Record<Person, Part>> = {
  mara: () => svg``,
  jonas: () => svg``,
  aiko: (p) => svg`<g fill="none" stroke=${p.clothDark} stroke-width="3.4" stroke-linecap="round">
    <rect x="144" y="166" width="48" height="41" rx="19" /><rect x="208" y="166" width="48" height="41" rx="19" />
    <path d="M192 183Q200 177 208 183M144 182L134 179M256 182L266 179" /></g>`,
};
