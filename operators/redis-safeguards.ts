/** Who may ask a Redis of redis-operator. */
import type { Resource, Safeguard } from "./behaviour";
import { textAt } from "./values";

/** api/common/v1beta2: without a Secret no password is asked for. */
export function replicationSafeguards({ spec }: Resource): Safeguard[] {
    const password = textAt(spec, "kubernetesConfig", "redisSecret", "name");
    return [
        {
            against: "traffic",
            found: "kubernetesConfig.redisSecret names no Secret, so whoever reaches it reads everything",
            isMet: password !== undefined,
            wanted: "name one with a password",
        },
    ];
}
