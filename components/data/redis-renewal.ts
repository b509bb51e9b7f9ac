/** How the servers of a Redis take a renewed password before clients come with it. */
import type * as pulumi from "@pulumi/pulumi";
import { redisLabels, redisPorts } from "../../operators/redis-operator";
import { connect } from "../base/connection";
import type { Namespace } from "../base/namespace";
import type { Manifest } from "../base/object";
import { redisOperator } from "./redis-operator";
import { MASTER_NAME } from "./redis-objects";
import { passwordJob, passwordLabels } from "./redis-password";

/** A Redis whose password may have been renewed. */
export interface Renewed {
    readonly name: string;
    readonly namespace: Namespace;
    /** Secret with the password and the one before. */
    readonly secret: string;
    readonly replicas: number;
    readonly sentinels: number;
}

/**
 * The Job that tells the servers, and its ways to them; undefined when nothing was renewed.
 */
export function tellPassword({
    name,
    namespace,
    secret,
    ...of
}: Renewed): { readonly job: Manifest; readonly ways: readonly pulumi.Resource[] } | undefined {
    const revision = namespace.secrets.revisionOf(namespace.name, secret);
    if (revision === undefined) {
        return undefined;
    }
    const from = { namespace, pods: passwordLabels(name) };
    const ends = [
        [redisLabels.redis(name), redisPorts.redis] as const,
        ...(of.sentinels > 0 ? [[redisLabels.sentinel(name), redisPorts.sentinel] as const] : []),
    ];
    const ways = ends.flatMap(([pods, port]) =>
        connect(`${name}-password-${port}`, { from, to: { namespace, pods, ports: [port] } }),
    );
    const job = passwordJob({
        name,
        namespace: namespace.name,
        image: redisOperator.images.redis.reference,
        secret,
        masterName: MASTER_NAME,
        revision,
        ...of,
    });
    return { job, ways };
}
