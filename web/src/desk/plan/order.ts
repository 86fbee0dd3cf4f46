// Things in an order that people change: by key, by drag. Pure.

/** The list with the item at `from` at the place `to`; the same list when nothing moves. */
export function moved<T>(list: T[], from: number, to: number): T[] {
  const place = Math.min(list.length - 1, Math.max(0, to));
  const item = list[from];
  if (item === undefined || place === from) return list;
  const rest = list.filter((_, index) => index !== from);
  return [...rest.slice(0, place), item, ...rest.slice(place)];
}

/** Where something that is dragged to height `y` belongs among the others, whose middles are given. */
export function placeAt(middles: number[], from: number, y: number): number {
  return middles.filter((middle, index) => index !== from && middle < y).length;
}

/** Where a key moves the item at `from` of `count`; null when the key moves nothing. */
export function keyed(key: string, from: number, count: number): number | null {
  const wanted: Record<string, number> = { ArrowUp: from - 1, ArrowDown: from + 1, Home: 0, End: count - 1 };
  const to = wanted[key];
  return to === undefined ? null : Math.min(count - 1, Math.max(0, to));
}
