import type * as pulumi from "@pulumi/pulumi";
import type { Exception } from "../base/exceptions";
import type { Foundation } from "../base/foundation";
import type { KubernetesObject, Manifest } from "../base/object";
import { Part } from "../base/part";
import type { Kyverno } from "./kyverno";
import { policyException } from "./kyverno-exceptions";
import { policies } from "./kyverno-policies";
import { type SignatureMode, signaturePolicies } from "./kyverno-signatures";

/** Arguments of {@link KyvernoPolicies}. */
export interface KyvernoPoliciesArgs extends Pick<Foundation, "site" | "admission"> {
    readonly kyverno: Pick<Kyverno, "definitions" | "ready">;
    readonly settings: { readonly imageSignatures: SignatureMode };
}

/** The admission policies of the platform, and what is excepted from them. */
export class KyvernoPolicies extends Part {
    /** What pods of excepted workloads wait for: of the site, and of what was built before. */
    readonly excepted: readonly pulumi.Resource[];
    /** The policies as registered. */
    readonly ready: readonly KubernetesObject[];

    constructor(
        name: string,
        { site, kyverno, admission, settings }: KyvernoPoliciesArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("security", "KyvernoPolicies", name, { site }, {}, opts);
        const waitsFor = (kind: string): readonly pulumi.Resource[] => {
            const definition = kyverno.definitions.get(`policies.kyverno.io/${kind}`);
            // Its own webhook must answer.
            return [...(definition ? [definition] : []), ...kyverno.ready];
        };
        const letIn = (exception: Exception): readonly pulumi.Resource[] => {
            const manifest = policyException(exception);
            return manifest === undefined
                ? []
                : [this.object(manifest, { dependsOn: [...waitsFor("PolicyException")] })];
        };
        this.excepted = [...site.exceptions.flatMap(letIn), ...admission.enforce(letIn)];
        // Exceptions are there before what they are from. On destroy policies go first, which
        // empties the webhooks for workloads before their backend goes.
        const register = (manifest: Manifest) =>
            this.object(manifest, { dependsOn: [...waitsFor(manifest.kind), ...this.excepted] });
        this.ready = [...policies, ...signaturePolicies(settings.imageSignatures)].map(register);
    }
}
