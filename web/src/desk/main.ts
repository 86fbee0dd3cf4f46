// The staff's desk: one element that finds its view in the address.
import "../live/base.css";
import "./desk.css";
import "./report.css";
import "./live.css";
import "./signals.css";
import "./requests.css";
import "./plan/plan.css";
import "./deciding.css";
import { applyTheme, theme } from "./theme";
import "./app";

applyTheme(theme());
document.body.append(document.createElement("desk-app"));
