// The candidate's way in: an invitation, or a job that somebody shared.
import "../live/base.css";
import { html, render } from "lit";
import "./invitation";
import "./job";

const secret = location.hash.slice(1);
const page = location.pathname.startsWith("/job")
  ? html`<portal-job .share=${secret}></portal-job>`
  : html`<portal-invitation .token=${secret}></portal-invitation>`;
render(page, document.body);
window.addEventListener("hashchange", () => location.reload());
