/** Whom a PolicyException of Kyverno is about, in CEL, and until when. Pure. */

/**
 * Whom controllers let make pods in their name, with what stands between that name and theirs
 * (kubernetes v1.36: getNewReplicaSet in pkg/controller/deployment/sync.go with the letters of
 * SafeEncodeString; getJobName in pkg/controller/cronjob/utils.go).
 */
const MAKERS: Readonly<Record<string, readonly [kind: string, suffix: string]>> = {
    Deployment: ["ReplicaSet", "-[bcdfghjklmnpqrstvwxz2456789]+"],
    CronJob: ["Job", "-[0-9]+"],
};

/** A CEL string; JSON writes it as CEL reads it. */
const text = (value: string) => JSON.stringify(value);

/** CEL that is true for an object and for what is made from it, and an error for nothing. */
export function onlyFor(kind: string, namespace: string, name: string): string {
    const maker = MAKERS[kind];
    const pattern = `^${name.replaceAll(".", "\\.")}${maker?.[1] ?? ""}$`;
    const owners = [
        `o.kind == ${text(kind)} && o.name == ${text(name)}`,
        ...(maker === undefined
            ? []
            : [`o.kind == ${text(maker[0])} && o.name.matches(${text(pattern)})`]),
    ];
    return (
        `object.metadata.?namespace.orValue("") == ${text(namespace)} && ` +
        `(object.kind == ${text(kind)} && object.metadata.?name.orValue("") == ${text(name)} || ` +
        `object.metadata.?ownerReferences.orValue([]).exists(o, ${owners.join(" || ")}))`
    );
}

/**
 * The first moment at which an exception no longer holds, as `expiresAt` has it.
 *
 * @param expires its last day, `YYYY-MM-DD`
 */
export function endOf(expires: string): string {
    const end = new Date(`${expires}T00:00:00Z`);
    end.setUTCDate(end.getUTCDate() + 1);
    return end.toISOString().replace(".000Z", "Z");
}
