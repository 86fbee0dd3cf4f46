import { Orb } from "./orb";
import { customElement } from "lit/decorators.js";
import { property } from "lit/decorators.js";
@customElement("viva-face")
export class Face extends Orb { @property() look = "mara"; }
