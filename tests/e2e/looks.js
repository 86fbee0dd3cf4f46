// What a picture of the page would show: spilling, covered or cut words, controls too small for a finger.
() => {
  const TOUCH = 44;
  const found = [];
  const say = (what, node, more = "") => found.push(`${what}: ${name(node)}${more}`);
  const name = (node) => `${node.localName}${node.dataset?.testid ? `[${node.dataset.testid}]` : ""} "${(node.innerText || node.getAttribute("aria-label") || "").trim().slice(0, 40)}"`;
  const all = function* (root) {
    for (const node of root.querySelectorAll("*")) {
      yield node;
      if (node.shadowRoot) yield* all(node.shadowRoot);
    }
  };
  const parent = (node) => node.assignedSlot ?? node.parentElement ?? node.getRootNode().host ?? null;
  const within = (node, ancestor) => { for (let at = node; at; at = parent(at)) if (at === ancestor) return true; return false; };
  const top = (x, y) => {
    let node = document.elementFromPoint(x, y);
    for (let inner; node?.shadowRoot && (inner = node.shadowRoot.elementFromPoint(x, y)) && inner !== node; ) node = inner;
    return node;
  };
  const shown = (node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const onView = ({ left, top, right, bottom }) => left >= 0 && top >= 0 && right <= innerWidth + 1 && bottom <= innerHeight + 1;
  const texts = (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
  /** The nearest box that scrolls or hides what is outside of it. */
  const clips = (node) => { for (let at = parent(node); at; at = parent(at)) if (getComputedStyle(at).overflowY !== "visible") return at; return null; };
  const stuck = (node) => { for (let at = node; at; at = parent(at)) if (["sticky", "fixed"].includes(getComputedStyle(at).position)) return true; return false; };

  /** Runs of one paragraph: a line of the one may lie between lines of the other. */
  const together = (one, other) => parent(one) === parent(other) && [one, other].every((node) => getComputedStyle(node).display === "inline");

  if (document.documentElement.scrollWidth > innerWidth) found.push(`wider than the page: ${document.documentElement.scrollWidth} px`);
  for (const node of all(document)) {
    if (!shown(node) || node.matches(".visually-hidden, .visually-hidden *, canvas, video, script, style, option")) continue;
    const box = node.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) continue;
    const control = node.matches("button, select, textarea, summary, input, [role=button], [role=switch]");
    const label = node.matches("input") ? node.closest("label") : null;
    const target = (label ?? node).getBoundingClientRect();
    if (control && matchMedia("(pointer: coarse)").matches && (target.height < TOUCH - 0.5 || target.width < TOUCH - 0.5)) {
      say("too small for a finger", node, ` ${Math.round(target.width)}x${Math.round(target.height)}`);
    }
    if (!control && !texts(node)) continue;
    if (node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0 && getComputedStyle(node).overflowX === "hidden" && getComputedStyle(node).textOverflow !== "ellipsis") say("cut", node);
    if (!onView(box)) continue;
    const frame = clips(node);
    if (frame && frame !== document.documentElement && frame !== document.body) {
      const outer = frame.getBoundingClientRect();
      if (box.top < outer.top - 1 || box.bottom > outer.bottom + 1) continue;
    }
    for (const [x, y] of [[box.left + box.width / 2, box.top + box.height / 2], [box.left + box.width / 2, box.bottom - 3], [box.left + box.width / 2, box.top + 3]]) {
      const over = top(x, y);
      // Bars at the edge of the screen lie over what scrolls below them.
      if (over && !within(over, node) && !within(node, over) && !(stuck(over) && !stuck(node)) && !together(over, node)) { say("covered", node, ` by ${name(over)}`); break; }
    }
  }
  const main = [...all(document)].filter((node) => node.matches("button.main") && shown(node) && !node.closest("[popover], dialog"));
  if (main.length > 1) found.push(`${main.length} main buttons: ${main.map(name).join(", ")}`);
  return found;
}
