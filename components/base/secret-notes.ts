/** What a Secret and its component say of how it is renewed; never a value. Pure. */
import { secretOwner, secretRotation } from "./labels";
import { atRestart, type Renewal, type Rotation, type SecretPlan } from "./secret-plan";

/** The same on the Secret itself. */
export function rotationAnnotations({ owner, days }: Rotation): Record<string, string> {
    return { [secretOwner]: owner, [secretRotation]: `${days}d` };
}

/** What whoever renews a secret has to know of it; it is in the inputs of its component. */
export function planned({
    name,
    secrets,
    places,
    sources,
    rotation,
    renewal = atRestart,
}: {
    readonly rotation: Rotation;
    readonly renewal?: Renewal;
    readonly name: string;
    readonly secrets: SecretPlan;
    readonly places: readonly { readonly namespace: string; readonly secretName: string }[];
    readonly sources: readonly string[];
}): Record<string, unknown> {
    return {
        rotation,
        renewal,
        sources,
        places: places.map(({ namespace, secretName }) => `${namespace}/${secretName}`),
        generation: secrets.generationOf(name),
        ...(secrets.renewedOn(name) === undefined ? {} : { since: secrets.renewedOn(name) }),
    };
}
