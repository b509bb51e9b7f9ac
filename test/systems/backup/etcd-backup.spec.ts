import assert from "node:assert/strict";
import { etcdBackup as definition } from "../../../components/backup/etcd-backup";
import { isRecord } from "../../../components/base/object";
import { type RecordedStack, stack, stackWith } from "../../fixtures/stack";
import { sampleConfiguration } from "../../fixtures/settings";
import { declaredFlows } from "../flows";
import { alone } from "../variants";

interface Job {
    readonly schedule: string;
    readonly jobTemplate: {
        readonly spec: {
            readonly template: {
                readonly spec: {
                    readonly containers: readonly {
                        readonly env: readonly { readonly name: string; readonly value?: string }[];
                    }[];
                    readonly volumes: readonly object[];
                };
            };
        };
    };
}

function job(recorded: RecordedStack): Job {
    return recorded.object("CronJob/talos-backup/talos-backup").spec as Job;
}

function variables(recorded: RecordedStack): Readonly<Record<string, string | undefined>> {
    const [container] = job(recorded).jobTemplate.spec.template.spec.containers;
    return Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value]));
}

describe("EtcdBackup", () => {
    let prod: RecordedStack;
    before(async () => {
        prod = await stack("prod");
    });

    it("takes a snapshot every six hours, not while namespaces are backed up", () => {
        assert.equal(job(prod).schedule, "45 */6 * * *");
    });

    it("tells the program the site's target, whose key comes from a Secret", () => {
        const told = variables(prod);
        assert.equal(told.CUSTOM_S3_ENDPOINT, "https://s3.example.org");
        assert.equal(told.BUCKET, "home-backup");
        assert.equal(told.S3_PREFIX, "home/etcd");
        assert.equal(told.AGE_X25519_PUBLIC_KEY, sampleConfiguration.backup.ageRecipient);
        assert.ok("AWS_SECRET_ACCESS_KEY" in told);
        assert.equal(told.AWS_SECRET_ACCESS_KEY, undefined);
        assert.equal("DISABLE_ENCRYPTION" in told, false);
    });

    it("may ask Talos for a snapshot and for nothing else, where the machines let it", () => {
        const { spec } = prod.object("ServiceAccount/talos-backup/talos-backup-access");
        assert.deepEqual((spec as { roles: string[] }).roles, ["os:etcd:backup"]);
    });

    it("reaches the Talos API of the control planes and the target, and nothing else but DNS", () => {
        const flows = declaredFlows(prod)
            .filter(
                ({ namespace, direction }) => namespace === "talos-backup" && direction === "out",
            )
            .map(({ name }) => name)
            .sort();
        const planes = prod.settings.site.controlPlanes.map(({ name }) => `talos-${name}`);
        assert.deepEqual(flows, ["dns", "snapshots", ...planes.sort()]);
    });

    it("is empty without a target, and on machines of somebody else", async () => {
        const built = (recorded: RecordedStack) =>
            recorded.component("etcd-backup").objects.length > 0;
        assert.ok(built(prod));
        assert.equal(built(await stackWith({ backup: undefined })), false);
        assert.equal(built(await alone(definition)), false);
    });

    it("leaves etcd of a stack that is not protected alone where it has no target, and says why", async () => {
        const excepted = async (profile: string) => {
            const recorded = await stackWith({ profile, backup: undefined });
            const [platform] = recorded.ofType("platform:base:Platform");
            const { exceptions } = platform?.inputs ?? {};
            return Array.isArray(exceptions)
                ? exceptions.filter(isRecord).filter(({ criterion }) => criterion === "DR-05")
                : [];
        };
        assert.equal((await excepted("dev")).length, 1);
        assert.equal((await excepted("prod")).length, 0);
    });
});
