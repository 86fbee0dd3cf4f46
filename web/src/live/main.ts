// The candidate's page: one app, one element that draws it.
import { createApp } from "./app";
import "./base.css";
import type { App } from "./model";
import { Candidate } from "./views/root";

async function open(): Promise<App> {
  if (import.meta.env.DEV) {
    const demo = new URLSearchParams(location.search).get("demo");
    if (demo !== null) return (await import("./dev-app")).createDemo(demo);
  }
  return createApp();
}

const element = new Candidate();
element.app = await open();
document.body.append(element);
