/** The storage, data and application systems together, as the program builds them. */
import { N8n } from "../../../components/apps/n8n";
import { PriorityClasses } from "../../../components/base/priority";
import type { PlatformContext } from "../../../components/base/system";
import { CloudNativePg } from "../../../components/data/cloudnative-pg";
import { RedisOperator } from "../../../components/data/redis-operator";
import type { Settings } from "../../../components/settings";
import { CephCluster } from "../../../components/storage/ceph-cluster";
import { RookOperator } from "../../../components/storage/rook-operator";
import { Recorder, settled } from "../../fixtures/recorder";
import { record, settingsWith } from "../network/record";

/** Settings of a profile; a single copy in dev, as its stack has it. */
export function settingsOf(profile: string, more: Record<string, unknown> = {}): Settings {
    const storage = { replication: profile === "dev" ? 1 : 3 };
    return settingsWith({ profile, storage, ...more });
}

/** Registers all of them. */
export function build(context: PlatformContext): void {
    const needs = new PriorityClasses("priorities", {}).ready;
    const operator = new RookOperator(
        "rook-ceph",
        { context, needs, objectStoreClients: ["velero"] },
        {},
    );
    const ceph = new CephCluster("ceph", { context, operator }, {});
    const postgres = new CloudNativePg("cloudnative-pg", { context, needs }, {}).ready;
    const redis = new RedisOperator("redis-operator", { context, needs }, {}).ready;
    const storage = { className: ceph.storageClasses.block, ready: ceph.ready };
    new N8n("n8n", { context, needs, postgres, redis, storage }, {});
}

/** What they register, with protection and dependencies. */
export async function register(settings: Settings): Promise<Recorder> {
    const contexts: PlatformContext[] = [];
    await record((context) => contexts.push(context), settings);
    const recorder = await Recorder.install({}, {}, true);
    contexts.forEach(build);
    await settled();
    return recorder;
}
