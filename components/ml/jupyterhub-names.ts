/** What JupyterHub's chart (4.4.0, release `jupyterhub`) calls things. Pure. */
import { notebookPods } from "../../operators/jupyterhub";
import type { VolumeCheck } from "../base/restore-check";

/** Namespace of hub and proxy, and name of the release. */
export const JUPYTERHUB = "jupyterhub";
/** Namespace of the notebooks. */
export const NOTEBOOKS = "jupyter-users";

const podsOf = (component: "hub" | "proxy") =>
    ({
        "app.kubernetes.io/name": JUPYTERHUB,
        "app.kubernetes.io/instance": JUPYTERHUB,
        "app.kubernetes.io/component": component,
    }) as const;

/** Pods of the hub, which signs people on and starts notebooks. */
export const hubPods = podsOf("hub");
/** Pods of the proxy, through which people get to hub and notebooks. */
export const proxyPods = podsOf("proxy");

/** Port of the hub. */
export const HUB_PORT = 8081;
/** Ports of the proxy: what people open, and where the hub tells it ways. */
export const proxyPorts = { page: 8000, ways: 8001 } as const;

/** Secret with what hub and proxy know of each other, and what cookies and tokens are made with. */
export const HUB_SECRET = "jupyterhub-secrets";
/** Its keys, as the hub looks for them (files/hub/jupyterhub_config.py). */
export const hubSecrets = {
    cookies: "hub.config.JupyterHub.cookie_secret",
    state: "hub.config.CryptKeeper.keys",
    proxy: "hub.config.ConfigurableHTTPProxy.auth_token",
} as const;

/** ConfigMap with what notebooks find in their environment. */
export const SURROUNDINGS = "surroundings";
/** Its keys, each a variable of every notebook. */
export const surroundings = ["MLFLOW_DISABLE_TELEMETRY", "MLFLOW_TRACKING_URI"] as const;

/** JupyterLab leaves the file in a home when it first starts (jupyter_core 5: migrate.py). */
export const notebookChecks: readonly VolumeCheck[] = [
    { claims: notebookPods, files: [{ path: ".jupyter/migrated" }], mayBeNone: true },
];
