/** An API server that keeps CRDs and objects, as far as the provider of CRDs asks for them. */
import type { Manifest } from "../../components/base/object";
import { crdPath, type LiveCrd } from "../../crds/provider";
import { ApiError } from "../../kubernetes-client/connection";

/** A CRD of the kind Thing. */
export function crd(versions: readonly string[] = ["v1"], more: object = {}): Manifest {
    return {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: { name: "things.example.org", labels: { "app.kubernetes.io/name": "demo" } },
        spec: {
            group: "example.org",
            scope: "Namespaced",
            names: { kind: "Thing", plural: "things", singular: "thing" },
            versions: versions.map((name, index) => ({
                name,
                served: true,
                storage: index === versions.length - 1,
                schema: { openAPIV3Schema: { type: "object", ...more } },
            })),
        },
    };
}

/** What was done to the server, `dry` for a dry run. */
export type Act = readonly [act: "apply" | "dry" | "delete", name: string];

export class FakeCluster {
    readonly acts: Act[] = [];
    readonly managers = new Set<string>();
    readonly crds = new Map<string, LiveCrd>();
    /** Names of objects by the path of their list. */
    objects: Record<string, readonly string[]> = {};
    /** Refuses what is applied. */
    refusal: Error | undefined;
    /** Conditions of a CRD some time after it was taken. */
    conditions: NonNullable<LiveCrd["status"]>["conditions"] = [
        { type: "Established", status: "True" },
    ];
    /** A deleted CRD stays for so many looks. */
    lingers = 0;
    private revision = 0;

    pathOf({ metadata: { name = "" } }: Manifest): Promise<string> {
        return Promise.resolve(crdPath(name));
    }

    async get<T>(path: string): Promise<T> {
        const found = await this.find<T>(path);
        if (found === undefined) {
            throw new ApiError(404, "not found");
        }
        return found;
    }

    find<T>(path: string): Promise<T | undefined> {
        const names = this.objects[path];
        if (names !== undefined) {
            const items = names.map((name) => ({ metadata: { name, namespace: "apps" } }));
            return Promise.resolve({ items } as T);
        }
        const name = path.split("/").at(-1) ?? "";
        const found = this.crds.get(name);
        if (found?.metadata.deletionTimestamp !== undefined && this.lingers-- <= 0) {
            this.crds.delete(name);
            return Promise.resolve(undefined);
        }
        return Promise.resolve(found as T | undefined);
    }

    apply(manifest: Manifest, manager: string, dryRun = false) {
        const { name = "" } = manifest.metadata;
        this.acts.push([dryRun ? "dry" : "apply", name]);
        this.managers.add(manager);
        if (this.refusal !== undefined) {
            return Promise.reject(this.refusal);
        }
        const before = this.crds.get(name);
        const body: LiveCrd = {
            ...manifest,
            metadata: {
                ...manifest.metadata,
                name,
                uid: before?.metadata.uid ?? `uid-${this.acts.length}`,
                resourceVersion: String((this.revision += 1)),
            },
            status: { conditions: this.conditions, storedVersions: before?.status?.storedVersions },
        };
        if (!dryRun) {
            this.crds.set(name, body);
        }
        return Promise.resolve({ body, warnings: [] });
    }

    delete(path: string): Promise<void> {
        const name = path.split("/").at(-1) ?? "";
        this.acts.push(["delete", name]);
        const live = this.crds.get(name);
        if (live !== undefined) {
            const metadata = { ...live.metadata, deletionTimestamp: "now" };
            this.crds.set(name, { ...live, metadata });
        }
        return Promise.resolve();
    }
}

/** An error as Node's network code throws it. */
export function unreachable(): Error {
    return Object.assign(new Error("connect ECONNREFUSED 10.0.0.1:6443"), { code: "ECONNREFUSED" });
}
