import * as pulumi from "@pulumi/pulumi";
import { keepContent, outlineOf } from "./crd-content";
import { noteDependencies, withoutImplied } from "./dependencies";
import { crdType, type Manifest } from "./object";

/**
 * A CRD of a chart. What is registered, and kept in the state, is its outline and the digest of its
 * content; the provider in `crds/` applies the content of that digest, which the program leaves in
 * the cache.
 */
export class CustomResourceDefinition extends pulumi.CustomResource {
    constructor(name: string, crd: Manifest, opts: pulumi.CustomResourceOptions) {
        const options = withoutImplied(opts);
        super(crdType, name, { ...outlineOf(crd), digest: keepContent(crd) }, options);
        noteDependencies(this, options);
    }
}
