/** The whole platform on one page: settings, machines, cluster, systems, outputs. */
import { PriorityClasses } from "./components/base/priority";
import { createContext } from "./components/context";
import { MetricsServer } from "./components/observability/metrics-server";
import { Platform } from "./components/platform";
import { readSettings } from "./components/settings";

/** Runs the program; the engine and the embedded preview call it once per stack. */
function main(): Record<string, unknown> {
    const settings = readSettings();
    const context = createContext(settings);
    const { systems } = settings;

    const platform = new Platform("platform", { settings });
    const inside = { parent: platform };
    new PriorityClasses("priorities", inside);
    if (systems.metricsServer.enabled) {
        new MetricsServer("metrics-server", { context, needs: [] }, inside);
    }
    return {};
}

export = main;
