/** Updates that are killed, and states that are lost. */
import { requireNothingChanges, requireUntouched, requireWhole } from "./checks";
import { require } from "./fault";
import { reasonsIn } from "./pulumi";
import type { Scenario } from "./scenario";
import type { Stage } from "./stage";
import { loseState, secretsOfCluster, takeOver, takeOverBootstrap } from "./take-over";

/** Places at which an update is killed: right after each of these was answered. */
export const KILLS: readonly RegExp[] = [
    /POST .*download-url/,
    /POST .*\/qemu$/,
    /PUT .*\/resize/,
    /POST .*status\/start/,
    /POST .*firewall\/rules/,
    /PUT .*firewall\/options/,
    /Talos: ApplyConfiguration/,
    /Talos: Bootstrap/,
    /Talos: Kubeconfig/,
    /Talos: EtcdMemberList/,
];

async function killAt(stage: Stage, place: RegExp): Promise<void> {
    const { heard, forget } = stage.site.whenHeard(place);
    const running = stage.startUp();
    const met = await Promise.race([heard.then(() => true), running.ended.then(() => false)]);
    forget();
    running.kill();
    const ended = await running.ended;
    require([met, [`An update ended before ${place.source}:`, ...reasonsIn(ended)].join(" ")]);
    stage.progress(`Killed after ${place.source}`);
    // The lock of the one that was killed.
    await stage.must("cancel", "--yes", "--stack", stage.workspace.stack);
    if (place.source.endsWith("Bootstrap")) {
        await takeOverBootstrap(stage);
    }
}

/** The state is lost. */
export const LOST: readonly Scenario[] = [
    {
        name: "state-lost",
        needsTalosctl: true,
        shows: "A state that is lost is made again from what is there, and no node notices.",
        run: async (stage) => {
            const before = stage.starts();
            const secrets = await secretsOfCluster(stage);
            await loseState(stage);
            await takeOver(stage, secrets);
            await requireWhole(stage);
            requireUntouched(stage, before);
            await requireNothingChanges(stage);
        },
    },
];

/** The update is lost. */
export const KILLED: readonly Scenario[] = [
    {
        name: "killed",
        alone: true,
        shows: "An update that is killed at ten places, one after the other, is continued to its end.",
        run: async (stage) => {
            for (const place of KILLS) {
                await killAt(stage, place);
            }
            await stage.adopt();
            await requireWhole(stage);
            await requireNothingChanges(stage);
        },
    },
];
