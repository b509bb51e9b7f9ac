/** Takes over what is there and not in the state, step by step as docs/runbooks/state-lost.md says. */
import * as fs from "node:fs";
import * as path from "node:path";
import { isRecord } from "../../components/base/object";
import { exportState, importState } from "./exported-state";
import { require } from "./fault";
import type { Stage } from "./stage";

const BOOTSTRAP = "talos:machine/bootstrap:Bootstrap";
const SECRETS = "talos:machine/secrets:Secrets";

/** Runs `npm run imports` in the copy, which must succeed; resolves with what it prints. */
async function imports(stage: Stage, ...args: readonly string[]): Promise<string> {
    const { stack } = stage.workspace;
    const { code, output } = await stage.command("scripts/imports", "--stack", stack, ...args);
    require([code === 0, `npm run imports failed: ${output.trim()}`]);
    return output;
}

/** The bootstrap was made and is not written down. */
export async function takeOverBootstrap(stage: Stage): Promise<void> {
    const { resources } = await stage.state();
    if (resources.some(({ type }) => type === BOOTSTRAP)) {
        return;
    }
    const { stack } = stage.workspace;
    await imports(stage, "--bootstrap", await exportState(stage));
    const mended = path.join("output", "imports", `${stack}-state.json`);
    await stage.must("stack", "import", "--stack", stack, "--file", mended);
    stage.progress("Took the bootstrap over, as docs/runbooks/state-lost.md says");
}

/** The cluster's secrets from a control plane that runs, for who kept a talosconfig. */
export async function secretsOfCluster(stage: Stage): Promise<string> {
    const { folder, stack } = stage.workspace;
    const { output } = await stage.must(
        ...["stack", "output", "talosconfig", "--show-secrets", "--stack", stack],
    );
    const [talosconfig, configuration, secrets] = [
        "talosconfig",
        "controlplane.yaml",
        "secrets.yaml",
    ].map((name) => path.join(folder, name)) as [string, string, string];
    fs.writeFileSync(talosconfig, output);
    const { address } = stage.node("controlPlane");
    const credentials = ["--talosconfig", talosconfig, "-e", address, "-n", address];
    const text = await stage.talosctl(
        ...["get", "machineconfig", "v1alpha1", "-o", "jsonpath={.spec}", ...credentials],
    );
    fs.writeFileSync(configuration, text);
    await stage.talosctl(
        ...["gen", "secrets", "--from-controlplane-config", configuration],
        ...["--output-file", secrets],
    );
    return secrets;
}

/** The state is gone, and the stack is made again with its settings. */
export async function loseState(stage: Stage): Promise<void> {
    const { stack } = stage.workspace;
    await stage.must("stack", "rm", stack, "--force", "--yes", "--preserve-config");
    await stage.must("stack", "init", stack, "--non-interactive");
}

/** An import gives the secrets an old contract; the release with which they were made is written down. */
async function writeContract(stage: Stage, release: string): Promise<void> {
    const file = await exportState(stage);
    const state = JSON.parse(fs.readFileSync(file, "utf8")) as {
        deployment: { resources: (Record<"inputs" | "outputs", unknown> & { type: string })[] };
    };
    for (const resource of state.deployment.resources.filter(({ type }) => type === SECRETS)) {
        for (const side of ["inputs", "outputs"] as const) {
            const values = resource[side];
            resource[side] = isRecord(values) ? { ...values, talosVersion: release } : values;
        }
    }
    await importState(stage, state);
}

/** Takes everything over. */
export async function takeOver(stage: Stage, secrets: string): Promise<void> {
    const { stack } = stage.workspace;
    const { release = "" } =
        stage.site.cluster.at(stage.node("controlPlane").address)?.disk.image ?? {};
    const plan = path.join(stage.workspace.folder, "plan.json");
    await stage.must("preview", "--stack", stack, "--import-file", plan, "--non-interactive");
    await imports(stage, "--plan", plan, "--secrets", secrets);
    const file = path.join("output", "imports", `${stack}.json`);
    await stage.must(
        ...["import", "--stack", stack, "--file", file, "--generate-code=false"],
        ...["--yes", "--skip-preview", "--non-interactive"],
    );
    await takeOverBootstrap(stage);
    await writeContract(stage, release);
    await stage.adopt();
}
