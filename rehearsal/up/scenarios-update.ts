/** A whole update, from nothing to nothing. */
import { requireNothingChanges, requireWhole } from "./checks";
import { require } from "./fault";
import type { Scenario } from "./scenario";

/** It is made, and stays as it is. */
export const FIRST: readonly Scenario[] = [
    {
        name: "from-nothing",
        shows: "From an empty Proxmox to a kubeconfig and nodes that are ready.",
        run: async (stage) => {
            await stage.up();
            await requireWhole(stage);
            const { output } = await stage.must(
                ...[
                    "stack",
                    "output",
                    "kubeconfig",
                    "--show-secrets",
                    "--stack",
                    stage.workspace.stack,
                ],
            );
            require([output.includes("client-certificate-data"), "The output kubeconfig is none."]);
        },
    },
    {
        name: "again",
        shows: "A second update changes nothing.",
        run: requireNothingChanges,
    },
    {
        name: "refresh",
        shows: "Reading what is there changes nothing either.",
        run: async (stage) => {
            await stage.must(
                "refresh",
                "--yes",
                "--stack",
                stage.workspace.stack,
                "--non-interactive",
            );
            await requireNothingChanges(stage);
        },
    },
];

/** It goes. */
export const LAST: readonly Scenario[] = [
    {
        name: "destroy",
        shows: "A destroy leaves nothing.",
        run: async (stage) => {
            const { stack } = stage.workspace;
            for (const node of stage.nodes) {
                stage.site.proxmox.configure(stage.machine(node), { protection: "0" }, []);
            }
            await stage.must("state", "unprotect", "--all", "--yes", "--stack", stack);
            await stage.must(
                "destroy",
                "--yes",
                "--skip-preview",
                "--non-interactive",
                "--stack",
                stack,
            );
            const { machines, files } = stage.site.proxmox;
            const { resources } = await stage.state();
            require([
                machines.size === 0,
                `Proxmox still has ${[...machines.keys()].join(", ")}.`,
            ], [files.size === 0, `Storages still have ${[...files.keys()].join(", ")}.`], [
                resources.length === 0,
                `The state still has ${resources.length} resources.`,
            ]);
        },
    },
];
