// Lucide icons for templates. They are drawings only: words beside them carry the meaning.
import { createElement, type IconNode } from "lucide";

export function icon(node: IconNode, size = 16): SVGElement {
  const drawn = createElement(node);
  drawn.setAttribute("width", String(size));
  drawn.setAttribute("height", String(size));
  drawn.setAttribute("aria-hidden", "true");
  drawn.classList.add("icon");
  return drawn;
}
