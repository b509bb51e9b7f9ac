import * as fs from "node:fs";
import * as path from "node:path";
import * as os from "node:os";
import { record, settingsWith } from "../network/record";
import { RookOperator } from "../../../components/storage/rook-operator";
import { CephCluster } from "../../../components/storage/ceph-cluster";
import { CloudNativePg } from "../../../components/data/cloudnative-pg";
import { RedisOperator } from "../../../components/data/redis-operator";
import { PriorityClasses } from "../../../components/base/priority";
import { N8n } from "../../../components/apps/n8n";
import type { PlatformContext } from "../../../components/base/system";
import { Platform } from "../../../components/platform";
export function build(context: PlatformContext): void {
    const platform = new Platform("platform", { settings: context.settings });
    const p = { parent: platform };
    const pri = new PriorityClasses("priorities", p).ready;
    const rook = new RookOperator("rook-ceph", { context, needs: pri, objectStoreClients: ["velero"] }, p);
    const ceph = new CephCluster("ceph", { context, operator: rook }, p);
    const pg = new CloudNativePg("cloudnative-pg", { context, needs: pri }, p);
    const redis = new RedisOperator("redis-operator", { context, needs: pri }, p);
    new N8n("n8n", { context, needs: pri, postgres: pg.ready, redis: redis.ready, storage: { className: ceph.storageClasses.block, ready: ceph.ready } }, p);
}
async function main() {
    const mode = process.argv[2] ?? "prod";
    const overrides = mode === "dev" ? { profile: "dev", storage: { replication: 1 }, systems: { rookCeph: { toolbox: true } } } : {systems: { rookCeph: { toolbox: process.argv[3] === "toolbox" } }};
    const recording = await record(build, settingsWith(overrides));
    fs.writeFileSync(path.join(os.tmpdir(), "try", `${mode}.json`), JSON.stringify(recording.objects, undefined, 1));
    console.log(recording.rendered, recording.objects.length);
}
if (require.main === module) void main();
